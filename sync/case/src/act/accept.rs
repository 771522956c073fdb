//! E11 受理: with the consent of every party and no refusal since; feedback and legal clocks begin
//! (LW01, LW15, R115).

use super::prelude::*;
use crate::{
    catalogue::{Catalogue, Mediation},
    facts::{Assignment, Duty},
    rule::guard::{consent, sharing, speakers},
};

/// The case is accepted for mediation; its first handler becomes the lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accept;

impl Transition for Accept {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Accept,
        from: In(&[PendingAcceptance]),
        to: OneOf(&[Accepted]),
        who: &[First],
        asks: &[],
        clocks: &[
            Begin(DeadlineKind::Feedback),
            Begin(DeadlineKind::Legal),
            Begin(DeadlineKind::FirstSession),
        ],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        Guard::new("属调解范围", may_be_mediated),
        guard::nowhere_else(),
        consent::two_sides(),
        speakers::in_order(),
        consent::all_consent(),
        sharing::everybody_was_asked(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.stage = Stage::Accepted;
        facts.round.accepted_at = Some(attempt.context.now);
        if let (None, Some(first)) = (facts.lead(), facts.first().cloned()) {
            let version = facts.next_assignment();
            facts.assignments.push(Assignment {
                version,
                duty: Duty::Lead,
                from: attempt.context.now,
                ..first
            });
        }
    }
}

/// The situation stands on the list of the mediation centre.
fn may_be_mediated(_: &Accept, attempt: &Attempt<'_>) -> Holds {
    let situation = Catalogue::current().lookup(&attempt.facts.situation);
    need(
        situation.is_none_or(|s| s.mediation == Mediation::Yes),
        "not_mediable",
        "该情形属公安事项清单，不能受理调解，请移交公安机关。",
    )
}
