//! The rows of what goes to the server beside the exchange: identities and originals of evidence.

use super::{of_case, put, read_numbered};
use crate::{
    encryption::{EncryptedStore, RowChange},
    engine::EngineError,
    store::{Store, Table},
};
use hejie_case::{
    identity::MaskedIdentity,
    ids::{CaseId, EntryId, FileHash},
    reason::Reason,
    record::SealedText,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The identity of a party, captured on this phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct SecretRow {
    pub case: CaseId,
    pub party: EntryId,
    pub masked: MaskedIdentity,
    /// When it was captured.
    pub at: Timestamp,
    pub kept: RetainedIdentity,
}

/// What of a captured identity is still here besides its mask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kept")]
pub(in crate::engine) enum RetainedIdentity {
    /// The sealed bytes, until the receipt.
    Waiting {
        sealed: SealedText,
        /// When the server received it before it was set back to a backup, if it is offered again.
        #[serde(default)]
        again: Option<Timestamp>,
    },
    /// The sealed bytes, until a backup holds what the server has.
    UntilBackup {
        sealed: SealedText,
        receipt: ServerReceipt,
    },
    /// Nothing.
    Received { at: Timestamp },
    /// The sealed bytes, which the server does not take.
    Refused { sealed: SealedText, reason: Reason },
}

/// When the server received something, by its own clock, and in which epoch of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct ServerReceipt {
    pub at: Timestamp,
    pub epoch: u64,
}

/// The original of a piece of evidence; its bytes lie in [`Table::Part`] until they are let go of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct FileRow {
    pub case: CaseId,
    pub evidence: EntryId,
    pub hash: FileHash,
    pub size: u64,
    /// When it was taken in.
    pub at: Timestamp,
    pub state: FileState,
}

/// Where the bytes of an original are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub(in crate::engine) enum FileState {
    /// Here, until the server has hashed them whole.
    Waiting,
    /// On the server, and here until a backup holds them.
    UntilBackup { receipt: ServerReceipt },
    /// On the server alone.
    Received { at: Timestamp },
    /// Here; the server does not take them.
    Refused { reason: Reason },
}

pub(in crate::engine) fn put_file(number: u64, row: &FileRow) -> Result<RowChange, EngineError> {
    put(of_case(Table::File, row.case, number), row)
}

pub(in crate::engine) fn read_files<S: Store>(
    store: &EncryptedStore<S>,
    case: Option<CaseId>,
) -> Result<Vec<(u64, FileRow)>, EngineError> {
    read_numbered(store, Table::File, case)
}

pub(in crate::engine) fn put_secret(
    number: u64,
    row: &SecretRow,
) -> Result<RowChange, EngineError> {
    put(of_case(Table::Secret, row.case, number), row)
}

pub(in crate::engine) fn read_secrets<S: Store>(
    store: &EncryptedStore<S>,
    case: Option<CaseId>,
) -> Result<Vec<(u64, SecretRow)>, EngineError> {
    read_numbered(store, Table::Secret, case)
}
