//! What time a length comes to. Which kind has which length stands in [`Policy`].

use super::{at_hour, day_of, end_of, end_of_day_after, plus};
use crate::{
    facts::{DeadlineKind, Facts},
    policy::{Calendar, Length, Policy},
};
use jiff::{Timestamp, ToSpan, civil::Weekday};

impl Length {
    pub(super) fn end(self, from: Timestamp, calendar: &Calendar) -> Timestamp {
        match self {
            Self::Minutes(n) => plus(from, i64::from(n).minutes()),
            Self::Hours(n) => plus(from, i64::from(n).hours()),
            Self::Days(n) => end_of_day_after(from, n),
            Self::DaysOfLaw(n) => {
                let last = day_of(from).saturating_add(i64::from(n).days());
                end_of(calendar.working_day_from(last))
            }
            Self::WorkingDays(n) => end_of(calendar.working_day_after(day_of(from), n)),
            Self::Daily(time) => {
                let today = at_hour(day_of(from), time);
                match today > from {
                    true => today,
                    false => at_hour(day_of(from).saturating_add(1.day()), time),
                }
            }
            Self::Weekly(time) => {
                let day = day_of(from);
                let past_monday = day.weekday().since(Weekday::Monday);
                let monday = at_hour(day, time);
                match past_monday == 0 && monday > from {
                    true => monday,
                    false => at_hour(day.saturating_add(i64::from(7 - past_monday).days()), time),
                }
            }
        }
    }

    /// The same length and some days more, counted as its own days are.
    pub(super) fn extended(self, days: u32) -> Self {
        match self {
            Self::Minutes(n) => Self::Minutes(n.saturating_add(days.saturating_mul(1440))),
            Self::Hours(n) => Self::Hours(n.saturating_add(days.saturating_mul(24))),
            Self::Days(n) => Self::Days(n.saturating_add(days)),
            Self::DaysOfLaw(n) => Self::DaysOfLaw(n.saturating_add(days)),
            Self::WorkingDays(n) => Self::WorkingDays(n.saturating_add(days)),
            Self::Daily(_) | Self::Weekly(_) => self,
        }
    }

    /// Its days, for what is counted in days.
    pub(super) fn days(self) -> Option<u32> {
        match self {
            Self::Days(n) | Self::DaysOfLaw(n) | Self::WorkingDays(n) => Some(n),
            _ => None,
        }
    }

    /// Whether it never ends on a day off.
    pub(super) fn ends_at_work(self) -> bool {
        matches!(self, Self::DaysOfLaw(_) | Self::WorkingDays(_))
    }
}

/// When a clock that starts at `from` ends, and the rule that says so.
///
/// The due date of an obligation is agreed, not reckoned: see [`super::start_obligation`].
#[must_use]
pub fn due(
    kind: DeadlineKind,
    facts: &Facts,
    policy: &Policy,
    from: Timestamp,
) -> (Timestamp, &'static str) {
    let (length, basis) = policy.length(kind, facts);
    (length.end(from, &policy.calendar), basis)
}
