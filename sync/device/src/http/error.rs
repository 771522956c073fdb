//! What can come back instead of an answer, sorted by what an app can do about it.

use crate::engine::Reason;
use hejie_wire::codec::BodyError;
use serde::Deserialize;
use std::time::Duration;

/// After how long to try again when a server in trouble does not say.
const LATER: Duration = Duration::from_secs(30);

/// Codes that say that this phone may not go on as it is: it, its owner's account, or the role.
const OUT_OF_SERVICE: [&str; 3] = ["device_revoked", "account_closed", "role_ended"];

/// A request that brought no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The server was not reached, or did not answer in time.
    #[error("the server is out of reach")]
    Offline(#[source] Box<ureq::Error>),
    /// The server could not prove who it is; a wrong clock does this too.
    #[error("the server is not the one it should be")]
    Untrusted(#[source] Box<ureq::Error>),
    /// The session is over: sign in again.
    #[error("signed out: {}", .0.code)]
    SignedOut(Reason),
    /// The device, its owner's account or the role is out of service: what was not sent may be handed in, nothing else.
    #[error("out of service: {}", .0.code)]
    Revoked(Reason),
    /// The server refuses this for good.
    #[error("refused with status {status}: {}", reason.code)]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Why.
        reason: Reason,
    },
    /// The server has too much to do, or trouble of its own.
    #[error("the server is busy")]
    Busy {
        /// When to try again.
        retry_after: Duration,
        /// Why.
        reason: Reason,
    },
    /// The answer is compressed in an unknown way.
    #[error("the answer does not read")]
    Answer(#[source] BodyError),
    /// Something that should be JSON is not.
    #[error("the answer is not the JSON that it should be")]
    Json(#[source] serde_json::Error),
    /// An upload is answered without saying how far it is.
    #[error("the answer does not say how far the upload is")]
    NoOffset,
    /// Something that is not a sensible HTTP exchange.
    #[error("the line failed")]
    Protocol(#[source] Box<ureq::Error>),
}

/// The part of an RFC 9457 problem that the phone uses.
#[derive(Deserialize)]
struct Problem {
    code: String,
    title: String,
}

impl LinkError {
    pub(super) fn of(error: ureq::Error) -> Self {
        use ureq::Error as E;
        match &error {
            E::Io(_) | E::Timeout(_) | E::HostNotFound | E::ConnectionFailed => {
                Self::Offline(Box::new(error))
            }
            E::Tls(_) | E::Pem(_) | E::Rustls(_) => Self::Untrusted(Box::new(error)),
            _ => Self::Protocol(Box::new(error)),
        }
    }

    pub(super) fn of_status(status: u16, body: &[u8], retry_after: Option<u64>) -> Self {
        let reason = match serde_json::from_slice::<Problem>(body) {
            Ok(Problem { code, title }) => Reason { code, zh: title },
            Err(_) => Reason {
                code: format!("http_{status}"),
                zh: "服务器没有给出可识别的答复。".into(),
            },
        };
        match status {
            401 if OUT_OF_SERVICE.contains(&reason.code.as_str()) => Self::Revoked(reason),
            401 => Self::SignedOut(reason),
            408 | 429 | 500..=599 => Self::Busy {
                retry_after: retry_after.map_or(LATER, Duration::from_secs),
                reason,
            },
            _ => Self::Refused { status, reason },
        }
    }
}
