//! Why a body was refused.

use crate::code;
use hejie_case::reason::Explain;
use std::borrow::Cow;

/// A body that is not a message.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// More bytes than the limit, before or after decompression.
    #[error("the body has more than {limit} bytes")]
    TooLarge {
        /// The limit that was passed.
        limit: usize,
    },
    /// `Content-Encoding` is neither identity nor zstd, or this build has no zstd.
    #[error("the content encoding is not supported")]
    UnknownEncoding,
    /// Not a zstd frame, or one that asks for too large a window.
    #[error("the body cannot be decompressed")]
    Compression(#[source] std::io::Error),
    /// Too deep, too many items, an indefinite length, something cut off or left over.
    #[error("the body is not CBOR of a permitted shape: {0}")]
    Shape(&'static str),
    /// Well-formed CBOR that is not this message.
    #[error("the body is not a message of the exchange")]
    Message(#[source] minicbor_serde::error::DecodeError),
    /// More cases, changes of one case, holdings, or bytes of a cursor than a request may have.
    #[error("the request has more than {limit} {what}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// The limit that was passed.
        limit: usize,
    },
    /// A message that cannot be written down.
    #[error("the message cannot be encoded")]
    Encode(#[source] minicbor_serde::error::EncodeError<std::convert::Infallible>),
}

impl Explain for BodyError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        const LARGE: &str = "一次传输的内容过大，请分批同步";
        const UNREADABLE: &str = "传输内容无法识别，请重试或更新应用";
        let (code, zh) = match self {
            Self::TooLarge { .. } => (code::BODY_TOO_LARGE, LARGE),
            Self::UnknownEncoding => (code::BODY_ENCODING, "不支持的压缩方式，请更新应用"),
            Self::Compression(_) => (code::BODY_COMPRESSION, "传输内容无法解压，请重试"),
            Self::Shape(_) => (code::BODY_SHAPE, UNREADABLE),
            Self::Message(_) => (code::BODY_MESSAGE, UNREADABLE),
            Self::TooMany { .. } => (code::BODY_TOO_MANY, LARGE),
            Self::Encode(_) => ("body_encode", "传输内容无法编码"),
        };
        (code, zh.into())
    }
}
