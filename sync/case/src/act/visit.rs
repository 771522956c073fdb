//! E21 回访: a due visit is met by the first proven visit of somebody independent (R039, R040).

use super::prelude::*;
use crate::{
    deadline,
    facts::{Duty, Subject},
    record::{Visit, VisitMethod},
};

impl Transition for Visit {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Visit,
        from: Unfiled,
        to: Same,
        who: &[Member],
        asks: &[],
        clocks: &[Meet(DeadlineKind::RiskVisit)],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[];

    /// The first valid visit of somebody independent meets the due one; further visits are kept and
    /// count for nothing (M14). Signs of a relapse count whoever saw them (R041).
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        if self.finding.relapse_sign {
            deadline::relapses(facts, attempt.context.policy, attempt.context.now);
        }
        let (Some(n), Some(entry)) = (self.due, attempt.motion.entry) else {
            return;
        };
        let proven = self.method != VisitMethod::Door || self.place.is_some();
        let by = attempt.motion.by.user;
        let mut own = attempt.facts.assignments.iter();
        let own = own.any(|a| a.user == by && matches!(a.duty, Duty::First | Duty::Lead));
        if !proven || own || facts.round.visits_done.contains_key(&n) {
            return;
        }
        if guard::visit_runs(facts, n) {
            let at = attempt.motion.received_at;
            deadline::meet_of(facts, DeadlineKind::FollowUp, Subject::Visit(n), at);
            facts.round.visits_done.insert(n, entry);
        }
    }
}
