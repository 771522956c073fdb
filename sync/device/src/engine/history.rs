//! Which changes a document has beyond others: the arithmetic of heads and dependencies.

use hejie_case::{document::CaseDoc, ids::ChangeHash};
use hejie_wire::{
    chunk::{Admitted, admit},
    gate::GateError,
};
use std::collections::BTreeSet;

/// Moves sorted heads forward over changes that are new to them, in causal order.
pub(super) fn advance<'a>(
    heads: &mut Vec<ChangeHash>,
    new: impl IntoIterator<Item = &'a Admitted>,
) {
    let mut set: BTreeSet<ChangeHash> = heads.drain(..).collect();
    for change in new {
        change.header.deps.iter().for_each(|dep| {
            set.remove(dep);
        });
        set.insert(change.hash);
    }
    *heads = set.into_iter().collect();
}

/// All changes of a document in causal order, the genesis left out; they pass the gate
/// (docs/security.md#the-gate), like anybody's.
pub(super) fn all(doc: &CaseDoc) -> Result<Vec<Admitted>, GateError> {
    let changes = doc.changes_since(&[]);
    changes.iter().map(|change| admit(&change.bytes)).collect()
}

/// Whether the document has all that a change says that its author had beside what it builds on.
/// The server would wait for the rest for ever.
pub(super) fn stands_beside(doc: &CaseDoc, change: &Admitted) -> bool {
    let mut beside = change.header.beside().iter();
    beside.all(|head| doc.contains(head))
}

/// The changes that remain when some are taken out, and with them all that builds on them.
pub(super) fn without(changes: Vec<Admitted>, out: &BTreeSet<ChangeHash>) -> Vec<Admitted> {
    let mut out = out.clone();
    changes
        .into_iter()
        .filter(|change| {
            let stays = !out.contains(&change.hash)
                && change.header.deps.iter().all(|dep| !out.contains(dep));
            if !stays {
                out.insert(change.hash);
            }
            stays
        })
        .collect()
}

/// The changes that are no part of the history of these heads.
pub(super) fn beyond(changes: &[Admitted], heads: &[ChangeHash]) -> BTreeSet<ChangeHash> {
    let mut history: BTreeSet<ChangeHash> = heads.iter().copied().collect();
    let mut beyond = BTreeSet::new();
    // Against causal order: whoever is built on is met after all that build on it.
    for change in changes.iter().rev() {
        if history.contains(&change.hash) {
            history.extend(&change.header.deps);
        } else {
            beyond.insert(change.hash);
        }
    }
    beyond
}
