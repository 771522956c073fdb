//! New entries: what of a record becomes which field.

use super::{Result, Tx, check, text};
use crate::{
    document::{SessionAtom, VisitAtom},
    edit::NewEntry,
    ids::EntryId,
    record::{Evidence, SessionHead, StatementBody, StatementHead, Terms, Visit},
    schema::{self, Field, FieldKind},
};
use automerge::{ObjId, ObjType, ScalarValue, transaction::Transactable};
use serde::Serialize;
use serde_json::{Value, json};

/// What an entry is made of.
pub(crate) enum EntryBody {
    /// One JSON string.
    Atom(String),
    /// A map of fields.
    Fields(EntryContent),
}

/// What goes into the fields of an entry.
#[derive(Default)]
pub(crate) struct EntryContent {
    fields: &'static [Field],
    /// Values of the plain fields, by name.
    plain: Value,
    /// JSON strings, by field.
    atoms: Vec<(&'static str, String)>,
    /// Keys of one nested map, each to hold `true`.
    members: (&'static str, Vec<EntryId>),
    /// The words of the one text.
    text: String,
}

/// What a new entry is made of.
pub(super) fn body_of(entry: &NewEntry) -> Result<EntryBody> {
    let content = match entry {
        NewEntry::Party(party) => plain(party, "")?,
        NewEntry::Statement(head, body) => stated(head, body)?,
        NewEntry::Note(head, text) => plain(head, text)?,
        NewEntry::Draft(head) => plain(head, "")?,
        NewEntry::Plan(text) => plain(&(), text)?,
        NewEntry::Evidence(evidence, caption) => captured(evidence, caption)?,
        NewEntry::Session(head, record) => session(head, record)?,
        NewEntry::Visit(visit, report) => visited(visit, report)?,
        NewEntry::Consent(value) => return atom(value),
        NewEntry::Contact(value) => return atom(value),
        NewEntry::Signature(value) => return atom(value),
        NewEntry::Performance(value) => return atom(value),
        NewEntry::Risk(value) => return atom(value),
        NewEntry::Request(value) => return atom(value),
    };
    Ok(EntryBody::Fields(EntryContent {
        fields: schema::entry_fields(entry.container()),
        ..content
    }))
}

/// What a clause is made of.
pub(super) fn clause(order: &str, text: &str, terms: Option<&Terms>) -> Result<EntryBody> {
    let atoms = match terms {
        Some(terms) => vec![("terms", check::json(terms)?)],
        None => Vec::new(),
    };
    let plain = json!({ "order": order });
    Ok(EntryBody::Fields(EntryContent {
        fields: schema::clause_fields(),
        plain,
        atoms,
        text: text.into(),
        ..EntryContent::default()
    }))
}

/// Makes the entry.
pub(super) fn make(tx: &mut Tx<'_>, map: &ObjId, id: EntryId, body: &EntryBody) -> Result<()> {
    match body {
        EntryBody::Atom(json) => Ok(tx.put(map, id.to_string(), json.as_str())?),
        EntryBody::Fields(content) => {
            let entry = tx.put_object(map, id.to_string(), ObjType::Map)?;
            content
                .fields
                .iter()
                .try_for_each(|field| content.write(tx, &entry, field))
        }
    }
}

impl EntryContent {
    fn write(&self, tx: &mut Tx<'_>, entry: &ObjId, field: &Field) -> Result<()> {
        match field.kind {
            FieldKind::Once(_) | FieldKind::Lww(_) => {
                if let Some(value) = self.plain.get(field.name).and_then(scalar) {
                    tx.put(entry, field.name, check::short(value)?)?;
                }
            }
            FieldKind::Atom | FieldKind::OnceAtom => {
                if let Some((_, json)) = self.atoms.iter().find(|(name, _)| *name == field.name) {
                    tx.put(entry, field.name, json.as_str())?;
                }
            }
            FieldKind::Text => {
                let object = tx.put_object(entry, field.name, ObjType::Text)?;
                text::replace(tx, &object, &self.text)?;
            }
            FieldKind::Map(_) => {
                let nested = tx.put_object(entry, field.name, ObjType::Map)?;
                let (name, members) = &self.members;
                for member in members.iter().filter(|_| *name == field.name) {
                    tx.put(&nested, member.to_string(), "true")?;
                }
            }
            FieldKind::WriteOnce => {}
        }
        Ok(())
    }
}

/// The Automerge value of a plain JSON value.
pub(super) fn scalar(value: &Value) -> Option<ScalarValue> {
    match value {
        Value::Bool(flag) => Some((*flag).into()),
        Value::Number(number) => number.as_u64().map(Into::into),
        Value::String(word) => Some(word.as_str().into()),
        _ => None,
    }
}

fn plain<T: Serialize>(head: &T, text: &str) -> Result<EntryContent> {
    Ok(EntryContent {
        plain: serde_json::to_value(head)?,
        text: text.into(),
        ..EntryContent::default()
    })
}

fn atom<T: Serialize>(value: &T) -> Result<EntryBody> {
    Ok(EntryBody::Atom(check::json(value)?))
}

fn stated(head: &StatementHead, body: &StatementBody) -> Result<EntryContent> {
    match body {
        StatementBody::Plain(text) => plain(head, text),
        StatementBody::Sealed(sealed) => Ok(EntryContent {
            atoms: vec![("sealed", check::json(sealed)?)],
            ..plain(head, "")?
        }),
    }
}

fn captured(evidence: &Evidence, caption: &str) -> Result<EntryContent> {
    let atoms = vec![("head", check::json(evidence)?)];
    Ok(EntryContent {
        atoms,
        text: caption.into(),
        ..EntryContent::default()
    })
}

fn session(head: &SessionHead, record: &str) -> Result<EntryContent> {
    let atom = SessionAtom {
        form: head.form,
        start: head.start,
        place: head.place.clone(),
    };
    Ok(EntryContent {
        plain: json!({ "result": head.result }),
        atoms: vec![("head", check::json(&atom)?)],
        members: ("attendees", head.attendees.clone()),
        text: record.into(),
        ..EntryContent::default()
    })
}

fn visited(visit: &Visit, report: &str) -> Result<EntryContent> {
    let atom = VisitAtom {
        due: visit.due,
        method: visit.method,
        at: visit.at,
        place: visit.place.clone(),
    };
    let atoms = vec![
        ("head", check::json(&atom)?),
        ("finding", check::json(&visit.finding)?),
    ];
    Ok(EntryContent {
        atoms,
        text: report.into(),
        ..EntryContent::default()
    })
}
