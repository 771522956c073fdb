//! What is in no backup: kept by phones for so long, and no longer (docs/adr/0015). After a
//! restore, which cases lack originals or identities.

use crate::{
    access::Caller,
    problem::{Json, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    backup::{self, LostContent, ReceivedTotals},
    pool,
};
use hejie_wire::limits;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Cases that are listed at most.
const LIMIT: u32 = 200;
const KEPT: SignedDuration = SignedDuration::from_hours(24 * limits::KEPT_DAYS);

/// The last backup, and what is in none.
#[derive(Debug, Serialize, ToSchema)]
pub struct BackupView {
    /// When the last backup that was reported was begun; none if none ever was.
    began_at: Option<Timestamp>,
    reported_at: Option<Timestamp>,
    /// What was received since then and phones still keep.
    kept: ReceivedView,
    /// When phones let go of the first of it, if no backup is reported before.
    kept_until: Option<Timestamp>,
    /// What was received since then and phones keep no more: it is on this server alone.
    alone: ReceivedView,
    /// Cases in the caller's jurisdiction that lack originals or identities after the database was
    /// set back.
    lost: Vec<LostView>,
}

/// How much it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReceivedView {
    originals: u64,
    bytes: u64,
    identities: u64,
}

/// A case that lacks originals or identities after the database was set back.
#[derive(Debug, Serialize, ToSchema)]
pub struct LostView {
    case_id: Uuid,
    case_no: String,
    /// Evidence without its original: it comes when the phone that took it does.
    originals: u64,
    /// Parties without an identity; some may never have had one.
    identities: u64,
}

/// Says when the last backup was reported, what is in none, and which cases lack something after a
/// restore.
#[utoipa::path(get, path = "/api/v1/backup", tag = "cases", responses((status = 200, body = BackupView)))]
pub async fn get_backup(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<BackupView>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let now = state.clock.now();
    let last = backup::last(&mut conn, now).await?;
    let covered = last.map_or(Timestamp::UNIX_EPOCH, |last| last.covers());
    let horizon = now.saturating_sub(KEPT).unwrap_or(Timestamp::MIN);
    let from = covered.max(horizon);
    let kept = backup::count_received(&mut conn, from, Timestamp::MAX).await?;
    let alone = backup::count_received(&mut conn, covered, from).await?;
    let lost = backup::list_lost(&mut conn, &caller.region, LIMIT).await?;
    Ok(Json(BackupView {
        began_at: last.map(|last| last.began_at),
        reported_at: last.map(|last| last.reported_at),
        kept_until: kept.first.and_then(|at| at.checked_add(KEPT).ok()),
        kept: kept.into(),
        alone: alone.into(),
        lost: lost.into_iter().map(LostView::from).collect(),
    }))
}

impl From<ReceivedTotals> for ReceivedView {
    fn from(received: ReceivedTotals) -> Self {
        Self {
            originals: received.originals,
            bytes: received.bytes,
            identities: received.identities,
        }
    }
}

impl From<LostContent> for LostView {
    fn from(lost: LostContent) -> Self {
        Self {
            case_id: lost.case.0,
            case_no: lost.case_no,
            originals: lost.originals,
            identities: lost.identities,
        }
    }
}
