//! Writing: an edit is first checked against the document, then written as one change.

mod check;
mod difference;
mod entry;
mod plan;
mod text;
mod three_way;

pub(super) use check::references;
pub(super) use difference::inserted;
pub(crate) use plan::plan;
pub(super) use plan::text_object;
pub use three_way::Inside;
pub(super) use three_way::{beside, merge};

use super::{EditError, Origin, Result, genesis};
use crate::{limit, record::IntakeField, schema::SCHEMA, view::Meta};
use automerge::{
    ObjId, ScalarValue,
    transaction::{Transactable, Transaction},
};
use serde::Serialize;

/// An open transaction.
pub(crate) type Tx<'a> = Transaction<'a>;

/// Writes what the creator of a case knows.
pub(crate) fn begin(tx: &mut Tx<'_>, meta: &Meta, origin: &Origin) -> Result<()> {
    limit::of_record(meta)?;
    limit::of_origin(origin)?;
    let record = genesis_object("meta", None)?;
    tx.put(&record, "schema", u64::from(SCHEMA))?;
    tx.put(&record, "case_id", meta.case_id.to_string())?;
    if let Some(device) = meta.created_by_device {
        tx.put(&record, "created_by_device", device.to_string())?;
    }
    tx.put(&record, "created_at_device", meta.created_at.to_string())?;
    tx.put(
        &record,
        "catalogue_version",
        u64::from(meta.catalogue_version),
    )?;
    let record = genesis_object("intake", None)?;
    for (name, value) in [
        ("channel", &origin.channel),
        ("external_no", &origin.external_no),
    ] {
        if let Some(value) = value {
            tx.put(&record, name, check::short(value.as_str().into())?)?;
        }
    }
    for field in &origin.fields {
        let (name, value) = intake(field)?;
        tx.put(&record, name, value)?;
    }
    text::replace(
        tx,
        &genesis_object("intake", Some("summary"))?,
        &origin.summary,
    )
}

fn intake(field: &IntakeField) -> Result<(&'static str, ScalarValue)> {
    Ok(match field {
        IntakeField::Situation(code) => ("situation_code", code.as_str().into()),
        IntakeField::OccurredAt(at) => ("occurred_at", at.to_string().into()),
        IntakeField::Persons(count) => ("persons", u64::from(*count).into()),
        IntakeField::Amount(cents) => ("amount_cents", cents.0.into()),
        IntakeField::Injury(injury) => ("injury", word(injury)?),
        IntakeField::Place(place) => ("place", atom(place)?),
        IntakeField::DvScreen(screen) => ("dv_screen", atom(screen)?),
    })
}

fn word<T: Serialize>(value: &T) -> Result<ScalarValue> {
    Ok(entry::scalar(&serde_json::to_value(value)?).unwrap_or(ScalarValue::Null))
}

fn atom<T: Serialize>(value: &T) -> Result<ScalarValue> {
    Ok(check::json(value)?.into())
}

fn genesis_object(container: &str, field: Option<&str>) -> Result<ObjId> {
    genesis::object(container, field).ok_or(EditError::UnknownEntry)
}
