//! M03 and M12: a statement or a draft changed after it was signed or frozen. What was signed holds; the rest is shown.

use super::{Said, Scene, conflict, mark_of, spot::Spot};
use crate::{
    document::{Reader, Touch},
    ids::Actor,
    record::Lock,
    view::{Conflict, ConflictKind, DraftView, Severity},
};
use automerge::ObjId;

/// What stands under a lock now.
struct Now {
    author: Option<Actor>,
    words: String,
    hash: String,
    kind: ConflictKind,
}

pub(super) fn changed(scene: &Scene<'_, '_>, spot: &Spot) -> Option<Conflict> {
    let locks = scene.reader.seals::<Lock>(&spot.parent, spot.field.name);
    if locks.is_empty() {
        return None;
    }
    let now = match spot.field.name {
        "locked" => Now {
            author: last_author(scene, &spot.parent),
            words: statement(scene.reader, &spot.parent)?,
            hash: scene.reader.hash_of_statement(&spot.parent),
            kind: ConflictKind::ChangedAfterSigning,
        },
        "frozen" => {
            let (draft, _) = scene.reader.draft(&spot.parent).ok()?;
            Now {
                author: None,
                words: words(&draft),
                hash: draft.content_hash,
                kind: ConflictKind::DraftChanged,
            }
        }
        _ => return None,
    };
    let broken = locks.into_iter().filter(|told| told.value.hash != now.hash);
    let mut said: Vec<Said> = broken
        .map(|lock| Said {
            author: Some(lock.author),
            text: as_locked(scene, spot, &lock.value).unwrap_or_default(),
            mark: mark_of(&lock.op),
        })
        .collect();
    if said.is_empty() {
        return None;
    }
    let first = Said {
        author: now.author,
        text: now.words,
        mark: now.hash,
    };
    said.insert(0, first);
    let path = spot
        .path
        .rsplit_once('/')
        .map_or(spot.path.as_str(), |(entry, _)| entry);
    Some(conflict(now.kind, Severity::Review, path.into(), said))
}

fn as_locked(scene: &Scene<'_, '_>, spot: &Spot, lock: &Lock) -> Option<String> {
    let then = scene.reader.back_at(&lock.heads)?;
    match spot.field.name {
        "locked" => statement(&then, &spot.parent),
        _ => then
            .draft(&spot.parent)
            .ok()
            .map(|(draft, _)| words(&draft)),
    }
}

/// The words of a statement; sealed ones are named by their key alone.
fn statement(reader: &Reader<'_>, entry: &ObjId) -> Option<String> {
    match reader.sealed(entry) {
        Some(sealed) => Some(format!("已加密封存（{}）", sealed.key_id)),
        None => reader.text_of(entry, "text"),
    }
}

fn last_author(scene: &Scene<'_, '_>, statement: &ObjId) -> Option<Actor> {
    let text = scene.reader.object(statement, "text").ok()?;
    match scene.history.as_ref()?.frontier(&text)[..] {
        [Touch { author, .. }] => author,
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
