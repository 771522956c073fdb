//! The line to the server: HTTP requests and typed answers. It keeps nothing; [`crate::client`]
//! keeps the tokens.

mod answer;
mod deposit;
mod error;
mod session;

pub use deposit::{DepositReceipt, DepositedPart};
pub use error::{LineFault, LinkError};
pub use session::{Person, RoleOffer, SignInSession};

use crate::engine::{OutgoingFile, OutgoingIdentity};
use answer::Expected;
use base64::{Engine, prelude::BASE64_STANDARD};
use hejie_case::ids::{Actor, DeviceId};
use hejie_wire::{
    batch::DeviceKey,
    codec::{Body, Encoding},
    limits,
    message::CONTENT_TYPE,
    sealed::Voucher,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{fmt, time::Duration};
use ureq::{
    RequestBuilder,
    http::Response,
    typestate::{WithBody, WithoutBody},
};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(15);
/// How long a line may be silent before it is given up. A slow line on which bytes move is not.
const PATIENCE: Duration = Duration::from_secs(20);
/// The slowest line that is still waited for: what was written may lie in buffers on the way when
/// the silence begins.
const BYTES_PER_SECOND: u64 = 4096;
/// How long one request may take however slow the line is.
const WHOLE: Duration = Duration::from_secs(900);
/// The version of uploads that the phone speaks.
const TUS: &str = "1.0.0";
/// Since when the server has a whole file.
const RECEIVED_AT: &str = "hejie-received-at";
/// The largest answer that is not an exchange.
const ANSWER_BYTES: u64 = 256 << 10;

/// Where the server is, and how it is reached.
#[derive(Debug, Clone)]
pub struct Link {
    base: String,
    agent: ureq::Agent,
    patience: Duration,
}

/// The tokens of a session. They are never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// Goes with every request; short-lived.
    pub access_token: String,
    /// Brings a new pair, once.
    pub refresh_token: String,
    /// When the access token ends, by the server's clock.
    pub expires_at: Timestamp,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A device as the server enrolled it, with tokens that are bound to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Enrolled {
    /// The device.
    pub device_id: DeviceId,
    /// The actor under which it writes.
    pub actor: Actor,
    /// To what identities are sealed; an older server gives none.
    #[serde(default)]
    pub sealing_key: Option<Voucher>,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: Tokens,
}

/// How far an upload is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadState {
    /// The server has so many bytes.
    Until(u64),
    /// The server has all of it, hashed, since then by its clock.
    Whole(Timestamp),
}

impl UploadState {
    /// Whether the server has more than so many bytes.
    #[must_use]
    pub fn is_beyond(self, bytes: u64) -> bool {
        match self {
            Self::Until(offset) => offset > bytes,
            Self::Whole(_) => true,
        }
    }
}

