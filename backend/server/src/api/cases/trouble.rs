//! Cases that somebody must look at: what was acknowledged and is not merged for a minute, what is
//! parked, and what the registry does not take as it was said.

use crate::{
    access::Caller,
    problem::{Json, Problem},
    reconcile::overdue,
    state::AppState,
};
use axum::extract::State;
use hejie_registry::{
    case::{self, Trouble, Troubled, Unprojected},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

const LIMIT: u32 = 200;

/// A case that somebody must look at.
#[derive(Debug, Serialize, ToSchema)]
pub struct TroubledCaseView {
    case_id: Uuid,
    case_no: String,
    #[serde(flatten)]
    trouble: TroubleView,
}

/// What is wrong with a case.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct TroubleView {
    /// Changes of phones that are acknowledged and not merged for more than a minute.
    unmerged: u64,
    /// When the first of them was received.
    unmerged_since: Option<Timestamp>,
    /// Why the case could not be settled, if it is parked; it stays readable at its last good
    /// state.
    parked: Option<String>,
    /// Fields that hold a safe value, because the registry does not take what the document says.
    unprojected: Vec<UnprojectedView>,
}

/// A field that holds a safe value instead of what the document says.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnprojectedView {
    /// Table, row and column: `visit/<id>/satisfaction`.
    path: String,
    /// What the registry objected to: a constraint, or a code of SQL.
    code: String,
}

impl From<Trouble> for TroubleView {
    fn from(trouble: Trouble) -> Self {
        let field = |Unprojected { path, code }| UnprojectedView { path, code };
        Self {
            unmerged: trouble.unmerged,
            unmerged_since: trouble.oldest,
            parked: trouble.parked,
            unprojected: trouble.unprojected.into_iter().map(field).collect(),
        }
    }
}

/// Lists the cases in the caller's jurisdiction that somebody must look at, the longest wait first.
#[utoipa::path(get, path = "/api/v1/troubled-cases", tag = "cases", responses((status = 200, body = [TroubledCaseView])))]
pub async fn list_troubled_cases(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<TroubledCaseView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let timely = overdue(state.clock.now());
    let found = case::list_troubled(&mut conn, &timely, &caller.region, LIMIT).await?;
    let view = |found: Troubled| TroubledCaseView {
        case_id: found.case.0,
        case_no: found.case_no,
        trouble: found.trouble.into(),
    };
    Ok(Json(found.into_iter().map(view).collect()))
}
