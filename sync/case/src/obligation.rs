//! What the agreement in force promises, and what became of it.

use crate::{
    facts::Facts,
    ids::EntryId,
    record::Performance,
    view::{About, CaseView, ClauseView, VariantValue},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    let agreement = facts.round.agreement.as_ref();
    let draft = agreement.and_then(|a| view.drafts.get(&a.draft));
    draft.into_iter().flat_map(|d| promises(&d.value.clauses))
}

/// Whom the frozen agreement binds: who owes something by it, and to whom.
pub(crate) fn bound<'a>(
    view: &'a CaseView,
    facts: &Facts,
) -> impl Iterator<Item = EntryId> + use<'a> {
    let agreement = facts.round.agreement.as_ref();
    let draft = agreement.and_then(|a| view.drafts.get(&a.draft));
    let clauses = draft.into_iter().flat_map(|draft| &draft.value.clauses);
    let terms = clauses.filter_map(|(_, clause)| clause.terms.get()?.as_ref());
    terms.flat_map(|terms| [terms.obligor, terms.obligee])
}

/// The clauses that hold a promise.
pub fn promises(clauses: &[(EntryId, ClauseView)]) -> impl Iterator<Item = EntryId> {
    clauses
        .iter()
        .filter(|(_, c)| c.terms.get().is_some_and(Option::is_some))
        .map(|(id, _)| *id)
}

/// The day of the first part of a promise that the logged part payments do not cover; none where
/// the promise names no day. Payments that were believed once and found not made are no part
/// payments, and one slip is one payment.
pub(crate) fn first_unpaid(view: &CaseView, facts: &Facts, clause: EntryId) -> Option<Date> {
    let draft = &facts.round.agreement.as_ref()?.draft;
    let clauses = &view.drafts.get(draft)?.value.clauses;
    let (_, clause_view) = clauses.iter().find(|(id, _)| *id == clause)?;
    let mut parts = clause_view.terms.get()?.as_ref()?.schedule.clone();
    parts.sort_by_key(|part| part.due);
    let paid = paid_in_parts(view, clause);
    let mut owed = 0_u64;
    let uncovered = parts.iter().find(|part| {
        owed = owed.saturating_add(part.amount.0);
        owed > paid
    });
    uncovered.or(parts.first()).map(|part| part.due)
}

fn paid_in_parts(view: &CaseView, clause: EntryId) -> u64 {
    let entries = view.performance.values().map(|entry| &entry.value);
    let parts = entries.filter(|e| e.obligation == clause && e.state == Performance::Partly);
    let mut slips = BTreeSet::new();
    let payments = parts.filter(|e| e.slip_no.as_ref().is_none_or(|slip| slips.insert(slip)));
    payments.fold(0, |sum, e| sum.saturating_add(e.amount.0))
}

/// What became of an obligation: what was logged last, by what its author had seen of the rest and
/// not by the clock. Nothing counts as done while authors contradict each other, or while a payment
/// may stand there twice (M22, M27); after the ruling the word of the one who was believed counts,
/// until somebody writes again.
#[must_use]
pub fn obligation_state(view: &CaseView, facts: &Facts, clause: EntryId) -> ObligationState {
    let disputes = facts.conflicts.values().filter(|c| match c.conflict.about {
        About::Promise(of) | About::Payments { promise: of, .. } => of == clause,
        _ => false,
    });
    if disputes.clone().any(|dispute| dispute.settled.is_none()) {
        return ObligationState::Disputed;
    }
    let about = view.performance.iter();
    let mut about =
        about.filter(|(id, e)| e.value.obligation == clause && !view.overtaken.contains(*id));
    let ruled = disputes.filter_map(|dispute| {
        let settled = dispute.settled.as_ref()?;
        match settled.value()? {
            VariantValue::Found(state) => Some((settled.at, *state)),
            _ => None,
        }
    });
    let state = match ruled.max_by_key(|(at, _)| *at) {
        None => about.next_back().map(|(_, e)| e.value.state),
        Some((ruled_at, believed)) => {
            let since = |id: &EntryId| facts.rulings.get(id).is_some_and(|r| r.at > ruled_at);
            let newer = about.rfind(|(id, _)| since(id));
            Some(newer.map_or(believed, |(_, e)| e.value.state))
        }
    };
    match state {
        None | Some(Performance::Partly) => ObligationState::Open,
        Some(Performance::Performed | Performance::NothingDue) => ObligationState::Performed,
        Some(Performance::NotPerformed) => ObligationState::Broken,
    }
}
