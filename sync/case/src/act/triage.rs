//! E02 警务/非警务研判: police or not, and which situation; what is theirs goes to the police.

use super::{ending, prelude::*, reclassify};
use crate::{
    catalogue::{Catalogue, List},
    ids::SituationCode,
};

/// The triage by a person, who says which situation it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Triage {
    /// The situation of the catalogue.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "N03-05"))]
    pub situation: SituationCode,
}

/// The triage by the catalogue, of the situation that was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriageByCatalogue;

const ROW: &ActRow = &ActRow {
    event: Event::Triage,
    from: In(&[Registered]),
    to: OneOf(&[PendingDispatch, Closed]),
    who: &[By(Dispatcher), By(PoliceDesk), By(PoliceOfficer), Rule],
    asks: &[],
    clocks: &[],
    offline: Offline::Request,
};

/// How the printed table says that the situation stands in the catalogue.
pub(super) const KNOWN: &str = "情形在目录中";

impl Transition for Triage {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[Guard::new(KNOWN, |act, _| known(&act.situation))];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        reclassify::take_over(&self.situation, attempt, facts);
        route(attempt, facts);
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let situation = facts.situation.clone();
        vec![Self { situation }]
    }
}

impl Transition for TriageByCatalogue {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[Guard::new(KNOWN, |_, attempt| {
        known(&attempt.facts.situation)
    })];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        route(attempt, facts);
    }
}

pub(super) fn known(code: &SituationCode) -> Holds {
    need(
        Catalogue::current().lookup(code).is_some(),
        "unknown_situation",
        "目录中没有这一情形编码，请按现行目录重新选择。",
    )
}

/// Sends the case where its situation belongs.
pub(super) fn route(attempt: &Attempt<'_>, facts: &mut Facts) {
    if is_of_police(&facts.situation) {
        ending::hand_to_police(attempt, facts);
    } else {
        facts.stage = Stage::PendingDispatch;
    }
}

/// Whether the situation stands on the list of the police.
pub(super) fn is_of_police(code: &SituationCode) -> bool {
    let known = Catalogue::current().lookup(code);
    known.is_some_and(|situation| situation.list == List::Police)
}
