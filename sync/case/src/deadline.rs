//! Clocks (docs/domain/rules.md#clocks): when each starts, stands still and ends, reckoned in
//! Asia/Shanghai; and what follows when it runs out.
//!
//! Every length stands in [`crate::policy`]. Days are calendar days unless the policy or the law
//! says working days; a limit of days ends at 24:00 of its last day, one of the law never on a day
//! off (Civil Code art. 203). A pause moves the end of any clock by its own length in calendar
//! time, of a clock of working days too, and then out of the days off. No clock is ever restarted:
//! a changed difficulty lengthens it from its own start ([`relength`]), a case that is given back
//! lets its clock of dispatch go on ([`start`]).

mod joined;
pub mod ladder;
mod length;
mod next;
mod push;
mod recurring;
mod running;
mod state;
#[cfg(test)]
mod tests;
pub mod trust;
mod visits;
mod watch;

pub use joined::{give_back, meet_brought, take_in};
pub use ladder::relapses;
pub use length::due;
pub use next::{next_moment, suspension_ends};
pub(crate) use push::resend_unheard;
pub use recurring::{progress, roll};
pub use running::{
    ExtendError, end_all, extend, follow_the_law, hand_on, meet, meet_of, pause, relength, resume,
    runs, start, start_obligation, start_of, start_order, waive,
};
pub use state::{DeadlineState, at_percent, deadline_state, ends_at, overdue_percent};

pub use visits::{start_visits, start_warning_visits};
pub use watch::{hurry, watch};

use jiff::{Span, Timestamp, ToSpan, civil, tz::Offset};

/// Asia/Shanghai: no daylight saving since 1991.
pub const SHANGHAI: Offset = Offset::constant(8);

/// 24:00 of the n-th day after the day of `from`, Asia/Shanghai (D01).
#[must_use]
pub fn end_of_day_after(from: Timestamp, days: u32) -> Timestamp {
    let day = day_of(from);
    end_of(day.saturating_add(i64::from(days).days()))
}

/// A time plus a span of hours and less; at the end of all time, that end.
#[must_use]
pub fn plus(from: Timestamp, span: Span) -> Timestamp {
    from.checked_add(span).unwrap_or(Timestamp::MAX)
}

/// The day of a time in Shanghai.
#[must_use]
pub fn day_of(at: Timestamp) -> civil::Date {
    SHANGHAI.to_datetime(at).date()
}

/// 24:00 of a day in Shanghai.
#[must_use]
pub fn end_of(day: civil::Date) -> Timestamp {
    at_hour(day.saturating_add(1.day()), civil::Time::midnight())
}

/// A time of day in Shanghai; beyond the end of all time, that end.
#[must_use]
pub fn at_hour(day: civil::Date, time: civil::Time) -> Timestamp {
    SHANGHAI
        .to_timestamp(day.to_datetime(time))
        .unwrap_or(Timestamp::MAX)
}
