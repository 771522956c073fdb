//! What an operation of the engine can fail with.

use crate::{encryption::EncryptionError, entropy::NoEntropy, store::StoreError};
use hejie_case::{
    document::{DocError, EditError},
    ids::UserId,
    reason::Reason,
    rights::RightsError,
};
use hejie_wire::{codec::BodyError, gate::GateError};

/// A failed operation. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The store failed or was tampered with.
    #[error("the sealed store failed")]
    Encryption(#[from] EncryptionError),
    /// No randomness for a new id.
    #[error("no randomness")]
    Entropy(#[from] NoEntropy),
    /// A stored row is not what this version writes.
    #[error("the row {row} does not read")]
    Row {
        /// Which kind of row.
        row: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The phone belongs to nobody yet.
    #[error("the phone is not enrolled")]
    NotEnrolled,
    /// The phone belongs to another person; its work must leave it first.
    #[error("the phone belongs to another person, {0}")]
    OtherPerson(UserId),
    /// No such case on this phone.
    #[error("no such case on this phone")]
    UnknownCase,
    /// The case was taken from this phone.
    #[error("the case left this phone: {}", .0.code)]
    Left(Reason),
    /// What the phone holds of the case is damaged, and is fetched again with the next exchange.
    #[error("the case is damaged: {}", .0.code)]
    Damaged(Reason),
    /// It lies in a part of the case that this phone does not hold.
    #[error("in a part of the case that is not on this phone")]
    Withheld,
    /// The act does not fit what is on the phone.
    #[error("not possible: {}", .0.code)]
    NotPossible(Reason),
    /// There is no such refused piece of work.
    #[error("no such refused work")]
    UnknownRefusal,
    /// The document of the case does not read.
    #[error("the document does not read")]
    Document(#[source] Box<DocError>),
    /// The edit does not fit the document.
    #[error("the edit does not fit")]
    Edit(#[source] Box<EditError>),
    /// The server refuses this of the role of this person; nothing was written.
    #[error("the role may not write this")]
    MayNot(#[from] RightsError),
    /// Unsent work cannot be written again.
    #[error("unsent work cannot be written again: {}", .0.code)]
    Unbuildable(Reason),
    /// A change of this phone's own does not pass the gate; it was not written.
    #[error("the edit makes a change that the gate refuses")]
    OwnChange(#[from] GateError),
    /// An answer came to no request.
    #[error("an answer came to no request")]
    NoRequest,
    /// An answer came that is none to the request that was made: one of before, or one of another
    /// phone.
    #[error("the answer is to another request")]
    OtherAnswer,
    /// The server's answer is not a message.
    #[error("the answer of the server does not read")]
    Answer(#[from] BodyError),
    /// The server speaks a version that this software does not.
    #[error("the server speaks version {0} of the protocol")]
    Protocol(u16),
}

impl EngineError {
    /// Whether what was stored is not what was written, or does not read.
    pub(super) fn is_damage(&self) -> bool {
        match self {
            Self::Encryption(error) => error.is_damage(),
            Self::Row { .. } | Self::Document(_) => true,
            _ => false,
        }
    }

    /// Whether the device has no room left.
    pub(super) fn is_full(&self) -> bool {
        matches!(
            self,
            Self::Encryption(EncryptionError::Store(StoreError::Full))
        )
    }
}

impl From<DocError> for EngineError {
    fn from(error: DocError) -> Self {
        Self::Document(Box::new(error))
    }
}

impl From<EditError> for EngineError {
    fn from(error: EditError) -> Self {
        Self::Edit(Box::new(error))
    }
}
