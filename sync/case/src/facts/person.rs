//! Who is who among the parties: entries of which a person ruled that they are one, or may rule it
//! yet (M08).

use super::{ConflictFact, Facts};
use crate::{
    ids::EntryId,
    view::{About, ConflictKind, VariantValue},
};
use std::collections::BTreeMap;

impl Facts {
    /// Entries that stand for another one, and for which.
    #[must_use]
    pub fn aliases(&self) -> BTreeMap<EntryId, EntryId> {
        self.conflicts.values().filter_map(alias).collect()
    }

    /// The entry that stands for the person of this one: itself, or the one that was kept.
    #[must_use]
    pub fn person(&self, entry: EntryId) -> EntryId {
        let aliases = self.aliases();
        let mut person = entry;
        // No longer than there are entries: two rulings may name each other.
        for _ in 0..aliases.len() {
            match aliases.get(&person) {
                Some(kept) => person = *kept,
                None => break,
            }
        }
        person
    }

    /// Pairs of entries that bear one identity, and of which nobody ruled that they are two
    /// persons.
    pub(crate) fn perhaps_one(&self) -> impl Iterator<Item = (EntryId, EntryId)> {
        self.conflicts.values().filter_map(|known| {
            let (earlier, later) = pair(known)?;
            let ruled = known.settled.as_ref().and_then(|settled| settled.value());
            (ruled != Some(&VariantValue::Both)).then_some((earlier, later))
        })
    }
}

/// The two entries of a disagreement about who is who.
fn pair(known: &ConflictFact) -> Option<(EntryId, EntryId)> {
    match (known.conflict.kind, &known.conflict.about) {
        (ConflictKind::SamePerson, About::Pair { earlier, later, .. }) => Some((*earlier, *later)),
        _ => None,
    }
}

/// Of two entries of one person, the one that stands for the other, and that other; none before a
/// ruling that keeps one of them.
fn alias(known: &ConflictFact) -> Option<(EntryId, EntryId)> {
    let (earlier, later) = pair(known)?;
    let VariantValue::Keep(kept) = *known.settled.as_ref()?.value()? else {
        return None;
    };
    Some((if kept == earlier { later } else { earlier }, kept))
}
