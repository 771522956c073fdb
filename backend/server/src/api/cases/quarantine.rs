//! What phones sent and could not be taken in, and what phones that are out of service deposited:
//! kept, never dropped, and looked at by a person.

pub(super) mod danger;
pub(super) mod original;
pub(super) mod told;

use crate::{
    access::Caller,
    problem::{Json, Problem, Query},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    ids::{CaseId, ChangeHash, DeviceId},
    limit,
};
use hejie_registry::{
    danger::PoliceNotice,
    deposit::{
        self, DepositedChange,
        file::{self, DepositedFile, DepositedFileKind},
    },
    log::quarantine::{self, Quarantined},
    page::{PagePosition, Paged},
    pool,
};
use hejie_wire::code;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const PAGE: u32 = 50;
const LARGEST_PAGE: u32 = 200;

/// What is read of what a phone that is out of service handed in.
const DEPOSITED_ZH: &str = "该手机、账号或岗位停用后交存的未上传内容，未并入案件；请联系原记录人核对，确需的由现承办人补记。";

/// Of what was deposited beside changes.
const FILE_ZH: &str =
    "该手机、账号或岗位停用后交存的证据原件，未并入案件；请下载核对，确需的由现承办人另行采集。";
const IDENTITY_ZH: &str = "该手机、账号或岗位停用后交存的当事人身份信息，仍为加密保存，未并入案件；请联系原记录人核对，确需的由现承办人重新采集。";
const INCOMPLETE: &str = "deposit_incomplete";
const INCOMPLETE_ZH: &str = "停用的手机正在交存的文件，尚未传完；请等待该手机再次连网。";

/// Which page is listed.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuarantine {
    /// How many at most; 50 if not said, 200 at most.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// A page of the quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuarantinePage {
    /// What lies there, the newest first.
    items: Vec<QuarantinedView>,
    /// Hand this in as `after` for the next page; none on the last.
    next: Option<String>,
}

/// What lies in quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QuarantinedKind {
    /// A change of a case document.
    Change,
    /// The original of a piece of evidence.
    Original,
    /// A sealed identity, which is not opened here.
    Identity,
}

/// A change in quarantine, or a file beside it.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuarantinedView {
    /// What it is.
    kind: QuarantinedKind,
    /// The case under which it was sent; of what was deposited perhaps there is none.
    case_id: Uuid,
    /// Its hash.
    hash: String,
    /// Who sent it.
    user_id: Option<Uuid>,
    /// From which phone.
    device_id: Option<Uuid>,
    /// Bytes.
    size: u64,
    /// When it was received.
    received_at: Timestamp,
    /// Why, as a stable code.
    code: String,
    /// Why, in Chinese.
    zh: String,
    /// It reports a danger: whether the police have it.
    danger: Option<DangerHeard>,
}

/// Whether the police have a danger that a change in quarantine reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DangerHeard {
    /// Their order was put into the outbox.
    Told,
    /// Nobody has told them: it stands among the open dangers until a desk has called them.
    No,
    /// A desk says that they were called.
    Called,
}

/// Lists what is in quarantine in the caller's jurisdiction, the newest first. What was deposited
/// for a case that nobody knows is shown to the county of whoever wrote it.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "cases", params(ListQuarantine), responses((status = 200, body = QuarantinePage)))]
pub async fn list_quarantine(
    State(state): State<AppState>,
    caller: Caller,
    Query(asked): Query<ListQuarantine>,
) -> Result<Json<QuarantinePage>, Problem> {
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let after = asked
        .after
        .as_deref()
        .map_or(Ok(PagePosition::TOP), read_place)?;
    let mut conn = pool::acquire(&state.pool).await?;
    let mut merged = MergedPages::default();
    let within = &caller.region;
    let kept_aside = quarantine::list_quarantined(&mut conn, within, after, limit).await?;
    merged.add(kept_aside, |one| {
        place(one.received_at, one.case, one.hash.0, one.device)
    });
    let deposited = deposit::list(&mut conn, within, after, limit).await?;
    merged.add(deposited, |one| {
        place(one.received_at, one.case, one.hash.0, Some(one.device))
    });
    let files = file::list(&mut conn, within, after, limit).await?;
    merged.add(files, |one| {
        place(one.begun_at, one.case, one.hash.0, Some(one.device))
    });
    Ok(Json(merged.page(limit as usize)))
}

