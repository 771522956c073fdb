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
            JointHandling,
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
        guard::known_here(attempt)?;
        let (view, facts) = (attempt.context.view, attempt.facts);
        let mut promised = in_force(view, facts);
        need(
            facts.round.is_agreed() && promised.any(|clause| clause == act.obligation),
            "unknown_obligation",
            "现行协议中没有这一条款，请核对后重新登记履行情况。",
        )
    })];

    /// What is kept while the table sits, or while a closing is asked for, moves nothing yet.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        go_on(attempt, facts);
    }
}

/// Moves a case with an agreement in force by what was logged of its promises: all kept means that
/// only visits remain; otherwise performance goes on.
pub(super) fn go_on(attempt: &Attempt<'_>, facts: &mut Facts) {
    let view = attempt.context.view;
    let logged = |clause| {
        view.performance
            .values()
            .any(|e| e.value.obligation == clause)
    };
    let may_move = matches!(
        facts.stage,
        Stage::AgreementEffective | Stage::Performing | Stage::FollowUp
    );
    if !may_move || !in_force(view, facts).any(logged) {
        return;
    }
    let done = |clause| obligation_state(view, facts, clause) == ObligationState::Performed;
    if !in_force(view, facts).all(done) {
        facts.stage = Stage::Performing;
        return;
    }
    // Who looks in already goes on by the clocks that run.
    if facts.stage != Stage::FollowUp {
        facts.stage = Stage::FollowUp;
        deadline::start_visits(facts, attempt.context.policy, attempt.context.now);
    }
}
