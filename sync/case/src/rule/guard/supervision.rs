//! Guards of supervision: a measure is answered by whom it is aimed at, and a severe one is taken
//! by a person (docs/domain/rules.md#supervision).

use super::{Scene, need};
use crate::{
    facts::ItemState,
    record::Ask,
    rule::{Act, Refusal},
};

/// The measure was taken and nobody answered it yet.
pub(crate) fn item_waits(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::AnswerItem { no, .. }) = scene.ask() else {
        return Ok(());
    };
    let waits = |state: &ItemState| matches!(state, ItemState::Issued | ItemState::Taken { .. });
    need(
        state_of(scene, *no).is_some_and(waits),
        "item_not_waiting",
        "没有待答复的这一督办事项，请刷新后查看。",
    )
}

/// The measure was proposed and nobody decided yet.
pub(crate) fn item_is_proposed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::DecideItem { no, .. } = &scene.motion.act else {
        return Ok(());
    };
    need(
        state_of(scene, *no) == Some(&ItemState::Proposed),
        "item_not_proposed",
        "没有待决定的这一督办事项，请刷新后查看。",
    )
}

fn state_of<'a>(scene: &Scene<'a>, no: u32) -> Option<&'a ItemState> {
    let mut items = scene.facts.supervision.iter();
    items.find(|item| item.no == no).map(|item| &item.state)
}
