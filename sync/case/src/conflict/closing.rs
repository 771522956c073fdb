//! M01: requests to close with different outcomes.

use super::{AuthoredVariant, DetectContext, conflict, spoken};
use crate::{
    act,
    document::{Authored, History},
    ids::EntryId,
    record::{Ask, CloseKind, Request},
    view::{About, Conflict, ConflictKind, Severity},
};

pub(super) fn contradictory(
    context: &DetectContext<'_, '_>,
    history: &History,
) -> Option<Conflict> {
    let mut asked: Vec<(EntryId, CloseKind, Authored<Request>)> = Vec::new();
    for (id, authored) in context.reader.authored::<Request>("requests") {
        if let (Ask::AskClose(act::AskClose { outcome, .. }), false) =
            (&authored.value.ask, context.beside.refused.contains(&id))
        {
            asked.push((id, *outcome, authored));
        }
    }
    asked.sort_by(|(_, _, a), (_, _, b)| a.op.cmp(&b.op));
    // Whoever knew of the other request is answered by the ruling on closing (E28); here nobody
    // knew.
    let contradicted = |(_, outcome, authored): &(EntryId, CloseKind, Authored<Request>)| {
        asked
            .iter()
            .any(|(_, other, others)| other != outcome && history.apart(&authored.op, &others.op))
    };
    if !asked.iter().any(contradicted) {
        return None;
    }
    let said = asked.iter().map(|(_, outcome, authored)| {
        AuthoredVariant::written(&authored.op, spoken::closing(*outcome, &authored.value))
    });
    Some(conflict(
        ConflictKind::Closings,
        Severity::Block,
        About::Closings,
        said.collect(),
    ))
}
