//! M01: requests to close with different outcomes.

use super::{Said, Scene, conflict, mark_of, spoken};
use crate::{
    act,
    document::{History, Told},
    ids::EntryId,
    record::{Ask, CloseKind, Request},
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};

pub(super) fn contradictory(scene: &Scene<'_, '_>, history: &History) -> Option<Conflict> {
    let mut asked: Vec<(EntryId, CloseKind, Told<Request>)> = Vec::new();
    for (id, told) in scene.reader.told::<Request>("requests") {
        if let (Ask::AskClose(act::AskClose { outcome, .. }), false) =
            (&told.value.ask, scene.beside.refused.contains(&id))
        {
            asked.push((id, *outcome, told));
        }
    }
    asked.sort_by(|(_, _, a), (_, _, b)| a.op.cmp(&b.op));
    // Whoever knew of the other request is answered by the ruling on closing (E28); here nobody knew.
    let contradicted = |(_, outcome, told): &(EntryId, CloseKind, Told<Request>)| {
        asked
            .iter()
            .any(|(_, other, others)| other != outcome && history.apart(&told.op, &others.op))
    };
    if !asked.iter().any(contradicted) {
        return None;
    }
    let said = asked.iter().map(|(_, outcome, told)| Said {
        author: Some(told.author),
        text: spoken::closing(*outcome, &told.value),
        value: VariantValue::Words,
        mark: mark_of(&told.op),
    });
    Some(conflict(
        ConflictKind::Closings,
        Severity::Block,
        About::Closings,
        said.collect(),
    ))
}
