//! A case of which the phone has nothing but the name: an answer that was altered on its way named
//! it. It counts in the digest, so that both sides look different for ever, until the server says
//! that it knows no such case or that the phone should not have it.

use super::{
    Engine, EngineError,
    card::Card,
    row::{self, CaseRow},
    share,
};
use crate::{
    encryption::{RowChange, RowOwner},
    store::{Store, Table},
};
use hejie_case::ids::CaseId;
use hejie_wire::message::CaseDown;

/// Where whatever a phone has of a case stands.
const CONTENT: [Table; 7] = [
    Table::Document,
    Table::Outgoing,
    Table::Refusal,
    Table::Secret,
    Table::File,
    Table::Attestation,
    Table::Relay,
];

impl<S: Store> Engine<S> {
    /// Lets go of a case of which there is nothing here; tells whether it was one.
    pub(super) fn let_phantom_go(&mut self, case: CaseId) -> Result<bool, EngineError> {
        let Some(held) = self.held.get(&case).filter(|held| self.is_phantom(held)) else {
            return Ok(false);
        };
        let share = share(held);
        let gone = [Table::Case, Table::Facts].map(|table| row::of_case(table, case, 0));
        self.commit(gone.map(RowChange::Delete).into())?;
        self.held.remove(&case);
        self.digest ^= share;
        Ok(true)
    }

    pub(super) fn is_phantom(&self, held: &CaseRow) -> bool {
        let has = |table| {
            !self
                .store
                .numbers(table, RowOwner::Case(held.case))
                .is_empty()
        };
        held.gone.is_none() && held.card == Card::default() && !CONTENT.into_iter().any(has)
    }
}

/// Whether an answer can give a case to a phone that does not hold it. What else it says of one is
/// about another case, or comes whole with the repair at the end of the exchange.
pub(super) fn may_give(down: &CaseDown) -> bool {
    down.snapshot.is_some() || !down.changes.is_empty()
}
