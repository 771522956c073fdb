//! What was captured on this phone and is delivered beside the exchange: identities and originals.

use super::Reason;
use hejie_case::{
    identity::MaskedIdentity,
    ids::{CaseId, EntryId, FileHash},
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
    pub kept: Kept,
}

/// What of a captured identity is still here besides its mask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kept")]
pub(in crate::engine) enum Kept {
    /// The sealed bytes, until the receipt.
    Waiting { sealed: SealedText },
    /// Nothing.
    Received { at: Timestamp },
    /// The sealed bytes, which the server does not take.
    Refused { sealed: SealedText, reason: Reason },
}

/// The original of a piece of evidence; its bytes lie in [`Table::Part`] while it waits.
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
    /// On the server alone.
    Received { at: Timestamp },
    /// Here; the server does not take them.
    Refused { reason: Reason },
}
