//! What parties say of the handling of a closed case (D07): taken in by its public code, and shown
//! to the desks that may see it.

use crate::{
    access::{Caller, ClientAddress, reach},
    problem::{Json, Path, Problem},
    satisfaction::Rating,
    state::AppState,
};
use axum::extract::State;
use garde::Validate;
use hejie_case::{
    ids::{CaseId, PublicCode},
    limit::form,
};
use hejie_registry::{
    case::satisfaction::{self, SatisfactionAnswer},
    pool::PgConnection,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a party says.
#[derive(Debug, Deserialize, Validate, ToSchema)]
pub struct RatingRequest {
    /// From 1, very bad, to 5, very good.
    #[garde(range(min = 1, max = 5))]
    #[schema(minimum = 1, maximum = 5)]
    rating: u8,
    /// What is said beside it; no names, numbers are masked.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    #[schema(max_length = 500)]
    words: String,
}

/// What the party gets for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RatingReceipt {
    /// The code.
    public_code: String,
    /// When it was received.
    received_at: Timestamp,
}

/// What was said, as a desk reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SatisfactionView {
    /// Of which round, from 1.
    round: u32,
    /// From 1, very bad, to 5, very good.
    rating: u8,
    /// What was said beside it.
    words: String,
    /// When it was said last.
    changed_at: Timestamp,
}

/// Takes in what a party says of the handling of a closed case: once a round, replaced by what the
/// same code says within the days that the county gives (seven by default).
#[utoipa::path(post, path = "/api/v1/public/cases/{code}/satisfaction", tag = "public", request_body = RatingRequest,
    params(("code" = String, Path, description = "The public code")), responses((status = 200, body = RatingReceipt)))]
pub async fn rate_case(
    State(state): State<AppState>,
    address: ClientAddress,
    Path(code): Path<String>,
    Json(said): Json<RatingRequest>,
) -> Result<Json<RatingReceipt>, Problem> {
    let code: PublicCode = form::code(&code).parse().map_err(|_| Problem::NotFound)?;
    let said = Rating {
        rating: said.rating,
        words: said.words,
    };
    let kept = state.satisfactions.rate(&code, said, address.0).await?;
    Ok(Json(RatingReceipt {
        public_code: code.into(),
        received_at: kept.received_at,
    }))
}

/// What a caller may see of it: who handles a case reads no judgement of the own work here.
pub(super) async fn seen_by(
    conn: &mut PgConnection,
    caller: &Caller,
    case: CaseId,
) -> Result<Vec<SatisfactionView>, Problem> {
    if !reach::sees_satisfaction(caller.role) {
        return Ok(Vec::new());
    }
    let answers = satisfaction::list(conn, case).await?;
    Ok(answers.into_iter().map(SatisfactionView::from).collect())
}

impl From<SatisfactionAnswer> for SatisfactionView {
    fn from(answer: SatisfactionAnswer) -> Self {
        Self {
            round: answer.round,
            rating: answer.rating,
            words: answer.words,
            changed_at: answer.changed_at,
        }
    }
}
