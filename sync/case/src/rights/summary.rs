//! What one change says in words, for people who read it where it is not merged: in quarantine, or
//! deposited by a phone that is out of service. Only the change and what is known of its case tell
//! where the words belong; what they do not tell stays open.

use super::{
    ObjectEntry, ObjectRef, RightsError,
    index::{ObjectIndex, ObjectPath},
    walk::{below, reference},
};
use crate::{document::calm, ids::Actor, schema};
use automerge::{Change, ObjType, ScalarValue, legacy};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;

/// Passages that are told of one change; a change of one edit has a handful.
const PASSAGES: usize = 1_000;
/// Characters that are told of one change; one edit inserts a fifth of it at most.
const CHARACTERS: usize = 100_000;

/// What a change says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChangeSummary {
    /// In the order in which it was written.
    pub passages: Vec<Passage>,
    /// There is more than is told.
    pub more: bool,
}

/// What a change says in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The container of the schema; none when the change builds on what is not known.
    pub container: Option<String>,
    /// The key of the entry.
    pub entry: Option<String>,
    /// The field, and what lies below it as a path.
    pub field: Option<String>,
    /// What it says there.
    pub said: PassageContent,
}

/// What is said in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PassageContent {
    /// This was typed into a text.
    Typed(String),
    /// So many characters were taken out of a text, or values away.
    Erased(u64),
    /// A value was set.
    Set(String),
    /// Words were written that a phone had sealed; they stay so.
    Sealed,
    /// Something that no edit does.
    Other,
}

/// Tells what a change says, whoever wrote it and whether or not it may be taken. It is read as
/// hostile as it came: run this where a panic and a want of memory do no harm.
///
/// # Errors
/// [`RightsError::NotCanonical`] when it does not decode.
pub fn summarise(bytes: &[u8], known: &[ObjectEntry]) -> Result<ChangeSummary, RightsError> {
    let read = calm(|| Some(Change::from_bytes(bytes.to_vec()).ok()?.decode()));
    let change = read.ok().flatten().ok_or(RightsError::NotCanonical)?;
    let actor =
        Actor::try_from(change.actor_id.to_bytes()).map_err(|_| RightsError::NotCanonical)?;
    let mut summariser = Summariser {
        known: ObjectIndex::new(known),
        made: HashMap::new(),
        typing: None,
        left: CHARACTERS,
        summary: ChangeSummary::default(),
    };
    for (counter, op) in (change.start_op.get()..).zip(&change.operations) {
        summariser.tell(ObjectRef { counter, actor }, op);
    }
    Ok(summariser.summary)
}

struct Summariser {
    known: ObjectIndex,
    /// Where the objects lie that this change makes.
    made: HashMap<ObjectRef, ObjectPath>,
    /// The object and the element after which typing goes on in the last passage.
    typing: Option<(legacy::ObjectId, ObjectRef)>,
    left: usize,
    summary: ChangeSummary,
}

impl Summariser {
    fn tell(&mut self, id: ObjectRef, op: &legacy::Op) {
        let goes_on = self.typing.take();
        match (&op.key, &op.action) {
            (legacy::Key::Map(key), legacy::OpType::Make(ObjType::Map | ObjType::Text)) => {
                if let Some(at) = self.place(&op.obj).and_then(|path| under(path, key)) {
                    self.made.insert(id, at);
                }
            }
            (legacy::Key::Map(key), legacy::OpType::Put(value)) => {
                let at = self.place(&op.obj).and_then(|path| under(path, key));
                self.value(
                    &at.unwrap_or_else(|| (String::new(), None, Some(key.to_string()))),
                    value,
                );
            }
            (legacy::Key::Seq(after), legacy::OpType::Put(ScalarValue::Str(typed)))
                if op.insert =>
            {
                let follows = goes_on
                    .is_some_and(|(object, last)| object == op.obj && element(after) == Some(last));
                self.typed(&op.obj, typed, follows);
                self.typing = Some((op.obj.clone(), id));
            }
            (legacy::Key::Seq(_), legacy::OpType::Delete) => self.erased(&op.obj),
            _ => {
                let at = self.place(&op.obj).unwrap_or_default();
                self.add(&at, PassageContent::Other);
            }
        }
    }

