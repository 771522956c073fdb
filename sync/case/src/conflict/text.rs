//! M05: one text written by two at once. It ends when somebody who has seen both sides writes it
//! again.

use super::{AuthoredVariant, DetectContext, conflict, excerpt, spot::Spot};
use crate::{
    document::{DocReader, TextTouch},
    ids::ChangeHash,
    schema::{FieldKind, WritableBy},
    view::{About, Conflict, ConflictKind, Severity, Variant},
};

pub(super) fn shared(context: &DetectContext<'_, '_>, spot: &Spot) -> Option<Conflict> {
    let history = context.history.filter(|h| h.is_forked())?;
    let text = context.reader.object(&spot.parent, spot.field.name).ok()?;
    let mut sides = history.frontier(&text);
    if sides.len() < 2 {
        return None;
    }
    sides.sort_by_key(|side| side.author);
    let read_at = |heads: &[ChangeHash]| {
        let then = context.reader.back_at(heads);
        then.and_then(|then| then.text(&text)).unwrap_or_default()
    };
    let merged = AuthoredVariant::marked(
        None,
        String::new(),
        context.reader.text(&text).unwrap_or_default(),
    );
    let alone = sides.iter().map(|side| {
        AuthoredVariant::marked(
            side.author,
            side.at.to_string(),
            history
                .text_at(context.reader, side, &text)
                .unwrap_or_default(),
        )
    });
    let said = std::iter::once(merged).chain(alone).collect();
    let severity = if spot.container.name == "drafts" {
        Severity::Block
    } else {
        Severity::Review
    };
    let mut found = conflict(ConflictKind::SharedText, severity, about(spot), said);
    for (variant, TextTouch { at, .. }) in found.variants[1..].iter_mut().zip(&sides) {
        variant.at = vec![*at];
    }
    let base = history.seen_by_all(&sides);
    excerpt::shorten(&mut found.variants, &read_at(&base));
    Some(found)
}

/// A version as it was written. What stands where all met is what their histories give together.
pub(super) fn version(
    reader: &DocReader<'_>,
    spots: &[Spot],
    conflict: &Conflict,
    variant: &Variant,
) -> Option<String> {
    let is_text =
        |spot: &&Spot| spot.field.kind == FieldKind::Text && spot.field.by == WritableBy::Writers;
    let mut texts = spots.iter().filter(is_text);
    let spot = texts.find(|spot| about(spot) == conflict.about)?;
    let all = conflict.variants.iter().flat_map(|v| &v.at).copied();
    let heads = match &variant.at[..] {
        [] => all.collect(),
        own => own.to_vec(),
    };
    let text = reader.object(&spot.parent, spot.field.name).ok()?;
    reader.back_at(&heads)?.text(&text)
}

/// The entry, or the field where a record holds it.
fn about(spot: &Spot) -> About {
    About::Place(match spot.field.name {
        "text" | "caption" => spot.place.holder(),
        _ => spot.place.clone(),
    })
}
