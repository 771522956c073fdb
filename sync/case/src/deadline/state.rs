//! How a clock stands at a moment.

use crate::facts::Deadline;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineState {
    /// Met, in time or late.
    Met {
        /// After its end.
        late: bool,
    },
    /// Let off.
    Waived,
    /// Stopped with the case, in time or overdue by then.
    Ended {
        /// After its end.
        late: bool,
    },
    /// Stands still.
    Paused,
    /// Runs.
    Running,
    /// Three quarters of its time are used.
    Soon75,
    /// Nine tenths of its time are used.
    Soon90,
    /// Past its end.
    Overdue {
        /// By how much, in percent of its length.
        percent: u32,
    },
}

/// How a clock stands at a moment.
#[must_use]
pub fn deadline_state(clock: &Deadline, now: Timestamp) -> DeadlineState {
    if let Some(met) = clock.met_at {
        let late = met > ends_at(clock, met);
        return DeadlineState::Met { late };
    }
    if clock.waived.is_some() {
        return DeadlineState::Waived;
    }
    if let Some(ended) = clock.ended_at {
        let late = ended > ends_at(clock, ended);
        return DeadlineState::Ended { late };
    }
    let reached = |percent| at_percent(clock, percent).is_some_and(|at| at <= now);
    if reached(100) {
        let percent = overdue_percent(clock, now);
        return DeadlineState::Overdue { percent };
    }
    if clock.pauses.last().is_some_and(|pause| pause.to.is_none()) {
        return DeadlineState::Paused;
    }
    match (reached(75), reached(90)) {
        (_, true) => DeadlineState::Soon90,
        (true, false) => DeadlineState::Soon75,
        (false, false) => DeadlineState::Running,
    }
}

/// The end of a clock with its pauses: each that began before it moves it by its own length, one
/// that lasts until `now`.
#[must_use]
pub fn ends_at(clock: &Deadline, now: Timestamp) -> Timestamp {
    let mut end = clock.due_at;
    for pause in clock.pauses.iter().filter(|pause| pause.from <= now) {
        if pause.from >= end {
            break;
        }
        let to = pause.to.unwrap_or_else(|| now.max(pause.from));
        end = later(end, to.duration_since(pause.from));
    }
    end
}

/// When a clock has used this share of its time; none while it stands still before that.
#[must_use]
pub fn at_percent(clock: &Deadline, percent: u32) -> Option<Timestamp> {
    let mut at = later(clock.starts_at, share(length(clock), percent));
    for pause in &clock.pauses {
        if pause.from >= at {
            break;
        }
        at = later(at, pause.to?.duration_since(pause.from));
    }
    Some(at)
}

/// By how much a clock is past its end, in percent of its length; 0 before its end. Pauses after
/// the end do not count.
#[must_use]
pub fn overdue_percent(clock: &Deadline, now: Timestamp) -> u32 {
    let beyond = now.duration_since(ends_at(clock, now)).as_micros();
    let length = length(clock).as_micros();
    match (beyond > 0, length > 0) {
        (true, true) => u32::try_from(beyond.saturating_mul(100) / length).unwrap_or(u32::MAX),
        (true, false) => u32::MAX,
        (false, _) => 0,
    }
}

fn length(clock: &Deadline) -> SignedDuration {
    clock.due_at.duration_since(clock.starts_at)
}

fn share(length: SignedDuration, percent: u32) -> SignedDuration {
    let micros = length.as_micros().saturating_mul(i128::from(percent)) / 100;
    SignedDuration::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
