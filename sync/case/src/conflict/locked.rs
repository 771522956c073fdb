//! M03 and M12: a statement or a draft changed after it was signed or frozen. What was signed
//! holds; the rest is shown.

use super::{AuthoredVariant, DetectContext, conflict, excerpt, spot::Spot};
use crate::{
    document::{DocReader, TextTouch},
    ids::{Actor, ChangeHash},
    record::Lock,
    schema::FieldKind,
    view::{About, Conflict, ConflictKind, DraftView, Severity, Variant},
};
use automerge::ObjId;

/// What stands under a lock now.
struct CurrentText {
    author: Option<Actor>,
    words: String,
    hash: String,
    kind: ConflictKind,
}

pub(super) fn changed(context: &DetectContext<'_, '_>, spot: &Spot) -> Option<Conflict> {
    let locks = context
        .reader
        .write_once_values::<Lock>(&spot.parent, spot.field.name);
    if locks.is_empty() {
        return None;
    }
    let now = match spot.field.name {
        "locked" => CurrentText {
            author: last_author(context, &spot.parent),
            words: statement(context.reader, &spot.parent)?,
            hash: context.reader.hash_of_statement(&spot.parent),
            kind: ConflictKind::ChangedAfterSigning,
        },
        "frozen" => {
            let (draft, _) = context.reader.draft(&spot.parent).ok()?;
            CurrentText {
                author: None,
                words: words(&draft),
                hash: draft.content_hash,
                kind: ConflictKind::DraftChanged,
            }
        }
        _ => return None,
    };
    let broken = locks
        .into_iter()
        .filter(|authored| authored.value.hash != now.hash);
    let broken: Vec<_> = broken.collect();
    let mut said: Vec<AuthoredVariant> = broken
        .iter()
        .map(|lock| {
            AuthoredVariant::written(
                &lock.op,
                as_locked(context.reader, spot, &lock.value.heads).unwrap_or_default(),
            )
        })
        .collect();
    let base = said.first()?.text.clone();
    let standing = now.words.clone();
    let first = AuthoredVariant::marked(now.author, now.hash, now.words);
    said.insert(0, first);
    let mut found = conflict(now.kind, Severity::Review, about(spot), said);
    for (variant, lock) in found.variants[1..].iter_mut().zip(broken) {
        variant.at = lock.value.heads;
    }
    let (standing_now, locked) = found.variants.split_at_mut(1);
    excerpt::shorten(standing_now, &base);
    excerpt::shorten(locked, &standing);
    Some(found)
}

/// A version as it was signed or frozen; what stands there now is read as it is.
pub(super) fn version(
    reader: &DocReader<'_>,
    spots: &[Spot],
    conflict: &Conflict,
    variant: &Variant,
) -> Option<String> {
    let mut locks = spots
        .iter()
        .filter(|spot| spot.field.kind == FieldKind::WriteOnce);
    let spot = locks.find(|spot| {
        let is_draft = spot.field.name == "frozen";
        about(spot) == conflict.about && is_draft == (conflict.kind == ConflictKind::DraftChanged)
    })?;
    match &variant.at[..] {
        [] => words_at(reader, spot),
        heads => as_locked(reader, spot, heads),
    }
}

/// The entry that is locked.
fn about(spot: &Spot) -> About {
    About::Place(spot.place.holder())
}

fn as_locked(reader: &DocReader<'_>, spot: &Spot, heads: &[ChangeHash]) -> Option<String> {
    words_at(&reader.back_at(heads)?, spot)
}

fn words_at(reader: &DocReader<'_>, spot: &Spot) -> Option<String> {
    match spot.field.name {
        "locked" => statement(reader, &spot.parent),
        _ => reader
            .draft(&spot.parent)
            .ok()
            .map(|(draft, _)| words(&draft)),
    }
}

/// The words of a statement; sealed ones are named by their key alone.
fn statement(reader: &DocReader<'_>, entry: &ObjId) -> Option<String> {
    match reader.sealed(entry) {
        Some(sealed) => Some(format!("已加密封存（{}）", sealed.key_id)),
        None => reader.text_of(entry, "text"),
    }
}

fn last_author(context: &DetectContext<'_, '_>, statement: &ObjId) -> Option<Actor> {
    let text = context.reader.object(statement, "text").ok()?;
    match context.history?.frontier(&text)[..] {
        [TextTouch { author, .. }] => author,
        _ => None,
    }
}

fn words(draft: &DraftView) -> String {
    let clauses: Vec<&str> = draft
        .clauses
        .iter()
        .map(|(_, clause)| clause.text.as_str())
        .collect();
    clauses.join("\n")
}
