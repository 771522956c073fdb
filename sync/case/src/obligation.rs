//! What the agreement in force promises, and what became of it.

use crate::{
    facts::{ConflictFact, Facts, Settlement},
    ids::EntryId,
    record::Performance,
    view::{CaseView, ClauseView, ConflictKind},
};
use serde::{Deserialize, Serialize};

/// What became of an obligation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObligationState {
    /// Nothing was said yet, or part of it was performed.
    Open,
    /// Performed.
    Performed,
    /// Some say performed, some not (M27).
    Disputed,
    /// Not performed.
    Broken,
}

/// The clauses of the agreement in force that hold a promise.
pub(crate) fn in_force<'a>(
    view: &'a CaseView,
    facts: &Facts,
) -> impl Iterator<Item = EntryId> + use<'a> {
    let agreement = facts.agreement.as_ref();
    let draft = agreement.and_then(|a| view.drafts.get(&a.draft));
    draft.into_iter().flat_map(|d| promises(&d.value.clauses))
}

/// The clauses that hold a promise.
pub fn promises(clauses: &[(EntryId, ClauseView)]) -> impl Iterator<Item = EntryId> {
    clauses
        .iter()
        .filter(|(_, c)| c.terms.get().is_some_and(Option::is_some))
        .map(|(id, _)| *id)
}

/// What became of an obligation: what was logged last, by what its author had seen of the rest and not by the clock. Nothing counts as done while authors contradict each other, or while a payment may stand
/// there twice (M22, M27); after the ruling the word of the one who was believed counts, until somebody writes again.
#[must_use]
pub fn obligation_state(view: &CaseView, facts: &Facts, clause: EntryId) -> ObligationState {
    let path = format!("performance/{clause}");
    let mut disputes = facts.conflicts.values().filter(|c| match c.conflict.kind {
        ConflictKind::PerformanceDisputed => c.conflict.path == path,
        ConflictKind::DoublePayment => c.conflict.path.starts_with(&format!("{path}/")),
        _ => false,
    });
    if disputes.clone().any(|dispute| dispute.settled.is_none()) {
        return ObligationState::Disputed;
    }
    let about = view.performance.iter();
    let mut about =
        about.filter(|(id, e)| e.value.obligation == clause && !view.overtaken.contains(*id));
    let ruled = disputes
        .by_ref()
        .filter(|c| c.conflict.kind == ConflictKind::PerformanceDisputed)
        .filter_map(|c| Some((c, c.settled.as_ref().filter(|s| s.choice.is_some())?)))
        .max_by_key(|(_, settled)| settled.at);
    let state = match ruled {
        None => about.next_back().map(|(_, e)| e.value.state),
        Some((dispute, settled)) => {
            let since = |id: &EntryId| facts.rulings.get(id).is_some_and(|r| r.at > settled.at);
            let newer = about.rfind(|(id, _)| since(id));
            newer
                .map(|(_, e)| e.value.state)
                .or_else(|| believed(view, dispute, settled, clause))
        }
    };
    match state {
        None | Some(Performance::Partly) => ObligationState::Open,
        Some(Performance::Performed | Performance::NothingDue) => ObligationState::Performed,
        Some(Performance::NotPerformed) => ObligationState::Broken,
    }
}

/// What the author said whom the ruling believed: in the log, or on a visit.
fn believed(
    view: &CaseView,
    dispute: &ConflictFact,
    settled: &Settlement,
    clause: EntryId,
) -> Option<Performance> {
    let choice = usize::from(settled.choice?);
    let author = dispute.conflict.variants.get(choice)?.author?;
    let logged = view.performance.values();
    let logged = logged.filter(|e| e.author == author && e.value.obligation == clause);
    let logged = logged.max_by_key(|e| e.turn);
    logged.map(|e| e.value.state).or_else(|| {
        let visits = view.visits.values().filter(|e| e.author == author);
        let visit = visits.max_by_key(|e| e.turn)?;
        Some(visit.value.visit.finding.performance)
    })
}
