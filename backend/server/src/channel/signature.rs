//! Signatures of channels: HMAC-SHA256 over the time in seconds, a line break, and the body.
//!
//! The time is part of what is signed and must be about now, so that an order that was overheard
//! cannot be sent again later; sent again at once it is the same order and changes nothing.

use axum::http::{HeaderMap, HeaderName};
use hejie_registry::identity::taken::ChannelSignature;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Names the channel.
pub const CHANNEL: HeaderName = HeaderName::from_static("x-hejie-channel");
/// When it was signed, in seconds since 1970.
pub const TIMESTAMP: HeaderName = HeaderName::from_static("x-hejie-timestamp");
/// The signature in hexadecimal.
pub const SIGNATURE: HeaderName = HeaderName::from_static("x-hejie-signature");

/// How far the time of a signature may lie from ours, in seconds.
const WINDOW: u64 = 300;

/// Signs a body.
#[must_use]
pub fn sign(secret: &[u8], seconds: i64, body: &[u8]) -> String {
    hex::encode(mac(secret, seconds, body))
}

/// What the headers of a signed request say.
pub(crate) struct SignatureHeaders {
    /// The channel by its name.
    pub(crate) channel: String,
    seconds: i64,
    signature: Vec<u8>,
}

impl SignatureHeaders {
    /// Reads the headers; none if one is missing or cannot be read.
    pub(crate) fn read(headers: &HeaderMap) -> Option<Self> {
        let text = |name| headers.get(name)?.to_str().ok();
        Some(Self {
            channel: text(CHANNEL)?.to_owned(),
            seconds: text(TIMESTAMP)?.parse().ok()?,
            signature: hex::decode(text(SIGNATURE)?).ok()?,
        })
    }

    /// The signature; none where it has not the length of one.
    pub(crate) fn signature(&self) -> Option<ChannelSignature> {
        self.signature.as_slice().try_into().ok()
    }

    /// Whether the body was signed with this secret, about now.
    pub(crate) fn holds(&self, secret: &[u8], body: &[u8], now: Timestamp) -> bool {
        let right = mac(secret, self.seconds, body).ct_eq(&self.signature);
        self.seconds.abs_diff(now.as_second()) <= WINDOW && bool::from(right)
    }
}

fn mac(secret: &[u8], seconds: i64, body: &[u8]) -> Vec<u8> {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return Vec::new();
    };
    mac.update(seconds.to_string().as_bytes());
    mac.update(b"\n");
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_body_its_time_and_its_key_alone() {
        let now = Timestamp::from_second(1_780_000_000).unwrap();
        let seconds = now.as_second();
        let signature = hex::decode(sign(b"key", seconds, b"{}")).unwrap();
        let claim = |seconds| SignatureHeaders {
            channel: "110".into(),
            seconds,
            signature: signature.clone(),
        };
        assert!(claim(seconds).holds(b"key", b"{}", now));
        assert!(!claim(seconds).holds(b"key", b"{ }", now));
        assert!(!claim(seconds).holds(b"other", b"{}", now));
        assert!(!claim(seconds + 1).holds(b"key", b"{}", now));
        let late = Timestamp::from_second(seconds + 301).unwrap();
        assert!(!claim(seconds).holds(b"key", b"{}", late));
        assert!(
            !SignatureHeaders {
                signature: Vec::new(),
                ..claim(seconds)
            }
            .holds(b"key", b"{}", now)
        );
    }

    /// `printf '1780000000\n{}' | openssl dgst -sha256 -hmac key`
    #[test]
    fn others_sign_alike() {
        let openssl = "0655de3ed4deef1f0504bc164528843611e9d12707227aa55413900f3b181090";
        assert_eq!(sign(b"key", 1_780_000_000, b"{}"), openssl);
    }
}
