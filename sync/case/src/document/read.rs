//! Reading: the schema alone leads the way down, so that nothing a hostile change may have nested
//! is ever followed.

mod atoms;
mod causality;
mod draft;
mod fields;
mod matter;
mod view;

pub(crate) use atoms::{SessionAtom, VisitAtom};
pub(super) use draft::{draft_as_frozen, statement_as_signed};
pub(crate) use fields::{Authored, json};
pub(crate) use view::view;

use super::{EditError, History, Result, genesis};
use crate::ids::{Actor, ChangeHash, EntryId};
use automerge::{ActorId, Automerge, ObjId, ReadDoc, Value, ValueRef};
use std::{
    cell::{OnceCell, RefCell},
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

/// A document, now or at earlier heads. Each map is read once, however often it is asked: to find
/// one key costs Automerge as much as to list them all.
pub(crate) struct DocReader<'a> {
    doc: &'a Automerge,
    at: Option<Vec<automerge::ChangeHash>>,
    maps: RefCell<HashMap<ObjId, Rc<MapSlots<'a>>>>,
    history: OnceCell<Option<History<'a>>>,
    matter: OnceCell<matter::Matter>,
}

/// What stands in a map, by key.
type MapSlots<'a> = BTreeMap<String, Slot<'a>>;

/// The winner of a key, and whether it has rivals.
struct Slot<'a> {
    value: ValueRef<'a>,
    op: ObjId,
    contested: bool,
}

/// The phone of an operation: the author of what it made.
pub(crate) fn author_of(id: &ObjId) -> Option<Actor> {
    match id {
        ObjId::Root => None,
        ObjId::Id(_, actor, _) => phone_of(actor),
    }
}

/// The phone behind an actor, in whichever part it writes.
pub(crate) fn phone_of(actor: &ActorId) -> Option<Actor> {
    Actor::try_from(actor.to_bytes()).ok().map(Actor::phone)
}

/// The counter of an operation: of two by one actor, the later has the greater.
pub(crate) fn turn_of(id: &ObjId) -> u64 {
    match id {
        ObjId::Root => 0,
        ObjId::Id(counter, _, _) => *counter,
    }
}

impl<'a> DocReader<'a> {
    /// Reads the document as it is.
    pub(crate) fn now(doc: &'a Automerge) -> Self {
        Self {
            doc,
            at: None,
            maps: RefCell::default(),
            history: OnceCell::new(),
            matter: OnceCell::new(),
        }
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
            maps: RefCell::default(),
            history: OnceCell::new(),
            matter: OnceCell::new(),
        })
    }

    /// Who had seen what, read when it is first asked for; none when one device alone has written.
    pub(crate) fn history(&self) -> Option<&History<'a>> {
        let read = || (self.doc.stats().num_actors > 2).then(|| History::of(self.doc));
        self.history.get_or_init(read).as_ref()
    }

    /// The heads at which this reads, sorted.
    pub(crate) fn heads(&self) -> Vec<ChangeHash> {
        let heads = self.at.clone().unwrap_or_else(|| self.doc.get_heads());
        let mut heads: Vec<_> = heads.iter().map(|hash| ChangeHash(hash.0)).collect();
        heads.sort_unstable();
        heads
    }

    /// The object of a container.
    pub(crate) fn container(&self, name: &str) -> Result<ObjId> {
        genesis::object(name, None).ok_or(EditError::UnknownEntry)
    }

    /// The map of an entry.
    pub(crate) fn entry(&self, container: &str, id: EntryId) -> Result<ObjId> {
        let mut all = self
            .rivals_under(&self.container(container)?, &id.to_string())
            .into_iter();
        all.find_map(|(value, id)| value.is_object().then_some(id))
            .ok_or(EditError::UnknownEntry)
    }

    /// Whether a key is free; to look for this one alone is cheaper in a map of thousands than to
    /// read them all.
    pub(crate) fn is_free(&self, map: &ObjId, key: &str) -> bool {
        self.rivals_under(map, key).is_empty()
    }

    /// The first object that was made under a key.
    pub(crate) fn object(&self, map: &ObjId, key: &str) -> Result<ObjId> {
        let mut all = self.all(map, key).into_iter();
        all.find_map(|(value, id)| value.is_object().then_some(id))
            .ok_or(EditError::UnknownEntry)
    }

    /// Whether anything stands under a key.
    pub(crate) fn has(&self, map: &ObjId, key: &str) -> bool {
        self.slots(map).contains_key(key)
    }

    /// All rival values under a key, by operation; the last is Automerge's winner.
    pub(crate) fn all(&self, map: &ObjId, key: &str) -> Vec<(Value<'a>, ObjId)> {
        match self.slots(map).get(key) {
            None => Vec::new(),
            Some(slot) if slot.contested => self.rivals_under(map, key),
            Some(slot) => vec![(slot.value.clone().into_value(), slot.op.clone())],
        }
    }

    /// All keys of a map.
    pub(crate) fn keys(&self, map: &ObjId) -> Vec<String> {
        self.slots(map).keys().cloned().collect()
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

    fn rivals_under(&self, map: &ObjId, key: &str) -> Vec<(Value<'a>, ObjId)> {
        match &self.at {
            None => self.doc.get_all(map, key),
            Some(heads) => self.doc.get_all_at(map, key, heads),
        }
        .unwrap_or_default()
    }

    fn slots(&self, map: &ObjId) -> Rc<MapSlots<'a>> {
        if let Some(slots) = self.maps.borrow().get(map) {
            return slots.clone();
        }
        let items = match &self.at {
            None => self.doc.map_range(map, ..),
            Some(heads) => self.doc.map_range_at(map, .., heads),
        };
        let slots = items.map(|item| {
            let (op, contested) = (item.id(), item.conflict);
            let slot = Slot {
                value: item.value,
                op,
                contested,
            };
            (item.key.into_owned(), slot)
        });
        let slots: Rc<MapSlots<'a>> = Rc::new(slots.collect());
        self.maps.borrow_mut().insert(map.clone(), slots.clone());
        slots
    }
}
