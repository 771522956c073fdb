//! Fields of requests against the table of limits, for `garde`.

use super::Problem;
use garde::Validate;
use hejie_case::{
    deadline::SHANGHAI,
    limit::{self, form},
    reason::Explain,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use serde_json::Value;

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

/// A word that says something; of a field of the table, one that keeps to its limit too.
pub(crate) fn filled(field: &'static str) -> impl Fn(&str, &()) -> garde::Result {
    move |text, context| {
        if form::is_blank(text) {
            return Err(garde::Error::new("此项不能为空，请填写。"));
        }
        word(field)(text, context)
    }
}

/// How long ago something may have happened that is reported now.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(24 * 366 * 100);

/// How far ahead somebody may set a day: the last instalment of an agreement.
const FAR_AHEAD: SignedDuration = SignedDuration::from_hours(24 * 366 * 20);

/// Every moment and day of an act that somebody decides or reports now: a mistyped year would
/// stand in the case for ever.
///
/// # Errors
/// [`Problem::Invalid`] with the first field that does not fit.
pub(crate) fn near_all<T: Serialize>(act: &T, now: Timestamp) -> Result<(), Problem> {
    let json = serde_json::to_value(act).map_err(Problem::internal)?;
    match far_in("act", "", &json, now) {
        None => Ok(()),
        Some(path) => Err(Problem::invalid(format!(
            "{path}: 日期不正确：不能晚于二十年后，也不能早于一百年前，请核对年份。"
        ))),
    }
}

/// The path of the first moment that is far from now.
fn far_in(path: &str, name: &str, value: &Value, now: Timestamp) -> Option<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, value)| far_in(&format!("{path}.{name}"), name, value, now)),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(at, value)| far_in(&format!("{path}[{at}]"), name, value, now))
        }
        Value::String(text) if limit::is_time(name) => {
            let at = moment_of(text)?;
            (!within(at, now, FAR_AHEAD)).then(|| path.to_owned())
        }
        _ => None,
    }
}

fn moment_of(text: &str) -> Option<Timestamp> {
    let day = || {
        let day: Date = text.parse().ok()?;
        SHANGHAI.to_timestamp(day.at(0, 0, 0, 0)).ok()
    };
    text.parse().ok().or_else(day)
}

fn within(at: Timestamp, now: Timestamp, ahead: SignedDuration) -> bool {
    let distance = at.duration_since(now);
    distance <= ahead && distance >= -LONG_AGO
}

/// A word of a field of the table.
pub(crate) fn word(field: &'static str) -> impl Fn(&str, &()) -> garde::Result {
    move |word, ()| limit::of_word(field, word).map_err(|breach| garde::Error::new(breach.zh()))
}
