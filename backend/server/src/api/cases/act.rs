//! What desks decide about a case: one operation, whose body says which act of the life of the case
//! it is.
//!
//! Whether it may be done is a matter of the rules of the case alone, and so is what an act needs;
//! here only the caller's role is looked at, and the people whom the act names. What is decided
//! about two cases at once, or about a request of a phone, has operations of its own.

mod kin;
mod request;

use super::{
    desk::{ActAnswer, DeskContext},
    list::CaseSummaryView,
};
use crate::{
    access,
    problem::{
        Json, Path, Problem,
        field::{self, Limited},
    },
    state::AppState,
};
use garde::Validate;
use hejie_case::{act::DeskAct, event::Event};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations.
pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(decide_case))
        .routes(routes!(request::decide_request))
        .routes(routes!(kin::merge_case))
        .routes(routes!(kin::unmerge_case))
        .routes(routes!(kin::split_case))
}

/// An act, and on what it was decided.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ActRequest {
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
    /// Which act, with what it says: `{"close": {"outcome": "reconciled"}}`, or the name alone of
    /// one that says no more.
    #[garde(dive, custom(no_crowd))]
    #[schema(value_type = DeskAct)]
    act: Limited<DeskAct>,
}

/// Decides about a case at a desk (see docs/domain/life.md). Which of the acts are open to the
/// caller now, the case says itself.
#[utoipa::path(post, path = "/api/v1/cases/{id}/acts", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ActRequest, responses((status = 200, body = CaseSummaryView)))]
pub async fn decide_case(desk: DeskContext, Json(asked): Json<ActRequest>) -> ActAnswer {
    let ActRequest { base_version, act } = asked;
    let Limited(act) = act;
    if !access::decides(desk.caller.role, act.event()) {
        return Err(Problem::NotAllowed);
    }
    let is_danger = act.event() == Event::Danger;
    let answer = decided(desk, base_version, act).await;
    match is_danger {
        true => answer.map_err(Problem::of_danger),
        false => answer,
    }
}

async fn decided(desk: DeskContext, base_version: u64, act: DeskAct) -> ActAnswer {
    field::near_all(&act, desk.state.clock.now())?;
    desk.finds_people(&act).await?;
    desk.named(act.code()).decide(base_version, act).await
}

/// The most people whom one act names: each of them is looked up.
const PEOPLE: usize = 20;

fn no_crowd(act: &Limited<DeskAct>, (): &()) -> garde::Result {
    if act.0.transition().people().len() > PEOPLE {
        let crowd = "一次最多指定二十人，请减少人数后再提交。";
        return Err(garde::Error::new(crowd));
    }
    Ok(())
}
