//! The detectors of dangerous merges (domain.md 3.7): disagreements between authors that a merge leaves behind.
//!
//! Who had seen what is judged by the history of changes, never by clocks. Every replica finds the same and names it alike.

mod closing;
mod performance;
mod register;
mod seal;
mod spoken;
mod spot;
mod text;

use crate::{
    document::{History, Reader},
    ids::{Actor, ConflictId, EntryId},
    schema::{By, Kind},
    view::{Conflict, ConflictKind, Severity, Variant},
};
use automerge::{Automerge, ObjId, ReadDoc};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What the detectors look at.
pub(crate) struct Scene<'a> {
    reader: Reader<'a>,
    /// None when one device alone has written: nobody can disagree then.
    history: Option<History>,
}

/// What one author wrote, and the mark by which the same words written again are told apart.
struct Said {
    author: Option<Actor>,
    text: String,
    mark: String,
}

/// Runs all detectors. Requests that were refused already are left out.
pub(crate) fn detect(doc: &Automerge, refused: &BTreeSet<EntryId>) -> Vec<Conflict> {
    let history = (doc.stats().num_actors > 2).then(|| History::of(doc));
    let scene = Scene {
        reader: Reader::now(doc),
        history,
    };
    let mut found = Vec::new();
    for spot in spot::spots(&scene.reader) {
        found.extend(match spot.field.kind {
            Kind::Lww(_) | Kind::Atom => register::rivals(&scene, &spot),
            Kind::Text if spot.field.by == By::Writers => text::shared(&scene, &spot),
            Kind::Seal => seal::changed(&scene, &spot),
            _ => None,
        });
    }
    if scene.history.is_some() {
        found.extend(closing::contradictory(&scene, refused));
        found.extend(performance::disputed(&scene));
    }
    found
}

/// A disagreement under an id that is made from its kind, its path and its variants.
fn conflict(kind: ConflictKind, severity: Severity, path: String, said: Vec<Said>) -> Conflict {
    let mut marks: Vec<&str> = said.iter().map(|said| said.mark.as_str()).collect();
    marks.sort_unstable();
    let mut hash = Sha256::new();
    for part in [format!("{kind:?}").as_str(), &path]
        .into_iter()
        .chain(marks)
    {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    let id = ConflictId(uuid::Builder::from_custom_bytes(id).into_uuid());
    let variants = said
        .into_iter()
        .map(|said| Variant {
            author: said.author,
            text: said.text,
        })
        .collect();
    Conflict {
        id,
        kind,
        path,
        severity,
        variants,
    }
}

/// The mark of what one operation wrote.
fn mark_of(op: &ObjId) -> String {
    op.to_string()
}
