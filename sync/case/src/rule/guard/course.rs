//! Guards over the course of a mediation: whether it may be mediated at all, difficulty, clocks, colour, pushes, visits.

use super::{Scene, agreed, need, present};
use crate::{
    catalogue::{Catalogue, Mediation},
    colour::check_override,
    deadline,
    difficulty::{AdjustError, Ruler, adjust},
    facts::{ColourOverride, Deadline, DeadlineKind, Subject},
    record::{Ask, ConsentSubject},
    role::Role,
    rule::{Act, Refusal},
};

/// The situation stands on the list of the mediation centre.
pub(crate) fn may_be_mediated(scene: &Scene<'_>) -> Result<(), Refusal> {
    let situation = Catalogue::current().lookup(&scene.facts.situation);
    need(
        situation.is_none_or(|s| s.mediation == Mediation::Yes),
        "not_mediable",
        "该情形属公安事项清单，不能受理调解，请移交公安机关。",
    )
}

/// A raise is free; lowering is for the first 24 hours and never below what the rules ask
/// (docs/domain/rules.md#difficulty).
pub(crate) fn adjustment_allowed(scene: &Scene<'_>) -> Result<(), Refusal> {
    match adjustment(scene) {
        Some(Err(error)) => Err(Refusal::new(error.code(), &error.zh())),
        Some(Ok(_)) | None => Ok(()),
    }
}

/// A raise within the first half of the time needs no desk: later it would only buy time
/// (docs/domain/rules.md#difficulty).
pub(crate) fn raised_in_time(scene: &Scene<'_>) -> bool {
    matches!(adjustment(scene), Some(Ok(Ruler::Rule)))
}

fn adjustment(scene: &Scene<'_>) -> Option<Result<Ruler, AdjustError>> {
    let Some(Ask::Adjust { to, .. }) = scene.ask() else {
        return None;
    };
    let docket = scene.docket;
    let ruled = adjust(docket.view, scene.facts, docket.policy, *to, docket.now);
    Some(ruled)
}

/// The clock runs, was not extended before, and grows by no more than its own length (E33).
pub(crate) fn extension_allowed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Extend { clock, days, .. }) = scene.ask() else {
        return Ok(());
    };
    let mut clocks = scene.facts.deadlines.iter();
    need(
        !clocks.any(|d| d.kind == *clock && d.is_running() && d.extended_days > 0),
        "extended_already",
        "该期限已延长过一次，不能再次延长。",
    )?;
    let mut tried = scene.facts.clone();
    deadline::extend(&mut tried, *clock, *days, scene.docket.policy)
        .map_err(|error| Refusal::new(error.code(), &error.zh()))
}

/// The legal limit is extended with the consent of every party (LW15).
pub(crate) fn both_agree_to_extend(scene: &Scene<'_>) -> Result<(), Refusal> {
    let legal = matches!(
        scene.ask(),
        Some(Ask::Extend {
            clock: DeadlineKind::Legal,
            ..
        })
    );
    let view = scene.docket.view;
    let mut parties = present(scene);
    need(
        !legal || parties.all(|p| agreed(view, scene.facts, p, ConsentSubject::Extension)),
        "extension_not_agreed",
        "延长调解期限须经各方当事人同意，请先记录其同意。",
    )
}

/// Upward freely; downward by a supervisor, and for seven days at most (docs/domain/rules.md#colour).
pub(crate) fn override_allowed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::OverrideColour { level, why, until } = &scene.motion.act else {
        return Ok(());
    };
    if *level >= scene.facts.colour.level {
        return Ok(());
    }
    need(
        scene.motion.by.role == Role::Supervisor,
        "rank_too_low",
        "下调预警颜色须由县级督导员决定。",
    )?;
    let wanted = ColourOverride {
        level: *level,
        by: scene.motion.by,
        why: why.clone(),
        since: scene.docket.now,
        until: *until,
    };
    check_override(&scene.facts.colour, &wanted, &scene.docket.policy.colour)
        .map_err(|error| Refusal::new(error.code(), &error.zh()))
}

/// The push went out and nobody acknowledged it.
pub(crate) fn push_waits(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::AckPush(target) = &scene.motion.act else {
        return Ok(());
    };
    let mut pushes = scene.facts.pushes.iter();
    need(
        pushes.any(|p| p.target == *target && p.acked_at.is_none()),
        "push_not_waiting",
        "没有待签收的这项推送。",
    )
}

/// The visit is due, and neither done nor waived.
pub(crate) fn visit_is_due(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::WaiveVisit { n, .. } = &scene.motion.act else {
        return Ok(());
    };
    let due = |d: &Deadline| d.subject == Some(Subject::Visit(*n)) && d.is_running();
    need(
        scene.facts.deadlines.iter().any(due),
        "visit_not_due",
        "没有这次待办的回访，请刷新后查看。",
    )
}
