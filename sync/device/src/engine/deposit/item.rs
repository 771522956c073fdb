//! What goes beside the exchange, when the phone is out of service: sealed identities and originals
//! that wait, or that the server had not taken, are handed in as files, each under the hash of its
//! bytes, so that each goes up once. They stay on the phone.

use super::HandedIn;
use crate::{
    encryption::RowChange,
    engine::{
        Engine, EngineError, OutgoingFile, OutgoingIdentity,
        row::{self, FileState},
    },
    store::Store,
};
use hejie_case::ids::{CaseId, EntryId, FileHash};
use hejie_wire::limits;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Something to be handed in that is no change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepositItem {
    /// The case.
    pub case: CaseId,
    /// The party or the piece of evidence.
    pub entry: EntryId,
    /// The hash of its bytes.
    pub hash: FileHash,
    /// Bytes.
    pub size: u64,
    content: ItemContent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum ItemContent {
    /// What the phone sealed, with the name of its key.
    Identity(Vec<u8>),
    Original(OutgoingFile),
}

impl DepositItem {
    /// What it is, as the server names it: `identity` or `original`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.content {
            ItemContent::Identity(_) => "identity",
            ItemContent::Original(_) => "original",
        }
    }

    /// By which it is known as handed in.
    fn name(&self) -> (CaseId, EntryId, FileHash) {
        (self.case, self.entry, self.hash)
    }

    fn identity(identity: &OutgoingIdentity) -> Result<Self, EngineError> {
        #[derive(Serialize)]
        struct DepositedIdentityBody<'a> {
            key_id: &'a str,
            sealed: &'a str,
            captured_at: jiff::Timestamp,
        }
        let bytes = row::encode(&DepositedIdentityBody {
            key_id: &identity.sealed.key_id,
            sealed: &identity.sealed.ciphertext,
            captured_at: identity.captured_at,
        })?;
        Ok(Self {
            case: identity.case,
            entry: identity.party,
            hash: FileHash(Sha256::digest(&bytes).into()),
            size: bytes.len() as u64,
            content: ItemContent::Identity(bytes),
        })
    }
}

impl From<OutgoingFile> for DepositItem {
    fn from(file: OutgoingFile) -> Self {
        Self {
            case: file.case,
            entry: file.evidence,
            hash: file.hash,
            size: file.size,
            content: ItemContent::Original(file),
        }
    }
}

impl<S: Store> Engine<S> {
    /// The identities and originals that were not handed in yet, as many as a phone may hand in:
    /// what waits first, then what the server had not taken, since a person may see there that it
    /// was right; identities before originals, since they are small.
    ///
    /// # Errors
    /// When the store fails.
    pub fn deposit_items(&self) -> Result<Vec<DepositItem>, EngineError> {
        let mut items = Vec::new();
        let waiting = (self.outgoing_identities()?, self.outgoing_files()?);
        let not_taken = (
            self.identities_not_taken()?,
            self.files_in(|state| matches!(state, FileState::Refused { .. }))?,
        );
        for (identities, files) in [waiting, not_taken] {
            for identity in identities {
                items.push(DepositItem::identity(&identity)?);
            }
            items.extend(files.into_iter().map(DepositItem::from));
        }
        items.retain(|item| !self.handed_in.items.contains(&item.name()));
        items.truncate(usize::try_from(limits::DEPOSIT_FILES).unwrap_or(usize::MAX));
        Ok(items)
    }

    /// What is to be handed in next of an item of which the server has so many bytes.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when there is nothing to send, or when the store fails.
    pub fn deposit_part(&self, item: &DepositItem, offset: u64) -> Result<Vec<u8>, EngineError> {
        match &item.content {
            ItemContent::Identity(bytes) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|from| bytes.get(from..));
                Ok(rest.unwrap_or_default().to_vec())
            }
            ItemContent::Original(file) => self.file_part(file, offset),
        }
    }

    /// Notes that the server keeps an item whole.
    ///
    /// # Errors
    /// When the store fails; then it is offered again, which does no harm.
    pub fn take_deposited_item(&mut self, item: &DepositItem) -> Result<(), EngineError> {
        let mut handed_in = self.handed_in.clone();
        handed_in.items.insert(item.name());
        self.keep_handed_in(handed_in)
    }

    /// What was handed in without an identity that is captured anew, since the phone holds another
    /// then, and the row of it.
    pub(in crate::engine) fn captured_anew(
        &self,
        case: CaseId,
        party: EntryId,
    ) -> Result<(HandedIn, Vec<RowChange>), EngineError> {
        let mut handed_in = self.handed_in.clone();
        handed_in
            .items
            .retain(|(of, entry, _)| (*of, *entry) != (case, party));
        let mut rows = Vec::new();
        if handed_in != self.handed_in {
            rows.push(row::put(row::HANDED_IN, &handed_in)?);
        }
        Ok((handed_in, rows))
    }
}
