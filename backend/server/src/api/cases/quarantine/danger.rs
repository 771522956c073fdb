//! Dangers of which nobody has told the police, because nobody who is in service answers for them:
//! a desk looks at each and calls 110.

use crate::{
    access::Caller,
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::{extract::State, http::StatusCode};
use hejie_case::ids::{CaseId, ChangeHash};
use hejie_registry::{
    audit::AuditEvent,
    danger::{self, OpenDanger},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

const LIMIT: u32 = 200;

/// A danger of which nobody has told the police. Its words are read like those of any change in
/// quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenDangerView {
    /// The case under which it was sent; perhaps there is none.
    case_id: Uuid,
    /// The hash of the change that reports it.
    hash: String,
    /// Who handed it in.
    user_id: Uuid,
    /// From which phone.
    device_id: Uuid,
    /// When it was received.
    received_at: Timestamp,
}

/// The dangers of which nobody has told the police.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenDangersView {
    /// How many there are.
    count: u64,
    /// The oldest of each phone first, then the second oldest, and so on; at most 200.
    items: Vec<OpenDangerView>,
}

/// Lists the dangers in the caller's jurisdiction of which nobody has told the police, the oldest
/// of each phone first.
#[utoipa::path(get, path = "/api/v1/quarantine/dangers", tag = "cases", responses((status = 200, body = OpenDangersView)))]
pub async fn list_open_dangers(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<OpenDangersView>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let open = danger::list_open(&mut conn, &caller.region, LIMIT).await?;
    Ok(Json(OpenDangersView {
        count: open.count,
        items: open.first.into_iter().map(OpenDangerView::from).collect(),
    }))
}

/// Keeps that the police were called about a danger, or need not be; it is open no longer.
#[utoipa::path(post, path = "/api/v1/quarantine/{case_id}/{hash}/answer-danger", tag = "cases",
    params(("case_id" = Uuid, Path, description = "The case under which it was sent"), ("hash" = String, Path, description = "The hash of the change")),
    responses((status = 204, description = "Kept")))]
pub async fn answer_danger(
    State(state): State<AppState>,
    caller: Caller,
    Path((case, hash)): Path<(Uuid, String)>,
) -> Result<StatusCode, Problem> {
    let (case, now) = (CaseId::from(case), state.clock.now());
    let change: ChangeHash = hash.parse().map_err(|_| Problem::NotFound)?;
    let mut tx = pool::begin(&state.pool).await?;
    if !danger::answer(&mut tx, &caller.region, case, change, caller.user, now).await? {
        return Err(Problem::NotFound);
    }
    let object = change.to_string();
    let line = AuditEvent {
        object: Some(&object),
        case: Some(case),
        ..caller.act(now, "answer_danger")
    };
    identity::commit_for(&caller, tx, &[line], now).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<OpenDanger> for OpenDangerView {
    fn from(open: OpenDanger) -> Self {
        Self {
            case_id: open.case.0,
            hash: open.change.to_string(),
            user_id: open.by.user.0,
            device_id: open.by.device.0,
            received_at: open.noted_at,
        }
    }
}
