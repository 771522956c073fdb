//! What goes beside the exchange, when the phone is out of service: sealed identities and originals that wait are handed in as files, each
//! under the hash of its bytes, so that each goes up once. They stay on the phone.

use crate::{
    engine::{Engine, EngineError, OutgoingFile, OutgoingIdentity, row},
    store::Store,
};
use hejie_case::ids::{CaseId, EntryId, FileHash};
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
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    /// What the phone sealed, with the name of its key.
    Identity(Vec<u8>),
    Original(OutgoingFile),
}

impl DepositItem {
    /// What it is, as the server names it: `identity` or `original`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.content {
            Content::Identity(_) => "identity",
            Content::Original(_) => "original",
        }
    }

    fn identity(identity: &OutgoingIdentity) -> Result<Self, EngineError> {
        #[derive(Serialize)]
        struct Sealed<'a> {
            key_id: &'a str,
            sealed: &'a str,
            captured_at: jiff::Timestamp,
        }
        let bytes = row::encode(&Sealed {
            key_id: &identity.sealed.key_id,
            sealed: &identity.sealed.ciphertext,
            captured_at: identity.captured_at,
        })?;
        Ok(Self {
            case: identity.case,
            entry: identity.party,
            hash: FileHash(Sha256::digest(&bytes).into()),
            size: bytes.len() as u64,
            content: Content::Identity(bytes),
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
            content: Content::Original(file),
        }
    }
}

impl<S: Store> Engine<S> {
    /// The identities and originals that wait and were not handed in yet: identities first, which are small.
    ///
    /// # Errors
    /// When the store fails.
    pub fn deposit_items(&self) -> Result<Vec<DepositItem>, EngineError> {
        let handed_in = self.handed_in()?.items;
        let mut items = Vec::new();
        for identity in self.outgoing_identities()? {
            items.push(DepositItem::identity(&identity)?);
        }
        items.extend(self.outgoing_files()?.into_iter().map(DepositItem::from));
        items.retain(|item| !handed_in.contains(&(item.case, item.hash)));
        Ok(items)
    }

    /// What is to be handed in next of an item of which the server has so many bytes.
    ///
    /// # Errors
    /// [`EngineError::NotPossible`] when there is nothing to send, or when the store fails.
    pub fn deposit_part(&self, item: &DepositItem, offset: u64) -> Result<Vec<u8>, EngineError> {
        match &item.content {
            Content::Identity(bytes) => {
                let rest = usize::try_from(offset)
                    .ok()
                    .and_then(|from| bytes.get(from..));
                Ok(rest.unwrap_or_default().to_vec())
            }
            Content::Original(file) => self.file_part(file, offset),
        }
    }

    /// Notes that the server keeps an item whole.
    ///
    /// # Errors
    /// When the store fails; then it is offered again, which does no harm.
    pub fn take_deposited_item(&mut self, item: &DepositItem) -> Result<(), EngineError> {
        let mut handed_in = self.handed_in()?;
        handed_in.items.insert((item.case, item.hash));
        self.commit(vec![row::put(row::HANDED_IN, &handed_in)?])
    }
}
