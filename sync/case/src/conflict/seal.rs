//! M03 and M12: a statement or a draft changed after it was signed or frozen. What was signed holds; the rest is shown.

use super::{Said, Scene, conflict, mark_of, spot::Spot};
use crate::{
    document::{Touch, sha256},
    record::Lock,
    view::{Conflict, ConflictKind, DraftView, Severity},
};

pub(super) fn changed(scene: &Scene<'_>, spot: &Spot) -> Option<Conflict> {
    let lock = scene.reader.seal::<Lock>(&spot.parent, spot.field.name)?;
    let then = scene.reader.back_at(&lock.value.heads);
    let (now, hash, signed, author) = match spot.field.name {
        "locked" => {
            let text = scene.reader.object(&spot.parent, "text").ok()?;
            let now = scene.reader.text(&text)?;
            let hash = sha256(now.as_bytes());
            (
                now,
                hash,
                then.and_then(|then| then.text(&text)),
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

fn last_author(scene: &Scene<'_>, text: &automerge::ObjId) -> Option<crate::ids::Actor> {
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
