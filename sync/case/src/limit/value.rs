//! Values against the table. What is of another type than the field's is no matter of limits: it is
//! never read as that field.

use super::{BreachKind, FieldLimit, Limit, LimitBreach, MAX_WHOLE, form, length};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::{Number, Value};

/// 1900-01-01T00:00:00Z, in seconds.
const FIRST: i64 = -2_208_988_800;
/// 2200-01-01T00:00:00Z, in seconds.
const END: i64 = 7_258_118_400;
/// 2000-01-01T00:00:00Z, in seconds.
const LATELY: i64 = 946_684_800;
/// By so much the clocks of two houses may differ.
const AHEAD: SignedDuration = SignedDuration::from_mins(5);
/// No radius of uncertainty is larger: half the way around the earth.
const FARTHEST: f64 = 20_100_000.0;

type FieldRef = Option<&'static FieldLimit>;

/// Checks a value and what lies below it; the elements of a list are of the field of the list.
pub(super) fn check(field: FieldRef, value: &Value) -> Result<(), LimitBreach> {
    match value {
        Value::Null => present(field),
        Value::Bool(_) => Ok(()),
        Value::Number(value) => number(field, value),
        Value::String(text) => word(field, text),
        Value::Array(items) => items.iter().try_for_each(|item| check(field, item)),
        Value::Object(entries) => entries.iter().try_for_each(|(name, value)| {
            letters(None, name)?;
            check(super::table::field(name), value)
        }),
    }
}

/// Checks a word: its length before anything else.
pub(super) fn word(field: FieldRef, text: &str) -> Result<(), LimitBreach> {
    let most = match field.map(|field| field.limit) {
        Some(Limit::Word(most) | Limit::Line(most) | Limit::Mask(most)) => Some(most),
        _ => None,
    };
    if most.is_some_and(|most| length(text, most).is_err()) {
        return Err(LimitBreach::at(field, BreachKind::WordTooLong));
    }
    letters(field, text)?;
    match field.map(|field| field.limit) {
        Some(Limit::Time) => time(field, text),
        Some(Limit::Line(_) | Limit::Mask(_)) if text.contains(form::breaks_line) => {
            Err(LimitBreach::at(field, BreachKind::NotOneLine))
        }
        Some(Limit::Happened) => match text.parse() {
            Ok(at) => happened(field, at),
            Err(_) => time(field, text),
        },
        Some(Limit::Mask(_)) if !form::is_mask(text) => {
            Err(LimitBreach::at(field, BreachKind::NotMasked))
        }
        _ => Ok(()),
    }
}

/// No control characters but tab and line breaks.
pub(super) fn letters(field: FieldRef, text: &str) -> Result<(), LimitBreach> {
    match text.chars().find(|c| !form::is_writable(*c)) {
        None => Ok(()),
        Some('\0') => Err(LimitBreach::at(field, BreachKind::Nul)),
        Some(_) => Err(LimitBreach::at(field, BreachKind::Control)),
    }
}

/// The moment itself, or the nearest that fits.
pub(super) fn nearest(at: Timestamp) -> Timestamp {
    clamp(at, FIRST, END - 1)
}

/// The moment itself, or where it lies further away the nearest that does not fit.
pub(super) fn nearest_beyond(at: Timestamp) -> Timestamp {
    clamp(at, FIRST - 1, END)
}

fn clamp(at: Timestamp, first: i64, last: i64) -> Timestamp {
    let second = |second| Timestamp::from_second(second).unwrap_or(at);
    at.clamp(second(first), second(last))
}

pub(super) fn moment(field: FieldRef, at: Timestamp) -> Result<(), LimitBreach> {
    within(field, (FIRST..END).contains(&at.as_second()))
}

/// What happened so long ago makes no case any more.
pub(super) fn happened(field: FieldRef, at: Timestamp) -> Result<(), LimitBreach> {
    within(field, (LATELY..END).contains(&at.as_second()))
}

/// As [`happened`], and not in the future by a clock.
pub(super) fn has_happened(
    field: FieldRef,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), LimitBreach> {
    happened(field, at)?;
    within(field, at.duration_since(now) <= AHEAD)
}

/// JSON writes what is not finite as null.
fn present(field: FieldRef) -> Result<(), LimitBreach> {
    match field.map(|field| field.limit) {
        Some(Limit::Degrees(_) | Limit::Metres) => {
            Err(LimitBreach::at(field, BreachKind::NotFinite))
        }
        _ => Ok(()),
    }
}

fn number(field: FieldRef, value: &Number) -> Result<(), LimitBreach> {
    let float = value.as_f64().unwrap_or(f64::NAN);
    match field.map(|field| field.limit) {
        Some(Limit::Whole { least, most }) => match value.as_u64() {
            Some(n) if n > MAX_WHOLE => Err(LimitBreach::at(field, BreachKind::TooLarge)),
            Some(n) => within(field, (least..=most).contains(&n)),
            None => within(field, false),
        },
        Some(Limit::Degrees(most)) => within(field, float.abs() <= most),
        Some(Limit::Metres) => within(field, (0.0..=FARTHEST).contains(&float)),
        _ if value.as_u64().is_some_and(|n| n > MAX_WHOLE) => {
            Err(LimitBreach::at(field, BreachKind::TooLarge))
        }
        _ => Ok(()),
    }
}

fn time(field: FieldRef, text: &str) -> Result<(), LimitBreach> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return moment(field, at);
    }
    let day = text.parse::<Date>().map(|day| i64::from(day.year()));
    match day.ok().or_else(|| year(text)) {
        Some(year) => within(field, (1900..2200).contains(&year)),
        None => Ok(()),
    }
}

/// The year with which a date begins that no calendar of ours can hold: it is no other type, but
/// too far away.
fn year(text: &str) -> Option<i64> {
    let (year, _) = text
        .strip_prefix(['+', '-'])
        .unwrap_or(text)
        .split_once('-')?;
    let is_year = (4..=9).contains(&year.len()) && year.bytes().all(|b| b.is_ascii_digit());
    let year: i64 = year.parse().ok().filter(|_| is_year)?;
    Some(if text.starts_with('-') { -year } else { year })
}

fn within(field: FieldRef, fits: bool) -> Result<(), LimitBreach> {
    if fits {
        Ok(())
    } else {
        Err(LimitBreach::at(field, BreachKind::OutOfRange))
    }
}
