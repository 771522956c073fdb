//! What the phone's own open requests will probably do: the server's hearing, held here on what is
//! known here.

use super::Enrolment;
use hejie_case::{
    facts::{Facts, Status},
    ids::EntryId,
    policy::Policy,
    reason::Reason,
    reconcile::foresee,
    view::CaseView,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A forecast, never a fact: shown as 待确认.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisional {
    /// Where the case will probably stand.
    pub status: Status,
    /// Requests that will probably be refused, and why.
    pub doubtful: BTreeMap<EntryId, Reason>,
}

/// Hears what the owner wrote and nobody ruled on yet; none when there is nothing of the kind, or
/// the server has not registered the case.
pub(super) fn provisional(
    view: &CaseView,
    facts: Option<&Facts>,
    owner: &Enrolment,
    now: Timestamp,
) -> Option<Provisional> {
    let own = (owner.actor, owner.author());
    let forecast = foresee(view, facts?, own, &Policy::default(), now);
    forecast.waits.then(|| Provisional {
        status: forecast.facts.stage.status(),
        doubtful: forecast.doubtful,
    })
}
