//! The rows of the sealed store, and how they are written down.

mod attested;
mod claimed;
mod delivered;
mod outgoing;
mod relay;

pub(super) use attested::{
    AttestedRow, Attesters, count_attested, put_attested, read_attested, split_attested,
};
pub(super) use claimed::ClaimBook;
pub use claimed::OwnClaim;
pub(super) use delivered::{
    FileRow, FileState, RetainedIdentity, SecretRow, ServerReceipt, put_file, put_secret,
    read_files, read_secrets,
};
pub(super) use outgoing::{
    Outgoing, OutgoingHead, put_outgoing, read_outgoing, read_tail, split_outgoing,
};
pub(super) use relay::{Relay, RelayHead, RelayReceipt, put_relay, read_relays, split_relay};

use super::{EngineError, card::Card, report::KeptReceipt};
use crate::{
    encryption::{EncryptedStore, RowChange, RowName, RowOwner},
    store::{Store, Table},
};
use hejie_case::{
    document::{Basis, Inside, Origin},
    edit::Edit,
    ids::{CaseId, ChangeHash},
    part::Extent,
    reason::Reason,
    view::Meta,
};
use hejie_wire::{message::Cursor, sealed::Voucher};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The row that says whose phone it is, with the key that it signs with.
pub(super) const ENROLMENT: RowName = own("enrolment");
/// The same once more: a phone that does not know whose it is could give the work of one person to
/// another.
pub(super) const ENROLMENT_COPY: RowName = own("enrolment copy");
/// The row that says what happened to the store.
pub(super) const TROUBLE: RowName = own("trouble");
/// The row that says how far the exchange came.
pub(super) const PROGRESS: RowName = own("progress");
/// The row that holds the server's sealing key.
pub(super) const SEALING: RowName = own("sealing");
/// The row that holds the keys whose attestations are believed.
pub(super) const ATTESTERS: RowName = own("attesters");
/// The row that says which unsent changes were handed in after the phone was taken out of service.
pub(super) const HANDED_IN: RowName = own("handed_in");
/// The row that holds what may be claimed, and what was claimed.
pub(super) const CLAIMS: RowName = own("claims");
/// The row that holds the briefs of cases to which this person is on the way.
pub(super) const BRIEFS: RowName = own("briefs");
/// The row that holds the tokens of the session.
#[cfg(feature = "native")]
pub(crate) const SESSION: RowName = own("session");

const fn own(name: &'static str) -> RowName {
    RowName {
        table: Table::Own,
        owner: RowOwner::Phone(name),
        number: 0,
    }
}

/// The row of a table that belongs to a case.
pub(super) fn of_case(table: Table, case: CaseId, number: u64) -> RowName {
    RowName {
        table,
        owner: RowOwner::Case(case),
        number,
    }
}

/// What an author meant by a change, so that it can be written again on another document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "intent")]
pub enum Intent {
    /// Began the case.
    Begin {
        /// What the document says of itself.
        meta: Meta,
        /// What was known at the beginning.
        origin: Origin,
    },
    /// Wrote an edit.
    Edit {
        /// The edit.
        edit: Box<Edit>,
        /// What its author had before him or her, so that it merges when it is written again.
        basis: Basis,
        /// What becomes of its words inside of words that are gone: they are kept when the author
        /// tried them again by hand.
        #[serde(default)]
        inside: Inside,
    },
    /// Wrote a change that the server once had and lost; only its bytes are left.
    Again,
    /// Wrote a change that was refused after it had been acknowledged; only its bytes are left.
    Bytes {
        /// The change.
        bytes: Vec<u8>,
        /// It was tried again as it is.
        #[serde(default)]
        tried: bool,
    },
}

impl Intent {
    /// The intent of a change of which only the bytes are left, when these are others now.
    pub(super) fn with_bytes(self, bytes: &[u8]) -> Self {
        match self {
            Self::Bytes { tried, .. } => Self::Bytes {
                bytes: bytes.to_vec(),
                tried,
            },
            intent => intent,
        }
    }
}

