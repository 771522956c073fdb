//! A limit on failures, or on whatever else is counted: so many at once, then one a while, by
//! whatever key.
//!
//! An attempt is counted when it begins, so that many at once are no way around it, and taken back
//! when it succeeds. Time is what has passed, not what the clock says: nobody waits for a day
//! because the clock was put back by one.

use crate::clock::Clock;
use std::{collections::HashMap, hash::Hash, time::Duration};

/// When more keys than this are remembered, those that have recovered are forgotten.
const REMEMBERED: usize = 10_000;

/// How many failures, and how fast they are forgiven.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) burst: u32,
    pub(crate) every: Duration,
}

/// The failures of each key, as the time at which all of them will be forgiven.
#[derive(Debug)]
pub(crate) struct FailureRateLimit<K> {
    allowance: Allowance,
    forgiven_at: HashMap<K, Duration>,
    sweep_at: usize,
}

impl<K: Hash + Eq + Clone> FailureRateLimit<K> {
    pub(crate) fn new(allowance: Allowance) -> Self {
        Self {
            allowance,
            forgiven_at: HashMap::new(),
            sweep_at: REMEMBERED,
        }
    }

    /// How many seconds until the next attempt may succeed; none if it may now.
    pub(crate) fn wait(&self, key: &K, clock: &Clock) -> Option<u64> {
        let now = clock.elapsed();
        let forgiven_at = self.forgiven_at.get(key);
        let debt = forgiven_at.map_or(Duration::ZERO, |at| at.saturating_sub(now));
        let bearable = self.allowance.every * (self.allowance.burst - 1);
        let over = debt.saturating_sub(bearable);
        (!over.is_zero()).then(|| over.as_secs() + 1)
    }

    /// Counts an attempt.
    pub(crate) fn count(&mut self, key: K, clock: &Clock) {
        let now = clock.elapsed();
        if self.forgiven_at.len() >= self.sweep_at {
            self.forgiven_at.retain(|_, at| *at > now);
            // Looking through all of them again is worth it when there are twice as many.
            self.sweep_at = REMEMBERED.max(self.forgiven_at.len() * 2);
        }
        let at = self.forgiven_at.entry(key).or_insert(now);
        *at = (*at).max(now) + self.allowance.every;
    }

    /// Takes a counted attempt back.
    pub(crate) fn take_back(&mut self, key: &K) {
        if let Some(at) = self.forgiven_at.get_mut(key) {
            *at = at.saturating_sub(self.allowance.every);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn failures_are_forgiven_one_by_one_and_successes_are_none() {
        let (clock, hand) = Clock::settable(Timestamp::from_second(1_780_000_000).unwrap());
        let mut limit = FailureRateLimit::new(Allowance {
            burst: 3,
            every: Duration::from_secs(30),
        });
        for _ in 0..50 {
            assert_eq!(limit.wait(&1, &clock), None);
            limit.count(1, &clock);
            limit.take_back(&1);
        }
        for _ in 0..3 {
            assert_eq!(limit.wait(&1, &clock), None);
            limit.count(1, &clock);
        }
        assert_eq!(limit.wait(&1, &clock), Some(31));
        assert_eq!(limit.wait(&2, &clock), None);
        hand.advance(SignedDuration::from_secs(30));
        assert_eq!(limit.wait(&1, &clock), None);
        limit.count(1, &clock);
        assert!(limit.wait(&1, &clock).is_some());
    }

    #[test]
    fn who_has_recovered_is_forgotten() {
        let (clock, hand) = Clock::settable(Timestamp::from_second(1_780_000_000).unwrap());
        let mut limit = FailureRateLimit::new(Allowance {
            burst: 3,
            every: Duration::from_secs(1),
        });
        (0..REMEMBERED).for_each(|key| limit.count(key, &clock));
        hand.advance(SignedDuration::from_secs(2));
        limit.count(REMEMBERED, &clock);
        assert_eq!(limit.forgiven_at.len(), 1);
    }
}
