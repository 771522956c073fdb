//! Fields of requests against the table of limits, for `garde`.

use super::Problem;
use garde::Validate;
use hejie_case::{limit, reason::Explain};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A record whose fields keep to the limits of every layer.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Limited<T>(pub(crate) T);

impl<T: Serialize> Validate for Limited<T> {
    type Context = ();

    /// Who may type how much is no matter of this door; which field is meant is.
    fn validate_into(
        &self,
        (): &(),
        at: &mut dyn FnMut() -> garde::Path,
        found: &mut garde::Report,
    ) {
        if let Err(breach) = limit::of_record(&self.0) {
            let path = match breach.field {
                "" => at(),
                field => at().join(field),
            };
            found.append(path, garde::Error::new(breach.zh()));
        }
    }
}

/// A moment of the years in which cases are.
pub(crate) fn moment(at: &Timestamp, (): &()) -> garde::Result {
    limit::of_moment(*at).map_err(|breach| garde::Error::new(breach.zh()))
}

/// A moment of a field at which something is said to have happened, by the server's clock.
///
/// # Errors
/// [`Problem::Invalid`] with the field and the sentence of the table.
pub(crate) fn happened(name: &'static str, at: Timestamp, now: Timestamp) -> Result<(), Problem> {
    limit::of_happened(name, at, now)
        .map_err(|breach| Problem::invalid(format!("{name}: {}", breach.zh())))
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
