//! The dangers that changes report (E23), read from the changes alone: whatever becomes of a
//! change, and of the case it was written for, somebody must hear of the danger in it.

use super::{ObjectRef, walk::reference};
use crate::{
    document::{calm, genesis_places},
    ids::{Actor, ChangeHash, EntryId},
    record::Ask,
};
use automerge::{Change, ExpandedChange, ScalarValue, legacy};
use serde::{Deserialize, Serialize};

/// Characters of a danger that are told; no phone lets so many be written.
const CHARACTERS: usize = 1_000;

/// A danger that a change reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Danger {
    /// The change.
    pub change: ChangeHash,
    /// The request in it.
    pub entry: EntryId,
    /// What was seen, without names, in characters that every layer takes.
    pub what: String,
}

/// The dangers that changes report, whoever wrote them and whether or not they may be taken; a
/// change that does not decode reports none. They are read as hostile as they came: run this where
/// a panic and a want of memory do no harm.
#[must_use]
pub fn dangers(changes: &[Vec<u8>]) -> Vec<Danger> {
    let decoded = |bytes: &Vec<u8>| {
        let change = calm(|| Some(Change::from_bytes(bytes.clone()).ok()?.decode()));
        change.ok().flatten()
    };
    let changes = changes.iter().filter_map(decoded);
    changes.flat_map(|change| of(&change)).collect()
}

/// The dangers that a change reports.
pub(super) fn of(change: &ExpandedChange) -> Vec<Danger> {
    let Some((hash, requests)) = change.hash.zip(requests()) else {
        return Vec::new();
    };
    let operations = change.operations.iter();
    let reported = operations.filter_map(|op| reported(op, requests));
    reported
        .map(|(entry, what)| Danger {
            change: ChangeHash(hash.0),
            entry,
            what,
        })
        .collect()
}

/// The map of requests, which stands in every document from its genesis on.
fn requests() -> Option<ObjectRef> {
    let mut places = genesis_places().iter();
    let map = places.find(|place| place.container.name == "requests" && place.field.is_none())?;
    Some(ObjectRef {
        counter: map.counter,
        actor: Actor::GENESIS,
    })
}

/// What an operation reports, if it writes a request that is a danger.
fn reported(op: &legacy::Op, requests: ObjectRef) -> Option<(EntryId, String)> {
    let legacy::ObjectId::Id(object) = &op.obj else {
        return None;
    };
    let (legacy::Key::Map(key), legacy::OpType::Put(ScalarValue::Str(atom))) =
        (&op.key, &op.action)
    else {
        return None;
    };
    if reference(object).ok()? != requests {
        return None;
    }
    let Ask::Danger(danger) = serde_json::from_str::<DangerRequest>(atom).ok()?.ask else {
        return None;
    };
    Some((key.parse().ok()?, in_plain_characters(danger.told())))
}

/// What is asked; whatever else a request says may be wrong.
#[derive(Deserialize)]
struct DangerRequest {
    #[serde(flatten)]
    ask: Ask,
}

fn in_plain_characters(what: &str) -> String {
    let plain = |c: char| {
        if c == '\0' {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    what.chars().take(CHARACTERS).map(plain).collect()
}
