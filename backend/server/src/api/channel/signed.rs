//! A body that a channel signed, as handlers extract it.

use crate::{channel::signature::SignatureHeaders, identity, problem::Problem, state::AppState};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::StatusCode,
};
use hejie_case::ids::CaseId;
use hejie_registry::{
    audit::AuditEvent,
    identity::{
        channel::{self, Channel},
        taken::ChannelSignature,
    },
};
use jiff::Timestamp;
use utoipa::IntoParams;

/// The headers of what a channel signs, as the description of the API names them.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes; `SignatureHeaders` reads")]
pub struct SignedHeaders {
    /// Name of the channel
    #[param(rename = "X-Hejie-Channel")]
    channel: String,
    /// Seconds since 1970, at most 300 from now
    #[param(rename = "X-Hejie-Timestamp")]
    timestamp: i64,
    /// Hex HMAC-SHA256 over timestamp, line feed, body
    #[param(rename = "X-Hejie-Signature")]
    signature: String,
}

/// A body that a channel signed.
#[derive(Debug)]
pub struct SignedBody {
    /// The channel.
    pub channel: Channel,
    /// What it signed.
    pub body: Bytes,
    /// The signature, by which the same is known again.
    pub signature: ChannelSignature,
}

/// The line that what a channel did leaves in the audit log, about a case if it is about one.
pub(super) fn audit_line<'a>(
    channel: &'a Channel,
    action: &'a str,
    case: Option<CaseId>,
    at: Timestamp,
) -> AuditEvent<'a> {
    AuditEvent {
        at,
        user: None,
        device: None,
        address: None,
        action,
        object: Some(&channel.name),
        case,
        purpose: None,
        ok: true,
    }
}

impl FromRequest<AppState> for SignedBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let claim = SignatureHeaders::read(request.headers());
        let body = Bytes::from_request(request, state).await?;
        let claim = claim.ok_or(Problem::BadSignature)?;
        let mut conn = identity::enter(&state.identity).await?;
        let channel = channel::find_by_name(&mut conn, &claim.channel)
            .await?
            .filter(|channel| channel.active);
        // An unknown channel costs the same work as a known one.
        let secret = channel.as_ref().map_or(&[][..], |channel| &channel.secret);
        let right = claim.holds(secret, &body, state.clock.now());
        match (channel, claim.signature()) {
            (Some(channel), Some(signature)) if right => Ok(Self {
                channel,
                body,
                signature,
            }),
            _ => Err(Problem::BadSignature),
        }
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Unreadable {
                detail: rejection.body_text(),
            },
        }
    }
}
