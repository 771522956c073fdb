//! Brakes on guessing passwords, which nobody can turn against the owner of an account.
//!
//! What is counted is failures: by login and address together, by address, and by login from
//! wherever. The last one stands against guessing from many addresses; it and the one by address do
//! not hold for an address from which that login was signed in before, so that whoever guesses
//! elsewhere does not lock the owner out.
//!
//! The counts are in memory: a second server doubles what can be tried, which the lengths of
//! passwords bear. From where a login was signed in is in the registry.

use super::rate_limit::{Allowance, FailureRateLimit};
use crate::{clock::Clock, connections::household, problem::Problem};
use governor::clock::Clock as GovernorClock;
use parking_lot::Mutex;
use std::{collections::HashMap, fmt, net::IpAddr, time::Duration};

/// Failures of one login at one address before it is one every half minute.
const PAIR: Allowance = Allowance {
    burst: 8,
    every: Duration::from_secs(30),
};

/// Failures from one address before it is one every second; a whole office may share one.
const ADDRESS: Allowance = Allowance {
    burst: 60,
    every: Duration::from_secs(1),
};

/// Failures of one login from all addresses before it is one every ten seconds.
const LOGIN: Allowance = Allowance {
    burst: 100,
    every: Duration::from_secs(10),
};

/// Attempts from one address that wait for their password to be checked: the places for that are
/// few.
const CHECKED_AT_ONCE: usize = 8;

/// Counts attempts to sign in.
pub struct LoginGuard {
    clock: Clock,
    state: Mutex<LoginGuardState>,
}

struct LoginGuardState {
    pairs: FailureRateLimit<(String, Option<IpAddr>)>,
    addresses: FailureRateLimit<IpAddr>,
    logins: FailureRateLimit<String>,
    checked: HashMap<IpAddr, usize>,
}

/// Whether an address is one from which the login was signed in before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginOrigin {
    /// It is.
    Known,
    /// It is not, or nobody has looked.
    Unknown,
}

/// An attempt that may be made. Unless it [succeeds](LoginAttempt::succeeded), it is a failure.
pub struct LoginAttempt<'a> {
    guard: &'a LoginGuard,
    login: String,
    address: Option<IpAddr>,
}

impl LoginGuard {
    /// Makes a guard that has seen nothing.
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self {
            clock: clock.clone(),
            state: Mutex::new(LoginGuardState {
                pairs: FailureRateLimit::new(PAIR),
                addresses: FailureRateLimit::new(ADDRESS),
                logins: FailureRateLimit::new(LOGIN),
                checked: HashMap::new(),
            }),
        }
    }

    /// Whether it matters for this attempt from where the login was signed in before.
    #[must_use]
    pub fn asks_origin(&self, login: &str, address: Option<IpAddr>) -> bool {
        let state = self.state.lock();
        state
            .pair_wait(login, address.map(household), &self.clock)
            .is_none()
            && state
                .wide_wait(login, address.map(household), &self.clock)
                .is_some()
    }

    /// Counts an attempt and lets it pass when it is not one too many.
    ///
    /// # Errors
    /// [`Problem::TooManyAttempts`], whether or not there is such a login.
    pub fn pass(
        &self,
        login: &str,
        address: Option<IpAddr>,
        origin: LoginOrigin,
    ) -> Result<LoginAttempt<'_>, Problem> {
        let address = address.map(household);
        let mut state = self.state.lock();
        let wide = match origin {
            LoginOrigin::Known => None,
            LoginOrigin::Unknown => state.wide_wait(login, address, &self.clock),
        };
        let wait = state.pair_wait(login, address, &self.clock).max(wide);
        if let Some(retry_after) = wait.or_else(|| state.is_crowded(address).then_some(1)) {
            return Err(Problem::TooManyAttempts { retry_after });
        }
        state.count(login, address, &self.clock);
        Ok(LoginAttempt {
            guard: self,
            login: login.to_owned(),
            address,
        })
    }
}

impl LoginAttempt<'_> {
    /// The password was right: nothing is counted.
    pub fn succeeded(self) {
        let mut state = self.guard.state.lock();
        state.pairs.take_back(&(self.login.clone(), self.address));
        state.logins.take_back(&self.login);
        if let Some(address) = &self.address {
            state.addresses.take_back(address);
        }
    }
}

impl Drop for LoginAttempt<'_> {
    fn drop(&mut self) {
        if let Some(address) = self.address {
            self.guard.state.lock().leave(address);
        }
    }
}

impl LoginGuardState {
    fn pair_wait(&self, login: &str, address: Option<IpAddr>, clock: &Clock) -> Option<u64> {
        self.pairs.wait(&(login.to_owned(), address), clock)
    }

