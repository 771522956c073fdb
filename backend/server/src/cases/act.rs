//! What a desk decides about a case: offers, returns, closings, rulings on disagreements.
//!
//! Every act names the version of the facts on which it was decided; if the case moved since, nothing happens and the desk is
//! told to look again.

use super::list::CaseSummary;
use crate::{
    access::Caller,
    problem::{Json, Path, Problem},
    state::{App, AppState},
};
use axum::extract::State;
use garde::Validate;
use hejie_case::{
    facts::Duty,
    ids::{CaseId, UserId},
    record::CloseKind,
    role::{Author, Role},
    rule::{Act, Motion, Target},
};
use hejie_registry::{audit, case, identity::grant, pool};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// To whom a case is given, for what.
#[derive(Deserialize, Validate, ToSchema)]
pub struct DispatchRequest {
    /// The person.
    #[garde(skip)]
    user_id: Uuid,
    /// `first` to offer the case, `co` or `visit` to add a co-handler or a visitor.
    #[garde(skip)]
    duty: DispatchDuty,
    /// 定效: what is expected of the first handler (R090); needed with `first`.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    expected: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

/// For what a person is to answer.
#[derive(Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DispatchDuty {
    /// 首处.
    First,
    /// 协办.
    Co,
    /// 回访.
    Visit,
}

/// Why a case is given back.
#[derive(Deserialize, Validate, ToSchema)]
pub struct ReturnRequest {
    /// In words.
    #[garde(length(chars, min = 1, max = 500))]
    reason: String,
    /// The version of the facts on which it was decided.
    #[garde(skip)]
    base_version: u64,
}

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

/// Offers a case to a first handler (E03), or adds a co-handler or visitor (R019).
#[utoipa::path(post, path = "/api/v1/cases/{id}/dispatch", tag = "cases", params(("id" = Uuid, Path, description = "The case")),
    request_body = DispatchRequest, responses((status = 200, body = CaseSummary)))]
pub async fn dispatch_case(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(asked): Json<DispatchRequest>,
) -> Result<Json<CaseSummary>, Problem> {
    let to = target(&state, &caller, asked.user_id.into(), asked.duty).await?;
    let act = match asked.duty {
        DispatchDuty::First => Act::Dispatch {
            target: to,
            expected: asked.expected,
        },
        DispatchDuty::Co => Act::Assign(to, Duty::Co),
        DispatchDuty::Visit => Act::Assign(to, Duty::Visit),
    };
    decide(
        &state,
        &caller,
        Decision {
            case: id.into(),
            base_version: asked.base_version,
            act,
            action: "dispatch_case",
        },
    )
    .await
}

/// Gives a case back to the pool (E06).
#[utoipa::path(post, path = "/api/v1/cases/{id}/return", tag = "cases", params(("id" = Uuid, Path, description = "The case")),
    request_body = ReturnRequest, responses((status = 200, body = CaseSummary)))]
pub async fn return_case(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(asked): Json<ReturnRequest>,
) -> Result<Json<CaseSummary>, Problem> {
    let act = Act::Return {
        reason: asked.reason,
    };
    decide(
        &state,
        &caller,
        Decision {
            case: id.into(),
            base_version: asked.base_version,
            act,
            action: "return_case",
        },
    )
    .await
}

/// Closes a case that its lead asked to close (E27).
#[utoipa::path(post, path = "/api/v1/cases/{id}/close", tag = "cases", params(("id" = Uuid, Path, description = "The case")),
    request_body = CloseRequest, responses((status = 200, body = CaseSummary)))]
pub async fn close_case(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
    Json(asked): Json<CloseRequest>,
) -> Result<Json<CaseSummary>, Problem> {
    let outcome: CloseKind =
        serde_json::from_value(asked.outcome.into()).map_err(|_| Problem::Invalid {
            detail: "outcome: 没有这一结案方式".into(),
        })?;
    let act = Act::Close { outcome };
    decide(
        &state,
        &caller,
        Decision {
            case: id.into(),
            base_version: asked.base_version,
            act,
            action: "close_case",
        },
    )
    .await
}

/// Rules on a disagreement between authors (R151).
#[utoipa::path(post, path = "/api/v1/cases/{id}/conflicts/{conflict_id}/ruling", tag = "cases",
    params(("id" = Uuid, Path, description = "The case"), ("conflict_id" = Uuid, Path, description = "The disagreement")),
    request_body = RulingRequest, responses((status = 200, body = CaseSummary)))]
pub async fn rule_conflict(
    State(state): State<AppState>,
    caller: Caller,
    Path((id, conflict)): Path<(Uuid, Uuid)>,
    Json(asked): Json<RulingRequest>,
) -> Result<Json<CaseSummary>, Problem> {
    let act = Act::RuleConflict {
        conflict: conflict.into(),
        choice: asked.choice,
        why: asked.why,
    };
    decide(
        &state,
        &caller,
        Decision {
            case: id.into(),
            base_version: asked.base_version,
            act,
            action: "rule_conflict",
        },
    )
    .await
}

struct Decision {
    case: CaseId,
    base_version: u64,
    act: Act,
    action: &'static str,
}

async fn decide(
    state: &App,
    caller: &Caller,
    decision: Decision,
) -> Result<Json<CaseSummary>, Problem> {
    let (case, now) = (decision.case, state.clock.now());
    let mut conn = pool::acquire(&state.pool).await?;
    let line = case::lookup_line(&mut conn, case)
        .await?
        .ok_or(Problem::NotFound)?;
    caller.in_jurisdiction(&line.region)?;
    if line.version != decision.base_version {
        return Err(Problem::Stale);
    }
    let motion = Motion {
        entry: None,
        act: decision.act,
        by: caller.author(),
        claimed_at: None,
        received_at: now,
    };
    let answers = state
        .settling
        .settle(case, std::slice::from_ref(&motion))
        .await?;
    let refusal = answers.into_iter().flatten().next();
    let mut entry = caller.act(now, decision.action);
    (entry.case, entry.ok) = (Some(case), refusal.is_none());
    audit::add(&mut conn, &entry).await?;
    if let Some(refusal) = refusal {
        return Err(Problem::Refused {
            code: refusal.code,
            zh: refusal.zh,
        });
    }
    let line = case::lookup_line(&mut conn, case)
        .await?
        .ok_or(Problem::NotFound)?;
    Ok(Json(line.into()))
}

/// The person in the role that fits the duty; somebody without such a role cannot be chosen.
async fn target(
    state: &App,
    caller: &Caller,
    user: UserId,
    duty: DispatchDuty,
) -> Result<Target, Problem> {
    let mut conn = pool::acquire(&state.pool).await?;
    let grants = grant::list_current(&mut conn, user, state.clock.now()).await?;
    let fits = |role| match duty {
        DispatchDuty::First => matches!(
            role,
            Role::Mediator | Role::PoliceOfficer | Role::Department
        ),
        DispatchDuty::Co => {
            matches!(
                role,
                Role::Mediator
                    | Role::PoliceOfficer
                    | Role::Department
                    | Role::GridWorker
                    | Role::Invited
            )
        }
        DispatchDuty::Visit => matches!(role, Role::GridWorker | Role::GridLeader | Role::Mediator),
    };
    let mut fitting = grants
        .into_iter()
        .filter(|g| fits(g.role) && caller.in_jurisdiction(&g.region).is_ok());
    let grant = fitting.next().ok_or_else(|| Problem::Invalid {
        detail: "user_id: 此人没有相应的岗位".into(),
    })?;
    Ok(Target {
        to: Author {
            user,
            role: grant.role,
            org: grant.org,
        },
    })
}
