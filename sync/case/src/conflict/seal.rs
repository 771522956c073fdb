//! M03 and M12: a statement or a draft changed after it was signed or frozen. What was signed holds; the rest is shown.

use super::{Said, Scene, conflict, mark_of, spot::Spot};
use crate::{
    document::{Reader, Touch},
    record::Lock,
    view::{Conflict, ConflictKind, DraftView, Severity},
};
use automerge::ObjId;

pub(super) fn changed(scene: &Scene<'_>, spot: &Spot) -> Option<Conflict> {
    let lock = scene.reader.seal::<Lock>(&spot.parent, spot.field.name)?;
    let then = scene.reader.back_at(&lock.value.heads);
    let (now, hash, signed, author) = match spot.field.name {
        "locked" => {
            let text = scene.reader.object(&spot.parent, "text").ok()?;
            let signed = then.and_then(|then| statement(&then, &spot.parent));
            (
                statement(&scene.reader, &spot.parent)?,
                scene.reader.hash_of_statement(&spot.parent),
                signed,
                last_author(scene, &text),
            )
        }
        "frozen" => {
            let (now, _) = scene.reader.draft(&spot.parent).ok()?;
            let signed = then
                .and_then(|then| then.draft(&spot.parent).ok())
                .map(|(draft, _)| words(&draft));
            (words(&now), now.content_hash, signed, None)
        }
        _ => return None,
    };
    if hash == lock.value.hash {
        return None;
    }
    let said = vec![
        Said {
            author,
            text: now,
            mark: hash,
        },
        Said {
            author: Some(lock.author),
            text: signed.unwrap_or_default(),
            mark: mark_of(&lock.op),
        },
    ];
    let path = spot
        .path
        .rsplit_once('/')
        .map_or(spot.path.as_str(), |(entry, _)| entry);
    Some(conflict(
        ConflictKind::ChangedAfterSigning,
        Severity::Review,
        path.into(),
        said,
    ))
}

/// The words of a statement; sealed ones are named by their kind alone.
fn statement(reader: &Reader<'_>, entry: &ObjId) -> Option<String> {
    match reader.sealed(entry) {
        Some(sealed) => Some(format!("已加密封存（{}）", sealed.key_id)),
        None => reader.text_of(entry, "text"),
    }
}

fn last_author(scene: &Scene<'_>, text: &ObjId) -> Option<crate::ids::Actor> {
    match scene.history.as_ref()?.frontier(text)[..] {
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
