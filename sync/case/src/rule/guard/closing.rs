//! Guards of performance, closing and rulings on disagreements.

use super::{Scene, need};
use crate::{
    deadline::plus,
    facts::{Difficulty, Facts, Level, Stage},
    fold::ObligationState,
    ids::EntryId,
    record::{Ask, CloseKind, Performance},
    role::Role,
    rule::{Act, Refusal},
    view::{CaseView, ConflictKind},
};
use jiff::ToSpan;

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

/// The source channel will be told something.
pub(crate) fn feedback_given(scene: &Scene<'_>) -> Result<(), Refusal> {
    let empty =
        matches!(scene.ask(), Some(Ask::AskClose { feedback, .. }) if feedback.trim().is_empty());
    need(!empty, "feedback_missing", "请填写反馈内容后再申请结案。")
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

/// Whoever closes has the rank for it (decisions.md 4).
pub(crate) fn rank_may_close(scene: &Scene<'_>) -> Result<(), Refusal> {
    let complex =
        scene.facts.difficulty == Difficulty::Complex || scene.facts.colour.level == Level::Red;
    let disputed = matches!(scene.facts.stage, Stage::CloseDisputed { .. });
    let may = match scene.motion.by.role {
        Role::System => scene.facts.difficulty == Difficulty::Simple && !complex && !disputed,
        Role::Supervisor => true,
        _ => !complex && !disputed,
    };
    need(may, "rank_too_low", "本案应由县级督导员审核结案。")
}

/// The outcome is the asked one, or one of those in dispute.
pub(crate) fn outcome_was_asked(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Close { outcome } = &scene.motion.act else {
        return Ok(());
    };
    let asked = match &scene.facts.stage {
        Stage::PendingClose { outcome: asked, .. } => asked == outcome,
        Stage::CloseDisputed { outcomes, .. } => outcomes.values().any(|asked| asked == outcome),
        _ => false,
    };
    need(
        asked,
        "outcome_not_asked",
        "结案方式应为主办人申请的方式之一，请核对。",
    )
}

/// Every phone of the case that was in touch lately has exchanged since closing was asked for, or enough time went by.
pub(crate) fn devices_heard(scene: &Scene<'_>) -> Result<(), Refusal> {
    let (Stage::PendingClose { since, .. } | Stage::CloseDisputed { since, .. }) =
        &scene.facts.stage
    else {
        return Ok(());
    };
    let (policy, now) = (scene.docket.policy, scene.docket.now);
    let waited = now >= plus(*since, i64::from(policy.close_wait_hours).hours());
    let lately = plus(now, -i64::from(policy.quiet_hours).hours());
    let mut devices = scene.docket.devices.iter();
    let silent = devices.any(|d| d.exchanged_at >= lately && d.exchanged_at < *since);
    need(
        waited || !silent,
        "device_not_heard",
        "仍有承办人的手机尚未同步，请待其同步后或四十八小时后再结案。",
    )
}

/// The disagreement is open.
pub(crate) fn conflict_open(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::RuleConflict { conflict, .. } = &scene.motion.act else {
        return Ok(());
    };
    match scene.facts.conflicts.get(conflict) {
        None => Err(Refusal::new(
            "unknown_conflict",
            "没有这一分歧，请刷新后重试。",
        )),
        Some(known) => need(
            known.settled.is_none(),
            "conflict_settled",
            "该分歧已经裁定，请刷新查看结果。",
        ),
    }
}

/// The chosen variant is one of those that stand side by side.
pub(crate) fn choice_exists(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::RuleConflict {
        conflict, choice, ..
    } = &scene.motion.act
    else {
        return Ok(());
    };
    let variants = scene
        .facts
        .conflicts
        .get(conflict)
        .map_or(0, |c| c.conflict.variants.len());
    need(
        usize::from(*choice) < variants,
        "unknown_choice",
        "请在并列的版本中选择其一。",
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
