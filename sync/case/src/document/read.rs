//! Reading: the schema alone leads the way down, so that nothing a hostile change may have nested is ever followed.

mod atoms;
mod draft;
mod fields;
mod view;

pub(crate) use atoms::{SessionAtom, VisitAtom};
pub(super) use draft::{draft_as_frozen, statement_as_signed};
pub(crate) use fields::{Told, json};
pub(crate) use view::view;

use super::{EditError, genesis};
use crate::ids::{Actor, ChangeHash, EntryId};
use automerge::{Automerge, ObjId, ReadDoc, Value};

/// A document, now or at earlier heads.
pub(crate) struct Reader<'a> {
    doc: &'a Automerge,
    at: Option<Vec<automerge::ChangeHash>>,
}

/// The actor of an operation: the author of what it made.
pub(crate) fn author_of(id: &ObjId) -> Option<Actor> {
    match id {
        ObjId::Root => None,
        ObjId::Id(_, actor, _) => Actor::try_from(actor.to_bytes()).ok(),
    }
}

/// The counter of an operation: of two by one actor, the later has the greater.
pub(crate) fn turn_of(id: &ObjId) -> u64 {
    match id {
        ObjId::Root => 0,
        ObjId::Id(counter, _, _) => *counter,
    }
}

impl<'a> Reader<'a> {
    /// Reads the document as it is.
    pub(crate) fn now(doc: &'a Automerge) -> Self {
        Self { doc, at: None }
    }

    /// Reads the document as it was at these heads; none when it never was there.
    pub(crate) fn back_at(&self, heads: &[ChangeHash]) -> Option<Self> {
        let heads: Vec<_> = heads
            .iter()
            .map(|hash| automerge::ChangeHash(hash.0))
            .collect();
        let known = heads
            .iter()
            .all(|hash| self.doc.get_change_meta_by_hash(hash).is_some());
        (known && !heads.is_empty()).then_some(Self {
            doc: self.doc,
            at: Some(heads),
        })
    }

    /// The heads at which this reads, sorted.
    pub(crate) fn heads(&self) -> Vec<ChangeHash> {
        let heads = self.at.clone().unwrap_or_else(|| self.doc.get_heads());
        let mut heads: Vec<_> = heads.iter().map(|hash| ChangeHash(hash.0)).collect();
        heads.sort_unstable();
        heads
    }

    /// The object of a container.
    pub(crate) fn container(&self, name: &str) -> Result<ObjId, EditError> {
        genesis::object(name, None).ok_or(EditError::UnknownEntry)
    }

    /// The map of an entry.
    pub(crate) fn entry(&self, container: &str, id: EntryId) -> Result<ObjId, EditError> {
        self.object(&self.container(container)?, &id.to_string())
    }

    /// The first object that was made under a key.
    pub(crate) fn object(&self, map: &ObjId, key: &str) -> Result<ObjId, EditError> {
        let mut all = self.all(map, key).into_iter();
        all.find_map(|(value, id)| value.is_object().then_some(id))
            .ok_or(EditError::UnknownEntry)
    }

    /// Whether anything stands under a key.
    pub(crate) fn has(&self, map: &ObjId, key: &str) -> bool {
        !self.all(map, key).is_empty()
    }

    /// All rival values under a key, by operation; the last is Automerge's winner.
    pub(crate) fn all(&self, map: &ObjId, key: &str) -> Vec<(Value<'a>, ObjId)> {
        match &self.at {
            None => self.doc.get_all(map, key),
            Some(heads) => self.doc.get_all_at(map, key, heads),
        }
        .unwrap_or_default()
    }

    /// All keys of a map.
    pub(crate) fn keys(&self, map: &ObjId) -> Vec<String> {
        match &self.at {
            None => self.doc.keys(map).collect(),
            Some(heads) => self.doc.keys_at(map, heads).collect(),
        }
    }

    /// The content of a text.
    pub(crate) fn text(&self, text: &ObjId) -> Option<String> {
        match &self.at {
            None => self.doc.text(text),
            Some(heads) => self.doc.text_at(text, heads),
        }
        .ok()
    }

    /// The content of a text below an entry.
    pub(crate) fn text_of(&self, entry: &ObjId, name: &str) -> Option<String> {
        self.text(&self.object(entry, name).ok()?)
    }
}