/// A case as the phone holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct CaseRow {
    pub case: CaseId,
    /// The heads of what the server acknowledged or sent, sorted.
    pub server_heads: Vec<ChangeHash>,
    pub facts_version: u64,
    /// SHA-256 of the facts as they were sent.
    pub facts_hash: Option<[u8; 32]>,
    /// The number of the next unsent change or refusal.
    pub next: u64,
    pub waiting: u32,
    /// What waits was written again under another actor, and the phone has not heard yet what the
    /// server took under the one of before.
    #[serde(default)]
    pub hears_first: bool,
    pub refused: u32,
    /// The server knows the case.
    pub acknowledged: bool,
    /// The server took the case away.
    pub gone: Option<Reason>,
    /// Why the case did not come forward at the last exchange.
    pub problem: Option<Reason>,
    /// What is held of it cannot be relied on: it is fetched again whole.
    #[serde(default)]
    pub damaged: bool,
    pub card: Card,
    /// Unsent changes from this number on stand behind the saved document; none when it holds all
    /// of them.
    #[serde(default)]
    pub tail_from: Option<u64>,
    /// The last attestation could not be verified: the server is asked for another.
    #[serde(default)]
    pub unattested: bool,
    /// The server does not know, or lost a part of, what it signed once: it is proved with the next
    /// request.
    #[serde(default)]
    pub prove: bool,
    /// In which epoch of the registry the server dealt with the last proof.
    #[serde(default)]
    pub proved_in: u64,
    /// Changes of others that are to be relayed.
    #[serde(default)]
    pub relays: u32,
    /// How many of them the server took, and no backup holds.
    #[serde(default)]
    pub relayed: u32,
    /// How much of the case the phone holds.
    #[serde(default)]
    pub extent: Extent,
    /// The phone's person reported the case, and has this of it.
    #[serde(default)]
    pub receipt: Option<KeptReceipt>,
}

impl CaseRow {
    pub(super) fn new(case: CaseId) -> Self {
        Self {
            case,
            server_heads: Vec::new(),
            facts_version: 0,
            facts_hash: None,
            next: 0,
            waiting: 0,
            hears_first: false,
            refused: 0,
            acknowledged: false,
            gone: None,
            problem: None,
            damaged: false,
            card: Card::default(),
            tail_from: None,
            unattested: false,
            prove: false,
            proved_in: 0,
            relays: 0,
            relayed: 0,
            extent: Extent::Whole,
            receipt: None,
        }
    }

    /// Whether the phone names the case as one of those that its user may see.
    pub(super) fn is_listed(&self) -> bool {
        self.acknowledged && self.gone.is_none()
    }

    /// Whether both sides count the case among what the user may see. A damaged one counts for
    /// nothing, and is named so, until the server has sent it again or says that it does not know
    /// it as this person's.
    pub(super) fn is_shared(&self) -> bool {
        self.is_listed() && !self.damaged
    }
}

/// How far the exchange came.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct ExchangeProgress {
    pub cursor: Option<Cursor>,
    /// When an exchange last ended with both sides equal.
    pub complete_at: Option<Timestamp>,
    /// The server's clock less this phone's, in seconds.
    pub clock_ahead: i64,
    /// The last run ended with the two sides apart.
    pub differs: bool,
    /// The epoch of the registry as it was last heard; zero before.
    #[serde(default)]
    pub epoch: u64,
    /// Bytes of the largest original that the server takes, where it said so.
    #[serde(default)]
    pub file_bytes: Option<u64>,
    /// The server's time as it was last heard, beside the uptime of the phone then.
    #[serde(default)]
    pub heard: Option<ServerTime>,
}

/// The server's time, and how long the phone had been running when it was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ServerTime {
    pub server_time: Timestamp,
    pub uptime_ms: u64,
}

/// Work that was refused, or left over when its case went away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct RefusedRow {
    pub case: CaseId,
    pub number: u64,
    pub reason: Reason,
    /// When it was written.
    pub at: Timestamp,
    pub intent: Intent,
    /// The police were told of the danger in it.
    #[serde(default)]
    pub told: bool,
}