impl Link {
    /// A line to the server at this address, such as `https://hejie.example`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self::with_patience(base, PATIENCE)
    }

    /// As [`Self::new`], with how long a line may be silent before it is given up.
    #[must_use]
    pub fn with_patience(base: &str, patience: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_resolve(Some(CONNECT.min(patience)))
            .timeout_connect(Some(CONNECT.min(patience)))
            .timeout_per_read(Some(patience))
            .timeout_per_write(Some(patience))
            .timeout_global(Some(WHOLE))
            .user_agent(concat!("hejie-device/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            base: base.trim_end_matches('/').into(),
            agent: config.new_agent(),
            patience,
        }
    }

    /// Enrols this phone for the person who signed in; it will sign with the secret half of this
    /// key.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn enrol(
        &self,
        access_token: &str,
        name: &str,
        public_key: DeviceKey,
    ) -> Result<Enrolled, LinkError> {
        #[derive(Serialize)]
        struct Enrol<'a> {
            name: &'a str,
            public_key: DeviceKey,
        }
        let body = Enrol { name, public_key };
        self.post_json("/api/v1/devices", Some(access_token), &body)
    }

    /// Sends one request of the exchange and returns the answer's bytes.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn exchange(&self, access_token: &str, body: &Body) -> Result<Body, LinkError> {
        let request = self
            .post("/sync/v1/exchange", Some(access_token), body.bytes.len())
            .header("content-type", CONTENT_TYPE)
            .header("content-encoding", body.encoding.name())
            .header("accept", CONTENT_TYPE)
            .header("accept-encoding", "zstd, identity");
        let response = request.send(&body.bytes[..]).map_err(LinkError::of)?;
        let name = answer::header(&response, "content-encoding");
        let bytes = answer::read(response, Expected::Exchange, limits::DOWN_BYTES as u64)?;
        let encoding = Encoding::from_header(name.as_deref()).map_err(LinkError::garbled)?;
        Ok(Body { encoding, bytes })
    }

    /// Asks for the sealing key.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn sealing_key(&self, access_token: &str) -> Result<Voucher, LinkError> {
        self.get_json("/api/v1/keys", access_token)
    }

    /// Delivers a sealed identity; returns when the server received it. The same one may be
    /// delivered again.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn add_identity(
        &self,
        access_token: &str,
        identity: &OutgoingIdentity,
    ) -> Result<Timestamp, LinkError> {
        #[derive(Serialize)]
        struct IdentityBody<'a> {
            key_id: &'a str,
            sealed: &'a str,
            captured_at: Timestamp,
        }
        #[derive(Deserialize)]
        struct IdentityReceiptBody {
            received_at: Timestamp,
        }
        let OutgoingIdentity { case, party, .. } = identity;
        let path = format!("/api/v1/cases/{case}/parties/{party}/identity");
        let body = IdentityBody {
            key_id: &identity.sealed.key_id,
            sealed: &identity.sealed.ciphertext,
            captured_at: identity.captured_at,
        };
        let receipt: IdentityReceiptBody = self.post_json(&path, Some(access_token), &body)?;
        Ok(receipt.received_at)
    }

    /// Begins the upload of an original, or finds the one that was begun (tus 1.0).
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn begin_file(
        &self,
        access_token: &str,
        file: &OutgoingFile,
    ) -> Result<UploadState, LinkError> {
        let name = BASE64_STANDARD.encode(file.hash.to_string());
        let path = format!("/api/v1/cases/{}/files", file.case);
        let request = self
            .post(&path, Some(access_token), 0)
            .header("tus-resumable", TUS)
            .header("upload-length", file.size)
            .header("upload-metadata", format!("sha256 {name}"));
        sent(request.send_empty().map_err(LinkError::of)?)
    }

    /// Sends a part of an original that begins there.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn send_part(
        &self,
        access_token: &str,
        file: &OutgoingFile,
        begins: u64,
        part: &[u8],
    ) -> Result<UploadState, LinkError> {
        let at = format!(
            "{}/api/v1/cases/{}/files/{}",
            self.base, file.case, file.hash
        );
        let request = self
            .waiting(self.agent.patch(at), part.len())
            .header("authorization", format!("Bearer {access_token}"))
            .header("tus-resumable", TUS)
            .header("upload-offset", begins)
            .header("content-type", "application/offset+octet-stream");
        sent(request.send(part).map_err(LinkError::of)?)
    }

    fn get_json<T: DeserializeOwned>(
        &self,
        path: &str,
        access_token: &str,
    ) -> Result<T, LinkError> {
        let request: RequestBuilder<WithoutBody> = self
            .agent
            .get(format!("{}{path}", self.base))
            .header("authorization", format!("Bearer {access_token}"))
            .header("accept", "application/json");
        json(request.call().map_err(LinkError::of)?)
    }

    fn post_json<T: DeserializeOwned>(
        &self,
        path: &str,
        access_token: Option<&str>,
        body: &impl Serialize,
    ) -> Result<T, LinkError> {
        let body = serde_json::to_vec(body).map_err(LinkError::Request)?;
        let request = self
            .post(path, access_token, body.len())
            .header("content-type", "application/json")
            .header("accept", "application/json");
        json(request.send(&body[..]).map_err(LinkError::of)?)
    }

    fn post(
        &self,
        path: &str,
        access_token: Option<&str>,
        bytes: usize,
    ) -> RequestBuilder<WithBody> {
        let request = self.agent.post(format!("{}{path}", self.base));
        let request = self.waiting(request, bytes);
        match access_token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    /// A request waits for its answer longer the more it sends: the bytes may still be on their
    /// way.
    fn waiting(&self, request: RequestBuilder<WithBody>, bytes: usize) -> RequestBuilder<WithBody> {
        let on_the_way = Duration::from_secs(bytes as u64 / BYTES_PER_SECOND);
        let patience = self.patience.saturating_add(on_the_way);
        let config = request.config().timeout_per_read(Some(patience));
        config.build()
    }
}

/// How far an upload is, by the headers of its answer.
fn sent(response: Response<ureq::Body>) -> Result<UploadState, LinkError> {
    let offset = answer::header(&response, "upload-offset").and_then(|text| text.parse().ok());
    let received = answer::header(&response, RECEIVED_AT).map(|text| text.parse());
    answer::read(response, Expected::Nothing, ANSWER_BYTES)?;
    match (received, offset) {
        (Some(Ok(at)), _) => Ok(UploadState::Whole(at)),
        (None, Some(offset)) => Ok(UploadState::Until(offset)),
        _ => Err(LinkError::line(LineFault::Foreign)),
    }
}

fn json<T: DeserializeOwned>(response: Response<ureq::Body>) -> Result<T, LinkError> {
    let bytes = answer::read(response, Expected::Json, ANSWER_BYTES)?;
    serde_json::from_slice(&bytes).map_err(LinkError::garbled)
}
