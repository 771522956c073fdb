//! Jobs of one case come one after the other: where one hangs, whoever asks for another one of the
//! same case takes no second worker.

use hejie_case::ids::CaseId;
use parking_lot::Mutex;
use std::{
    collections::BTreeMap,
    sync::{Arc, Weak},
};
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// Whose turn it is, of each case that has a job.
#[derive(Debug, Default)]
pub(super) struct CaseTurns(Mutex<BTreeMap<CaseId, Weak<Turn<()>>>>);

impl CaseTurns {
    /// Waits until no other job of the case runs, in the order of those who wait, and holds its
    /// turn.
    pub(super) async fn take(&self, case: CaseId) -> OwnedMutexGuard<()> {
        self.of(case).lock_owned().await
    }

    fn of(&self, case: CaseId) -> Arc<Turn<()>> {
        let mut turns = self.0.lock();
        turns.retain(|_, turn| turn.strong_count() > 0);
        if let Some(turn) = turns.get(&case).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::default();
        turns.insert(case, Arc::downgrade(&turn));
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_case_has_one_turn_at_a_time_and_waits_for_no_other_case() {
        let turns = CaseTurns::default();
        let [one, other] = [1, 2].map(|n| CaseId(Uuid::from_u128(n)));
        let first = turns.take(one).await;
        let _of_other = turns.take(other).await;
        let mut second = tokio::task::spawn({
            let turn = turns.of(one);
            async move { drop(turn.lock_owned().await) }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        (&mut second).await.unwrap();
        drop(turns.take(one).await);
        assert_eq!(turns.0.lock().len(), 2);
        drop(turns.take(CaseId(Uuid::from_u128(3))).await);
        assert_eq!(turns.0.lock().len(), 2, "what nobody holds is forgotten");
    }
}
