//! Guards of closing: what is told, who may, what blocks, whom it waits for.

use super::{Scene, need};
use crate::{
    deadline::plus,
    facts::{Difficulty, Level, Stage},
    record::{AgreementForm, Ask, CloseKind},
    role::Role,
    rule::{Act, Refusal},
};
use jiff::ToSpan;

/// The source channel will be told something.
pub(crate) fn feedback_given(scene: &Scene<'_>) -> Result<(), Refusal> {
    let empty =
        matches!(scene.ask(), Some(Ask::AskClose { feedback, .. }) if feedback.trim().is_empty());
    need(!empty, "feedback_missing", "请填写反馈内容后再申请结案。")
}

/// The outcome is one that its lead may ask for; the others come about by their own events (E08, E12, E24, E25, E30).
pub(crate) fn outcome_fits(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::AskClose { outcome, .. }) = scene.ask() else {
        return Ok(());
    };
    let form = scene.facts.agreement.as_ref().map(|a| a.form);
    let fits = match outcome {
        CloseKind::AgreementPerformed => form == Some(AgreementForm::Written),
        CloseKind::OralAgreementPerformed => form == Some(AgreementForm::Oral),
        CloseKind::Reconciled | CloseKind::Litigation => true,
        _ => false,
    };
    need(
        fits,
        "outcome_does_not_fit",
        "结案方式与案件情况不符：请按书面或口头协议履行、自行和解、转诉讼选择，其他情形请走相应程序。",
    )
}

/// Whoever closes has the rank for it (D04).
pub(crate) fn rank_may_close(scene: &Scene<'_>) -> Result<(), Refusal> {
    let facts = scene.facts;
    let complex =
        facts.difficulty == Difficulty::Complex || facts.colour.level == Level::Red || facts.joint;
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

/// Nothing came in between that the one who asked to close had not seen; else the closing needs a ruling first (E28).
pub(crate) fn nothing_unseen(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Stage::PendingClose { request, .. } = scene.facts.stage else {
        return Ok(());
    };
    need(
        scene.docket.unseen_by(request, scene.facts).is_empty(),
        "closing_overtaken",
        "主办人申请结案时尚未看到新的证据或重复报警，须先由督导员裁定，请刷新后查看。",
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

/// Nobody closes a case that he or she leads.
pub(crate) fn not_ones_own(scene: &Scene<'_>) -> Result<(), Refusal> {
    let own = scene
        .facts
        .answering()
        .is_some_and(|a| a.user == scene.motion.by.user);
    need(
        !own,
        "own_case",
        "不能审核本人主办的案件，请由他人审核结案。",
    )
}

/// Every piece of evidence has its file, or somebody waived it by name (M17).
pub(crate) fn files_are_there(scene: &Scene<'_>) -> Result<(), Refusal> {
    let mut missing = scene.facts.missing_files.iter();
    need(
        missing.all(|id| scene.facts.waived_files.contains_key(id)),
        "files_missing",
        "仍有证据文件待上传，请等待上传完成，或由督导员说明理由后免传。",
    )
}

/// The file is missing, and nobody waived it yet.
pub(crate) fn file_is_missing(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::WaiveFile { evidence, .. } = &scene.motion.act else {
        return Ok(());
    };
    let missing = scene.facts.missing_files.contains(evidence);
    need(
        missing && !scene.facts.waived_files.contains_key(evidence),
        "file_not_missing",
        "该证据文件已上传或已免传，无需办理。",
    )
}
