//! What the server attested of a case, and the keys that are believed for it.

use super::{EngineError, decode, encode, of_case};
use crate::{
    encryption::{EncryptedStore, RowChange},
    store::{Store, Table},
};
use hejie_case::ids::{CaseId, ChangeHash};
use hejie_wire::attest::{Actors, Attestation, AttesterVoucher};
use serde::{Deserialize, Serialize};

/// The attestation keys that the root key vouches for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct Attesters {
    /// The root key, in hexadecimal.
    pub root: String,
    pub vouchers: Vec<AttesterVoucher>,
}

/// The newest attestation of a case that fitted what the phone held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct AttestedRow {
    pub head: AttestedHead,
    /// The facts that it names, once newer ones took their place; until then they are those of the
    /// case.
    pub facts: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct AttestedHead {
    pub attestation: Attestation,
    pub actors: Actors,
    /// The heads whose hash it names.
    pub heads: Vec<ChangeHash>,
}

impl AttestedRow {
    pub(in crate::engine) fn new(
        attestation: Attestation,
        actors: Actors,
        mut heads: Vec<ChangeHash>,
    ) -> Self {
        heads.sort_unstable();
        Self {
            head: AttestedHead {
                attestation,
                actors,
                heads,
            },
            facts: None,
        }
    }
}

/// The head is one line of JSON, which holds no newline; the facts follow if they are kept here.
pub(in crate::engine) fn put_attested(
    case: CaseId,
    attested: &AttestedRow,
) -> Result<RowChange, EngineError> {
    let mut value = encode(&attested.head)?;
    if let Some(facts) = &attested.facts {
        value.push(b'\n');
        value.extend_from_slice(facts);
    }
    Ok(RowChange::Put(of_case(Table::Attestation, case, 0), value))
}

/// What is kept of a case; damage where it does not read.
pub(in crate::engine) fn read_attested<S: Store>(
    store: &EncryptedStore<S>,
    case: CaseId,
) -> Result<Option<AttestedRow>, EngineError> {
    let value = store.get(of_case(Table::Attestation, case, 0))?;
    value.map(|value| split_attested(&value)).transpose()
}

/// How many rows read. One that does not would be missed only when it is to prove something.
pub(in crate::engine) fn count_attested<S: Store>(
    store: &EncryptedStore<S>,
) -> Result<usize, EngineError> {
    let rows = store.scan(Table::Attestation, None)?;
    let read = rows
        .iter()
        .filter(|(_, value)| split_attested(value).is_ok());
    Ok(read.count())
}

/// The parts of a row, whose statement reads too: without it the rest proves nothing.
pub(in crate::engine) fn split_attested(value: &[u8]) -> Result<AttestedRow, EngineError> {
    let mut parts = value.splitn(2, |byte| *byte == b'\n');
    let head: AttestedHead = decode(parts.next().unwrap_or_default())?;
    let read = head.attestation.read();
    read.map_err(|error| EngineError::Row {
        row: "Attestation",
        source: serde::de::Error::custom(error),
    })?;
    Ok(AttestedRow {
        head,
        facts: parts.next().map(<[u8]>::to_vec),
    })
}
