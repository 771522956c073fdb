//! The document of a case as it is stored: saved whole, and behind that the changes that were
//! written since, which stand among the unsent ones anyway. So to write costs what the edit is
//! worth, and not what the case has grown to.
//!
//! The document that was written last stays loaded. Every other commit throws it away
//! ([`Engine::commit`]).

use super::{
    Engine, EngineError, Intent,
    card::Card,
    row::{self, CaseRow},
};
use crate::{
    encryption::RowChange,
    store::{Store, Table},
};
use hejie_case::{
    document::{CaseDoc, RawChange},
    edit::{Edit, NewEntry, TextTarget},
};

/// So many changes may stand behind a saved document before it is saved whole again.
const LONGEST: u64 = 256;

impl<S: Store> Engine<S> {
    /// The document of a case to be written in. It is not loaded any more until it was kept.
    pub(super) fn take_document(&mut self, held: &CaseRow) -> Result<CaseDoc, EngineError> {
        match self.loaded.take() {
            Some((loaded, doc)) if loaded == held.case => Ok(doc),
            _ => self.document(held),
        }
    }
}

/// The row of the document, if it must be saved whole after changes from this number on were
/// written behind it; it must where there is no such number: the first change of all may be the one
/// that begins the case, which no document stands before.
pub(super) fn save_if_long(
    held: &mut CaseRow,
    doc: &mut CaseDoc,
    first: Option<u64>,
) -> Option<RowChange> {
    let from = first.map(|first| held.tail_from.unwrap_or(first));
    if let Some(from) = from.filter(|from| held.next - from < LONGEST) {
        held.tail_from = Some(from);
        return None;
    }
    held.tail_from = None;
    let name = row::of_case(Table::Document, held.case, 0);
    Some(RowChange::Put(name, doc.save()))
}

/// Whether the card may show something else after these edits. While no request is open, most
/// entries do not show on it.
pub(super) fn show_on_card(card: &Card, written: &[(RawChange, Intent)]) -> bool {
    let shows = |intent: &Intent| match intent {
        Intent::Edit { edit, .. } => match &**edit {
            Edit::Add { entry, .. } => matches!(entry, NewEntry::Request(_)),
            Edit::Text { target, .. } => *target == TextTarget::Summary,
            Edit::Intake { .. } | Edit::Withdraw { .. } => true,
            _ => false,
        },
        Intent::Begin { .. } | Intent::Again | Intent::Bytes { .. } => true,
    };
    card.open_requests > 0 || written.iter().any(|(_, intent)| shows(intent))
}
