//! The server's one clock. Everything that depends on time asks it, so that a test can set it.

use jiff::{SignedDuration, Timestamp};
use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// Tells the time, in whole microseconds as Postgres keeps it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Clock(ClockSource);

#[derive(Debug, Clone)]
enum ClockSource {
    System,
    Set(watch::Receiver<ClockFace>),
}

/// What a clock that is set shows.
#[derive(Debug, Clone, Copy)]
struct ClockFace {
    now: Timestamp,
    elapsed: Duration,
}

/// Moves a clock that was made by [`Clock::settable`].
#[derive(Debug, Clone)]
pub struct ClockHand(watch::Sender<ClockFace>);

/// Measures how long something takes; the time of day does not matter to it.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Clock {
    /// The clock of the machine.
    #[must_use]
    pub const fn system() -> Self {
        Self(ClockSource::System)
    }

    /// A clock that stands still until its hand is moved.
    #[must_use]
    pub fn settable(start: Timestamp) -> (Self, ClockHand) {
        let (hand, face) = watch::channel(ClockFace {
            now: whole_micros(start),
            elapsed: Duration::ZERO,
        });
        (Self(ClockSource::Set(face)), ClockHand(hand))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            ClockSource::System => whole_micros(machine_time()),
            ClockSource::Set(face) => face.borrow().now,
        }
    }

    /// How much time has passed since some moment of this process. Setting the time changes nothing
    /// about it: what counts how often something happens counts by this.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        static START: LazyLock<Stopwatch> = LazyLock::new(Stopwatch::start);
        match &self.0 {
            ClockSource::System => START.elapsed(),
            ClockSource::Set(face) => face.borrow().elapsed,
        }
    }

    /// Waits until a time has come. A set clock is waited for, however long its hand stands still.
    pub async fn sleep_until(&self, at: Timestamp) {
        match &self.0 {
            ClockSource::System => {
                let wait = Duration::try_from(at.duration_since(self.now())).unwrap_or_default();
                tokio::time::sleep(wait).await;
            }
            ClockSource::Set(face) => {
                // When the hand is dropped the time never comes; whoever waits is dropped with its
                // task.
                if face.clone().wait_for(|face| face.now >= at).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        }
    }

    /// Waits for a while.
    pub async fn sleep(&self, wait: SignedDuration) {
        let at = self.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        self.sleep_until(at).await;
    }
}

impl ClockHand {
    /// Sets the time, as somebody who puts a clock right: none passes.
    pub fn set(&self, to: Timestamp) {
        self.0.send_modify(|face| face.now = whole_micros(to));
    }

    /// Lets time pass.
    pub fn advance(&self, by: SignedDuration) {
        self.0.send_modify(|face| {
            face.now = face.now.checked_add(by).map_or(face.now, whole_micros);
            face.elapsed += Duration::try_from(by).unwrap_or_default();
        });
    }
}

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that measures"
    )]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long ago it was started.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// For how long something has waited. What is said to have begun later than now began by a clock
/// that was put back since: nobody knows when, and it counts as old as that clock was wrong.
#[must_use]
pub fn age(since: Timestamp, now: Timestamp) -> SignedDuration {
    now.duration_since(since).abs()
}

#[allow(clippy::disallowed_methods, reason = "this is the one clock")]
fn machine_time() -> Timestamp {
    Timestamp::now()
}

fn whole_micros(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_sleeps_by_a_set_clock_wakes_when_its_hand_is_moved() {
        let start: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        let (clock, hand) = Clock::settable(start);
        let five = SignedDuration::from_mins(5);
        let at = start.checked_add(five).unwrap();
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            // A task may begin after the hand was moved: until a time is fixed, for a while is not.
            async move { clock.sleep_until(at).await }
        });
        hand.advance(five);
        sleeper.await.unwrap();
        assert_eq!(
            clock.now().duration_since(start),
            SignedDuration::from_mins(5)
        );
    }

    #[test]
    fn a_clock_that_is_put_back_or_ahead_lets_no_time_pass() {
        let start: Timestamp = "2026-03-02T01:00:00Z".parse().unwrap();
        let (clock, hand) = Clock::settable(start);
        hand.advance(SignedDuration::from_secs(7));
        for hours in [-24, 24] {
            hand.set(start + SignedDuration::from_hours(hours));
            assert_eq!(clock.elapsed(), Duration::from_secs(7));
        }
    }
}
