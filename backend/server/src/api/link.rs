//! `/api/v1/link-proposals`: cases that may be one and the same (M09), for dispatchers to merge or
//! to leave apart.

use crate::{
    access::Caller,
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::{extract::State, http::StatusCode};
use hejie_registry::{
    case,
    link::{self, LinkReason, Proposal},
    pool,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

const LIMIT: u32 = 200;

/// The operations about proposals.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_link_proposals))
        .routes(routes!(dismiss_link_proposal))
}

/// Two cases that may be one.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkProposalView {
    /// The later case.
    case_id: Uuid,
    /// The earlier case.
    other_case_id: Uuid,
    /// `number`, `pair` or `place`.
    reason: &'static str,
    /// Why, in Chinese.
    reason_zh: &'static str,
    /// Since when.
    proposed_at: Timestamp,
}

impl From<Proposal> for LinkProposalView {
    fn from(proposal: Proposal) -> Self {
        let (reason, reason_zh) = match proposal.reason {
            LinkReason::Number => ("number", "外部编号相同"),
            LinkReason::Pair => ("pair", "双方当事人相同"),
            LinkReason::Place => ("place", "30日内同一地点、同类纠纷"),
        };
        Self {
            case_id: proposal.case.0,
            other_case_id: proposal.other.0,
            reason,
            reason_zh,
            proposed_at: proposal.proposed_at,
        }
    }
}

/// Lists cases of the caller's jurisdiction that may be one and the same, the newest proposals
/// first.
#[utoipa::path(get, path = "/api/v1/link-proposals", tag = "cases", responses((status = 200, body = [LinkProposalView])))]
pub async fn list_link_proposals(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<Vec<LinkProposalView>>, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let waiting = link::list_waiting(&mut conn, caller.region.as_str(), LIMIT).await?;
    Ok(Json(waiting.into_iter().map(Into::into).collect()))
}

/// Says that two cases are two; they are not proposed again.
#[utoipa::path(post, path = "/api/v1/link-proposals/{id}/{other}/dismiss", tag = "cases",
    params(("id" = Uuid, Path, description = "The later case"), ("other" = Uuid, Path, description = "The earlier case")),
    responses((status = 204, description = "Kept")))]
pub async fn dismiss_link_proposal(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, other)): Path<(Uuid, Uuid)>,
) -> Result<StatusCode, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let scope = caller.scope(now);
    for one in [id, other] {
        let line = case::lookup_line_within(&mut tx, &scope, one.into()).await?;
        line.ok_or(Problem::NotFound)?;
    }
    if !link::dismiss(&mut tx, id.into(), other.into(), caller.user, now).await? {
        return Err(Problem::NotFound);
    }
    let mut entry = caller.act(now, "dismiss_link_proposal");
    entry.case = Some(id.into());
    identity::commit_for(&caller, tx, &[entry], now).await?;
    Ok(StatusCode::NO_CONTENT)
}
