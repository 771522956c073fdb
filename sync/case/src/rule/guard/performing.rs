//! Guards of performance and breach.

use super::{Scene, need};
use crate::{
    facts::Facts,
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
pub(crate) fn promises(
    clauses: &[(EntryId, crate::view::ClauseView)],
) -> impl Iterator<Item = EntryId> {
    clauses
        .iter()
        .filter(|(_, c)| c.terms.get().is_some_and(Option::is_some))
        .map(|(id, _)| *id)
}

/// What became of an obligation: the latest entry of the log, or of the author whom a ruling on a dispute believed (M27).
pub(crate) fn obligation_state(view: &CaseView, facts: &Facts, clause: EntryId) -> ObligationState {
    let path = format!("performance/{clause}");
    let dispute = facts
        .conflicts
        .values()
        .rfind(|c| c.conflict.kind == ConflictKind::PerformanceDisputed && c.conflict.path == path);
    if dispute.is_some_and(|d| d.settled.is_none()) {
        return ObligationState::Disputed;
    }
    let believed = dispute.and_then(|d| {
        let choice = usize::from(d.settled.as_ref()?.choice?);
        d.conflict.variants.get(choice)?.author
    });
    let mut about = view
        .performance
        .values()
        .filter(|e| e.value.obligation == clause);
    let latest = about.rfind(|e| believed.is_none_or(|author| e.author == author));
    match latest.map(|e| e.value.state) {
        None | Some(Performance::Partly) => ObligationState::Open,
        Some(Performance::Performed | Performance::NothingDue) => ObligationState::Performed,
        Some(Performance::NotPerformed) => ObligationState::Broken,
    }
}
