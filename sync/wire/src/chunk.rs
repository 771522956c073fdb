//! The envelope of a change: magic, checksum, type, length, body.
//!
//! Only chunks of type 1 (change) and 2 (deflated change) are read; of type 0 (a saved document)
//! the checksum is. The hash of a change is the SHA-256 over type, length and body of its type-1
//! form, and the checksum is its beginning, so that both forms of one change have one hash.

use crate::{
    gate::GateError,
    limits,
    lint::{self, ByteReader, Header},
};
use hejie_case::{document::RawChange, ids::ChangeHash};
use sha2::{Digest as _, Sha256};
use std::io::Read as _;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const DOCUMENT: u8 = 0;
const CHANGE: u8 = 1;
const DEFLATED: u8 = 2;

/// A change that passed the gate as far as it can be checked without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The hash of the change.
    pub hash: ChangeHash,
    /// The change as a chunk of type 1: what is stored and what Automerge reads.
    pub bytes: Vec<u8>,
    /// What its body says about it.
    pub header: Header,
}

/// Verifies the envelope and lints the body.
///
/// # Errors
/// A [`GateError`] that names the first thing wrong.
pub fn admit(bytes: &[u8]) -> Result<Admitted, GateError> {
    let (RawChange { hash, bytes }, body_at) = open(bytes)?;
    let header = lint::lint(&bytes[body_at..])?;
    Ok(Admitted {
        hash,
        bytes,
        header,
    })
}

/// Verifies the envelope of one change, inflating it if need be. Its body is not looked at.
///
/// # Errors
/// A [`GateError`] that names the first thing wrong.
pub fn parse(bytes: &[u8]) -> Result<RawChange, GateError> {
    open(bytes).map(|(change, _)| change)
}

/// The change of a sound envelope, and where its body begins.
fn open(bytes: &[u8]) -> Result<(RawChange, usize), GateError> {
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(GateError::TooLarge);
    }
    let mut reader = ByteReader::new(bytes);
    if reader.take(4)? != MAGIC {
        return Err(GateError::Kind);
    }
    let checksum = reader.take(4)?;
    let kind = reader.take(1)?[0];
    let len = reader.uint()?;
    let content = reader.take(len)?;
    if !reader.is_empty() {
        return Err(GateError::LeftOver);
    }
    match kind {
        CHANGE => framed(checksum, content),
        DEFLATED => framed(checksum, &inflate(content)?),
        _ => Err(GateError::Kind),
    }
}

/// Whether this is a document as it was saved, as far as its checksum tells. Its body is not looked
/// at.
#[must_use]
pub fn is_saved_document(bytes: &[u8]) -> bool {
    let mut reader = ByteReader::new(bytes);
    matches!(take_document(&mut reader), Ok(true)) && reader.is_empty()
}

/// Takes one chunk, and tells whether it is a document under its checksum.
fn take_document(reader: &mut ByteReader<'_>) -> Result<bool, GateError> {
    if reader.take(4)? != MAGIC {
        return Ok(false);
    }
    let checksum = reader.take(4)?;
    let kind = reader.take(1)?[0];
    let len = reader.uint()?;
    let mut head = vec![kind];
    write_uint(&mut head, len);
    let hash = Sha256::new_with_prefix(head).chain_update(reader.take(len)?);
    Ok(kind == DOCUMENT && hash.finalize()[..4] == *checksum)
}

/// Builds the type-1 form around `body` and holds its hash against the checksum that came.
fn framed(checksum: &[u8], body: &[u8]) -> Result<(RawChange, usize), GateError> {
    let mut bytes = Vec::with_capacity(body.len() + 16);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(checksum);
    let hashed_at = bytes.len();
    bytes.push(CHANGE);
    write_uint(&mut bytes, body.len() as u64);
    let body_at = bytes.len();
    bytes.extend_from_slice(body);
    if bytes.len() > limits::CHANGE_BYTES {
        return Err(GateError::TooLarge);
    }
    let hash = ChangeHash(Sha256::digest(&bytes[hashed_at..]).into());
    if hash.0[..4] != *checksum {
        return Err(GateError::Checksum);
    }
    Ok((RawChange { hash, bytes }, body_at))
}

fn inflate(deflated: &[u8]) -> Result<Vec<u8>, GateError> {
    let cap = limits::INFLATED_FREE_BYTES
        .max(deflated.len() * limits::INFLATED_RATIO)
        .min(limits::CHANGE_BYTES);
    let mut decoder = flate2::bufread::DeflateDecoder::new(deflated);
    let mut body = Vec::new();
    decoder
        .by_ref()
        .take(cap as u64 + 1)
        .read_to_end(&mut body)
        .map_err(GateError::Deflate)?;
    if body.len() > cap {
        return Err(GateError::TooLarge);
    }
    if decoder.total_in() != deflated.len() as u64 {
        return Err(GateError::LeftOver);
    }
    Ok(body)
}

/// An unsigned LEB128 number in its shortest form.
pub(crate) fn write_uint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
