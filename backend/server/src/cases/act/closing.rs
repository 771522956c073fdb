//! How a case ends, and begins again.

use super::{CaseSummary, Desk, Done, Json, Path, ReasonRequest, read_word};
use garde::Validate;
use hejie_case::rule::Act;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// How a case is closed.
#[derive(Deserialize, Validate, ToSchema)]
pub struct CloseRequest {
    /// The asked outcome, or one of those in dispute, such as `agreement_performed`.
    #[garde(length(min = 1, max = 40))]
    outcome: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// How long a file is kept.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ArchiveRequest {
    /// `short`, `long` or `permanent`.
    #[garde(length(min = 1, max = 40))]
    retention: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Closes a case that its lead asked to close (E27).
#[utoipa::path(post, path = "/api/v1/cases/{id}/close", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = CloseRequest, responses((status = 200, body = CaseSummary)))]
pub async fn close_case(desk: Desk, Json(asked): Json<CloseRequest>) -> Done {
    let outcome = read_word("outcome", asked.outcome)?;
    desk.decide(asked.base_version, Act::Close { outcome })
        .await
}

/// Sends a closing back to where the case stood (E27b).
#[utoipa::path(post, path = "/api/v1/cases/{id}/send-back", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ReasonRequest, responses((status = 200, body = CaseSummary)))]
pub async fn send_back_case(desk: Desk, Json(asked): Json<ReasonRequest>) -> Done {
    let act = Act::SendBack { why: asked.why };
    desk.decide(asked.base_version, act).await
}

/// Waives the missing file of a piece of evidence (E27c, M17).
#[utoipa::path(post, path = "/api/v1/cases/{id}/evidence/{evidence_id}/waiver", tag = "acts",
    params(("id" = Uuid, Path, description = "The case"), ("evidence_id" = Uuid, Path, description = "The evidence")),
    request_body = ReasonRequest, responses((status = 200, body = CaseSummary)))]
pub async fn waive_file(
    desk: Desk,
    Path((_id, evidence)): Path<(Uuid, Uuid)>,
    Json(asked): Json<ReasonRequest>,
) -> Done {
    let act = Act::WaiveFile {
        evidence: evidence.into(),
        why: asked.why,
    };
    desk.decide(asked.base_version, act).await
}

/// Reopens a closed case as its next round (E29b).
#[utoipa::path(post, path = "/api/v1/cases/{id}/reopen", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ReasonRequest, responses((status = 200, body = CaseSummary)))]
pub async fn reopen_case(desk: Desk, Json(asked): Json<ReasonRequest>) -> Done {
    let act = Act::Reopen { why: asked.why };
    desk.decide(asked.base_version, act).await
}

/// Files a closed case (E31).
#[utoipa::path(post, path = "/api/v1/cases/{id}/archive", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ArchiveRequest, responses((status = 200, body = CaseSummary)))]
pub async fn archive_case(desk: Desk, Json(asked): Json<ArchiveRequest>) -> Done {
    let retention = read_word("retention", asked.retention)?;
    desk.decide(asked.base_version, Act::Archive { retention })
        .await
}
