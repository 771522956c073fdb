//! A body that a channel signed, as handlers extract it.

use crate::{channel::signature::SignatureHeaders, problem::Problem, state::AppState};
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::StatusCode,
};
use hejie_registry::{
    identity::channel::{self, Channel},
    pool,
};

/// A body that a channel signed.
#[derive(Debug)]
pub struct SignedBody {
    /// The channel.
    pub channel: Channel,
    /// What it signed.
    pub body: Bytes,
}

impl FromRequest<AppState> for SignedBody {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Problem> {
        let claim = SignatureHeaders::read(request.headers());
        let body = Bytes::from_request(request, state).await?;
        let claim = claim.ok_or(Problem::BadSignature)?;
        let mut conn = pool::acquire(&state.pool).await?;
        let channel = channel::find_by_name(&mut conn, &claim.channel)
            .await?
            .filter(|channel| channel.active);
        // An unknown channel costs the same work as a known one.
        let secret = channel.as_ref().map_or(&[][..], |channel| &channel.secret);
        let right = claim.holds(secret, &body, state.clock.now());
        match channel {
            Some(channel) if right => Ok(Self { channel, body }),
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
