//! Full identities on the phone: sealed to the server's key before they reach the store, and kept
//! no longer than until the server has them and a backup holds them (`kept`). Nobody who holds the
//! phone can open them again, its owner included.

use super::{
    Delivery, Engine, EngineError, Reason,
    delivery::KeptPiece,
    row::{self, RetainedIdentity, SecretRow, ServerReceipt},
};
use crate::{
    encryption::RowChange,
    store::{Store, Table},
};
use hejie_case::{
    edit::Edit,
    identity::{Identity, MaskedIdentity, Warning},
    ids::{CaseId, EntryId},
    reason::Explain,
    record::{PartyField, SealedText},
};
use hejie_wire::{code, sealed::SealedFor};
use jiff::Timestamp;

/// An identity that was captured on this phone, as it may still be shown here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedIdentity {
    /// The case.
    pub case: CaseId,
    /// The party.
    pub party: EntryId,
    /// What of it may be shown (P20).
    pub masked: MaskedIdentity,
    /// When it was written down, by the phone's clock.
    pub at: Timestamp,
    /// Where it is.
    pub whereabouts: Whereabouts,
}

/// Where a captured identity is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whereabouts {
    /// Here, sealed, until the server's receipt.
    Waiting,
    /// On the server, since then by its clock; the phone may keep it still, until a backup holds
    /// it.
    Received(Timestamp),
    /// Here, sealed; the server does not take it.
    Refused(Reason),
}

/// What came of capturing an identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureOutcome {
    /// What is shown from now on.
    pub masked: MaskedIdentity,
    /// What the person should look at again.
    pub warnings: Vec<Warning>,
}

/// A sealed identity on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingIdentity {
    /// The case.
    pub case: CaseId,
    /// The party.
    pub party: EntryId,
    /// The sealed bytes, base64.
    pub sealed: SealedText,
    /// When it was written down.
    pub captured_at: Timestamp,
    /// The epoch of the registry as it was heard before it was sent.
    epoch: u64,
}

/// Refusals of an identity that is offered again which only say that the server knows of it.
const SETTLED: [&str; 2] = [code::IDENTITY_NEWER, code::IDENTITY_DESTROYED];

impl<S: Store> Engine<S> {
    /// Seals who a party is and keeps it until the server has it; the party's masked name follows,
    /// in the same commit. A second capture takes the place of the first.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`]: no such party, a field that cannot be, or no key to seal to
    /// yet; or as [`Engine::edit`].
    pub fn add_party_identity(
        &mut self,
        case: CaseId,
        party: EntryId,
        identity: &Identity,
        now: Timestamp,
    ) -> Result<CaptureOutcome, EngineError> {
        let view = self.case(case, now)?.view;
        let entry = view.parties.get(&party).ok_or_else(no_such_party)?;
        let known = &entry.value.party;
        let (identity, warnings) = identity
            .checked(known.kind)
            .map_err(|bad| EngineError::NotPossible(bad.reason()))?;
        let masked = identity.masked(known.kind);
        let sealed = self.sealed(SealedFor::Identity { case, party }, &identity)?;
        let row = SecretRow {
            case,
            party,
            masked: masked.clone(),
            at: now,
            kept: RetainedIdentity::Waiting {
                sealed,
                again: None,
            },
        };
        let put = self.put_secret(&row)?;
        let (handed_in, mut rows) = self.captured_anew(case, party)?;
        rows.push(put);
        if known.name_masked == masked.name {
            self.commit(rows)?;
        } else {
            let field = PartyField::NameMasked(masked.name.clone());
            self.edit_with(case, vec![Edit::Party { party, field }], rows, now)?;
        }
        self.handed_in = handed_in;
        self.note_secret(&row);
        Ok(CaptureOutcome { masked, warnings })
    }

    /// Identities of a case that were captured on this phone.
    ///
    /// # Errors
    /// When the store fails.
    pub fn identities(&self, case: CaseId) -> Result<Vec<CapturedIdentity>, EngineError> {
        let rows = row::read_secrets(&self.store, Some(case))?;
        Ok(rows.into_iter().map(|(_, row)| row.into()).collect())
    }

