//! What the authors of entries had seen when writing them, where a ruling depends on it: by the
//! history of changes, never by clocks.

use super::DocReader;
use crate::{
    ids::EntryId,
    record::{Ask, Consent, ConsentDecision, ConsentSubject, PerformanceEntry, Request},
    view::{CaseView, Entries, Entry},
};
use automerge::{ActorId, ObjId};
use std::collections::{BTreeMap, BTreeSet};

/// What speaks against closing and whoever asked to close had not seen when asking, by request:
/// evidence, visits, refusals and dangers (E28).
pub(super) fn unseen(
    reader: &DocReader<'_>,
    view: &CaseView,
) -> BTreeMap<EntryId, BTreeSet<EntryId>> {
    let closings = view.requests.iter();
    let passed_over = closings
        .filter(|(_, request)| request.value.ask.is_to_close())
        .map(|(id, closing)| (*id, unseen_when(reader, view, closing)));
    passed_over
        .filter(|(_, unseen)| !unseen.is_empty())
        .collect()
}

fn unseen_when(
    reader: &DocReader<'_>,
    view: &CaseView,
    closing: &Entry<Request>,
) -> BTreeSet<EntryId> {
    let refusals = |consent: &Consent| {
        consent.what == ConsentSubject::Mediation && consent.decision != ConsentDecision::Agree
    };
    let dangers = |request: &Request| matches!(request.ask, Ask::Danger(_));
    let mut unseen = BTreeSet::new();
    unseen.extend(passed_over(reader, closing, &view.evidence, |_| true));
    unseen.extend(passed_over(reader, closing, &view.visits, |_| true));
    unseen.extend(passed_over(reader, closing, &view.consents, refusals));
    unseen.extend(passed_over(reader, closing, &view.requests, dangers));
    unseen
}

fn passed_over<'a, T>(
    reader: &'a DocReader<'_>,
    closing: &'a Entry<Request>,
    entries: &'a Entries<T>,
    counts: impl Fn(&T) -> bool + 'a,
) -> impl Iterator<Item = EntryId> + 'a {
    let counting = entries
        .iter()
        .filter(move |(_, entry)| counts(&entry.value));
    counting
        .filter(|(_, entry)| !had_seen(reader, closing, entry))
        .map(|(id, _)| *id)
}

/// Entries of the log that another one about the same obligation had seen.
pub(super) fn overtaken(
    reader: &DocReader<'_>,
    performance: &Entries<PerformanceEntry>,
) -> BTreeSet<EntryId> {
    let mut in_turn: Vec<(&EntryId, &Entry<PerformanceEntry>)> = performance.iter().collect();
    in_turn.sort_by_key(|(_, entry)| entry.turn);
    let mut latest: BTreeMap<EntryId, Vec<(&EntryId, &Entry<PerformanceEntry>)>> = BTreeMap::new();
    let mut overtaken = BTreeSet::new();
    for (id, entry) in in_turn {
        let latest = latest.entry(entry.value.obligation).or_default();
        latest.retain(|(earlier_id, earlier)| {
            let had_seen = had_seen(reader, entry, earlier);
            if had_seen {
                overtaken.insert(**earlier_id);
            }
            !had_seen
        });
        latest.push((id, entry));
    }
    overtaken
}

/// Whether the author of the later entry had seen the earlier one. The history is asked only where
/// the turns do not tell: they grow along whatever was seen, and a person had seen the own entries
/// before.
fn had_seen<A, B>(reader: &DocReader<'_>, later: &Entry<A>, earlier: &Entry<B>) -> bool {
    if earlier.turn > later.turn {
        return false;
    }
    let by_history =
        |history: &super::History<'_>| history.had_seen(&op_of(later), &op_of(earlier));
    later.author == earlier.author || reader.history().is_some_and(by_history)
}

fn op_of<T>(entry: &Entry<T>) -> ObjId {
    ObjId::Id(entry.turn, ActorId::from(entry.author.0), 0)
}
