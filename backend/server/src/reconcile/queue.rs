//! Which case is reconciled next: whichever has waited longest, and none twice at the same time.

use hejie_case::ids::CaseId;
use std::collections::{BTreeSet, VecDeque};

/// Cases that have something to reconcile.
#[derive(Debug, Default)]
pub(super) struct CaseQueue {
    order: VecDeque<CaseId>,
    /// The same cases.
    waiting: BTreeSet<CaseId>,
    /// Cases that are being reconciled; what comes up meanwhile waits until that has ended.
    running: BTreeSet<CaseId>,
}

impl CaseQueue {
    /// Adds a case behind the others; one that waits already keeps its place.
    pub(super) fn add(&mut self, case: CaseId) {
        if self.waiting.insert(case) {
            self.order.push_back(case);
        }
    }

    /// Takes the case that has waited longest and is not being reconciled, until it is
    /// [ended](Self::end).
    pub(super) fn take(&mut self) -> Option<CaseId> {
        let is_free = |case: &CaseId| !self.running.contains(case);
        let place = self.order.iter().position(is_free)?;
        let case = self.order.remove(place)?;
        self.waiting.remove(&case);
        self.running.insert(case);
        Some(case)
    }

    /// Says that a case is not being reconciled any more.
    pub(super) fn end(&mut self, case: CaseId) {
        self.running.remove(&case);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn case(n: u128) -> CaseId {
        CaseId(Uuid::from_u128(n))
    }

    fn queue(cases: &[u128]) -> CaseQueue {
        let mut queue = CaseQueue::default();
        cases.iter().for_each(|n| queue.add(case(*n)));
        queue
    }

    #[test]
    fn a_case_that_is_nudged_again_and_again_starves_none_with_a_higher_id() {
        let mut queue = queue(&[1, 2, 3]);
        let mut taken = Vec::new();
        for _ in 0..4 {
            let next = queue.take().unwrap();
            queue.add(case(1));
            queue.end(next);
            taken.push(next);
        }
        assert_eq!(taken, [1, 2, 3, 1].map(case));
    }

    #[test]
    fn a_case_is_not_taken_twice_at_the_same_time_and_forgets_no_nudge() {
        let mut queue = queue(&[7]);
        assert_eq!(queue.take(), Some(case(7)));
        queue.add(case(7));
        queue.add(case(8));
        assert_eq!(queue.take(), Some(case(8)), "the other one meanwhile");
        assert_eq!(queue.take(), None);
        queue.end(case(7));
        assert_eq!(queue.take(), Some(case(7)));
    }

    #[test]
    fn a_case_that_is_nudged_twice_is_taken_once() {
        let mut queue = queue(&[5, 6, 5]);
        let taken = [(); 3].map(|()| queue.take());
        assert_eq!(taken, [Some(case(5)), Some(case(6)), None]);
        queue.end(case(5));
        assert_eq!(queue.take(), None);
    }
}
