//! Messages to bytes and back: CBOR (RFC 8949), compressed with zstd where that makes it smaller.
//!
//! Decoding trusts nothing. The body is capped before and after decompression, then `shape` walks
//! the CBOR once and refuses what could make the decoder allocate or recurse without bound; only
//! then the message is read.

mod compress;
mod error;
mod shape;

pub use error::BodyError;

use crate::{
    limits,
    message::{Down, Up},
};
use serde::{Serialize, de::DeserializeOwned};

/// How a body is compressed; the value of the HTTP header `Content-Encoding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// As it is.
    Identity,
    /// One zstd frame (RFC 8878).
    Zstd,
}

impl Encoding {
    /// The name in HTTP headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Zstd => "zstd",
        }
    }

    /// Reads `Content-Encoding`; an absent or empty header means identity.
    ///
    /// # Errors
    /// [`BodyError::UnknownEncoding`] for any other name.
    pub fn from_header(value: Option<&str>) -> Result<Self, BodyError> {
        match value.map(str::trim) {
            None | Some("" | "identity") => Ok(Self::Identity),
            Some("zstd") => Ok(Self::Zstd),
            Some(_) => Err(BodyError::UnknownEncoding),
        }
    }
}

/// An encoded message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// What belongs into `Content-Encoding`.
    pub encoding: Encoding,
    /// The bytes to send.
    pub bytes: Vec<u8>,
}

/// Encodes a request, compressed if `allowed` says zstd and it gets smaller.
///
/// # Errors
/// [`BodyError::TooLarge`] if the server would refuse it; [`BodyError::Encode`] never in practice.
///
/// A request that brings a single proof beyond [`limits::PROOF_BYTES`] is not compressed.
pub fn encode_up(up: &Up, allowed: Encoding) -> Result<Body, BodyError> {
    if large_proof(up).is_none() {
        return encode(up, allowed, Caps::UP);
    }
    // Documents are compressed already.
    let body = encode(up, Encoding::Identity, Caps::LARGE_UP)?;
    small_beside(up, body.bytes.len())?;
    Ok(body)
}

/// Decodes a request.
///
/// # Errors
/// A [`BodyError`] for bytes that are too many, badly compressed, or not a request within the
/// limits.
pub fn decode_up(encoding: Encoding, bytes: &[u8]) -> Result<Up, BodyError> {
    let up: Up = if bytes.len() > limits::UP_BYTES {
        let up = decode(encoding, bytes, Caps::LARGE_UP)?;
        small_beside(&up, bytes.len())?;
        up
    } else {
        decode(encoding, bytes, Caps::UP)?
    };
    counted(up.cases.len(), limits::CASES_PER_UP, "cases")?;
    counted(up.proofs.len(), limits::PROOFS_PER_UP, "proofs")?;
    counted(up.relayed.len(), limits::RELAYED_PER_UP, "relayed cases")?;
    for case in up.cases.iter().chain(&up.relayed) {
        counted(
            case.changes.len(),
            limits::CHANGES_PER_CASE,
            "changes of a case",
        )?;
    }
    counted(
        up.holdings.as_ref().map_or(0, |h| h.held.len()),
        limits::HOLDINGS_PER_UP,
        "holdings",
    )?;
    counted(
        up.cursor.as_ref().map_or(0, |c| c.0.len()),
        limits::CURSOR_BYTES,
        "bytes of a cursor",
    )?;
    counted(
        up.claims.as_ref().map_or(0, |said| said.claims.len()),
        limits::CLAIMS_PER_UP,
        "claims",
    )?;
    counted(
        up.attest.len(),
        limits::ATTEST_PER_UP,
        "cases to be attested",
    )?;
    Ok(up)
}

/// Encodes an answer, compressed if `allowed` (the request's `Accept-Encoding`) says zstd and it
/// gets smaller.
///
/// # Errors
/// As [`encode_up`].
pub fn encode_down(down: &Down, allowed: Encoding) -> Result<Body, BodyError> {
    encode(down, allowed, Caps::DOWN)
}

/// Decodes an answer.
///
/// # Errors
/// As [`decode_up`].
pub fn decode_down(encoding: Encoding, bytes: &[u8]) -> Result<Down, BodyError> {
    decode(encoding, bytes, Caps::DOWN)
}

#[derive(Clone, Copy)]
struct Caps {
    body: usize,
    raw: usize,
}

impl Caps {
    const UP: Self = Self {
        body: limits::UP_BYTES,
        raw: limits::UP_RAW_BYTES,
    };
    /// A request that brings a large proof; what is not compressed cannot be a bomb.
    const LARGE_UP: Self = Self {
        body: limits::LARGE_UP_BYTES,
        raw: limits::LARGE_UP_BYTES,
    };
    const DOWN: Self = Self {
        body: limits::DOWN_BYTES,
        raw: limits::DOWN_RAW_BYTES,
    };
}

/// The bytes of the one proof for which a request may be large.
fn large_proof(up: &Up) -> Option<usize> {
    match up.proofs.as_slice() {
        [proof] if proof.len() > limits::PROOF_BYTES => Some(proof.len()),
        _ => None,
    }
}

/// Only a proof makes a request large.
fn small_beside(up: &Up, len: usize) -> Result<(), BodyError> {
    let proof = large_proof(up).unwrap_or(0);
    within(len.saturating_sub(proof), limits::UP_BYTES)
}

fn encode<T: Serialize>(message: &T, allowed: Encoding, caps: Caps) -> Result<Body, BodyError> {
    let raw = minicbor_serde::to_vec(message).map_err(BodyError::Encode)?;
    within(raw.len(), caps.raw)?;
    let body = match allowed {
        Encoding::Identity => Body {
            encoding: Encoding::Identity,
            bytes: raw,
        },
        Encoding::Zstd => compress::smaller(raw)?,
    };
    within(body.bytes.len(), caps.body)?;
    Ok(body)
}

fn decode<T: DeserializeOwned>(
    encoding: Encoding,
    bytes: &[u8],
    caps: Caps,
) -> Result<T, BodyError> {
    within(bytes.len(), caps.body)?;
    match encoding {
        Encoding::Identity => read(bytes),
        Encoding::Zstd => read(&compress::expand(bytes, caps.raw)?),
    }
}

fn read<T: DeserializeOwned>(raw: &[u8]) -> Result<T, BodyError> {
    shape::check(raw).map_err(BodyError::Shape)?;
    minicbor_serde::from_slice(raw).map_err(BodyError::Message)
}

fn counted(count: usize, limit: usize, what: &'static str) -> Result<(), BodyError> {
    if count > limit {
        Err(BodyError::TooMany { what, limit })
    } else {
        Ok(())
    }
}

fn within(len: usize, limit: usize) -> Result<(), BodyError> {
    if len > limit {
        Err(BodyError::TooLarge { limit })
    } else {
        Ok(())
    }
}
