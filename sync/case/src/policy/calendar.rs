//! Which days are working days.
//!
//! `data/holidays-2026.csv` holds the days by which 2026 differs from Monday to Friday, after the
//! notice of the State Council's General Office of November 2025 on the public holidays of 2026, as
//! best known. A county replaces it in its settings every year; of a year without a table Monday to
//! Friday are the working days.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::LazyLock};

/// The days by which a calendar differs from Monday to Friday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Days off 放假.
    pub holidays: BTreeSet<Date>,
    /// Saturdays and Sundays on which work is made up 调休上班.
    pub workdays: BTreeSet<Date>,
}

/// A calendar file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// A line is not a day and a kind.
    #[error("the calendar has a line that cannot be read")]
    Line(#[from] csv::Error),
    /// A day stands in the file twice.
    #[error("{0} stands in the calendar twice")]
    Twice(Date),
}

#[derive(Deserialize)]
struct CalendarLine {
    day: Date,
    kind: DayKind,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum DayKind {
    Holiday,
    Workday,
}

static SHIPPED: LazyLock<Calendar> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the file is part of the program and a test reads it"
    )]
    Calendar::parse(include_str!("../../data/holidays-2026.csv"))
        .expect("the shipped calendar is readable")
});

impl Default for Calendar {
    fn default() -> Self {
        SHIPPED.clone()
    }
}

impl Calendar {
    /// Reads a calendar from its CSV file: day, kind (`holiday` or `workday`).
    ///
    /// # Errors
    /// When a line cannot be read, or a day stands in the file twice.
    pub fn parse(text: &str) -> Result<Self, CalendarError> {
        let (mut holidays, mut workdays) = (BTreeSet::new(), BTreeSet::new());
        for line in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            let CalendarLine { day, kind } = line?;
            let fresh = match kind {
                DayKind::Holiday => !workdays.contains(&day) && holidays.insert(day),
                DayKind::Workday => !holidays.contains(&day) && workdays.insert(day),
            };
            if !fresh {
                return Err(CalendarError::Twice(day));
            }
        }
        Ok(Self { holidays, workdays })
    }

    /// Whether work is done on this day.
    #[must_use]
    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        match weekend {
            true => self.workdays.contains(&day),
            false => !self.holidays.contains(&day),
        }
    }

    /// This day, or the first working day after it; at the end of all time, that end.
    #[must_use]
    pub fn working_day_from(&self, day: Date) -> Date {
        match self.is_working(day) {
            true => day,
            false => self.working_day_after(day, 1),
        }
    }

    /// The n-th working day after a day; at the end of all time, that end.
    #[must_use]
    pub fn working_day_after(&self, day: Date, n: u32) -> Date {
        let (mut day, mut left) = (day, n);
        while left > 0 && day < Date::MAX {
            day = day.saturating_add(1.day());
            if self.is_working(day) {
                left -= 1;
            }
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_spring_festival_of_2026_is_off_and_the_saturday_before_it_is_worked() {
        let calendar = Calendar::default();
        assert!(calendar.is_working(date(2026, 2, 14)));
        assert!(!calendar.is_working(date(2026, 2, 16)));
        assert!(calendar.is_working(date(2026, 2, 24)));
        assert!(!calendar.is_working(date(2026, 3, 1)));
        assert_eq!(
            calendar.working_day_after(date(2026, 2, 13), 2),
            date(2026, 2, 24)
        );
    }

    #[test]
    fn a_year_without_a_table_has_five_working_days_a_week() {
        let monday = date(2031, 6, 2);
        let calendar = Calendar::default();
        assert_eq!(calendar.working_day_after(monday, 30), date(2031, 7, 14));
    }

    #[test]
    fn a_day_that_stands_twice_is_refused() {
        let text = "day,kind\n2026-01-01,holiday\n2026-01-01,workday\n";
        assert!(matches!(
            Calendar::parse(text),
            Err(CalendarError::Twice(_))
        ));
    }
}
