//! What is decided while a case goes on: requests that wait, disagreements, visits, colours, judicial confirmation.

use super::{CaseSummary, Desk, Done, Json, Path, PlainRequest, ReasonRequest, read_word};
use garde::Validate;
use hejie_case::rule::Act;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is decided on a request that waits for a desk.
#[derive(Deserialize, Validate, ToSchema)]
pub struct DecisionRequest {
    /// Granted or not.
    #[garde(skip)]
    grant: bool,
    /// Why; needed when it is not granted.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    why: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Which variant of a disagreement holds.
#[derive(Deserialize, Validate, ToSchema)]
pub struct RulingRequest {
    /// Its place among the variants, from 0.
    #[garde(skip)]
    choice: u8,
    /// Why, in words.
    #[garde(length(chars, min = 1, max = 500))]
    why: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Which colour is to hold.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ColourRequest {
    /// `blue`, `yellow` or `red`.
    #[garde(length(min = 1, max = 40))]
    level: String,
    /// Why, in words.
    #[garde(length(chars, min = 1, max = 500))]
    why: String,
    /// Until when; needed when the colour is lowered.
    #[garde(skip)]
    until: Option<Timestamp>,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// What the court said.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ConfirmationRequest {
    /// `confirmed`, `refused`, `withdrawn` or `not_accepted`.
    #[garde(length(min = 1, max = 40))]
    result: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Decides on a request that was referred to a desk (E14, E18, E24, E33).
#[utoipa::path(post, path = "/api/v1/cases/{id}/requests/{request_id}/decision", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"), ("request_id" = Uuid, Path, description = "The request")),
    request_body = DecisionRequest, responses((status = 200, body = CaseSummary)))]
pub async fn decide_request(
    desk: Desk,
    Path((_id, request)): Path<(Uuid, Uuid)>,
    Json(asked): Json<DecisionRequest>,
) -> Done {
    let act = Act::Decide {
        request: request.into(),
        grant: asked.grant,
        why: asked.why,
    };
    desk.decide(asked.base_version, act).await
}

/// Rules on a disagreement between authors (R151).
#[utoipa::path(post, path = "/api/v1/cases/{id}/conflicts/{conflict_id}/ruling", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"), ("conflict_id" = Uuid, Path, description = "The disagreement")),
    request_body = RulingRequest, responses((status = 200, body = CaseSummary)))]
pub async fn rule_conflict(
    desk: Desk,
    Path((_id, conflict)): Path<(Uuid, Uuid)>,
    Json(asked): Json<RulingRequest>,
) -> Done {
    let act = Act::RuleConflict {
        conflict: conflict.into(),
        choice: asked.choice,
        why: asked.why,
    };
    desk.decide(asked.base_version, act).await
}

/// Waives a visit that is due (E21b).
#[utoipa::path(post, path = "/api/v1/cases/{id}/visits/{n}/waiver", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"), ("n" = u8, Path, description = "The number of the visit in its series")),
    request_body = ReasonRequest, responses((status = 200, body = CaseSummary)))]
pub async fn waive_visit(
    desk: Desk,
    Path((_id, n)): Path<(Uuid, u8)>,
    Json(asked): Json<ReasonRequest>,
) -> Done {
    let act = Act::WaiveVisit { n, why: asked.why };
    desk.decide(asked.base_version, act).await
}

/// Puts a person's word over the colour (R042).
#[utoipa::path(post, path = "/api/v1/cases/{id}/colour", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ColourRequest, responses((status = 200, body = CaseSummary)))]
pub async fn override_colour(desk: Desk, Json(asked): Json<ColourRequest>) -> Done {
    let act = Act::OverrideColour {
        level: read_word("level", asked.level)?,
        why: asked.why,
        until: asked.until,
    };
    desk.decide(asked.base_version, act).await
}

/// Sends the request for judicial confirmation to the court (E32b).
#[utoipa::path(post, path = "/api/v1/cases/{id}/confirmation/sending", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = PlainRequest, responses((status = 200, body = CaseSummary)))]
pub async fn send_confirmation(desk: Desk, Json(asked): Json<PlainRequest>) -> Done {
    desk.decide(asked.base_version, Act::SendConfirmation).await
}

/// Records what the court decided (E32c).
#[utoipa::path(post, path = "/api/v1/cases/{id}/confirmation/result", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ConfirmationRequest, responses((status = 200, body = CaseSummary)))]
pub async fn decide_confirmation(desk: Desk, Json(asked): Json<ConfirmationRequest>) -> Done {
    let result = read_word("result", asked.result)?;
    desk.decide(asked.base_version, Act::DecideConfirmation { result })
        .await
}
