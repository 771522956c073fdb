//! `POST /api/v1/exchange/progress`: how far the case of an own number is (R036, R125). It is a
//! body that the channel signs, so that no signature for one number reads another.

use super::signed::{SignedBody, SignedHeaders};
use crate::{
    api::cases::public,
    problem::{self, Json, Problem, field},
    state::AppState,
};
use axum::extract::State;
use garde::Validate;
use hejie_registry::{case, incident, link, pool};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a channel asks about.
#[derive(Debug, Deserialize, Validate, ToSchema)]
pub struct ProgressRequest {
    /// The channel's own number.
    #[garde(custom(field::filled("external_no")))]
    #[schema(example = "20260302-000123")]
    external_no: String,
}

/// How far a case is, as anybody may know who has its public code.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressView {
    /// The channel's own number.
    external_no: String,
    /// When the order was received.
    received_at: Timestamp,
    /// The case; none of a call that is no dispute, and was kept.
    case: Option<CaseProgressView>,
}

/// How far a case is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseProgressView {
    /// Its number; that of the case under which it goes on, if it was merged.
    #[schema(example = "990101-2026-000123")]
    case_no: String,
    /// Where it stands, as a stable word.
    #[schema(example = "mediating")]
    status: String,
    /// Where it stands, in Chinese.
    status_zh: String,
    /// Which organisation handles it.
    handled_by: Option<String>,
    /// When it was registered.
    registered_at: Timestamp,
    /// The next deadline.
    due_at: Option<Timestamp>,
}

/// Reads how far the case of a number of the channel's own is.
#[utoipa::path(post, path = "/api/v1/exchange/progress", tag = "channel", request_body = ProgressRequest,
    params(SignedHeaders),
    responses((status = 200, body = ProgressView)))]
pub async fn read_progress(
    State(state): State<AppState>,
    signed: SignedBody,
) -> Result<Json<ProgressView>, Problem> {
    let ProgressRequest { external_no } = problem::of_json(&signed.body)?;
    let mut conn = pool::acquire(&state.pool).await?;
    let known = incident::lookup(&mut conn, &signed.channel.name, &external_no).await?;
    let known = known.ok_or(Problem::NotFound)?;
    let progress = match known.case {
        None => None,
        Some(case) => {
            let case = link::leading(&mut conn, case).await?;
            let line = case::lookup_line(&mut conn, case).await?;
            let stored = case::lookup(&mut conn, case).await?;
            let (line, stored) = line.zip(stored).ok_or(Problem::NotFound)?;
            Some(CaseProgressView {
                case_no: line.case_no.into(),
                status: line.status.code().into(),
                status_zh: line.status.zh().into(),
                handled_by: public::handled_by(&mut conn, &stored.facts).await?,
                registered_at: line.registered_at,
                due_at: line.due_at,
            })
        }
    };
    Ok(Json(ProgressView {
        external_no,
        received_at: known.received_at,
        case: progress,
    }))
}
