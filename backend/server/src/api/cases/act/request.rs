//! What is decided on a request of a phone that waits for a desk.

use super::{ActAnswer, CaseSummaryView, DeskContext, Json, Path};
use crate::problem::field;
use garde::Validate;
use hejie_case::act::{Act, Decide};
use jiff::civil::Date;
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
    /// The number of the seal, where a written agreement is granted its effect.
    #[garde(custom(field::optional_word("seal_no")))]
    #[serde(default)]
    seal_no: Option<String>,
    /// The day on which it was sealed; today if none is said.
    #[garde(skip)]
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    effective_on: Option<Date>,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Decides on a request that was referred to a desk.
#[utoipa::path(post, path = "/api/v1/cases/{id}/requests/{request_id}/decision", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"), ("request_id" = Uuid, Path, description = "The request")),
    request_body = DecisionRequest, responses((status = 200, body = CaseSummaryView)))]
pub async fn decide_request(
    desk: DeskContext,
    Path((_id, request)): Path<(Uuid, Uuid)>,
    Json(asked): Json<DecisionRequest>,
) -> ActAnswer {
    let act = Act::Decide(Decide {
        request: request.into(),
        grant: asked.grant,
        why: asked.why,
        seal_no: asked.seal_no,
        effective_on: asked.effective_on,
    });
    desk.decide(asked.base_version, act).await
}
