//! What lies before a change. Whatever it refers to must lie there: Automerge takes a reference to
//! anything that the document has, and panics wherever only what the change builds on is at hand,
//! on a phone that looks back or gets the case later (docs/security.md#the-gate, step 5).

use super::{DocError, genesis};
use crate::ids;
use automerge::{ActorId, Automerge, Change, ChangeHash, ObjId, legacy};
use std::{cell::OnceCell, collections::HashMap};

/// The changes of a document by what they build on; read in one walk, when somebody builds on more
/// than his or her direct dependencies.
pub(super) struct Pasts<'a> {
    doc: &'a Automerge,
    clocks: OnceCell<Clocks>,
}

/// How many changes of each actor lie before each change, with the change itself.
#[derive(Default)]
struct Clocks {
    ranks: HashMap<ActorId, usize>,
    numbers: HashMap<ChangeHash, (usize, u64)>,
    before: HashMap<ChangeHash, Vec<u64>>,
}

impl<'a> Pasts<'a> {
    /// The pasts of the changes of this document.
    pub(super) fn of(doc: &'a Automerge) -> Self {
        Self {
            doc,
            clocks: OnceCell::new(),
        }
    }

    /// Refuses a change that leaves its author's own last one out of what it builds on: there would
    /// be no telling what lies before it.
    pub(super) fn follows_its_own(&self, change: &Change) -> Result<(), DocError> {
        let before = change.seq().saturating_sub(1);
        let is_it = |dep: &ChangeHash| {
            let meta = self.doc.get_change_meta_by_hash(dep);
            meta.is_some_and(|meta| meta.seq == before && *meta.actor == *change.actor_id())
        };
        let follows = before == 0
            || change.deps().iter().any(is_it)
            || self.clocks().have(change.deps(), change.actor_id(), before);
        follows.then_some(()).ok_or(DocError::NotBuiltOn)
    }

    /// Refuses an operation that refers to one that neither its change nor anything before it has.
    pub(super) fn holds(&self, change: &Change, op: &legacy::Op) -> Result<(), DocError> {
        let of_others = named(op).filter(|id| !is_own(change, id));
        of_others
            .map(|id| made_by(self.doc, id))
            .all(|made_by| made_by.is_some_and(|made_by| self.is_before(change, made_by)))
            .then_some(())
            .ok_or(DocError::NotBuiltOn)
    }

    fn is_before(&self, change: &Change, earlier: ChangeHash) -> bool {
        // All but the genesis build on it.
        let is_genesis = earlier == genesis::change().hash() && !change.deps().is_empty();
        let is_plain = is_genesis || change.deps().contains(&earlier);
        is_plain || self.clocks().has(change.deps(), earlier)
    }

    fn clocks(&self) -> &Clocks {
        self.clocks.get_or_init(|| Clocks::of(self.doc))
    }
}

/// Whether a document has all that a change refers to.
pub(super) fn has_all_named(doc: &Automerge, change: &Change) -> bool {
    let operations = change.decode().operations;
    let mut of_others = operations
        .iter()
        .flat_map(named)
        .filter(|id| !is_own(change, id));
    of_others.all(|id| made_by(doc, id).is_some())
}

/// The operations that an operation refers to.
fn named(op: &legacy::Op) -> impl Iterator<Item = &legacy::OpId> {
    let object = match &op.obj {
        legacy::ObjectId::Id(id) => Some(id),
        legacy::ObjectId::Root => None,
    };
    let element = match &op.key {
        legacy::Key::Seq(legacy::ElementId::Id(id)) => Some(id),
        _ => None,
    };
    object.into_iter().chain(element).chain(op.pred.iter())
}

fn is_own(change: &Change, id: &legacy::OpId) -> bool {
    let own = change.start_op().get()..=change.max_op();
    id.actor() == change.actor_id() && own.contains(&id.counter())
}

fn made_by(doc: &Automerge, id: &legacy::OpId) -> Option<ChangeHash> {
    doc.hash_for_opid(&ObjId::Id(id.counter(), id.actor().clone(), 0))
}

impl Clocks {
    fn of(doc: &Automerge) -> Self {
        let mut clocks = Self::default();
        for change in doc.get_changes_meta(&[]) {
            let count = clocks.ranks.len();
            let rank = *clocks
                .ranks
                .entry(change.actor.into_owned())
                .or_insert(count);
            let mut before = vec![0; rank + 1];
            for dep in change.deps.iter().filter_map(|dep| clocks.before.get(dep)) {
                if before.len() < dep.len() {
                    before.resize(dep.len(), 0);
                }
                for (mine, theirs) in before.iter_mut().zip(dep) {
                    *mine = (*mine).max(*theirs);
                }
            }
            before[rank] = change.seq;
            clocks.numbers.insert(change.hash, (rank, change.seq));
            clocks.before.insert(change.hash, before);
        }
        clocks
    }

    /// Whether this change lies at or before any of these.
    fn has(&self, heads: &[ChangeHash], change: ChangeHash) -> bool {
        let at = self.numbers.get(&change);
        at.is_some_and(|(rank, seq)| self.reach(heads, *rank, *seq))
    }

    /// Whether this number of this actor does.
    fn have(&self, heads: &[ChangeHash], actor: &ActorId, seq: u64) -> bool {
        let rank = self.ranks.get(actor);
        rank.is_some_and(|rank| self.reach(heads, *rank, seq))
    }

    fn reach(&self, heads: &[ChangeHash], rank: usize, seq: u64) -> bool {
        let mut clocks = heads.iter().filter_map(|head| self.before.get(head));
        clocks.any(|clock| clock.get(rank).is_some_and(|reached| *reached >= seq))
    }
}

/// Names of changes, as Automerge has them.
pub(super) fn hashes_of<'a>(
    changes: impl IntoIterator<Item = &'a ids::ChangeHash>,
) -> Vec<ChangeHash> {
    let hashes = changes.into_iter();
    hashes.map(|hash| ChangeHash(hash.0)).collect()
}

/// The texts in which a change wrote, sorted.
pub(super) fn texts_touched(change: &Change) -> Vec<(u64, ActorId)> {
    let mut texts: Vec<(u64, ActorId)> = Vec::new();
    for op in change.decode().operations {
        if let (legacy::Key::Seq(_), legacy::ObjectId::Id(text)) = (&op.key, &op.obj) {
            let text = (text.counter(), text.actor().clone());
            if texts.last() != Some(&text) {
                texts.push(text);
            }
        }
    }
    texts.sort();
    texts.dedup();
    texts
}
