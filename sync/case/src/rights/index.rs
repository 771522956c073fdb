//! Where objects and values lie: the genesis, the case's own rows, and what the batch itself has
//! made so far.

use super::{ObjectEntry, ObjectRef};
use crate::{document::genesis_places, ids::Actor};
use std::collections::{HashMap, HashSet};

/// A place: container, entry, field.
pub(super) type ObjectPath = (String, Option<String>, Option<String>);

/// What lies where.
pub(super) struct ObjectIndex {
    rows: HashMap<ObjectRef, ObjectEntry>,
    taken: HashSet<ObjectPath>,
    begun: bool,
    added: Vec<ObjectEntry>,
}

impl ObjectIndex {
    /// The genesis and the case's own rows.
    pub(super) fn new(rows: &[ObjectEntry]) -> Self {
        let mut index = Self {
            rows: HashMap::new(),
            taken: HashSet::new(),
            begun: false,
            added: Vec::new(),
        };
        genesis_places().iter().for_each(|place| {
            index.insert(ObjectEntry {
                object: ObjectRef {
                    counter: place.counter,
                    actor: Actor::GENESIS,
                },
                container: place.container.name.into(),
                entry: None,
                field: place.field.map(Into::into),
                creator: Actor::GENESIS,
            });
        });
        for row in rows {
            index.begun |= is_beginning(row);
            index.insert(row.clone());
        }
        index
    }

    pub(super) fn get(&self, object: ObjectRef) -> Option<&ObjectEntry> {
        self.rows.get(&object)
    }

    /// Whether the case's own rows or the batch say who began it.
    pub(super) fn is_begun(&self) -> bool {
        self.begun
    }

    /// Whether something lies there already.
    pub(super) fn is_taken(&self, path: &ObjectPath) -> bool {
        self.taken.contains(path)
    }

    /// Whether this operation lies there.
    pub(super) fn lies_at(&self, object: ObjectRef, path: &ObjectPath) -> bool {
        self.rows
            .get(&object)
            .is_some_and(|row| path_of(row) == *path)
    }

    /// Notes who began the case: a row for the record that only the first change may write.
    pub(super) fn begin(&mut self, creator: Actor) {
        let meta = self
            .rows
            .values()
            .find(|row| row.container == "meta" && row.field.is_none())
            .cloned();
        if let Some(row) = meta {
            self.begun = true;
            self.add(ObjectEntry { creator, ..row });
        }
    }

    pub(super) fn add(&mut self, row: ObjectEntry) {
        self.insert(row.clone());
        self.added.push(row);
    }

    pub(super) fn into_added(self) -> Vec<ObjectEntry> {
        self.added
    }

    fn insert(&mut self, row: ObjectEntry) {
        self.taken.insert(path_of(&row));
        self.rows.insert(row.object, row);
    }
}

fn is_beginning(row: &ObjectEntry) -> bool {
    row.container == "meta" && row.creator != Actor::GENESIS
}

fn path_of(row: &ObjectEntry) -> ObjectPath {
    (row.container.clone(), row.entry.clone(), row.field.clone())
}