/// The pages of several tables, before they are one.
#[derive(Default)]
struct MergedPages {
    lines: Vec<(PagePosition, QuarantinedView)>,
    /// Behind it some table may have lines that were not read.
    known_to: Option<PagePosition>,
}

impl MergedPages {
    fn add<T: Into<QuarantinedView>>(
        &mut self,
        page: Paged<T>,
        place: impl Fn(&T) -> PagePosition,
    ) {
        self.known_to = earlier(self.known_to, page.next);
        let placed = page.lines.into_iter().map(|one| (place(&one), one.into()));
        self.lines.extend(placed);
    }

    /// The first lines; a few more than asked for where they share the last place.
    fn page(mut self, limit: usize) -> QuarantinePage {
        self.lines.sort_by_key(|(place, _)| *place);
        let cut = (self.lines.len() > limit).then(|| self.lines[limit - 1].0);
        let last = earlier(cut, self.known_to);
        let shown = self.lines.into_iter();
        let shown = shown.filter(|(place, _)| last.is_none_or(|last| *place <= last));
        QuarantinePage {
            items: shown.map(|(_, view)| view).collect(),
            next: last.map(written),
        }
    }
}

fn earlier(one: Option<PagePosition>, other: Option<PagePosition>) -> Option<PagePosition> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn place(at: Timestamp, case: CaseId, hash: [u8; 32], device: Option<DeviceId>) -> PagePosition {
    PagePosition {
        at: Reverse(at),
        case,
        hash,
        device: device.unwrap_or(PagePosition::TOP.device),
    }
}

fn written(place: PagePosition) -> String {
    let PagePosition {
        at: Reverse(at),
        case,
        hash,
        device,
    } = place;
    let micros = at.as_microsecond();
    format!("{micros}_{case}_{}_{device}", ChangeHash(hash))
}

fn read_place(text: &str) -> Result<PagePosition, Problem> {
    let read = || {
        let mut parts = text.split('_');
        let at = Timestamp::from_microsecond(parts.next()?.parse().ok()?).ok()?;
        limit::of_moment(at).ok()?;
        let case = parts.next()?.parse().ok()?;
        let hash: ChangeHash = parts.next()?.parse().ok()?;
        let device = parts.next()?.parse().ok()?;
        let place = place(at, case, hash.0, Some(device));
        parts.next().is_none().then_some(place)
    };
    read().ok_or_else(|| Problem::invalid("after: 应为上一页的 next"))
}

impl From<PoliceNotice> for DangerHeard {
    fn from(heard: PoliceNotice) -> Self {
        match heard {
            PoliceNotice::Told => Self::Told,
            PoliceNotice::No => Self::No,
            PoliceNotice::Called => Self::Called,
        }
    }
}

impl From<Quarantined> for QuarantinedView {
    fn from(found: Quarantined) -> Self {
        Self {
            kind: QuarantinedKind::Change,
            case_id: found.case.0,
            hash: found.hash.to_string(),
            user_id: found.user.map(|u| u.0),
            device_id: found.device.map(|d| d.0),
            size: found.size,
            received_at: found.received_at,
            code: found.why.code,
            zh: found.why.zh,
            danger: found.danger.map(DangerHeard::from),
        }
    }
}

impl From<DepositedChange> for QuarantinedView {
    fn from(found: DepositedChange) -> Self {
        Self {
            kind: QuarantinedKind::Change,
            case_id: found.case.0,
            hash: found.hash.to_string(),
            user_id: Some(found.user.0),
            device_id: Some(found.device.0),
            size: found.size,
            received_at: found.received_at,
            code: code::DEPOSITED.into(),
            zh: DEPOSITED_ZH.into(),
            danger: found.danger.map(DangerHeard::from),
        }
    }
}

impl From<DepositedFile> for QuarantinedView {
    fn from(found: DepositedFile) -> Self {
        let (kind, zh) = match found.kind {
            DepositedFileKind::Original => (QuarantinedKind::Original, FILE_ZH),
            DepositedFileKind::Identity => (QuarantinedKind::Identity, IDENTITY_ZH),
        };
        let (code, zh) = match found.arrived_at {
            Some(_) => (code::DEPOSITED, zh),
            None => (INCOMPLETE, INCOMPLETE_ZH),
        };
        Self {
            kind,
            case_id: found.case.0,
            hash: found.hash.to_string(),
            user_id: Some(found.user.0),
            device_id: Some(found.device.0),
            size: found.size,
            received_at: found.begun_at,
            code: code.into(),
            zh: zh.into(),
            danger: None,
        }
    }
}
