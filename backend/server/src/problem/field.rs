//! Fields of requests against the table of limits, for `garde`.

use hejie_case::{limit, reason::Explain};
use jiff::Timestamp;

/// A moment of the years in which cases are.
pub(crate) fn moment(at: &Timestamp, (): &()) -> garde::Result {
    limit::of_moment(*at).map_err(|breach| garde::Error::new(breach.zh()))
}

/// A count of people.
pub(crate) fn persons(count: &Option<u32>, (): &()) -> garde::Result {
    let count = count.map_or(0, u64::from);
    limit::of_number("persons", count).map_err(|breach| garde::Error::new(breach.zh()))
}

/// A word of a field of the table, if there is one.
pub(crate) fn optional_word(field: &'static str) -> impl Fn(&Option<String>, &()) -> garde::Result {
    move |text, context| {
        text.as_deref()
            .map_or(Ok(()), |text| word(field)(text, context))
    }
}

/// A word of a field of the table.
pub(crate) fn word(field: &'static str) -> impl Fn(&str, &()) -> garde::Result {
    move |word, ()| limit::of_word(field, word).map_err(|breach| garde::Error::new(breach.zh()))
}
