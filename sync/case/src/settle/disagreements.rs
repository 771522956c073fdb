//! What becomes of the disagreements in a document: noted when found, carried on when they grow, settled when they are gone.

use super::{Settle, leads};
use crate::{
    conflict::{Beside, detect},
    document::Reader,
    facts::{ConflictFact, Decision, Facts, Ruling, Settlement},
    ids::EntryId,
    view::{CaseView, Conflict, ConflictKind, Severity},
};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Looks for disagreements, and notes what was found beside what is known.
pub(super) fn note(reader: &Reader<'_>, view: &CaseView, facts: &mut Facts, input: &Settle) {
    let mut found = detect(reader, Some(view), &beside(facts, input));
    if !facts.stage.status().is_open() {
        // What came in late has no next step to block; somebody looks at it all the same.
        found.iter_mut().for_each(|conflict| {
            conflict.severity = conflict.severity.min(Severity::Review);
        });
    }
    let known = &facts.conflicts;
    let news: Vec<ConflictFact> = found
        .iter()
        .filter(|conflict| !known.contains_key(&conflict.id))
        .map(|conflict| ConflictFact {
            conflict: conflict.clone(),
            found_at: found_at(facts, &found, conflict).unwrap_or(input.now),
            settled: None,
        })
        .collect();
    for (id, known) in &mut facts.conflicts {
        let still = found.iter().find(|conflict| conflict.id == *id);
        if let (Some(found), None) = (still, &known.settled) {
            known.conflict.severity = found.severity;
        } else if known.settled.is_none() {
            let grown = found
                .iter()
                .any(|conflict| is_at(conflict, &known.conflict));
            known.settled = Some(gone(grown, input.now));
        }
    }
    facts
        .conflicts
        .extend(news.into_iter().map(|new| (new.conflict.id, new)));
}

/// Looks again when a request was refused in the meantime: it contradicts nobody any more.
pub(super) fn look_again(reader: &Reader<'_>, view: &CaseView, facts: &mut Facts, input: &Settle) {
    if facts
        .open_conflicts()
        .any(|conflict| conflict.kind == ConflictKind::Closings)
    {
        note(reader, view, facts, input);
    }
}

/// A disagreement that grew by another word has a new id; the time to answer it goes on.
fn found_at(facts: &Facts, found: &[Conflict], conflict: &Conflict) -> Option<Timestamp> {
    let open = facts.conflicts.values().filter(|k| k.settled.is_none());
    let overtaken = open.filter(|known| {
        is_at(conflict, &known.conflict) && found.iter().all(|c| c.id != known.conflict.id)
    });
    overtaken.map(|known| known.found_at).min()
}

fn is_at(conflict: &Conflict, other: &Conflict) -> bool {
    conflict.kind == other.kind && conflict.path == other.path
}

fn gone(grown: bool, at: Timestamp) -> Settlement {
    let why = if grown {
        "该处又有新的内容，已并入新的分歧。"
    } else {
        "文书中已不再有这一分歧。"
    };
    Settlement {
        by: None,
        at,
        choice: None,
        why: why.into(),
    }
}

/// What the server knows beside the document.
fn beside(facts: &Facts, input: &Settle) -> Beside {
    let handlers = input.authors.iter();
    let handlers = handlers.filter(|(_, author)| leads(facts, author.user));
    let awaited = facts.missing_files.iter();
    let awaited = awaited.filter(|id| !facts.waived_files.contains_key(*id));
    Beside {
        refused: refused(facts),
        handlers: handlers.map(|(actor, _)| *actor).collect(),
        missing_files: awaited.copied().collect(),
        identities: input.identities.clone(),
    }
}

fn refused(facts: &Facts) -> BTreeSet<EntryId> {
    let refused = |r: &Ruling| matches!(r.decision, Decision::Refused { .. });
    let rulings = facts.rulings.iter().filter(|(_, r)| refused(r));
    rulings.map(|(id, _)| *id).collect()
}
