//! How long a kind of clock runs, before it becomes a time; the reckoning stands in
//! [`crate::deadline`].

/// The length of a clock before it becomes a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Minutes(u32),
    Hours(u32),
    /// Until 24:00 of the n-th day after the day of the start.
    Days(u32),
    /// As many days, and if the last is a day off until 24:00 of the next working day: a period of
    /// the law (Civil Code art. 203).
    DaysOfLaw(u32),
    /// Until 24:00 of the n-th working day after the day of the start.
    WorkingDays(u32),
    /// Until the next such hour.
    Daily(jiff::civil::Time),
    /// Until the next Monday at that hour.
    Weekly(jiff::civil::Time),
}
