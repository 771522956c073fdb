//! How many of one kind are on their way, by whose they are.

use std::{collections::HashMap, hash::Hash, sync::Arc};
use tokio::sync::Semaphore;

/// The lanes of one kind of owner.
pub(super) struct Lanes<K> {
    most: usize,
    at_once: usize,
    lanes: HashMap<K, OwnerLane>,
}

struct OwnerLane {
    inside: usize,
    turns: Arc<Semaphore>,
}

impl<K: Hash + Eq + Copy> Lanes<K> {
    /// Lanes that hold so many, of which so many run at once.
    pub(super) fn new(most: usize, at_once: usize) -> Self {
        Self {
            most,
            at_once,
            lanes: HashMap::new(),
        }
    }

    /// Goes in and gives the turns for which to wait; none when the lane is full.
    pub(super) fn enter(&mut self, key: K) -> Option<Arc<Semaphore>> {
        let lane = self.lanes.entry(key).or_insert_with(|| OwnerLane {
            inside: 0,
            turns: Arc::new(Semaphore::new(self.at_once)),
        });
        if lane.inside >= self.most {
            return None;
        }
        lane.inside += 1;
        Some(Arc::clone(&lane.turns))
    }

    /// Goes out. A lane without anybody is forgotten.
    pub(super) fn leave(&mut self, key: K) {
        if let Some(lane) = self.lanes.get_mut(&key) {
            lane.inside = lane.inside.saturating_sub(1);
            if lane.inside == 0 {
                self.lanes.remove(&key);
            }
        }
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }
}
