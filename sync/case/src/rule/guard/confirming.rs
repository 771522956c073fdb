//! Guards of judicial confirmation (E32; LW13, LW14).

use super::{Scene, need};
use crate::{
    catalogue::{Catalogue, Confirmation},
    deadline::end_of_day_after,
    record::Ask,
    rule::Refusal,
};

/// Both parties ask for it together.
pub(crate) fn asked_jointly(scene: &Scene<'_>) -> Result<(), Refusal> {
    let joint = matches!(
        scene.ask(),
        Some(Ask::Confirm { court, jointly: true }) if !court.trim().is_empty()
    );
    need(
        joint,
        "not_joint",
        "司法确认须由双方当事人共同申请，并选定管辖法院。",
    )
}

/// Not later than thirty days after the agreement took effect.
pub(crate) fn within_thirty_days(scene: &Scene<'_>) -> Result<(), Refusal> {
    let effective = scene.facts.agreement.as_ref().and_then(|a| a.effective_at);
    let days = scene.docket.policy.confirmation_days;
    need(
        effective.is_some_and(|at| scene.docket.now < end_of_day_after(at, days)),
        "confirmation_too_late",
        "协议生效已超过三十日，不能再申请司法确认。",
    )
}

/// What concerns the status of a person cannot be confirmed (LW14).
pub(crate) fn may_be_confirmed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let situation = Catalogue::current().lookup(&scene.facts.situation);
    need(
        situation.is_none_or(|s| s.confirmation != Confirmation::No),
        "not_confirmable",
        "涉及婚姻、亲子、收养等身份关系的协议不能申请司法确认。",
    )
}

/// The request was prepared and has not been sent.
pub(crate) fn confirmation_prepared(scene: &Scene<'_>) -> Result<(), Refusal> {
    let waits = scene.facts.confirmation.as_ref();
    need(
        waits.is_some_and(|c| c.sent_at.is_none()),
        "confirmation_not_prepared",
        "没有待提交的司法确认申请。",
    )
}

/// The request lies before the court.
pub(crate) fn confirmation_sent(scene: &Scene<'_>) -> Result<(), Refusal> {
    let waits = scene.facts.confirmation.as_ref();
    need(
        waits.is_some_and(|c| c.sent_at.is_some() && c.decided.is_none()),
        "confirmation_not_sent",
        "没有法院待答复的司法确认申请。",
    )
}
