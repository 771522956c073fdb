//! Holdings on the wire: one byte string, 16 bytes of case id and 8 of digest each, by ascending
//! id.

use crate::digest::ShortDigest;
use hejie_case::ids::CaseId;
use serde::{Deserialize, Deserializer, Serializer, de::Error};
use serde_bytes::ByteBuf;
use uuid::Uuid;

const RECORD: usize = 24;

pub(super) fn serialize<S: Serializer>(
    held: &[(CaseId, ShortDigest)],
    s: S,
) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::with_capacity(held.len() * RECORD);
    for (case, digest) in held {
        bytes.extend_from_slice(case.0.as_bytes());
        bytes.extend_from_slice(&digest.0);
    }
    s.serialize_bytes(&bytes)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    d: D,
) -> Result<Vec<(CaseId, ShortDigest)>, D::Error> {
    let bytes = ByteBuf::deserialize(d)?;
    if bytes.len() % RECORD != 0 {
        return Err(D::Error::custom("holdings are not whole records"));
    }
    let held: Vec<_> = bytes.chunks_exact(RECORD).map(record).collect();
    if held.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err(D::Error::custom("holdings are not in ascending order"));
    }
    Ok(held)
}

fn record(bytes: &[u8]) -> (CaseId, ShortDigest) {
    let (mut id, mut digest) = ([0; 16], [0; 8]);
    id.copy_from_slice(&bytes[..16]);
    digest.copy_from_slice(&bytes[16..RECORD]);
    (CaseId(Uuid::from_bytes(id)), ShortDigest(digest))
}
