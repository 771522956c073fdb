//! Who is who among the parties: entries of which a person ruled that they are one (M08).

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
}

/// Of two entries of one person, the one that stands for the other, and that other; none before a
/// ruling that keeps one of them.
fn alias(known: &ConflictFact) -> Option<(EntryId, EntryId)> {
    let (ConflictKind::SamePerson, About::Pair { earlier, later, .. }) =
        (known.conflict.kind, &known.conflict.about)
    else {
        return None;
    };
    let VariantValue::Keep(kept) = known.settled.as_ref()?.value()? else {
        return None;
    };
    let other = if kept == earlier { later } else { earlier };
    Some((*other, *kept))
}
