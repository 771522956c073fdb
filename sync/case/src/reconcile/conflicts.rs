//! What becomes of the disagreements in a document: noted when found, carried on when they grow,
//! settled when they are gone.
//!
//! One that grew by another word takes the place of what it was before: nobody ruled on that, its
//! text can be read from the history of the document, and the time to answer it goes on. So a text
//! that many write at once is one disagreement, however often they meet.

use super::ReconcileInput;
use crate::{
    conflict::{DecidedSituation, DetectInput, detect},
    document::DocReader,
    facts::{ConflictFact, Decision, Facts, Resolution, Ruling, SettledBy},
    ids::{ConflictId, EntryId},
    view::{About, CaseView, Conflict, ConflictKind, Severity},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// So many versions of one place are kept with their words after their authors removed the
/// disagreements.
const WORDS_KEPT: usize = 40;
/// So many with those who wrote them and the changes by which they did.
const CHANGES_KEPT: usize = 200;

/// Looks for disagreements, and notes what was found beside what is known.
pub(super) fn record(
    reader: &DocReader<'_>,
    view: &CaseView,
    facts: &mut Facts,
    input: &ReconcileInput,
) {
    let mut found = detect(reader, Some(view), &beside(facts, input));
    if !facts.stage.status().is_open() {
        // What came in late has no next step to block; somebody looks at it all the same.
        found.iter_mut().for_each(|conflict| {
            conflict.severity = conflict.severity.min(Severity::Review);
        });
    }
    let grown = take_grown(facts, &found);
    for known in facts.conflicts.values_mut().filter(|k| k.settled.is_none()) {
        match found.iter().find(|c| c.id == known.conflict.id) {
            Some(found) => known.conflict.severity = found.severity,
            None => known.settled = Some(gone(input.now)),
        }
    }
    for conflict in found {
        let (id, now) = (conflict.id, input.now);
        let new = || new_fact(conflict, &grown, now);
        facts.conflicts.entry(id).or_insert_with(new);
    }
    forget_words(facts);
}

/// Takes those out of the facts that have grown: they are open, not found any more, and another is
/// found in their place.
fn take_grown(facts: &mut Facts, found: &[Conflict]) -> Vec<ConflictFact> {
    let has_grown = |known: &ConflictFact| {
        known.settled.is_none()
            && found.iter().all(|c| c.id != known.conflict.id)
            && found.iter().any(|c| is_at(c, &known.conflict))
    };
    let ids: Vec<ConflictId> = facts
        .conflicts
        .iter()
        .filter(|(_, known)| has_grown(known))
        .map(|(id, _)| *id)
        .collect();
    ids.iter()
        .filter_map(|id| facts.conflicts.remove(id))
        .collect()
}

/// A disagreement as it is first known; if it grew out of others, its time to be answered goes on.
fn new_fact(conflict: Conflict, grown: &[ConflictFact], now: Timestamp) -> ConflictFact {
    let before = grown
        .iter()
        .filter(|known| is_at(&conflict, &known.conflict));
    let first = before.clone().min_by_key(|known| known.found_at);
    ConflictFact {
        found_at: first.map_or(now, |known| known.found_at),
        began_as: first.map(ConflictFact::clock_id),
        grown: before
            .map(|known| known.grown + 1)
            .max()
            .unwrap_or_default(),
        settled: None,
        conflict,
    }
}

/// Of what the authors of one place settled among themselves, the latest are kept with their words,
/// those before with authors and changes, and older ones with their times. The history of the
/// document tells the rest.
fn forget_words(facts: &mut Facts) {
    let mut by_place: BTreeMap<(ConflictKind, About), Vec<&mut ConflictFact>> = BTreeMap::new();
    let unruled = |k: &&mut ConflictFact| k.settled.as_ref().is_some_and(|s| s.by().is_none());
    for known in facts.conflicts.values_mut().filter(unruled) {
        let place = (known.conflict.kind, known.conflict.about.clone());
        by_place.entry(place).or_default().push(known);
    }
    for mut of_place in by_place.into_values() {
        of_place.sort_by_key(|known| std::cmp::Reverse(known.found_at));
        let mut versions = 0;
        for Conflict { variants, .. } in of_place.into_iter().map(|known| &mut known.conflict) {
            versions += variants.len();
            // What no history tells is kept.
            let told = variants
                .iter()
                .skip(1)
                .all(|variant| !variant.at.is_empty());
            if told && versions > CHANGES_KEPT {
                variants.clear();
            } else if told && versions > WORDS_KEPT {
                for variant in variants {
                    variant.text.clear();
                    variant.is_excerpt = true;
                }
            }
        }
    }
}

/// Looks again when something was decided in the meantime on which a disagreement turns: a request
/// that was refused contradicts nobody any more, and a file that was waived is awaited by nobody.
pub(super) fn update(
    reader: &DocReader<'_>,
    view: &CaseView,
    facts: &mut Facts,
    input: &ReconcileInput,
) {
    let turns = |conflict: &Conflict| match conflict.kind {
        ConflictKind::Closings => true,
        ConflictKind::FileMissing => !facts.waived_files.is_empty(),
        _ => false,
    };
    if facts.open_conflicts().any(turns) {
        record(reader, view, facts, input);
    }
}

fn is_at(conflict: &Conflict, other: &Conflict) -> bool {
    conflict.kind == other.kind && conflict.about == other.about
}

fn gone(at: Timestamp) -> Resolution {
    Resolution {
        at,
        by: SettledBy::Authors,
    }
}

/// What the server knows beside the document.
fn beside(facts: &Facts, input: &ReconcileInput) -> DetectInput {
    let handlers = input.authors.iter();
    let handlers = handlers.filter(|(_, author)| facts.leads(author.user));
    let awaited = facts.missing_files.iter();
    let awaited = awaited.filter(|id| !facts.waived_files.contains_key(*id));
    let agreement = facts.round.agreement.as_ref();
    let agreement = agreement.filter(|a| a.effective_at.is_none() && a.void_at.is_none());
    DetectInput {
        refused: refused(facts),
        handlers: handlers.map(|(actor, _)| *actor).collect(),
        missing_files: awaited.copied().collect(),
        to_be_signed: agreement.map(|agreement| agreement.draft),
        decided: facts.classified.by_desk.then(|| DecidedSituation {
            code: facts.situation.clone(),
            heard: facts.classified.heard.clone(),
        }),
        identities: input.identities.clone(),
    }
}

fn refused(facts: &Facts) -> BTreeSet<EntryId> {
    let refused = |r: &Ruling| matches!(r.decision, Decision::Refused(_));
    let rulings = facts.rulings.iter().filter(|(_, r)| refused(r));
    rulings.map(|(id, _)| *id).collect()
}
