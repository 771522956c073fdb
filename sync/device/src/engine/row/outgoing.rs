//! Changes that the server has not acknowledged: a line that says what was meant, and the bytes
//! behind it.

use super::{Intent, decode, encode, of_case};
use crate::{
    encryption::{EncryptedStore, RowChange, RowOwner},
    engine::EngineError,
    store::{Store, Table},
};
use hejie_case::ids::{Actor, CaseId, ChangeHash};
use hejie_wire::chunk::{Admitted, admit};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A change that the server has not acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::engine) struct Outgoing {
    pub(in crate::engine) number: u64,
    pub(in crate::engine) head: OutgoingHead,
    pub(in crate::engine) bytes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::engine) struct OutgoingHead {
    pub(in crate::engine) hash: ChangeHash,
    pub(in crate::engine) at: Timestamp,
    pub(in crate::engine) intent: Intent,
    /// The changes by which the same work was deposited before it was written again, each time that
    /// the phone was out of service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::engine) handed_in: Vec<ChangeHash>,
    /// The changes by which the same work was written under actors of before: the server may have
    /// taken one of them, and said so to nobody who is left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::engine) formerly: Vec<ChangeHash>,
}

impl Outgoing {
    /// Whether this phone wrote it under its actor of now.
    pub(in crate::engine) fn is_by(&self, phone: Actor) -> bool {
        admit(&self.bytes).is_ok_and(|change| change.header.actor.phone() == phone)
    }

    /// The same work, which is about to be written under another actor.
    pub(in crate::engine) fn of_former_actor(&self) -> Self {
        let mut one = self.clone();
        one.head.formerly.push(one.head.hash);
        one
    }

    /// A change of which only the bytes are left. It has no number yet.
    pub(in crate::engine) fn of_bytes(change: Admitted) -> Self {
        Self {
            number: 0,
            head: OutgoingHead::of_bytes(&change),
            bytes: change.bytes,
        }
    }
}

impl OutgoingHead {
    fn of_bytes(change: &Admitted) -> Self {
        Self {
            hash: change.hash,
            at: change.header.claimed_at().unwrap_or_default(),
            intent: Intent::Again,
            handed_in: Vec::new(),
            formerly: Vec::new(),
        }
    }
}

pub(in crate::engine) fn put_outgoing(
    case: CaseId,
    outgoing: &Outgoing,
) -> Result<RowChange, EngineError> {
    let mut value = encode(&outgoing.head)?;
    value.push(b'\n');
    value.extend_from_slice(&outgoing.bytes);
    Ok(RowChange::Put(
        of_case(Table::Outgoing, case, outgoing.number),
        value,
    ))
}

pub(in crate::engine) fn read_outgoing<S: Store>(
    store: &EncryptedStore<S>,
    case: CaseId,
) -> Result<Vec<Outgoing>, EngineError> {
    let rows = store.scan(Table::Outgoing, Some(RowOwner::Case(case)))?;
    rows.iter()
        .map(|(number, value)| split_outgoing(*number, value))
        .collect()
}

/// The bytes of the changes from this number on; those before are not opened, however many wait.
pub(in crate::engine) fn read_tail<S: Store>(
    store: &EncryptedStore<S>,
    case: CaseId,
    from: u64,
) -> Result<Vec<Vec<u8>>, EngineError> {
    let numbers = store.numbers(Table::Outgoing, RowOwner::Case(case));
    let mut tail = Vec::new();
    for number in numbers.into_iter().filter(|number| *number >= from) {
        if let Some(value) = store.get(of_case(Table::Outgoing, case, number))? {
            tail.push(split_outgoing(number, &value)?.bytes);
        }
    }
    Ok(tail)
}

/// The head is one line of JSON, which holds no newline; the bytes of the change follow. They are
/// sent even if the head does not read.
pub(in crate::engine) fn split_outgoing(
    number: u64,
    value: &[u8],
) -> Result<Outgoing, EngineError> {
    let end = value
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(value.len());
    let bytes = value.get(end + 1..).unwrap_or_default().to_vec();
    let head = match decode(&value[..end]) {
        Ok(head) => head,
        Err(unreadable) => OutgoingHead::of_bytes(&admit(&bytes).map_err(|_| unreadable)?),
    };
    Ok(Outgoing {
        number,
        head,
        bytes,
    })
}
