//! M03 and M12: a statement or a draft changed after it was signed or frozen. What was signed
//! holds; the rest is shown. Of a draft that is to be signed the parties and facts over which a
//! signature stands count too (docs/adr/0023); once it is in force, they may be corrected.

use super::{AuthoredVariant, DetectContext, conflict, excerpt, spot::Spot};
use crate::{
    document::{DocReader, TextTouch},
    ids::{Actor, ChangeHash},
    record::Lock,
    schema::FieldKind,
    signed_text::{MovedPart, moved},
    view::{About, Conflict, ConflictKind, DraftView, Severity, Variant},
};
use automerge::ObjId;

/// What stands under a lock now.
struct CurrentText {
    author: Option<Actor>,
    words: String,
    hash: String,
    kind: ConflictKind,
    /// What is shown of it.
    shown: ShownPart,
}

/// Which part of a draft is shown; a statement has but one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShownPart {
    Clauses,
    Matter,
}

pub(super) fn changed(context: &DetectContext<'_, '_>, spot: &Spot) -> Option<Conflict> {
    let locks = context
        .reader
        .write_once_values::<Lock>(&spot.parent, spot.field.name);
    if locks.is_empty() {
        return None;
    }
    let hashes: Vec<_> = locks.iter().map(|lock| lock.value.hash.as_str()).collect();
    let now = current(context, spot, &hashes)?;
    let broken = locks
        .into_iter()
        .filter(|authored| is_broken(&authored.value.hash, &now));
    let broken: Vec<_> = broken.collect();
    let mut said: Vec<AuthoredVariant> = broken
        .iter()
        .map(|lock| {
            let words = as_locked(context.reader, spot, now.shown, &lock.value.heads);
            AuthoredVariant::written(&lock.op, words.unwrap_or_default())
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

fn current(context: &DetectContext<'_, '_>, spot: &Spot, locks: &[&str]) -> Option<CurrentText> {
    let reader = context.reader;
    match spot.field.name {
        "locked" => Some(CurrentText {
            author: last_author(context, &spot.parent),
            words: statement(reader, &spot.parent)?,
            hash: reader.hash_of_statement(&spot.parent),
            kind: ConflictKind::ChangedAfterSigning,
            shown: ShownPart::Clauses,
        }),
        "frozen" => {
            let (draft, _) = reader.draft(&spot.parent).ok()?;
            let shown = shown_of(locks, &draft);
            let is_to_be_signed = context.beside.to_be_signed == spot.place.entry;
            (shown == ShownPart::Clauses || is_to_be_signed).then(|| CurrentText {
                author: None,
                words: words(reader, &draft, shown),
                hash: draft.content_hash,
                kind: ConflictKind::DraftChanged,
                shown,
            })
        }
        _ => None,
    }
}

/// Whether what was locked is another text than that which stands there now.
fn is_broken(locked: &str, now: &CurrentText) -> bool {
    match (now.kind, now.shown) {
        (ConflictKind::DraftChanged, ShownPart::Clauses) => {
            moved(locked, &now.hash) == Some(MovedPart::Clauses)
        }
        (ConflictKind::DraftChanged, ShownPart::Matter) => moved(locked, &now.hash).is_some(),
        _ => locked != now.hash,
    }
}

/// The clauses, where they moved for anybody who froze them; else what the draft is about.
fn shown_of(locks: &[&str], draft: &DraftView) -> ShownPart {
    let moved = |lock: &&str| draft.moved_since(lock) == Some(MovedPart::Clauses);
    let any_moved = locks.iter().any(moved);
    match any_moved || draft.is_as_frozen() {
        true => ShownPart::Clauses,
        false => ShownPart::Matter,
    }
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
    let shown = shown_now(reader, spot);
    match &variant.at[..] {
        [] => words_at(reader, spot, shown),
        heads => as_locked(reader, spot, shown, heads),
    }
}

fn shown_now(reader: &DocReader<'_>, spot: &Spot) -> ShownPart {
    let locks = reader.write_once_values::<Lock>(&spot.parent, spot.field.name);
    let locks: Vec<_> = locks.iter().map(|lock| lock.value.hash.as_str()).collect();
    let draft = reader.draft(&spot.parent).ok();
    draft.map_or(ShownPart::Clauses, |(draft, _)| shown_of(&locks, &draft))
}

/// The entry that is locked.
fn about(spot: &Spot) -> About {
    About::Place(spot.place.holder())
}

fn as_locked(
    reader: &DocReader<'_>,
    spot: &Spot,
    shown: ShownPart,
    heads: &[ChangeHash],
) -> Option<String> {
    words_at(&reader.back_at(heads)?, spot, shown)
}

fn words_at(reader: &DocReader<'_>, spot: &Spot, shown: ShownPart) -> Option<String> {
    match spot.field.name {
        "locked" => statement(reader, &spot.parent),
        _ => reader
            .draft(&spot.parent)
            .ok()
            .map(|(draft, _)| words(reader, &draft, shown)),
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

fn words(reader: &DocReader<'_>, draft: &DraftView, shown: ShownPart) -> String {
    let clauses = draft.clauses.iter();
    let clauses: Vec<&str> = clauses.map(|(_, clause)| clause.text.as_str()).collect();
    match shown {
        ShownPart::Clauses => clauses.join("\n"),
        ShownPart::Matter => reader.matter().words(),
    }
}
