//! What other bodies have of the matter, and who stepped back from the case.

use super::DetailContext;
use hejie_case::facts::{Recusal, RecusalGround, SeisedBody, SeisedMatter};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A matter that another body has, or had.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeisedView {
    body: SeisedBody,
    body_name: String,
    /// Empty where the law alone says whose it is.
    docket_no: String,
    accepted_on: Date,
    /// Since when that body has it no more.
    ended_on: Option<Date>,
}

/// Somebody who stepped back from the case.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecusedView {
    user_id: Uuid,
    name: Option<String>,
    ground: RecusalGround,
    /// The party who asked for it.
    party: Option<Uuid>,
    by_name: Option<String>,
    at: Timestamp,
}

impl DetailContext<'_> {
    pub(super) fn recused(&self, recusal: &Recusal) -> RecusedView {
        RecusedView {
            user_id: recusal.user.0,
            name: self.people.user(recusal.user),
            ground: recusal.ground,
            party: recusal.party.map(|party| party.0),
            by_name: self.people.user(recusal.by.user),
            at: recusal.at,
        }
    }
}

pub(super) fn seised(matter: &SeisedMatter) -> SeisedView {
    SeisedView {
        body: matter.body,
        body_name: matter.body_name.clone(),
        docket_no: matter.docket_no.clone(),
        accepted_on: matter.accepted_on,
        ended_on: matter.ended_on,
    }
}
