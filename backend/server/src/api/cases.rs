//! `/api/v1/cases`: what supervisors and dispatchers see of cases, and what they decide about them.

mod act;
mod available;
mod backup;
mod brief;
mod claim;
mod danger_call;
mod desk;
mod detail;
mod dossier;
mod events;
mod list;
mod people;
pub(in crate::api) mod public;
mod quarantine;
mod recovery;
mod register;
mod satisfaction;
mod trouble;
mod versions;
mod words;

use crate::{identity, problem::Problem, reconcile::ReconcilerError, state::AppState};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The operations about cases.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list_cases))
        .routes(routes!(register::create_case))
        .routes(routes!(detail::get_case))
        .routes(routes!(brief::get_brief))
        .routes(routes!(dossier::get_dossier))
        .routes(routes!(people::list_people))
        .routes(routes!(events::stream_events))
        .routes(routes!(quarantine::list_quarantine))
        .routes(routes!(quarantine::danger::list_open_dangers))
        .routes(routes!(quarantine::danger::answer_danger))
        .routes(routes!(danger_call::list_danger_calls))
        .routes(routes!(danger_call::answer_danger_call))
        .routes(routes!(quarantine::told::read_quarantined))
        .routes(routes!(quarantine::original::read_deposited_file))
        .routes(routes!(trouble::list_troubled_cases))
        .routes(routes!(backup::get_backup))
        .routes(routes!(recovery::list_recovery_claims))
        .routes(routes!(recovery::decide_recovery_claim))
        .routes(routes!(versions::list_conflict_versions))
        .routes(routes!(public::get_public_case))
        .routes(routes!(claim::list_claimable))
        .routes(routes!(claim::claim_case))
        .routes(routes!(satisfaction::rate_case))
        .merge(act::router())
}

impl From<ReconcilerError> for Problem {
    fn from(error: ReconcilerError) -> Self {
        match error {
            ReconcilerError::UnknownCase => Self::NotFound,
            ReconcilerError::Registry(error) => error.into(),
            ReconcilerError::Mark(error) => error.into(),
            ReconcilerError::Contended | ReconcilerError::Moved => Self::Stale,
            ReconcilerError::PutOut(standing) => identity::put_out(standing),
            ReconcilerError::Refused(reason) => Self::Refused(reason),
            ReconcilerError::PutOff { .. } => Self::Unavailable(Some(std::sync::Arc::new(error))),
            ReconcilerError::Worker(error) if !error.blames_job() => {
                Self::Unavailable(Some(std::sync::Arc::new(error)))
            }
            other => Self::internal(other),
        }
    }
}
