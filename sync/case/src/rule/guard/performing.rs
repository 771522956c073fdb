//! Guards of performance and breach.

use super::{Scene, need};
use crate::{
    facts::{ConflictFact, Facts, Settlement},
    fold::ObligationState,
    ids::EntryId,
    record::{Ask, CloseKind, Performance},
    rule::{Act, Refusal},
    view::{CaseView, ConflictKind},
};

/// The obligation is a clause of the agreement in force.
pub(crate) fn obligation_known(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Perform(entry) = &scene.motion.act else {
        return Ok(());
    };
    let known = obligations(scene).any(|clause| clause == entry.obligation);
    need(
        known,
        "unknown_obligation",
        "现行协议中没有这一条款，请核对后重新登记履行情况。",
    )
}

/// What the outcome claims has come about.
pub(crate) fn obligations_done(scene: &Scene<'_>) -> Result<(), Refusal> {
    let (Act::Ask(Ask::AskClose { outcome, .. }) | Act::Close { outcome }) = &scene.motion.act
    else {
        return Ok(());
    };
    let performed = matches!(
        outcome,
        CloseKind::AgreementPerformed | CloseKind::OralAgreementPerformed
    );
    if !performed {
        return Ok(());
    }
    let effective = scene
        .facts
        .agreement
        .as_ref()
        .is_some_and(|a| a.effective_at.is_some());
    need(
        effective,
        "agreement_not_effective",
        "协议尚未生效，不能以协议履行结案。",
    )?;
    let state = |clause| obligation_state(scene.docket.view, scene.facts, clause);
    need(
        obligations(scene).all(|clause| state(clause) == ObligationState::Performed),
        "obligations_open",
        "协议义务尚未全部履行，请登记履行情况后再申请结案。",
    )
}

/// Somebody recorded that the obligation was not performed, and nobody disputes it.
pub(crate) fn breach_recorded(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Breach { obligation, .. }) = scene.ask() else {
        return Ok(());
    };
    let broken = obligations(scene).any(|clause| clause == *obligation)
        && obligation_state(scene.docket.view, scene.facts, *obligation) == ObligationState::Broken;
    need(
        broken,
        "breach_not_recorded",
        "请先登记该条款未履行的情况（有争议的先裁定），再按不履行办理。",
    )
}

/// The obliged party was urged before (LW12).
pub(crate) fn urged_before(scene: &Scene<'_>) -> Result<(), Refusal> {
    let effective = scene.facts.agreement.as_ref().and_then(|a| a.effective_at);
    let urged = match (scene.ask(), effective) {
        (Some(Ask::Breach { urged_at, .. }), Some(effective)) => {
            *urged_at >= effective && *urged_at <= scene.docket.now
        }
        _ => false,
    };
    need(
        urged,
        "not_urged",
        "请先督促当事人履行并记录督促时间，再按不履行办理。",
    )
}

/// The clauses of the agreement in force that hold a promise.
fn obligations<'a>(scene: &Scene<'a>) -> impl Iterator<Item = EntryId> + use<'a> {
    let draft = scene
        .facts
        .agreement
        .as_ref()
        .and_then(|a| scene.docket.view.drafts.get(&a.draft));
    draft.into_iter().flat_map(|d| promises(&d.value.clauses))
}

/// The clauses that hold a promise.
pub fn promises(clauses: &[(EntryId, crate::view::ClauseView)]) -> impl Iterator<Item = EntryId> {
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
