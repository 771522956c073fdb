//! For which sides somebody stands: his own, and those of everybody for whom he speaks, through
//! whomever and by whatever entries (Civil Code art. 168).

use super::{Holds, need};
use crate::{ids::EntryId, record::Side, rule::Attempt};
use std::collections::BTreeSet;

/// Nobody stands for both sides. Somebody of a third side may stand for one of them.
///
/// # Errors
/// This one does.
pub(super) fn is_on_one(attempt: &Attempt<'_>, speaker: EntryId) -> Holds {
    let sides = stands_for(attempt, speaker);
    need(
        !(sides.contains(&Side::A) && sides.contains(&Side::B)),
        "speaker_on_other_side",
        "同一人不能代表对立双方，监护人、代理人也不能是对方的人：请更正其所在一方，\
         或者由另一方另行登记监护人、代理人。",
    )
}

/// Follows from somebody to whoever may be the same person, and to those for whom he speaks.
fn stands_for(attempt: &Attempt<'_>, speaker: EntryId) -> BTreeSet<Side> {
    let (facts, parties) = (attempt.facts, &attempt.context.view.parties);
    let aliases = facts.aliases();
    let same: Vec<_> = facts.perhaps_one().collect();
    let (mut sides, mut seen, mut next) = (BTreeSet::new(), BTreeSet::new(), vec![speaker]);
    while let Some(id) = next.pop() {
        let Some(entry) = parties.get(&id).map(|entry| &entry.value) else {
            continue;
        };
        if entry.withdrawn.is_some() || !seen.insert(id) {
            continue;
        }
        // Of two entries of one person the one that was kept says on which side he is.
        if !aliases.contains_key(&id) {
            sides.insert(entry.party.side);
        }
        let speaks_for = [entry.party.guardian_of, entry.party.agent_of];
        next.extend(speaks_for.into_iter().flatten());
        next.extend(same.iter().filter_map(|(one, other)| match id {
            id if id == *one => Some(*other),
            id if id == *other => Some(*one),
            _ => None,
        }));
    }
    sides
}
