//! Guards of repeat, reopening, merging and splitting (E29, E30).

use super::{Scene, need};
use crate::rule::{Act, Refusal};

/// The call is not known yet: a channel may report one call twice.
pub(crate) fn call_is_new(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Repeat(call) = &scene.motion.act else {
        return Ok(());
    };
    let (source, repeats) = (&scene.facts.source, &scene.facts.kin.repeats);
    let first = source.channel == call.channel
        && source.external_no.as_deref() == Some(call.external_no.as_str());
    let known = repeats
        .iter()
        .any(|r| r.channel == call.channel && r.external_no == call.external_no);
    need(!first && !known, "call_known", "该警情已关联本案。")
}

/// The case did not go on elsewhere.
pub(crate) fn not_merged(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        scene.facts.kin.merged.is_none(),
        "merged",
        "本案已并入他案，请在并入的案件中办理。",
    )
}

/// The case went on elsewhere.
pub(crate) fn is_merged(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        scene.facts.kin.merged.is_some(),
        "not_merged",
        "本案没有并入他案，无需撤销。",
    )
}

/// The case named is another one, and not one of this case's kin already.
pub(crate) fn another_case(scene: &Scene<'_>) -> Result<(), Refusal> {
    let (Act::Merge { into: other, .. }
    | Act::Absorb { from: other, .. }
    | Act::Split { into: other, .. }) = &scene.motion.act
    else {
        return Ok(());
    };
    let (own, kin) = (scene.facts.case_id, &scene.facts.kin);
    need(
        *other != own && !kin.absorbed.contains(other) && !kin.split_into.contains(other),
        "same_case",
        "不能与本案自身或已关联的同一案件并案、拆案。",
    )
}

/// The case named was taken in.
pub(crate) fn has_absorbed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Part { from, .. } = &scene.motion.act else {
        return Ok(());
    };
    need(
        scene.facts.kin.absorbed.contains(from),
        "not_absorbed",
        "该案件没有并入本案。",
    )
}
