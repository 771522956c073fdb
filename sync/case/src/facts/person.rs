//! Who is who among the parties: entries of which a person ruled that they are one (M08).

use super::Facts;
use crate::{ids::EntryId, view::ConflictKind};
use std::collections::BTreeMap;

/// The variants of a ruling on [`ConflictKind::SamePerson`]: keep the earlier entry, or the later; any other says that they are two.
const KEEP_EARLIER: u8 = 0;
const KEEP_LATER: u8 = 1;

impl Facts {
    /// Entries that stand for another one, and for which.
    #[must_use]
    pub fn aliases(&self) -> BTreeMap<EntryId, EntryId> {
        let doubled = self.conflicts.values().filter(|known| {
            known.conflict.kind == ConflictKind::SamePerson && known.settled.is_some()
        });
        let ruled = doubled.filter_map(|known| {
            let (earlier, later) = pair(&known.conflict.path)?;
            match known.settled.as_ref()?.choice? {
                KEEP_EARLIER => Some((later, earlier)),
                KEEP_LATER => Some((earlier, later)),
                _ => None,
            }
        });
        ruled.collect()
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

/// The two entries of a path such as `parties/<earlier>+<later>`.
fn pair(path: &str) -> Option<(EntryId, EntryId)> {
    let (earlier, later) = path.strip_prefix("parties/")?.split_once('+')?;
    Some((earlier.parse().ok()?, later.parse().ok()?))
}
