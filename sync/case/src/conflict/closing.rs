//! M01: requests to close with different outcomes.

use super::{Said, Scene, conflict, mark_of, spoken};
use crate::{
    document::Told,
    ids::EntryId,
    record::{Ask, CloseKind, Request},
    view::{Conflict, ConflictKind, Severity},
};
use std::collections::BTreeSet;

pub(super) fn contradictory(scene: &Scene<'_>, refused: &BTreeSet<EntryId>) -> Option<Conflict> {
    let mut asked: Vec<(EntryId, CloseKind, Told<Request>)> = Vec::new();
    for (id, told) in scene.reader.told::<Request>("requests") {
        if let (Ask::AskClose { outcome, .. }, false) = (&told.value.ask, refused.contains(&id)) {
            asked.push((id, *outcome, told));
        }
    }
    asked.sort_by(|(_, _, a), (_, _, b)| a.op.cmp(&b.op));
    let (_, outcome, first) = asked.first()?;
    let outcomes_differ = asked.iter().any(|(_, other, _)| other != outcome);
    let authors_differ = asked.iter().any(|(_, _, told)| told.author != first.author);
    let of_two = outcomes_differ
        && authors_differ
        && asked.iter().any(|(_, outcome, told)| {
            asked
                .iter()
                .any(|(_, other, others)| other != outcome && others.author != told.author)
        });
    if !of_two {
        return None;
    }
    let ids: Vec<String> = asked.iter().map(|(id, _, _)| id.to_string()).collect();
    let said = asked.iter().map(|(_, outcome, told)| Said {
        author: Some(told.author),
        text: spoken::closing(*outcome, &told.value),
        mark: mark_of(&told.op),
    });
    let path = format!("requests/{}", ids.join("+"));
    Some(conflict(
        ConflictKind::Closings,
        Severity::Block,
        path,
        said.collect(),
    ))
}
