//! What phones sent and could not be taken in, and what phones that are out of service deposited: kept, never dropped, and looked at by a
//! person.

use crate::{
    access::Caller,
    problem::{Json, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    case,
    deposit::{self, Deposited},
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

/// A change in quarantine.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuarantinedView {
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
}

/// Lists what is in quarantine in the caller's jurisdiction, the newest first. What was deposited for a case that nobody knows is shown
/// to the county of whoever wrote it.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "cases", responses((status = 200, body = [QuarantinedView])))]
pub async fn list_quarantine(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<QuarantinedView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let mut visible = Vec::new();
    for found in quarantine::list_quarantined(&mut conn, None, LIMIT).await? {
        let line = case::lookup_line(&mut conn, found.case).await?;
        if line.is_some_and(|line| caller.in_jurisdiction(&line.region).is_ok()) {
            visible.push(QuarantinedView::from(found));
        }
    }
    let deposited = deposit::list(&mut conn, &caller.region, LIMIT).await?;
    visible.extend(deposited.into_iter().map(QuarantinedView::from));
    visible.sort_by_key(|one| std::cmp::Reverse(one.received_at));
    Ok(Json(visible))
}

impl From<Quarantined> for QuarantinedView {
    fn from(found: Quarantined) -> Self {
        Self {
            case_id: found.case.0,
            hash: found.hash.to_string(),
            user_id: found.user.map(|u| u.0),
            device_id: found.device.map(|d| d.0),
            size: found.size,
            received_at: found.received_at,
            code: found.why.code,
            zh: found.why.zh,
        }
    }
}

impl From<Deposited> for QuarantinedView {
    fn from(found: Deposited) -> Self {
        Self {
            case_id: found.case.0,
            hash: found.hash.to_string(),
            user_id: Some(found.user.0),
            device_id: Some(found.device.0),
            size: found.size,
            received_at: found.received_at,
            code: DEPOSITED.into(),
            zh: DEPOSITED_ZH.into(),
        }
    }
}
