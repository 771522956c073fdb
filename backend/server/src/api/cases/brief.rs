//! `GET /api/v1/cases/{id}/brief`: what whoever is sent to a case is told before arrival (R139).
//! Every reading leaves a line in the audit log.

use crate::{
    access::{Caller, reach},
    identity,
    problem::{Json, Path, Problem},
    state::AppState,
};
use axum::extract::State;
use hejie_case::{
    brief::{CaseBrief, FormerCase, Hazard},
    catalogue::Catalogue,
    disclosure::FieldClass,
    facts::Facts,
};
use hejie_registry::{
    audit::AuditEvent,
    case::{self, brief},
    pool,
};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;
use uuid::Uuid;

/// What is told of a case before arrival: no names and no words of anybody.
#[derive(Debug, Serialize, ToSchema)]
pub struct BriefView {
    /// Earlier cases of the same pair of parties, the latest first; nothing while it is not known
    /// who they are.
    pair: Vec<FormerCaseView>,
    /// Earlier cases at the same address, the latest first.
    place: Vec<FormerCaseView>,
    /// What was seen of danger in this case and in those of the pair.
    of_pair: Vec<HazardView>,
    /// What was seen of danger in those of the place.
    of_place: Vec<HazardView>,
}

/// An earlier case.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormerCaseView {
    case_no: String,
    #[schema(example = "N02-02")]
    situation: String,
    situation_zh: Option<String>,
    /// How it ended, in Chinese; none while it goes on.
    result_zh: Option<String>,
    /// The day on which it was registered.
    #[schema(value_type = String, format = Date)]
    day: jiff::civil::Date,
}

/// Something dangerous.
#[derive(Debug, Serialize, ToSchema)]
pub struct HazardView {
    /// `danger`, `threat`, `weapon`, `order_breached`, `violence` or `dv_history`.
    #[schema(example = "weapon")]
    hazard: String,
    hazard_zh: String,
}

/// Tells whoever is assigned to a case what is known of the pair, of the place, and of danger.
#[utoipa::path(get, path = "/api/v1/cases/{id}/brief", tag = "cases", params(("id" = Uuid, Path, description = "The case")),
    responses((status = 200, body = BriefView)))]
pub async fn get_brief(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<Uuid>,
) -> Result<Json<BriefView>, Problem> {
    let now = state.clock.now();
    let mut tx = pool::begin(&state.pool).await?;
    let stored = case::lookup(&mut tx, id.into())
        .await?
        .ok_or(Problem::NotFound)?;
    reach::of_class(&caller, &stored.facts, FieldClass::Risk, now)?;
    if !is_assigned(&caller, &stored.facts) {
        return Err(Problem::NotFound);
    }
    let told = brief::read(&mut tx, stored.case, now).await?;
    let line = AuditEvent {
        case: Some(stored.case),
        ..caller.act(now, brief::READ)
    };
    identity::commit_for(&caller, tx, &[line], now).await?;
    Ok(Json(told.into()))
}

fn is_assigned(caller: &Caller, facts: &Facts) -> bool {
    let mut held = facts.assignments.iter();
    held.any(|a| a.to.is_none() && a.author() == caller.author())
}

impl From<CaseBrief> for BriefView {
    fn from(told: CaseBrief) -> Self {
        Self {
            pair: told.pair.into_iter().map(FormerCaseView::from).collect(),
            place: told.place.into_iter().map(FormerCaseView::from).collect(),
            of_pair: hazards(&told.of_pair),
            of_place: hazards(&told.of_place),
        }
    }
}

impl From<FormerCase> for FormerCaseView {
    fn from(earlier: FormerCase) -> Self {
        let known = Catalogue::current().lookup(&earlier.situation);
        Self {
            case_no: earlier.case_no,
            situation_zh: known.map(|situation| situation.situation_zh.clone()),
            situation: earlier.situation.into(),
            result_zh: earlier.result.map(|result| result.zh().into()),
            day: earlier.day,
        }
    }
}

fn hazards(found: &BTreeSet<Hazard>) -> Vec<HazardView> {
    let view = found.iter().map(|hazard| HazardView {
        hazard: hazard.code().into(),
        hazard_zh: hazard.zh().into(),
    });
    view.collect()
}
