//! Changes of others that the server lost and nothing proves.

use super::{EngineError, decode, encode, of_case};
use crate::{
    encryption::{EncryptedStore, RowChange, RowOwner},
    store::{Store, Table},
};
use hejie_case::ids::{CaseId, ChangeHash};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A change of somebody else that is to be relayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) struct Relay {
    pub number: u64,
    pub head: RelayHead,
    /// The change; none when a backup of the server has it.
    pub bytes: Option<Vec<u8>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct RelayHead {
    pub hash: ChangeHash,
    /// When the server took it; none while it waits.
    #[serde(default)]
    pub taken: Option<RelayReceipt>,
}

/// When the server took a relayed change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine) struct RelayReceipt {
    /// The epoch of the registry: in another one it may be lost again.
    pub epoch: u64,
    /// By the server's clock.
    pub at: Timestamp,
}

impl Relay {
    /// As it stands once the server took it, or lost it again.
    pub(in crate::engine) fn with(self, taken: Option<RelayReceipt>) -> Self {
        let head = RelayHead { taken, ..self.head };
        Self { head, ..self }
    }

    pub(in crate::engine) fn was_taken_in(&self, epoch: u64) -> bool {
        self.head.taken.is_some_and(|taken| taken.epoch == epoch)
    }

    /// The change, if it is to be relayed.
    pub(in crate::engine) fn waiting(&self) -> Option<&[u8]> {
        self.bytes.as_deref().filter(|_| self.head.taken.is_none())
    }
}

/// The head is one line of JSON, which holds no newline; the bytes of the change follow while they
/// are kept.
pub(in crate::engine) fn put_relay(case: CaseId, relay: &Relay) -> Result<RowChange, EngineError> {
    let mut value = encode(&relay.head)?;
    if let Some(bytes) = &relay.bytes {
        value.push(b'\n');
        value.extend_from_slice(bytes);
    }
    let name = of_case(Table::Relay, case, relay.number);
    Ok(RowChange::Put(name, value))
}

pub(in crate::engine) fn read_relays<S: Store>(
    store: &EncryptedStore<S>,
    case: CaseId,
) -> Result<Vec<Relay>, EngineError> {
    let rows = store.scan(Table::Relay, Some(RowOwner::Case(case)))?;
    let read = rows
        .iter()
        .filter_map(|(number, value)| split_relay(*number, value).ok());
    Ok(read.collect())
}

pub(in crate::engine) fn split_relay(number: u64, value: &[u8]) -> Result<Relay, EngineError> {
    let mut parts = value.splitn(2, |byte| *byte == b'\n');
    Ok(Relay {
        number,
        head: decode(parts.next().unwrap_or_default())?,
        bytes: parts.next().map(<[u8]>::to_vec),
    })
}
