//! Handing in what a phone that is out of service had not sent.

use super::{ANSWER_BYTES, Link, LinkError, read};
use hejie_case::ids::ChangeHash;
use hejie_wire::{codec::Body, message::CONTENT_TYPE};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the server kept of a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Deposited {
    /// These changes.
    pub kept: BTreeSet<ChangeHash>,
    /// The phone has handed in as much as it may.
    pub full: bool,
}

impl Link {
    /// Hands changes in. The refresh token proves which phone it was, although it opens nothing any more.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn deposit(&self, refresh_token: &str, body: &Body) -> Result<Deposited, LinkError> {
        let request = self
            .agent
            .post(format!("{}/sync/v1/deposit", self.base))
            .header("authorization", format!("Bearer {refresh_token}"))
            .header("content-type", CONTENT_TYPE)
            .header("content-encoding", body.encoding.name())
            .header("accept", "application/json");
        let response = request.send(&body.bytes[..]).map_err(LinkError::of)?;
        serde_json::from_slice(&read(response, ANSWER_BYTES)?).map_err(LinkError::Json)
    }
}
