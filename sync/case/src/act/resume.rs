//! E15b 恢复: mediation goes on, by itself after the longest pause.

use super::prelude::*;
use crate::deadline;

/// The mediation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resume;

impl Transition for Resume {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Resume,
        from: In(&[Suspended]),
        to: OneOf(&[Mediating]),
        who: &[Lead, By(JudicialOffice), Rule],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        end_pause(attempt, facts);
        facts.stage = Stage::Mediating;
    }
}

/// The clocks that stood still go on (LW16).
pub(super) fn end_pause(attempt: &Attempt<'_>, facts: &mut Facts) {
    deadline::resume(facts, attempt.context.policy, attempt.context.now);
    deadline::meet(facts, DeadlineKind::Suspension, attempt.context.now);
}