    fn wide_wait(&self, login: &str, address: Option<IpAddr>, clock: &Clock) -> Option<u64> {
        let of_address = address.and_then(|address| self.addresses.wait(&address, clock));
        self.logins.wait(&login.to_owned(), clock).max(of_address)
    }

    fn is_crowded(&self, address: Option<IpAddr>) -> bool {
        let checked = address.and_then(|address| self.checked.get(&address));
        checked.is_some_and(|checked| *checked >= CHECKED_AT_ONCE)
    }

    fn count(&mut self, login: &str, address: Option<IpAddr>, clock: &Clock) {
        self.pairs.count((login.to_owned(), address), clock);
        self.logins.count(login.to_owned(), clock);
        if let Some(address) = address {
            self.addresses.count(address, clock);
            *self.checked.entry(address).or_default() += 1;
        }
    }

    fn leave(&mut self, address: IpAddr) {
        if let Some(checked) = self.checked.get_mut(&address) {
            *checked = checked.saturating_sub(1);
            if *checked == 0 {
                self.checked.remove(&address);
            }
        }
    }
}

impl fmt::Debug for LoginGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginGuard")
    }
}

/// The server's clock as governor reads it: the time that has passed, whatever the clock is set to.
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
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ClockHand;
    use jiff::{SignedDuration, Timestamp};

    fn guard() -> (LoginGuard, ClockHand) {
        let (clock, hand) = Clock::settable(Timestamp::from_second(1_780_000_000).unwrap());
        (LoginGuard::new(&clock), hand)
    }

    fn at(n: u8) -> Option<IpAddr> {
        Some(IpAddr::from([10, 0, n, 1]))
    }

    fn fail(guard: &LoginGuard, login: &str, address: Option<IpAddr>) -> bool {
        guard.pass(login, address, LoginOrigin::Unknown).is_ok()
    }

    #[test]
    fn a_login_that_failed_too_often_recovers_with_time_and_others_are_not_touched() {
        let (guard, hand) = guard();
        assert_eq!((0..20).filter(|_| fail(&guard, "lin", at(1))).count(), 8);
        let refused = guard.pass("lin", at(1), LoginOrigin::Known).err().unwrap();
        assert!(matches!(
            refused,
            Problem::TooManyAttempts {
                retry_after: 1..=31
            }
        ));
        assert!(fail(&guard, "wang", at(1)));
        hand.advance(SignedDuration::from_secs(31));
        assert!(fail(&guard, "lin", at(1)));
    }

    #[test]
    fn whoever_guesses_elsewhere_does_not_lock_the_owner_out() {
        let (guard, _hand) = guard();
        for n in 2..=200 {
            (0..10).for_each(|_| {
                fail(&guard, "lin", at(n));
            });
        }
        assert!(
            !fail(&guard, "lin", at(201)),
            "guessing from many addresses"
        );
        assert!(guard.asks_origin("lin", at(1)));
        for _ in 0..100 {
            guard
                .pass("lin", at(1), LoginOrigin::Known)
                .ok()
                .unwrap()
                .succeeded();
        }
    }

    /// Nobody can count the addresses of one IPv6 network, and one house has them all.
    #[test]
    fn all_addresses_of_one_network_are_one() {
        let (guard, _hand) = guard();
        let network = |n: u16, host: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, n, 1, 2, 3, host]));
        let tried = (0..100).filter(|host| fail(&guard, "lin", network(1, *host)));
        assert_eq!(tried.count(), 8);
        assert!(fail(&guard, "lin", network(2, 0)));
        let spread = (0..100).filter(|n| fail(&guard, &format!("login-{n}"), network(3, *n)));
        assert_eq!(spread.count(), 60);
    }

    #[test]
    fn successes_are_not_counted_and_many_at_once_are() {
        let (guard, _hand) = guard();
        for _ in 0..100 {
            guard
                .pass("lin", at(1), LoginOrigin::Unknown)
                .ok()
                .unwrap()
                .succeeded();
        }
        let pending: Vec<_> = (0..100)
            .filter_map(|_| guard.pass("lin", at(1), LoginOrigin::Unknown).ok())
            .collect();
        assert_eq!(pending.len(), 8);
    }

    #[test]
    fn one_address_does_not_take_all_the_places_for_checking() {
        let (guard, _hand) = guard();
        let pending: Vec<_> = (0..20)
            .filter_map(|n| {
                guard
                    .pass(&format!("login-{n}"), at(1), LoginOrigin::Unknown)
                    .ok()
            })
            .collect();
        assert_eq!(pending.len(), CHECKED_AT_ONCE);
        assert!(fail(&guard, "login-1", at(2)));
        drop(pending);
        assert!(fail(&guard, "login-21", at(1)));
    }
}
