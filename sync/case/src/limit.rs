//! One table of limits: what one layer takes, every layer takes.
//!
//! The phone's editor, the check of rights at the gate, the API, orders of channels and the columns
//! of the registry all ask this table, so that no value is acknowledged by one of them and refused
//! by the next. A value of a record is found by the name of its field as it is written down
//! (docs/domain/rules.md#document), wherever in the record it stands.
//!
//! - [`of_edit`], [`of_record`]: what the editor writes. [`of_word`], [`of_number`], [`of_atom`],
//!   [`of_element`]: what a change holds.
//! - [`FIELDS`]: the table. [`LimitBreach`]: what does not fit, with a stable code and a Chinese
//!   sentence.
//! - [`form`]: the one form of what people type.

mod breach;
pub mod form;
mod table;
mod value;

pub use breach::{BreachKind, LimitBreach};
pub use table::{FIELDS, FieldLimit, Limit};

use crate::{
    edit::{Edit, NewEntry, Origin},
    record::StatementBody,
};
use serde::Serialize;
use serde_json::Value;

/// What one edit may insert into a text, in characters: more is no longer typed but pasted, and
/// belongs among the evidence.
pub const MAX_INSERT: usize = 20_000;

/// What one edit may take out of a text, in characters: with as many as it may insert, its change
/// still passes the gate of the server.
pub const MAX_ERASE: usize = 25_000;

/// From here on a mergeable text is shown as too long, in characters. Two edits that are each
/// within [`MAX_INSERT`] may merge into more, so nothing is refused for it.
pub const LONG_TEXT: usize = 20_000;

/// Beyond this nobody makes a mergeable text longer any more, in characters, by what they see of
/// it. What several people wrote at once, each within it, may still merge into more: that is kept,
/// shown as long, and can be shortened step by step.
pub const MAX_TEXT: usize = 400_000;

/// The largest whole number anywhere: that of a `bigint` column.
pub const MAX_WHOLE: u64 = i64::MAX as u64;

/// The most money of one value, in cents: a million million yuan, so that ten thousand of them
/// still add up in a `bigint`.
pub const MAX_CENTS: u64 = 100_000_000_000_000;

/// The most people of one value: fits an `int` column.
pub const MAX_PERSONS: u64 = 10_000_000;

/// The worst and the best rating.
pub const RATING: std::ops::RangeInclusive<u64> = 1..=5;

/// Checks an edit but for the sum of a text, which [`of_text`] knows: lengths first, since a long
/// text must cost nothing.
///
/// # Errors
/// The first value that does not fit.
pub fn of_edit(edit: &Edit) -> Result<(), LimitBreach> {
    length(inserted_by(edit), MAX_INSERT)?;
    of_record(edit)
}

/// Checks what is known of a case at its beginning: lengths first here too.
///
/// # Errors
/// The first value that does not fit.
pub fn of_origin(origin: &Origin) -> Result<(), LimitBreach> {
    length(&origin.summary, MAX_INSERT)?;
    of_record(origin)
}

/// Checks every value of a record.
///
/// # Errors
/// The first value that does not fit, or [`BreachKind::Unwritable`] when the record has no JSON.
pub fn of_record<T: Serialize + ?Sized>(record: &T) -> Result<(), LimitBreach> {
    let json = serde_json::to_value(record).map_err(|_| LimitBreach::of(BreachKind::Unwritable))?;
    value::check(None, &json)
}

/// Checks a word of a field.
///
/// # Errors
/// Why it does not fit.
pub fn of_word(field: &str, word: &str) -> Result<(), LimitBreach> {
    value::word(table::field(field), word)
}

/// Whether a field of this name holds what a person wrote in free words.
#[must_use]
pub fn is_text(field: &str) -> bool {
    matches!(
        table::field(field).map(|field| field.limit),
        Some(Limit::Word(_) | Limit::Line(_))
    )
}

/// Whether a field of this name holds a moment or a day.
#[must_use]
pub fn is_time(field: &str) -> bool {
    matches!(
        table::field(field).map(|field| field.limit),
        Some(Limit::Time)
    )
}

