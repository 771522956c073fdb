//! What goes to the server beside the exchange: counted by what waits and what was refused.

use hejie_case::ids::{CaseId, EntryId};
use std::collections::BTreeSet;

/// How one piece stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// The server does not have it.
    Waiting,
    /// The server has it; it counts no more.
    Done,
    /// The server does not take it.
    Refused,
}

/// Which pieces wait here, and which the server does not take.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    pub(super) waiting: BTreeSet<(CaseId, EntryId)>,
    pub(super) refused: BTreeSet<(CaseId, EntryId)>,
}

impl Deliveries {
    /// Counts a piece by how it stands now.
    pub(super) fn note(&mut self, case: CaseId, entry: EntryId, standing: Delivery) {
        self.forget(case, entry);
        match standing {
            Delivery::Waiting => drop(self.waiting.insert((case, entry))),
            Delivery::Refused => drop(self.refused.insert((case, entry))),
            Delivery::Done => {}
        }
    }

    /// Counts a piece no more.
    pub(super) fn forget(&mut self, case: CaseId, entry: EntryId) {
        self.waiting.remove(&(case, entry));
        self.refused.remove(&(case, entry));
    }
}
