//! The hold on Automerge: what it is given is checked before and after, and its panics are caught
//! (docs/security.md#the-gate, steps 4 and 5).

use super::{DocError, past::Pasts};
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, ReadDoc, legacy};
use std::{
    collections::{HashMap, HashSet},
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Runs something of Automerge; a panic becomes an error, and whatever it worked on must be thrown
/// away.
pub(crate) fn calm<T>(work: impl FnOnce() -> T) -> Result<T, DocError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| DocError::Panicked)
}

/// Parses one change.
pub(crate) fn parse(bytes: &[u8]) -> Result<Change, DocError> {
    calm(|| Change::from_bytes(bytes.to_vec()))?.map_err(DocError::Change)
}

/// Refuses changes that Automerge would keep waiting for ever.
pub(crate) fn all_dependencies_known(doc: &Automerge, changes: &[Change]) -> Result<(), DocError> {
    let mut batch: HashSet<ChangeHash> = HashSet::with_capacity(changes.len());
    for change in changes {
        let known =
            |hash: &ChangeHash| batch.contains(hash) || doc.get_change_meta_by_hash(hash).is_some();
        if !change.deps().iter().all(known) {
            return Err(DocError::MissingDependency);
        }
        batch.insert(change.hash());
    }
    Ok(())
}

/// Refuses changes that overwrite, remove or follow an operation of another place: Automerge would
/// take it away wherever it lies, and differently on every replica. So it refuses those that refer
/// to what they do not build on.
pub(crate) fn all_references_in_place(doc: &Automerge, changes: &[Change]) -> Result<(), DocError> {
    let mut places = Places {
        doc,
        known: HashMap::new(),
        read: HashSet::new(),
        looked_up: 0,
    };
    changes.iter().for_each(|change| places.read(change));
    let pasts = Pasts::of(doc);
    for change in changes {
        pasts.follows_its_own(change)?;
        for op in &change.decode().operations {
            places.check(op)?;
            pasts.holds(change, op)?;
        }
    }
    Ok(())
}

/// Where an operation lies: a key of a map, or an element of a text.
#[derive(PartialEq, Eq)]
struct OpPlace {
    object: legacy::ObjectId,
    key: legacy::Key,
}

struct Places<'a> {
    doc: &'a Automerge,
    known: HashMap<legacy::OpId, OpPlace>,
    read: HashSet<ChangeHash>,
    looked_up: usize,
}

/// To find one change costs a walk over the document; from here on the whole history is read in one
/// walk.
const LOOK_UPS: usize = 16;

impl Places<'_> {
    fn check(&mut self, op: &legacy::Op) -> Result<(), DocError> {
        if let legacy::Key::Seq(legacy::ElementId::Id(element)) = &op.key {
            let follows = self.find(element).ok_or(DocError::ForeignPredecessor)?;
            if follows.object != op.obj || follows.key.to_opid().as_ref() != Some(element) {
                return Err(DocError::ForeignPredecessor);
            }
        }
        for pred in op.pred.iter() {
            let target = self.find(pred).ok_or(DocError::ForeignPredecessor)?;
            if op.insert || target.object != op.obj || target.key != op.key {
                return Err(DocError::ForeignPredecessor);
            }
        }
        Ok(())
    }

    fn find(&mut self, id: &legacy::OpId) -> Option<&OpPlace> {
        if !self.known.contains_key(id) && self.looked_up == LOOK_UPS {
            self.looked_up += 1;
            self.doc
                .get_changes(&[])
                .iter()
                .for_each(|change| self.read(change));
        } else if !self.known.contains_key(id) {
            self.looked_up += 1;
            let hash = self
                .doc
                .hash_for_opid(&ObjId::Id(id.counter(), id.actor().clone(), 0))?;
            let change = self.doc.get_change_by_hash(&hash)?;
            self.read(&change);
        }
        self.known.get(id)
    }

    fn read(&mut self, change: &Change) {
        if !self.read.insert(change.hash()) {
            return;
        }
        let actor: &ActorId = change.actor_id();
        for (counter, op) in (change.start_op().get()..).zip(change.decode().operations) {
            let id = legacy::OpId::new(counter, actor);
            let key = if op.insert {
                legacy::Key::Seq(legacy::ElementId::Id(id.clone()))
            } else {
                op.key
            };
            self.known.insert(
                id,
                OpPlace {
                    object: op.obj,
                    key,
                },
            );
        }
    }
}