/// Checks a whole number of a field.
///
/// # Errors
/// Why it does not fit.
pub fn of_number(field: &str, number: u64) -> Result<(), LimitBreach> {
    value::check(table::field(field), &number.into())
}

/// Checks a record as it was read from a JSON string of a field.
///
/// # Errors
/// The first value that does not fit.
pub fn of_atom(field: &str, json: &Value) -> Result<(), LimitBreach> {
    value::check(table::field(field), json)
}

/// Checks one character of a text with what combines with it.
///
/// # Errors
/// When it is a control character.
pub fn of_element(text: &str) -> Result<(), LimitBreach> {
    value::letters(None, text)
}

/// Checks how much is inserted into a text by one change, in characters.
///
/// # Errors
/// When it is more than [`MAX_INSERT`].
pub fn of_insertion(characters: usize) -> Result<(), LimitBreach> {
    if characters > MAX_INSERT {
        Err(LimitBreach::of(BreachKind::TextTooLong))
    } else {
        Ok(())
    }
}

/// Checks how much is taken out of a text by one edit, in characters.
///
/// # Errors
/// When it is more than [`MAX_ERASE`].
pub fn of_erasure(characters: usize) -> Result<(), LimitBreach> {
    if characters > MAX_ERASE {
        Err(LimitBreach::of(BreachKind::TextErased))
    } else {
        Ok(())
    }
}

/// Checks what a text becomes, against what its author saw there, in characters.
///
/// # Errors
/// When it is more than [`MAX_TEXT`] and more than it was.
pub fn of_text(becomes: &str, was: impl FnOnce() -> usize) -> Result<(), LimitBreach> {
    if length(becomes, MAX_TEXT).is_ok() || becomes.chars().count() <= was() {
        Ok(())
    } else {
        Err(LimitBreach::of(BreachKind::TextFull))
    }
}

/// Checks what a text became by a change that made it longer, in characters.
///
/// # Errors
/// When it is more than [`MAX_TEXT`].
pub fn of_grown(characters: usize) -> Result<(), LimitBreach> {
    if characters > MAX_TEXT {
        Err(LimitBreach::of(BreachKind::TextFull))
    } else {
        Ok(())
    }
}

/// Checks a moment that stands in no record.
///
/// # Errors
/// When it lies outside of the years in which cases are.
pub fn of_moment(at: jiff::Timestamp) -> Result<(), LimitBreach> {
    value::moment(None, at)
}

/// Checks a moment of a field at which something is said to have happened, by a clock: what reports
/// of channels and counters say. A phone's clock says nothing about ours, so its word is checked
/// against the table alone.
///
/// # Errors
/// When it lies before the year 2000, or in the future by more than clocks differ.
pub fn of_happened(
    field: &str,
    at: jiff::Timestamp,
    now: jiff::Timestamp,
) -> Result<(), LimitBreach> {
    value::has_happened(table::field(field), at, now)
}

/// The moment itself, or the nearest that [`of_moment`] takes: for what must not fail because a
/// clock is wrong.
#[must_use]
pub fn nearest_moment(at: jiff::Timestamp) -> jiff::Timestamp {
    value::nearest(at)
}

/// The moment itself, or where it lies further away the nearest that [`of_moment`] does not take: a
/// time by which may be reckoned.
#[must_use]
pub fn nearest_beyond(at: jiff::Timestamp) -> jiff::Timestamp {
    value::nearest_beyond(at)
}

/// The words that an edit inserts as a whole.
fn inserted_by(edit: &Edit) -> &str {
    match edit {
        Edit::AddClause { text, .. }
        | Edit::Add {
            entry:
                NewEntry::Statement(_, StatementBody::Plain(text))
                | NewEntry::Note(_, text)
                | NewEntry::Evidence(_, text)
                | NewEntry::Session(_, text)
                | NewEntry::Visit(_, text)
                | NewEntry::Plan(text),
            ..
        } => text,
        _ => "",
    }
}

/// By bytes first: a character has at most four.
pub(crate) fn length(text: &str, most: usize) -> Result<(), LimitBreach> {
    if text.len() > most * 4 || (text.len() > most && text.chars().count() > most) {
        Err(LimitBreach::of(BreachKind::TextTooLong))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
