//! Several bodies at one table, and the end of a hold after a danger.

use super::{CaseSummary, Desk, Done, Json, ReasonRequest, Task};
use garde::Validate;
use hejie_case::rule::Act;
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who takes a case up together.
#[derive(Deserialize, Validate, ToSchema)]
pub struct JointRequest {
    /// Who joins; with whoever opens it, 110, 12345 and the centre must be there.
    #[garde(length(max = 20))]
    members: Vec<Uuid>,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Which plan stands.
#[derive(Deserialize, Validate, ToSchema)]
pub struct PlanRequest {
    /// The plan 一案一策, by its entry in the document.
    #[garde(skip)]
    plan: Uuid,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// Lets three parties take a case up together (E22).
#[utoipa::path(post, path = "/api/v1/cases/{id}/joint", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = JointRequest, responses((status = 200, body = CaseSummary)))]
pub async fn open_joint(desk: Desk, Json(asked): Json<JointRequest>) -> Done {
    let mut members = Vec::new();
    for user in BTreeSet::from_iter(asked.members) {
        members.push(desk.target(user.into(), Task::Joint).await?);
    }
    desk.decide(asked.base_version, Act::OpenJoint { members })
        .await
}

/// Ends joint handling with a plan whose steps somebody owns (E22b).
#[utoipa::path(post, path = "/api/v1/cases/{id}/joint/end", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = PlanRequest, responses((status = 200, body = CaseSummary)))]
pub async fn end_joint(desk: Desk, Json(asked): Json<PlanRequest>) -> Done {
    let plan = asked.plan.into();
    desk.decide(asked.base_version, Act::EndJoint { plan })
        .await
}

/// Ends the hold that a reported danger laid on a case (E23b).
#[utoipa::path(post, path = "/api/v1/cases/{id}/release", tag = "acts", params(("id" = Uuid, Path, description = "The case")),
    request_body = ReasonRequest, responses((status = 200, body = CaseSummary)))]
pub async fn release_case(desk: Desk, Json(asked): Json<ReasonRequest>) -> Done {
    let act = Act::Release { why: asked.why };
    desk.decide(asked.base_version, act).await
}
