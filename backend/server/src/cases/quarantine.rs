//! What phones sent and could not be taken in, and what phones that are out of service deposited: kept, never dropped, and looked at by a
//! person.

pub(super) mod danger;
pub(super) mod original;
pub(super) mod told;

use crate::{
    access::Caller,
    problem::{Json, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    danger::Heard,
    deposit::{
        self, Deposited,
        file::{self, DepositedFile, Kind},
    },
    log::quarantine::{self, Quarantined},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

const LIMIT: u32 = 200;

/// What a phone that is out of service handed in.
const DEPOSITED: &str = "deposited";
const DEPOSITED_ZH: &str = "该手机、账号或岗位停用后交存的未上传内容，未并入案件；请联系原记录人核对，确需的由现承办人补记。";

/// Of what was deposited beside changes.
const FILE_ZH: &str =
    "该手机、账号或岗位停用后交存的证据原件，未并入案件；请下载核对，确需的由现承办人另行采集。";
const IDENTITY_ZH: &str = "该手机、账号或岗位停用后交存的当事人身份信息，仍为加密保存，未并入案件；请联系原记录人核对，确需的由现承办人重新采集。";
const INCOMPLETE: &str = "deposit_incomplete";
const INCOMPLETE_ZH: &str = "停用的手机正在交存的文件，尚未传完；请等待该手机再次连网。";

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

/// Lists what is in quarantine in the caller's jurisdiction, the newest first. What was deposited for a case that nobody knows is shown
/// to the county of whoever wrote it.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "cases", responses((status = 200, body = [QuarantinedView])))]
pub async fn list_quarantine(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<QuarantinedView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let kept_aside = quarantine::list_quarantined(&mut conn, &caller.region, LIMIT).await?;
    let mut visible: Vec<_> = kept_aside.into_iter().map(QuarantinedView::from).collect();
    let deposited = deposit::list(&mut conn, &caller.region, LIMIT).await?;
    visible.extend(deposited.into_iter().map(QuarantinedView::from));
    let files = file::list(&mut conn, &caller.region, LIMIT).await?;
    visible.extend(files.into_iter().map(QuarantinedView::from));
    visible.sort_by_key(|one| std::cmp::Reverse(one.received_at));
    Ok(Json(visible))
}

impl From<Heard> for DangerHeard {
    fn from(heard: Heard) -> Self {
        match heard {
            Heard::Told => Self::Told,
            Heard::No => Self::No,
            Heard::Called => Self::Called,
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

impl From<Deposited> for QuarantinedView {
    fn from(found: Deposited) -> Self {
        Self {
            kind: QuarantinedKind::Change,
            case_id: found.case.0,
            hash: found.hash.to_string(),
            user_id: Some(found.user.0),
            device_id: Some(found.device.0),
            size: found.size,
            received_at: found.received_at,
            code: DEPOSITED.into(),
            zh: DEPOSITED_ZH.into(),
            danger: found.danger.map(DangerHeard::from),
        }
    }
}

impl From<DepositedFile> for QuarantinedView {
    fn from(found: DepositedFile) -> Self {
        let (kind, zh) = match found.kind {
            Kind::Original => (QuarantinedKind::Original, FILE_ZH),
            Kind::Identity => (QuarantinedKind::Identity, IDENTITY_ZH),
        };
        let (code, zh) = match found.arrived_at {
            Some(_) => (DEPOSITED, zh),
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
