//! The frames between the pool and a worker: four bytes of length, big end first, then CBOR. A
//! longer frame than [`MAX`] is refused unread on both sides.

use serde::{Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The most bytes of one frame. A case is some kilobytes; this leaves room for the longest one with
/// all its changes.
pub(super) const MAX: usize = 64 << 20;

/// Why a frame cannot be made or read.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    #[error("the frame is longer than {MAX} bytes")]
    TooLarge,
    #[error("the content of the frame cannot be written")]
    Encode,
    #[error("the content of the frame cannot be read")]
    Decode,
    #[error("the other side is gone")]
    Closed,
    #[error("the frame cannot be moved")]
    Io(#[from] io::Error),
}

/// Makes a whole frame, length included.
pub(super) fn encode(content: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    let mut body = Vec::new();
    let mut serializer = minicbor_serde::Serializer::new(&mut body);
    // Otherwise a null of a JSON row arrives as an empty array.
    serializer.serialize_unit_as_null(true);
    content
        .serialize(&mut serializer)
        .map_err(|_| FrameError::Encode)?;
    let length = u32::try_from(body.len())
        .ok()
        .filter(|_| body.len() <= MAX)
        .ok_or(FrameError::TooLarge)?;
    let mut frame = length.to_be_bytes().to_vec();
    frame.extend_from_slice(&body);
    Ok(frame)
}

/// Reads the content of a frame.
pub(super) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, FrameError> {
    minicbor_serde::from_slice(body).map_err(|_| FrameError::Decode)
}

/// Reads one frame; `None` when the other side has closed between two frames.
pub(super) fn read(from: &mut impl Read) -> Result<Option<Vec<u8>>, FrameError> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let mut body = vec![0; checked(length)?];
    from.read_exact(&mut body)?;
    Ok(Some(body))
}

/// Writes one frame at once, so that half a frame is never followed by another.
pub(super) fn write(to: &mut impl Write, content: &impl Serialize) -> Result<(), FrameError> {
    to.write_all(&encode(content)?)?;
    Ok(to.flush()?)
}

/// Reads one frame without blocking the thread.
pub(super) async fn read_async(from: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, FrameError> {
    let mut length = [0; 4];
    from.read_exact(&mut length).await.map_err(closed)?;
    let mut body = vec![0; checked(length)?];
    from.read_exact(&mut body).await.map_err(closed)?;
    Ok(body)
}

fn checked(length: [u8; 4]) -> Result<usize, FrameError> {
    usize::try_from(u32::from_be_bytes(length))
        .ok()
        .filter(|n| *n <= MAX)
        .ok_or(FrameError::TooLarge)
}

fn closed(error: io::Error) -> FrameError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => FrameError::Closed,
        _ => FrameError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut pipe = Vec::new();
        write(&mut pipe, &("一", 2_u8)).unwrap();
        write(&mut pipe, &"three").unwrap();
        let mut from = pipe.as_slice();
        assert_eq!(
            decode::<(String, u8)>(&read(&mut from).unwrap().unwrap()).unwrap(),
            ("一".into(), 2)
        );
        assert_eq!(
            decode::<String>(&read(&mut from).unwrap().unwrap()).unwrap(),
            "three"
        );
        assert!(read(&mut from).unwrap().is_none());
    }

    #[test]
    fn a_null_of_a_row_stays_one() {
        let row = serde_json::json!({ "met_at": null, "reasons": [] });
        let frame = encode(&row).unwrap();
        assert_eq!(decode::<serde_json::Value>(&frame[4..]).unwrap(), row);
    }

    #[test]
    fn a_frame_that_claims_too_much_is_refused_unread() {
        assert!(matches!(
            read(&mut [0xff_u8; 8].as_slice()),
            Err(FrameError::TooLarge)
        ));
    }

    #[test]
    fn half_a_frame_is_an_error() {
        let frame = encode(&"whole").unwrap();
        assert!(matches!(
            read(&mut &frame[..frame.len() - 1]),
            Err(FrameError::Io(_))
        ));
    }
}
