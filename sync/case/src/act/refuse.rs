//! E12 拒绝/撤回: a party ends the mediation; beats a concurrent E11 or E16 (LW01).

use super::{ending, prelude::*};
use crate::{
    ids::EntryId,
    record::{CloseKind, ConsentSubject},
    rule::guard::consent,
};

/// A party's will ends the mediation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refuse {
    /// The party.
    pub party: EntryId,
    /// The other routes were told (LW07).
    pub routes_told: bool,
}

impl Transition for Refuse {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Refuse,
        from: BeforeEffect,
        to: OneOf(&[Closed]),
        who: &[First, Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::nothing_agreed_at_the_table(),
        Guard::new(
            "当事人拒绝或撤回的意思表示已记录",
            |act, attempt| {
                need(
                    consent::refused(attempt, act.party, ConsentSubject::Mediation).is_some(),
                    "refusal_not_recorded",
                    "请先记录该当事人拒绝或撤回的意思表示。",
                )
            },
        ),
        Guard::new(consent::ROUTES, |act, _| {
            consent::routes_told(act.routes_told)
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let outcome = if facts.round.accepted_at.is_some() {
            CloseKind::Withdrawn
        } else {
            CloseKind::Refused
        };
        let feedback = "当事人不愿继续调解，已告知其他救济途径。";
        ending::end(attempt, facts, outcome, feedback);
    }
}
