//! What became of changes that were written again or taken out: where a document still has what
//! somebody had seen.

use super::row::{Intent, Outgoing};
use hejie_case::{
    document::{Basis, CaseDoc, Seen},
    edit::{Edit, NewEntry},
    ids::ChangeHash,
    part::CasePart,
};
use hejie_wire::chunk::Admitted;
use std::collections::{BTreeSet, HashMap};

/// The changes of a document before it was built anew.
#[derive(Debug, Default)]
pub(super) struct Lineage {
    /// What the author of each had seen.
    before: HashMap<ChangeHash, Vec<ChangeHash>>,
    /// Under which name it stands now, where it was written again.
    again: HashMap<ChangeHash, ChangeHash>,
}

impl Lineage {
    /// The changes of a document, and unsent ones with what their authors had seen.
    pub(super) fn of<'a>(
        changes: &[Admitted],
        unsent: impl IntoIterator<Item = &'a Outgoing>,
    ) -> Self {
        let mut before: HashMap<_, _> = changes
            .iter()
            .map(|change| (change.hash, change.header.seen_heads().to_vec()))
            .collect();
        for one in unsent {
            if let Intent::Edit { basis, .. } = &one.head.intent {
                before.insert(one.head.hash, basis.seen.heads.clone());
            }
        }
        Self {
            before,
            again: HashMap::new(),
        }
    }

    /// A change was written again.
    pub(super) fn became(&mut self, before: ChangeHash, now: ChangeHash) {
        if before != now {
            self.again.insert(before, now);
        }
    }

    /// Under which name a change stands now.
    pub(super) fn now(&self, mut change: ChangeHash) -> ChangeHash {
        while let Some(again) = self.again.get(&change) {
            change = *again;
        }
        change
    }

    /// The intent with what its author had seen, as far as this document has it. What was refused
    /// or lost is left out; when nobody knows any more what a change was written on, the intent
    /// stays as it is.
    pub(super) fn carried(&self, doc: &CaseDoc, intent: &Intent) -> Intent {
        let Intent::Edit {
            edit,
            basis,
            inside,
        } = intent
        else {
            return intent.clone();
        };
        let heads = self.heads(doc, &basis.seen.heads);
        let beside = self.heads(doc, &basis.seen.beside).unwrap_or_default();
        let is_confidential = |head: &ChangeHash| doc.part_of(head) == Some(CasePart::Confidential);
        let seen = Seen {
            heads: heads.unwrap_or_else(|| basis.seen.heads.clone()),
            beside: beside.into_iter().filter(is_confidential).collect(),
            facts_version: basis.seen.facts_version,
        };
        Intent::Edit {
            edit: Box::new(self.signed_as_it_stands(doc, edit)),
            basis: Basis {
                seen,
                base_text: basis.base_text.clone(),
            },
            inside: *inside,
        }
    }

    /// A signature names the heads at which its draft was frozen; it goes with a freeze that was
    /// written again.
    fn signed_as_it_stands(&self, doc: &CaseDoc, edit: &Edit) -> Edit {
        let mut edit = edit.clone();
        if let Edit::Add {
            entry: NewEntry::Signature(signature),
            ..
        } = &mut edit
            && let Some(heads) = self.heads(doc, &signature.heads)
        {
            signature.heads = heads;
        }
        edit
    }

    /// The heads that stand in this document for those; none when one of them is not known.
    fn heads(&self, doc: &CaseDoc, heads: &[ChangeHash]) -> Option<Vec<ChangeHash>> {
        let (mut found, mut looked_at) = (BTreeSet::new(), BTreeSet::new());
        let mut ahead = heads.to_vec();
        while let Some(hash) = ahead.pop() {
            if !looked_at.insert(hash) {
                continue;
            }
            if let Some(now) = self.again.get(&hash) {
                ahead.push(*now);
            } else if doc.contains(&hash) {
                found.insert(hash);
            } else {
                ahead.extend(self.before.get(&hash).filter(|seen| !seen.is_empty())?);
            }
        }
        match found.len() {
            0 => None,
            1 => Some(found.into_iter().collect()),
            _ => Some(doc.foremost(&found.into_iter().collect::<Vec<_>>())),
        }
    }
}