    /// Where an object lies, as far as anybody knows.
    fn place(&self, object: &legacy::ObjectId) -> Option<ObjectPath> {
        let legacy::ObjectId::Id(id) = object else {
            return None;
        };
        let id = reference(id).ok()?;
        let known = |row: &ObjectEntry| {
            let (entry, field) = (row.entry.clone(), row.field.clone());
            (row.container.clone(), entry, field)
        };
        let made = self.made.get(&id).cloned();
        made.or_else(|| self.known.get(id).map(known))
    }

    fn typed(&mut self, object: &legacy::ObjectId, typed: &str, follows: bool) {
        if !self.has_room(typed) {
            return;
        }
        match self.summary.passages.last_mut() {
            Some(Passage {
                said: PassageContent::Typed(text),
                ..
            }) if follows => text.push_str(typed),
            _ => {
                let at = self.place(object).unwrap_or_default();
                self.add(&at, PassageContent::Typed(typed.to_owned()));
            }
        }
    }

    fn erased(&mut self, object: &legacy::ObjectId) {
        let at = self.place(object).unwrap_or_default();
        match self.summary.passages.last_mut() {
            Some(Passage {
                container,
                entry,
                field,
                said: PassageContent::Erased(count),
            }) if container.as_deref().unwrap_or_default() == at.0
                && (&*entry, &*field) == (&at.1, &at.2) =>
            {
                *count += 1;
            }
            _ => self.add(&at, PassageContent::Erased(1)),
        }
    }

    /// A plain value, or the values of a record that is written as JSON.
    fn value(&mut self, at: &ObjectPath, value: &ScalarValue) {
        let text = match value {
            ScalarValue::Str(text) => text.to_string(),
            ScalarValue::Null => String::new(),
            other => other.to_string(),
        };
        match serde_json::from_str(&text) {
            Ok(record @ (Value::Object(_) | Value::Array(_))) => self.record(at, &record),
            _ => self.set(at, text),
        }
    }

    fn record(&mut self, at: &ObjectPath, record: &Value) {
        match record {
            Value::Object(_) if is_sealed(record) => self.add(at, PassageContent::Sealed),
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.record(&deeper(at, key), value);
                }
            }
            Value::Array(values) => {
                for value in values {
                    self.record(at, value);
                }
            }
            Value::String(text) => self.set(at, text.clone()),
            Value::Null => {}
            plain => self.set(at, plain.to_string()),
        }
    }

    fn set(&mut self, at: &ObjectPath, text: String) {
        if self.has_room(&text) {
            self.add(at, PassageContent::Set(text));
        }
    }

    fn has_room(&mut self, text: &str) -> bool {
        let left = self.left.checked_sub(text.chars().count());
        self.summary.more |= left.is_none();
        self.left = left.unwrap_or_default();
        left.is_some()
    }

    fn add(&mut self, (container, entry, field): &ObjectPath, said: PassageContent) {
        if self.summary.passages.len() >= PASSAGES {
            self.summary.more = true;
            return;
        }
        self.summary.passages.push(Passage {
            container: (!container.is_empty()).then(|| container.clone()),
            entry: entry.clone(),
            field: field.clone(),
            said,
        });
    }
}

/// What lies in a map under a key.
fn under(path: ObjectPath, key: &str) -> Option<ObjectPath> {
    let container = schema::container(&path.0)?;
    Some(below(container, path, key))
}

/// What lies below a record that is one value.
fn deeper((container, entry, field): &ObjectPath, key: &str) -> ObjectPath {
    let field = match field {
        Some(field) => format!("{field}/{key}"),
        None => key.to_owned(),
    };
    (container.clone(), entry.clone(), Some(field))
}

/// A text that a phone encrypted: [`crate::record::SealedText`].
fn is_sealed(record: &Value) -> bool {
    record.get("key_id").is_some() && record.get("ciphertext").is_some()
}

fn element(after: &legacy::ElementId) -> Option<ObjectRef> {
    match after {
        legacy::ElementId::Id(id) => reference(id).ok(),
        legacy::ElementId::Head => None,
    }
}

#[cfg(test)]
mod tests;
