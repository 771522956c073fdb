//! Guards of rulings on disagreements.

use super::{Scene, need};
use crate::{
    ids::ConflictId,
    record::Ask,
    role::Role,
    rule::{Act, Refusal},
    view::Resolver,
};

/// The disagreement that is ruled on, at a desk or on the lead's phone, and the variant that shall hold.
fn ruling(scene: &Scene<'_>) -> Option<(ConflictId, u8)> {
    match &scene.motion.act {
        Act::RuleConflict {
            conflict, choice, ..
        }
        | Act::Ask(Ask::Resolve {
            conflict, choice, ..
        }) => Some((*conflict, *choice)),
        _ => None,
    }
}

/// The disagreement is open.
pub(crate) fn conflict_open(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some((conflict, _)) = ruling(scene) else {
        return Ok(());
    };
    match scene.facts.conflicts.get(&conflict) {
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

/// Whoever rules is the one who answers this kind of disagreement; the supervisor of the county may answer every one.
pub(crate) fn answers_this_kind(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some((conflict, _)) = ruling(scene) else {
        return Ok(());
    };
    let Some(known) = scene.facts.conflicts.get(&conflict) else {
        return Ok(());
    };
    let (resolver, by) = (known.conflict.kind.resolver(), scene.motion.by);
    let answers = match resolver {
        Resolver::Lead => scene.facts.answering().is_some_and(|a| a.user == by.user),
        Resolver::Dispatcher => by.role == Role::Dispatcher,
        Resolver::JudicialOffice => by.role == Role::JudicialOffice,
        Resolver::Supervisor => false,
    };
    if answers || by.role == Role::Supervisor {
        return Ok(());
    }
    let zh = format!("这一分歧由{}裁定，请转其办理。", resolver.zh());
    Err(Refusal::new("not_the_resolver", &zh))
}

/// The chosen variant is one of those that stand side by side.
pub(crate) fn choice_exists(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some((conflict, choice)) = ruling(scene) else {
        return Ok(());
    };
    let variants = scene
        .facts
        .conflicts
        .get(&conflict)
        .map_or(0, |c| c.conflict.variants.len());
    need(
        usize::from(choice) < variants,
        "unknown_choice",
        "请在并列的版本中选择其一。",
    )
}
