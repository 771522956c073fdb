//! Claiming at a desk (E04): the list of what may be claimed, and the claim.

use crate::{
    access::Caller,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::{extract::State, http::StatusCode};
use garde::Validate;
use hejie_case::{catalogue::Catalogue, ids::ClaimId};
use hejie_wire::{
    claim::{CaseClaim, ClaimableCase},
    code,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// What may be claimed.
#[derive(Serialize, ToSchema)]
pub struct ClaimablePage {
    /// The cases, those registered longest ago first.
    items: Vec<ClaimableView>,
    /// There are more.
    more: bool,
}

/// A case as somebody sees it who may claim it.
#[derive(Serialize, ToSchema)]
#[schema(as = Claimable)]
pub struct ClaimableView {
    /// The case.
    id: Uuid,
    /// The situation of the catalogue.
    #[schema(example = "N03-05")]
    situation: String,
    /// The situation in Chinese.
    situation_zh: String,
    /// Code of the region.
    region: String,
    /// Since when it is registered.
    registered_at: Timestamp,
    /// How many parties take part.
    parties: u32,
    /// Whose matter it is by the catalogue.
    office: String,
}

/// A claim.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ClaimRequest {
    /// Drawn by whoever claims: sent again, it is answered again, and claims nothing a second
    /// time.
    #[garde(skip)]
    claim: Uuid,
}

/// Lists the cases of the caller's territory that wait for somebody like the caller.
#[utoipa::path(get, path = "/api/v1/claimable", tag = "cases", responses((status = 200, body = ClaimablePage)))]
pub async fn list_claimable(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<ClaimablePage>, Problem> {
    let list = state.claiming.list(&caller).await?;
    Ok(Json(ClaimablePage {
        items: list.cases.into_iter().map(ClaimableView::from).collect(),
        more: list.more,
    }))
}

/// Claims a case. Of two who do, one is told `taken` and by whom; a case that was given back twice
/// is the county's to give (`county_decides`); what does not wait for the caller is not found.
#[utoipa::path(post, path = "/api/v1/cases/{id}/claim", tag = "cases", params(("id" = Uuid, Path, description = "The case")),
    request_body = ClaimRequest, responses((status = 204, description = "The case is the caller's")))]
pub async fn claim_case(
    State(state): State<AppState>,
    caller: Caller,
    Path(case): Path<Uuid>,
    Json(asked): Json<ClaimRequest>,
) -> Result<StatusCode, Problem> {
    let claim = CaseClaim {
        id: ClaimId(asked.claim),
        case: case.into(),
    };
    match state.claiming.claim(&caller, claim).await? {
        None => Ok(StatusCode::NO_CONTENT),
        Some(why) if why.code == code::NOT_FOUND => Err(Problem::NotFound),
        Some(why) => Err(Problem::Refused(why)),
    }
}

impl From<ClaimableCase> for ClaimableView {
    fn from(case: ClaimableCase) -> Self {
        let situation = Catalogue::current().lookup(&case.situation);
        Self {
            id: case.case.0,
            situation_zh: situation.map_or_else(String::new, |known| known.situation_zh.clone()),
            situation: case.situation.into(),
            region: case.region.into(),
            registered_at: case.registered_at,
            parties: case.parties,
            office: case.office,
        }
    }
}
