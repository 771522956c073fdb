//! Brakes on guessing: so many attempts a login and so many an address, then one a while.
//!
//! The counts are in memory: a second server doubles what can be tried, which the lengths of passwords bear.

use crate::{clock::Clock, problem::Problem};
use governor::{
    Quota, RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use std::{fmt, hash::Hash, net::IpAddr, num::NonZeroU32, time::Duration};

/// Attempts on one login before it is one every half minute.
const LOGIN_BURST: NonZeroU32 = NonZeroU32::new(8).unwrap();
const LOGIN_EVERY: Duration = Duration::from_secs(30);

/// Attempts from one address before it is one every second; a whole office may share one.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(60).unwrap();
const ADDRESS_EVERY: Duration = Duration::from_secs(1);

/// When more logins or addresses than this are remembered, those that have recovered are forgotten.
const REMEMBERED: usize = 10_000;

type Limiter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, Ticks, NoOpMiddleware<Duration>>;

/// Counts attempts to sign in.
pub struct LoginGuard {
    logins: Limiter<String>,
    addresses: Limiter<IpAddr>,
}

impl LoginGuard {
    /// Makes a guard that has seen nothing.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self {
            logins: limiter(LOGIN_BURST, LOGIN_EVERY, clock),
            addresses: limiter(ADDRESS_BURST, ADDRESS_EVERY, clock),
        }
    }

    /// Counts an attempt and passes when it is not one too many.
    ///
    /// # Errors
    /// [`Problem::TooManyAttempts`], whether or not there is such a login.
    pub fn pass(&self, login: &str, address: Option<IpAddr>) -> Result<(), Problem> {
        if let Some(address) = address {
            check(&self.addresses, &address)?;
        }
        check(&self.logins, &login.to_owned())
    }
}

impl fmt::Debug for LoginGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginGuard")
    }
}

fn limiter<K: Hash + Eq + Clone>(burst: NonZeroU32, every: Duration, clock: &Clock) -> Limiter<K> {
    // `with_period` refuses only a period of zero.
    let quota = Quota::with_period(every)
        .unwrap_or(Quota::per_minute(burst))
        .allow_burst(burst);
    RateLimiter::new(
        quota,
        DefaultKeyedStateStore::default(),
        Ticks(clock.clone()),
    )
}

fn check<K: Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Result<(), Problem> {
    if limiter.len() > REMEMBERED {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|later| {
        let wait = later.wait_time_from(limiter.clock().now());
        Problem::TooManyAttempts {
            retry_after: wait.as_secs() + 1,
        }
    })
}

/// The server's clock as governor reads it: time since 1970.
#[derive(Debug, Clone)]
pub struct Ticks(Clock);

impl Ticks {
    /// Reads the server's clock.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self(clock.clone())
    }
}

impl GovernorClock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let micros = u64::try_from(self.0.now().as_microsecond()).unwrap_or(0);
        Duration::from_micros(micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn a_login_that_was_tried_too_often_recovers_with_time_and_others_are_not_touched() {
        let (clock, hand) = Clock::settable(Timestamp::from_second(1_780_000_000).unwrap());
        let guard = LoginGuard::new(&clock);
        for _ in 0..8 {
            guard.pass("lin", None).unwrap();
        }
        let refused = guard.pass("lin", None).unwrap_err();
        assert!(matches!(
            refused,
            Problem::TooManyAttempts {
                retry_after: 1..=31
            }
        ));
        guard.pass("wang", None).unwrap();
        hand.advance(SignedDuration::from_secs(31));
        guard.pass("lin", None).unwrap();
    }
}
