//! E19 履行: entries with proof, until every promise is kept (LW12).

use super::prelude::*;
use crate::{
    deadline,
    obligation::{ObligationState, in_force, obligation_state},
    record::PerformanceEntry,
};

impl Transition for PerformanceEntry {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Perform,
        from: In(&[
            AgreementEffective,
            Performing,
            FollowUp,
            PendingClose,
            CloseDisputed,
        ]),
        to: OneOf(&[Performing, FollowUp]),
        who: &[Member],
        asks: &[],
        clocks: &[],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[Guard::new("属现行协议的条款", |act, attempt| {
        let mut promised = in_force(attempt.context.view, attempt.facts);
        need(
            promised.any(|clause| clause == act.obligation),
            "unknown_obligation",
            "现行协议中没有这一条款，请核对后重新登记履行情况。",
        )
    })];

    /// All obligations done means that only visits remain; otherwise performance goes on.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let view = attempt.context.view;
        let agreement = facts.round.agreement.as_ref();
        let has_draft = agreement.is_some_and(|a| view.drafts.contains_key(&a.draft));
        if facts.stage.status() > FollowUp || !has_draft {
            return;
        }
        let done = |clause| obligation_state(view, facts, clause) == ObligationState::Performed;
        let all = in_force(view, facts).all(done);
        facts.stage = if all {
            Stage::FollowUp
        } else {
            Stage::Performing
        };
        if all {
            deadline::start_visits(facts, attempt.context.policy, attempt.context.now);
        }
    }
}
