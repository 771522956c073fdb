//! What goes to the server beside the exchange: counted by what waits, what was refused, and what
//! is kept until a backup holds it.

use super::row::ServerReceipt;
use hejie_case::ids::{CaseId, EntryId};
use std::collections::{BTreeMap, BTreeSet};

/// How one piece stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    /// The server does not have it.
    Waiting,
    /// The server has it, and the phone keeps it until a backup holds it.
    Kept(KeptPiece),
    /// The server has it; it counts no more.
    Done,
    /// The server does not take it.
    Refused,
}

/// What the server has and the phone still keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeptPiece {
    pub(super) receipt: ServerReceipt,
    pub(super) bytes: u64,
}

/// Which pieces wait here, which the server does not take, and which are kept until a backup holds
/// them.
#[derive(Debug, Default)]
pub(super) struct Deliveries {
    pub(super) waiting: BTreeSet<(CaseId, EntryId)>,
    pub(super) refused: BTreeSet<(CaseId, EntryId)>,
    pub(super) kept: BTreeMap<(CaseId, EntryId), KeptPiece>,
}

impl Deliveries {
    /// Counts a piece by how it stands now.
    pub(super) fn note(&mut self, case: CaseId, entry: EntryId, standing: Delivery) {
        self.forget(case, entry);
        match standing {
            Delivery::Waiting => drop(self.waiting.insert((case, entry))),
            Delivery::Refused => drop(self.refused.insert((case, entry))),
            Delivery::Kept(piece) => drop(self.kept.insert((case, entry), piece)),
            Delivery::Done => {}
        }
    }

    /// Counts a piece no more.
    pub(super) fn forget(&mut self, case: CaseId, entry: EntryId) {
        self.waiting.remove(&(case, entry));
        self.refused.remove(&(case, entry));
        self.kept.remove(&(case, entry));
    }
}
