//! Texts that a change makes longer than any may become: the one limit that operations and their
//! places do not tell.
//!
//! Whoever asks first whether it can be at all (the longest text and what came since, added up)
//! needs the document next to never.

use super::RightsError;
use crate::{
    document::{CaseDoc, DocError, calm},
    ids::ChangeHash,
    limit,
};
use automerge::{Change, ObjId, ReadDoc, legacy};
use std::collections::HashMap;

/// How many characters a text has at most, by its object.
type AtMost = HashMap<ObjId, usize>;

/// The first of these changes that makes a text longer than [`limit::MAX_TEXT`] on what its author
/// had seen, and what the author is told. Of several who wrote at once nobody does, however long
/// the text is that they merge into. The changes are those of one device in causal order, and were
/// judged by their rights; `waiting` are acknowledged ones that are not in the snapshot. Without a
/// snapshot the changes begin the case.
///
/// # Errors
/// When the snapshot cannot be read.
pub fn overgrown(
    snapshot: Option<&[u8]>,
    waiting: &[Vec<u8>],
    changes: &[Vec<u8>],
) -> Result<Option<(ChangeHash, RightsError)>, DocError> {
    let mut doc = match snapshot {
        Some(snapshot) => CaseDoc::load(snapshot)?,
        None => CaseDoc::from_log(&[])?,
    };
    // What cannot be merged is reconciliation's to put aside; nothing grows by it.
    if doc.apply(waiting).is_err() {
        for change in waiting {
            drop(doc.apply(std::slice::from_ref(change)));
        }
    }
    if doc.apply(changes).is_err() {
        return Ok(None);
    }
    let (mut known, mut before) = (AtMost::new(), None);
    for bytes in changes {
        let Ok(Some(change)) = calm(|| Change::from_bytes(bytes.clone()).ok()) else {
            return Ok(None);
        };
        if change.deps().iter().copied().map(Some).ne([before]) {
            known.clear();
        }
        if let Err(breach) = grows(&doc, &change, &mut known) {
            return Ok(Some((ChangeHash(change.hash().0), breach)));
        }
        before = Some(change.hash());
    }
    Ok(None)
}

/// Measures only where what is known cannot tell.
fn grows(doc: &CaseDoc, change: &Change, known: &mut AtMost) -> Result<(), RightsError> {
    for (text, more) in inserted(change) {
        let at_most = known.get(&text).map(|was| was.saturating_add(more));
        let becomes = match at_most {
            Some(at_most) if at_most <= limit::MAX_TEXT => at_most,
            _ => length_at(doc, &text, change),
        };
        limit::of_grown(becomes)?;
        known.insert(text, becomes);
    }
    Ok(())
}

/// The texts that a change makes longer, and by how much.
fn inserted(change: &Change) -> HashMap<ObjId, usize> {
    let mut sums: HashMap<ObjId, (usize, usize)> = HashMap::new();
    for op in &change.decode().operations {
        let (legacy::ObjectId::Id(object), legacy::Key::Seq(_)) = (&op.obj, &op.key) else {
            continue;
        };
        let text = ObjId::Id(object.counter(), object.actor().clone(), 0);
        let (come, gone) = sums.entry(text).or_default();
        match op.action {
            legacy::OpType::Put(_) => *come += 1,
            legacy::OpType::Delete => *gone += 1,
            _ => {}
        }
    }
    let grown = sums.into_iter().filter(|(_, (come, gone))| come > gone);
    grown
        .map(|(text, (come, gone))| (text, come - gone))
        .collect()
}

fn length_at(doc: &CaseDoc, text: &ObjId, change: &Change) -> usize {
    let text = doc.automerge().text_at(text, &[change.hash()]);
    text.map_or(0, |text| text.chars().count())
}
