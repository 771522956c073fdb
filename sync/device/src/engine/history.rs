//! Which changes a document has beyond others: the arithmetic of heads and dependencies.

use hejie_case::{
    document::{CaseDoc, Seen, Written},
    ids::{Actor, ChangeHash},
};
use hejie_wire::{chunk, gate::GateError};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A change that passed the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub hash: ChangeHash,
    pub actor: Actor,
    /// The number that the actor gave it.
    pub seq: u64,
    pub deps: Vec<ChangeHash>,
    /// What its author had seen, where it was written again.
    pub seen: Option<Seen>,
    /// When it was written, by its author's clock.
    pub at: Timestamp,
    pub bytes: Vec<u8>,
}

impl Known {
    /// The heads that its author saw.
    pub(super) fn seen_heads(&self) -> &[ChangeHash] {
        self.seen.as_ref().map_or(&self.deps, |seen| &seen.heads)
    }
}

/// Passes bytes through the gate (docs/security.md#the-gate): the server's like anybody's.
pub(super) fn admit(bytes: &[u8]) -> Result<Known, GateError> {
    let admitted = chunk::admit(bytes)?;
    Ok(Known {
        hash: admitted.chunk.hash,
        actor: admitted.header.actor,
        seq: admitted.header.seq,
        deps: admitted.header.deps,
        seen: admitted.header.seen,
        at: Timestamp::from_second(admitted.header.time).unwrap_or(Timestamp::UNIX_EPOCH),
        bytes: admitted.chunk.raw,
    })
}

/// Moves sorted heads forward over changes that are new to them, in causal order.
pub(super) fn advance<'a>(heads: &mut Vec<ChangeHash>, new: impl IntoIterator<Item = &'a Known>) {
    let mut set: BTreeSet<ChangeHash> = heads.drain(..).collect();
    for change in new {
        change.deps.iter().for_each(|dep| {
            set.remove(dep);
        });
        set.insert(change.hash);
    }
    *heads = set.into_iter().collect();
}

/// All changes of a document in causal order, the genesis left out.
pub(super) fn all(doc: &CaseDoc) -> Result<Vec<Known>, GateError> {
    doc.changes_since(&[])
        .iter()
        .map(|Written { bytes, .. }| admit(bytes))
        .collect()
}

/// The changes that remain when some are taken out, and with them all that builds on them.
pub(super) fn without(changes: Vec<Known>, out: &BTreeSet<ChangeHash>) -> Vec<Known> {
    let mut out = out.clone();
    changes
        .into_iter()
        .filter(|change| {
            let stays =
                !out.contains(&change.hash) && change.deps.iter().all(|dep| !out.contains(dep));
            if !stays {
                out.insert(change.hash);
            }
            stays
        })
        .collect()
}

/// The changes that are no part of the history of these heads.
pub(super) fn beyond(changes: &[Known], heads: &[ChangeHash]) -> BTreeSet<ChangeHash> {
    let mut history: BTreeSet<ChangeHash> = heads.iter().copied().collect();
    let mut beyond = BTreeSet::new();
    // Against causal order: whoever is built on is met after all that build on it.
    for change in changes.iter().rev() {
        if history.contains(&change.hash) {
            history.extend(&change.deps);
        } else {
            beyond.insert(change.hash);
        }
    }
    beyond
}