    /// Every identity that the server does not take, with its reason.
    ///
    /// # Errors
    /// When the store fails.
    pub fn refused_identities(&self) -> Result<Vec<CapturedIdentity>, EngineError> {
        let rows = row::read_secrets(&self.store, None)?.into_iter();
        let refused = rows.filter(|(_, row)| matches!(row.kept, RetainedIdentity::Refused { .. }));
        Ok(refused.map(|(_, row)| row.into()).collect())
    }

    /// Delivers an identity once more that the server did not take, with the next exchange.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or when the store fails.
    pub fn retry_identity(&mut self, case: CaseId, party: EntryId) -> Result<(), EngineError> {
        let found = self.secret(case, party)?;
        let (number, row) = found.ok_or(EngineError::UnknownRefusal)?;
        let RetainedIdentity::Refused { sealed, .. } = row.kept else {
            return Err(EngineError::UnknownRefusal);
        };
        let kept = RetainedIdentity::Waiting {
            sealed,
            again: None,
        };
        let waiting = SecretRow { kept, ..row };
        self.commit(vec![row::put_secret(number, &waiting)?])?;
        self.note_secret(&waiting);
        Ok(())
    }

    /// Lets go of an identity that the server does not take, after its author has seen why.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or when the store fails.
    pub fn dismiss_identity(&mut self, case: CaseId, party: EntryId) -> Result<(), EngineError> {
        let (number, row) = self
            .secret(case, party)?
            .filter(|(_, row)| matches!(row.kept, RetainedIdentity::Refused { .. }))
            .ok_or(EngineError::UnknownRefusal)?;
        self.commit(vec![RowChange::Delete(row::of_case(
            Table::Secret,
            case,
            number,
        ))])?;
        self.secrets.forget(row.case, row.party);
        Ok(())
    }

