//! Brakes: how often one phone may come, how many exchanges run at once and how many may wait.

use crate::{clock::Clock, identity::Ticks, problem::Problem};
use governor::{
    Quota, RateLimiter, clock::Clock as _, middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use hejie_case::ids::DeviceId;
use std::{fmt, num::NonZeroU32, time::Duration};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Requests of one phone before it is two a second: enough for the first sync of a large caseload.
const BURST: NonZeroU32 = NonZeroU32::new(120).unwrap();
const EVERY: Duration = Duration::from_millis(500);

/// When more phones than this are remembered, those that have recovered are forgotten.
const REMEMBERED: usize = 100_000;

/// Exchanges that run at once. Each needs a connection to Postgres only while it reads or writes.
const RUNNING: usize = 16;

/// Exchanges that hold a whole request and wait for their turn; each of them may be as large as a body.
const WAITING: usize = 256;

/// The brakes of one server.
pub struct Limits {
    phones:
        RateLimiter<DeviceId, DefaultKeyedStateStore<DeviceId>, Ticks, NoOpMiddleware<Duration>>,
    waiting: Semaphore,
    running: Semaphore,
}

/// A place among the exchanges that run. Given back when dropped.
#[derive(Debug)]
pub struct Seat<'a> {
    _waiting: SemaphorePermit<'a>,
    _running: SemaphorePermit<'a>,
}

impl Limits {
    /// Makes brakes that have seen nothing.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        // `with_period` refuses only a period of zero.
        let quota = Quota::with_period(EVERY)
            .unwrap_or(Quota::per_second(BURST))
            .allow_burst(BURST);
        Self {
            phones: RateLimiter::new(quota, DefaultKeyedStateStore::default(), Ticks::new(clock)),
            waiting: Semaphore::new(RUNNING + WAITING),
            running: Semaphore::new(RUNNING),
        }
    }

    /// Counts a request of a phone and passes when it is not one too many.
    ///
    /// # Errors
    /// [`Problem::TooManyExchanges`] says when to come again.
    pub fn count(&self, phone: DeviceId) -> Result<(), Problem> {
        if self.phones.len() > REMEMBERED {
            self.phones.retain_recent();
        }
        self.phones.check_key(&phone).map_err(|later| {
            let wait = later.wait_time_from(self.phones.clock().now());
            Problem::TooManyExchanges {
                retry_after: wait.as_secs() + 1,
            }
        })
    }

    /// Waits for a place among the exchanges that run.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when too many wait already.
    pub async fn enter(&self) -> Result<Seat<'_>, Problem> {
        let waiting = self
            .waiting
            .try_acquire()
            .map_err(|_| Problem::Unavailable(None))?;
        let running = self
            .running
            .acquire()
            .await
            .map_err(|_| Problem::Unavailable(None))?;
        Ok(Seat {
            _waiting: waiting,
            _running: running,
        })
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Limits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};
    use uuid::Uuid;

    #[test]
    fn a_phone_that_comes_too_often_is_told_when_to_come_again_and_others_are_not_touched() {
        let (clock, hand) = Clock::settable(Timestamp::from_second(1_780_000_000).unwrap());
        let limits = Limits::new(&clock);
        let (hasty, calm) = (DeviceId(Uuid::from_u128(1)), DeviceId(Uuid::from_u128(2)));
        for _ in 0..BURST.get() {
            limits.count(hasty).unwrap();
        }
        assert!(matches!(
            limits.count(hasty),
            Err(Problem::TooManyExchanges { retry_after: 1 })
        ));
        limits.count(calm).unwrap();
        hand.advance(SignedDuration::from_secs(1));
        limits.count(hasty).unwrap();
    }

    #[tokio::test]
    async fn when_too_many_wait_the_next_is_sent_away_at_once() {
        let (clock, _hand) = Clock::settable(Timestamp::from_second(1_780_000_000).unwrap());
        let limits = Limits::new(&clock);
        let all = limits
            .waiting
            .try_acquire_many((RUNNING + WAITING) as u32)
            .unwrap();
        assert!(matches!(
            limits.enter().await,
            Err(Problem::Unavailable(None))
        ));
        drop(all);
        limits.enter().await.unwrap();
    }
}
