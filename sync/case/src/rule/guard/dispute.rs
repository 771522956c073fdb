//! Guards of rulings on disagreements.

use super::{Scene, need};
use crate::rule::{Act, Refusal};

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