    /// The identities that wait, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn outgoing_identities(&self) -> Result<Vec<OutgoingIdentity>, EngineError> {
        self.identities_in(|kept| match kept {
            RetainedIdentity::Waiting { sealed, .. } => Some(sealed),
            _ => None,
        })
    }

    /// The identities that the server does not take, the oldest first.
    pub(super) fn identities_not_taken(&self) -> Result<Vec<OutgoingIdentity>, EngineError> {
        self.identities_in(|kept| match kept {
            RetainedIdentity::Refused { sealed, .. } => Some(sealed),
            _ => None,
        })
    }

    fn identities_in(
        &self,
        sealed_in: impl Fn(RetainedIdentity) -> Option<SealedText>,
    ) -> Result<Vec<OutgoingIdentity>, EngineError> {
        let rows = row::read_secrets(&self.store, None)?.into_iter();
        let wanted = rows.filter_map(|(_, row)| {
            Some(OutgoingIdentity {
                case: row.case,
                party: row.party,
                sealed: sealed_in(row.kept)?,
                captured_at: row.at,
                epoch: self.epoch,
            })
        });
        let mut wanted: Vec<_> = wanted.collect();
        wanted.sort_by_key(|out| (out.captured_at, out.party));
        Ok(wanted)
    }

    /// Takes the server's receipt, by its clock: the sealed bytes stay until a backup holds them,
    /// the mask stays; of a case that left, nothing stays. A capture that was made meanwhile goes
    /// on waiting.
    ///
    /// # Errors
    /// When the store fails; then the identity is sent again, which does no harm.
    pub fn identity_received(
        &mut self,
        sent: &OutgoingIdentity,
        received_at: Timestamp,
    ) -> Result<(), EngineError> {
        let Some((number, row)) = self.still_waiting(sent)? else {
            return Ok(());
        };
        if self.has_left(sent.case) {
            let gone = row::of_case(Table::Secret, sent.case, number);
            self.commit(vec![RowChange::Delete(gone)])?;
            self.secrets.forget(row.case, row.party);
            return Ok(());
        }
        let receipt = ServerReceipt {
            at: received_at,
            epoch: sent.epoch,
        };
        let sealed = sent.sealed.clone();
        let kept = RetainedIdentity::UntilBackup { sealed, receipt };
        let received = SecretRow { kept, ..row };
        self.commit(vec![row::put_secret(number, &received)?])?;
        self.note_secret(&received);
        self.keep_within_bounds()
    }

    /// Keeps why the server does not take an identity.
    ///
    /// # Errors
    /// When the store fails.
    pub fn identity_refused(
        &mut self,
        sent: &OutgoingIdentity,
        reason: Reason,
    ) -> Result<(), EngineError> {
        let Some((number, row)) = self.still_waiting(sent)? else {
            return Ok(());
        };
        let kept = match row.kept {
            // The registry that was set back knows better than what the phone kept.
            RetainedIdentity::Waiting {
                again: Some(at), ..
            } if SETTLED.contains(&reason.code.as_str()) => RetainedIdentity::Received { at },
            _ => RetainedIdentity::Refused {
                sealed: sent.sealed.clone(),
                reason,
            },
        };
        let refused = SecretRow { kept, ..row };
        self.commit(vec![row::put_secret(number, &refused)?])?;
        self.note_secret(&refused);
        Ok(())
    }

    pub(super) fn secret(
        &self,
        case: CaseId,
        party: EntryId,
    ) -> Result<Option<(u64, SecretRow)>, EngineError> {
        let rows = row::read_secrets(&self.store, Some(case))?;
        Ok(rows.into_iter().find(|(_, row)| row.party == party))
    }

    fn still_waiting(
        &self,
        sent: &OutgoingIdentity,
    ) -> Result<Option<(u64, SecretRow)>, EngineError> {
        let found = self.secret(sent.case, sent.party)?;
        Ok(found.filter(
            |(_, row)| matches!(&row.kept, RetainedIdentity::Waiting { sealed, .. } if *sealed == sent.sealed),
        ))
    }

    /// In the place of the party's earlier row, or behind the last.
    fn put_secret(&self, row: &SecretRow) -> Result<RowChange, EngineError> {
        let rows = row::read_secrets(&self.store, Some(row.case))?;
        let own = rows.iter().find(|(_, known)| known.party == row.party);
        let number = own.map_or_else(|| row::next_number(&rows), |(number, _)| *number);
        row::put_secret(number, row)
    }

    /// Rows of a case that goes: what the server has goes with it, what waits stays and is still
    /// sent.
    pub(super) fn secrets_of_forgotten(&self, case: CaseId) -> Result<Vec<RowChange>, EngineError> {
        let rows = row::read_secrets(&self.store, Some(case))?;
        let received = rows.into_iter().filter(|(_, row)| {
            matches!(
                row.kept,
                RetainedIdentity::Received { .. } | RetainedIdentity::UntilBackup { .. }
            )
        });
        Ok(received
            .map(|(number, _)| RowChange::Delete(row::of_case(Table::Secret, case, number)))
            .collect())
    }

    /// Counts a row by what it is.
    pub(super) fn note_secret(&mut self, row: &SecretRow) {
        let standing = match &row.kept {
            RetainedIdentity::Waiting { .. } => Delivery::Waiting,
            RetainedIdentity::UntilBackup { sealed, receipt } => Delivery::Kept(KeptPiece {
                receipt: *receipt,
                bytes: sealed.ciphertext.len() as u64,
            }),
            RetainedIdentity::Received { .. } => Delivery::Done,
            RetainedIdentity::Refused { .. } => Delivery::Refused,
        };
        self.secrets.note(row.case, row.party, standing);
    }
}

impl From<SecretRow> for CapturedIdentity {
    fn from(row: SecretRow) -> Self {
        Self {
            case: row.case,
            party: row.party,
            masked: row.masked,
            at: row.at,
            whereabouts: match row.kept {
                RetainedIdentity::Waiting { .. } => Whereabouts::Waiting,
                RetainedIdentity::UntilBackup { receipt, .. } => Whereabouts::Received(receipt.at),
                RetainedIdentity::Received { at } => Whereabouts::Received(at),
                RetainedIdentity::Refused { reason, .. } => Whereabouts::Refused(reason),
            },
        }
    }
}

pub(super) fn not_possible(code: &str, zh: &str) -> EngineError {
    EngineError::NotPossible(Reason::new(code, zh))
}

fn no_such_party() -> EngineError {
    not_possible("unknown_party", "没有找到这位当事人，请先登记当事人。")
}
