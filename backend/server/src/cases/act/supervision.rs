//! What becomes of the measures of supervision about one case: answered, taken, dropped.

use super::{CaseSummary, Desk, Done, Json, Path};
use garde::Validate;
use hejie_case::{record::Ask, rule::Act};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The answer to a measure.
#[derive(Deserialize, Validate, ToSchema)]
pub struct AnswerRequest {
    /// What was done about it, or why it could not be done.
    #[garde(length(chars, min = 1, max = 500))]
    text: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Whether a measure that was proposed is taken.
#[derive(Deserialize, Validate, ToSchema)]
pub struct MeasureRequest {
    /// Taken or dropped.
    #[garde(skip)]
    take: bool,
    /// Why; needed when it is dropped.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    why: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Answers a measure of supervision (R054).
#[utoipa::path(post, path = "/api/v1/cases/{id}/supervision/{no}/answer", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"), ("no" = u32, Path, description = "The number of the measure")),
    request_body = AnswerRequest, responses((status = 200, body = CaseSummary)))]
pub async fn answer_item(
    desk: Desk,
    Path((_id, no)): Path<(Uuid, u32)>,
    Json(asked): Json<AnswerRequest>,
) -> Done {
    let text = asked.text;
    let act = Act::Ask(Ask::AnswerItem { no, text });
    desk.decide(asked.base_version, act).await
}

/// Takes or drops a measure that only a person may take (R091).
#[utoipa::path(post, path = "/api/v1/cases/{id}/supervision/{no}/decision", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"), ("no" = u32, Path, description = "The number of the measure")),
    request_body = MeasureRequest, responses((status = 200, body = CaseSummary)))]
pub async fn decide_item(
    desk: Desk,
    Path((_id, no)): Path<(Uuid, u32)>,
    Json(asked): Json<MeasureRequest>,
) -> Done {
    let act = Act::DecideItem {
        no,
        take: asked.take,
        why: asked.why,
    };
    desk.decide(asked.base_version, act).await
}
