//! Handing in what a phone that is out of service had not sent.

use super::{Link, LinkError, json};
use crate::engine::DepositItem;
use hejie_case::ids::ChangeHash;
use hejie_wire::{codec::Body, message::CONTENT_TYPE};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the server kept of a deposit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DepositReceipt {
    /// These changes.
    pub kept: BTreeSet<ChangeHash>,
    /// The phone has handed in as much as it may.
    pub full: bool,
}

/// How far an item of a deposit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct DepositedPart {
    /// Bytes that the server keeps.
    pub received: u64,
    /// The phone has handed in as much as it may for now.
    pub full: bool,
}

impl Link {
    /// Hands a part of an original or of a sealed identity in, which begins there.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn deposit_part(
        &self,
        refresh_token: &str,
        item: &DepositItem,
        begins: u64,
        part: &[u8],
    ) -> Result<DepositedPart, LinkError> {
        let (case, entry, kind) = (item.case, item.entry, item.kind());
        let (hash, size) = (item.hash, item.size);
        let path = format!(
            "/sync/v1/deposit/files?case_id={case}&entry_id={entry}&kind={kind}&sha256={hash}&size={size}&offset={begins}"
        );
        let request = self
            .post(&path, Some(refresh_token), part.len())
            .header("content-type", "application/octet-stream")
            .header("accept", "application/json");
        json(request.send(part).map_err(LinkError::of)?)
    }

    /// Hands changes in. The refresh token proves which phone it was, although it opens nothing any
    /// more.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn deposit(&self, refresh_token: &str, body: &Body) -> Result<DepositReceipt, LinkError> {
        let request = self
            .post("/sync/v1/deposit", Some(refresh_token), body.bytes.len())
            .header("content-type", CONTENT_TYPE)
            .header("content-encoding", body.encoding.name())
            .header("accept", "application/json");
        json(request.send(&body.bytes[..]).map_err(LinkError::of)?)
    }
}
