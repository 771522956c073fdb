//! M05: one text written by two at once. It ends when somebody who has seen both sides writes it again.

use super::{Said, Scene, conflict, spot::Spot};
use crate::view::{Conflict, ConflictKind, Severity};

pub(super) fn shared(scene: &Scene<'_, '_>, spot: &Spot) -> Option<Conflict> {
    let history = scene.history.as_ref().filter(|h| h.is_forked())?;
    let text = scene.reader.object(&spot.parent, spot.field.name).ok()?;
    let sides = history.frontier(&text);
    if sides.len() < 2 {
        return None;
    }
    let merged = scene.reader.text(&text).unwrap_or_default();
    let mut said = vec![Said {
        author: None,
        text: merged,
        mark: String::new(),
    }];
    for side in sides {
        let alone = history.text_at(scene.reader, &side, &text);
        said.push(Said {
            author: side.author,
            text: alone.unwrap_or_default(),
            mark: side.at.to_string(),
        });
    }
    said[1..].sort_by_key(|side| side.author);
    let severity = if spot.container.name == "drafts" {
        Severity::Block
    } else {
        Severity::Review
    };
    Some(conflict(
        ConflictKind::SharedText,
        severity,
        path(spot),
        said,
    ))
}

/// The path of the entry, or of the field where a record holds it.
fn path(spot: &Spot) -> String {
    match spot.path.rsplit_once('/') {
        Some((entry, "text" | "caption")) => entry.into(),
        _ => spot.path.clone(),
    }
}
