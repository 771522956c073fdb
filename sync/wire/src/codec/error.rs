//! Why a body was refused.

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

impl BodyError {
    /// A stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "body_too_large",
            Self::UnknownEncoding => "body_encoding",
            Self::Compression(_) => "body_compression",
            Self::Shape(_) => "body_shape",
            Self::Message(_) => "body_message",
            Self::TooMany { .. } => "body_too_many",
            Self::Encode(_) => "body_encode",
        }
    }

    /// The reason for people.
    #[must_use]
    pub fn zh(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } | Self::TooMany { .. } => "一次传输的内容过大，请分批同步",
            Self::UnknownEncoding => "不支持的压缩方式，请更新应用",
            Self::Compression(_) => "传输内容无法解压，请重试",
            Self::Shape(_) | Self::Message(_) => "传输内容无法识别，请重试或更新应用",
            Self::Encode(_) => "传输内容无法编码",
        }
    }
}
