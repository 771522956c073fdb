//! A case leaves the phone: the server does not know it as this person's any more.

use super::{
    Engine, EngineError,
    card::Card,
    row::{self, CaseRow},
};
use crate::{
    encryption::RowChange,
    store::{Store, Table},
};
use hejie_case::ids::CaseId;
use hejie_wire::message::Forget;
use jiff::Timestamp;

impl<S: Store> Engine<S> {
    /// The case leaves; what of it waits stays and is still sent (PP9). Tells whether it may be
    /// now, and had waited for the case to come again whole.
    pub(super) fn take_forget(
        &mut self,
        forget: &Forget,
        now: Timestamp,
    ) -> Result<bool, EngineError> {
        self.let_go(forget.case, now, |held| {
            held.gone = Some(forget.reason.clone());
            held.card = Card {
                case_no: held.card.case_no.take(),
                danger: held.card.danger,
                ..Card::default()
            };
        })
    }

    /// Lets go of a case, whose row then says why.
    pub(super) fn let_go(
        &mut self,
        case: CaseId,
        now: Timestamp,
        leave: impl FnOnce(&mut CaseRow),
    ) -> Result<bool, EngineError> {
        if self.let_phantom_go(case)? {
            return Ok(false);
        }
        let Some(held) = self.held.get(&case) else {
            return Ok(false);
        };
        let was_damaged = held.damaged;
        let (mut held, mut changes) = match was_damaged {
            true => match self.mended(held, now) {
                // It is looked at before the next exchange, in which the server says so again.
                Err(error) if error.is_damage() => {
                    self.doubt(case, error);
                    return Ok(false);
                }
                mended => mended?,
            },
            false => (held.clone(), Vec::new()),
        };
        leave(&mut held);
        changes.append(&mut self.secrets_of_forgotten(held.case)?);
        changes.append(&mut self.files_of_forgotten(held.case)?);
        changes.append(&mut self.relays_of_forgotten(&mut held)?);
        changes.append(&mut self.unproved_of_forgotten(&mut held)?);
        for table in [Table::Facts, Table::Attestation] {
            changes.push(RowChange::Delete(row::of_case(table, held.case, 0)));
        }
        if held.waiting == 0 {
            changes.push(RowChange::Delete(row::of_case(
                Table::Document,
                held.case,
                0,
            )));
        }
        changes.push(row::put_case_row(&held)?);
        self.commit(changes)?;
        self.forget_kept(held.case);
        self.keep(held);
        Ok(was_damaged)
    }
}
