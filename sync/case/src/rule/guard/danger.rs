//! Guards of danger: it wins over everything (E23, LW06).

use super::{Scene, need};
use crate::{
    facts::DeadlineKind,
    record::{Ask, Receiver},
    rule::{Act, Refusal},
};

/// No danger is reported that nobody has released.
pub(crate) fn not_held(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        !scene.facts.is_held(),
        "held_for_danger",
        "本案有险情待公安处置，请待指挥中心或督导员解除后再办理。",
    )
}

/// The case is held.
pub(crate) fn is_held(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(scene.facts.is_held(), "not_held", "本案没有待解除的险情。")
}

/// What was seen is told in words.
pub(crate) fn danger_told(scene: &Scene<'_>) -> Result<(), Refusal> {
    let empty = matches!(scene.ask(), Some(Ask::Danger { what }) if what.trim().is_empty());
    need(
        !empty,
        "danger_not_told",
        "请简要写明险情；如有现实危险请立即拨打110。",
    )
}

/// While a danger is open, a case goes to nobody but the police.
pub(crate) fn danger_goes_to_the_police(scene: &Scene<'_>) -> Result<(), Refusal> {
    let to = match &scene.motion.act {
        Act::Transfer { to, .. } | Act::Ask(Ask::TransferOut { to, .. }) => *to,
        _ => return Ok(()),
    };
    need(
        !scene.facts.is_held() || to == Receiver::Police,
        "held_for_danger",
        "本案有险情，只能移交公安机关。",
    )
}

/// The police were asked and have not signed for it.
pub(crate) fn police_asked(scene: &Scene<'_>) -> Result<(), Refusal> {
    let mut clocks = scene.facts.deadlines.iter();
    need(
        clocks.any(|d| d.kind == DeadlineKind::PoliceAccept && d.is_running()),
        "police_not_asked",
        "本案没有待公安机关受理的事项。",
    )
}

/// The receiver has signed for it, and the parties were told (LW03, R114).
pub(crate) fn receiver_signed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Transfer {
        receiver,
        receipt,
        notice_given,
        ..
    } = &scene.motion.act
    else {
        return Ok(());
    };
    need(
        !receiver.trim().is_empty() && !receipt.trim().is_empty(),
        "receipt_missing",
        "接收单位尚未签收，请填写接收单位和签收编号后再移交。",
    )?;
    need(
        *notice_given,
        "notice_missing",
        "请先向当事人送达移交告知后再移交。",
    )
}