/// The sealing key of the server, as its root key vouches for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KnownKey {
    pub voucher: Voucher,
    /// When the server last said so, by this phone's clock.
    pub heard_at: Timestamp,
}

/// The number of the next row behind these.
pub(super) fn next_number<T>(rows: &[(u64, T)]) -> u64 {
    rows.iter().map(|(number, _)| number + 1).max().unwrap_or(0)
}

/// Rows that do not read are left out: nothing of them can be used, and they stop no other.
fn read_numbered<S: Store, T: DeserializeOwned>(
    store: &EncryptedStore<S>,
    table: Table,
    case: Option<CaseId>,
) -> Result<Vec<(u64, T)>, EngineError> {
    let rows = store.scan(table, case.map(RowOwner::Case))?;
    let read = |(number, value): &(u64, zeroize::Zeroizing<Vec<u8>>)| {
        decode(value).ok().map(|row| (*number, row))
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// The tables whose rows are looked at one by one when something does not read.
pub(super) const READ: [Table; 6] = [
    Table::Outgoing,
    Table::Refusal,
    Table::Secret,
    Table::File,
    Table::Relay,
    Table::Attestation,
];

/// Whether a row of one of these tables that opens is one that this version reads.
pub(super) fn reads(table: Table, number: u64, value: &[u8]) -> bool {
    match table {
        Table::Outgoing => split_outgoing(number, value).is_ok(),
        Table::Refusal => decode::<RefusedRow>(value).is_ok(),
        Table::Secret => decode::<SecretRow>(value).is_ok(),
        Table::File => decode::<FileRow>(value).is_ok(),
        Table::Relay => split_relay(number, value).is_ok(),
        Table::Attestation => split_attested(value).is_ok(),
        _ => true,
    }
}

pub(super) fn put<T: Serialize>(name: RowName, value: &T) -> Result<RowChange, EngineError> {
    Ok(RowChange::Put(name, encode(value)?))
}

pub(super) fn put_refusal(refusal: &RefusedRow) -> Result<RowChange, EngineError> {
    put(
        of_case(Table::Refusal, refusal.case, refusal.number),
        refusal,
    )
}

pub(super) fn put_case_row(held: &CaseRow) -> Result<RowChange, EngineError> {
    put(of_case(Table::Case, held.case, 0), held)
}

pub(crate) fn read<S: Store, T: DeserializeOwned>(
    store: &EncryptedStore<S>,
    name: RowName,
) -> Result<Option<T>, EngineError> {
    store.get(name)?.map(|value| decode(&value)).transpose()
}

/// A case whose row does not read is not held; the next exchange brings it again.
pub(super) fn read_case_rows<S: Store>(
    store: &EncryptedStore<S>,
) -> Result<Vec<CaseRow>, EngineError> {
    let rows = store.scan(Table::Case, None)?;
    Ok(rows
        .iter()
        .filter_map(|(_, value)| decode(value).ok())
        .collect())
}

pub(super) fn read_refusals<S: Store>(
    store: &EncryptedStore<S>,
    case: Option<CaseId>,
) -> Result<Vec<RefusedRow>, EngineError> {
    let rows = read_numbered(store, Table::Refusal, case)?;
    Ok(rows.into_iter().map(|(_, row)| row).collect())
}

pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, EngineError> {
    serde_json::to_vec(value).map_err(|source| EngineError::Row {
        row: name_of::<T>(),
        source,
    })
}

pub(super) fn decode<T: DeserializeOwned>(value: &[u8]) -> Result<T, EngineError> {
    serde_json::from_slice(value).map_err(|source| EngineError::Row {
        row: name_of::<T>(),
        source,
    })
}

fn name_of<T>() -> &'static str {
    std::any::type_name::<T>()
        .rsplit("::")
        .next()
        .unwrap_or_default()
}

/// The version that facts say of themselves.
pub(super) fn version_of(facts: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Version {
        version: u64,
    }
    serde_json::from_slice::<Version>(facts)
        .ok()
        .map(|facts| facts.version)
}
