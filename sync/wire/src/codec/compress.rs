//! zstd with caps; in builds without the feature `zstd` (browsers) every body is identity.

use super::{Body, BodyError, Encoding};

/// Below this a frame header costs more than compression gains.
#[cfg(feature = "zstd")]
const WORTH_BYTES: usize = 128;

/// The largest window that a frame may ask for: 8 MiB, the least that RFC 8878 tells decoders to
/// support.
#[cfg(feature = "zstd")]
const WINDOW_LOG: u32 = 23;

#[cfg(feature = "zstd")]
const LEVEL: i32 = 3;

/// Compresses if that is smaller.
#[cfg(feature = "zstd")]
pub(super) fn smaller(raw: Vec<u8>) -> Result<Body, BodyError> {
    if raw.len() >= WORTH_BYTES {
        let bytes = zstd::bulk::compress(&raw, LEVEL).map_err(BodyError::Compression)?;
        if bytes.len() < raw.len() {
            return Ok(Body {
                encoding: Encoding::Zstd,
                bytes,
            });
        }
    }
    Ok(Body {
        encoding: Encoding::Identity,
        bytes: raw,
    })
}

/// Decompresses while reading at most `limit` bytes out, whatever size the frame claims.
#[cfg(feature = "zstd")]
pub(super) fn expand(bytes: &[u8], limit: usize) -> Result<Vec<u8>, BodyError> {
    use std::io::Read as _;
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(bytes).map_err(BodyError::Compression)?;
    decoder
        .window_log_max(WINDOW_LOG)
        .map_err(BodyError::Compression)?;
    let mut raw = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder
        .take(one_more)
        .read_to_end(&mut raw)
        .map_err(BodyError::Compression)?;
    super::within(raw.len(), limit)?;
    Ok(raw)
}

/// Without zstd a body stays as it is.
#[cfg(not(feature = "zstd"))]
pub(super) fn smaller(raw: Vec<u8>) -> Result<Body, BodyError> {
    Ok(Body {
        encoding: Encoding::Identity,
        bytes: raw,
    })
}

/// Without zstd a compressed body cannot be read.
#[cfg(not(feature = "zstd"))]
pub(super) fn expand(_bytes: &[u8], _limit: usize) -> Result<Vec<u8>, BodyError> {
    Err(BodyError::UnknownEncoding)
}
