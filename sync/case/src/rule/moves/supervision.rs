//! What becomes of a measure of supervision (docs/domain/rules.md#supervision).

use crate::{
    facts::{Facts, ItemState},
    rule::guard::Scene,
};

/// Whoever it is aimed at answers it; the clock that gave rise to it goes on.
pub(super) fn answer(scene: &Scene<'_>, facts: &mut Facts, no: u32, text: &str) {
    let answered = ItemState::Answered {
        by: scene.motion.by,
        at: scene.docket.now,
        text: text.into(),
    };
    set(facts, no, answered);
}

/// A person takes or drops what was only proposed.
pub(super) fn decide(scene: &Scene<'_>, facts: &mut Facts, no: u32, take: bool, why: &str) {
    let (by, at) = (scene.motion.by, scene.docket.now);
    let decided = if take {
        ItemState::Taken { by, at }
    } else {
        let why = why.into();
        ItemState::Dropped { by, at, why }
    };
    set(facts, no, decided);
}

fn set(facts: &mut Facts, no: u32, state: ItemState) {
    if let Some(item) = facts.supervision.iter_mut().find(|item| item.no == no) {
        item.state = state;
    }
}
