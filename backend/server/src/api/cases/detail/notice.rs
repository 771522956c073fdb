//! The part of the detail that says what parties were told in words.

use super::{super::words::word, DetailContext};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A notice to whoever did not keep an agreement (LW07).
#[derive(Debug, Serialize, ToSchema)]
pub struct BreachNoticeView {
    /// The clause that was not kept.
    obligation: Uuid,
    /// What it says.
    text: String,
    by_name: Option<String>,
    /// By which means, such as `in_person`.
    means: String,
    /// Claimed by a device.
    given_at: Timestamp,
}

/// To whom a round of the case was transferred, and the notice that told the parties (R113, R114).
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferView {
    /// The round, from 1.
    round: usize,
    /// To what kind of body, such as `department`.
    #[schema(example = "department")]
    to: String,
    /// To which one, by name.
    receiver: String,
    /// The number under which it signed for the case.
    receipt: String,
    /// What the notice says.
    text: String,
    by_name: Option<String>,
    /// By which means the parties were given it, such as `in_person`.
    means: String,
    /// When, as the desk says.
    given_at: Timestamp,
}

impl DetailContext<'_> {
    /// Where each round that was transferred went, the oldest first.
    pub(super) fn transfers(&self) -> Vec<TransferView> {
        let rounds = self.facts.rounds().zip(1..);
        let handed = rounds.filter_map(|(round, no)| Some((round.transferred.as_ref()?, no)));
        let views = handed.map(|(transfer, round)| TransferView {
            round,
            to: word(&transfer.to),
            receiver: transfer.receiver.clone(),
            receipt: transfer.receipt.clone(),
            text: transfer.text.clone(),
            by_name: self.people.user(transfer.by.user),
            means: word(&transfer.given.means),
            given_at: transfer.given.at,
        });
        views.collect()
    }

    /// Those of every round, the oldest first.
    pub(super) fn breach_notices(&self) -> Vec<BreachNoticeView> {
        let given = self.facts.rounds().flat_map(|round| &round.breach_notices);
        let views = given.map(|notice| BreachNoticeView {
            obligation: notice.obligation.0,
            text: notice.text.clone(),
            by_name: self.people.user(notice.by.user),
            means: word(&notice.means),
            given_at: notice.given_at,
        });
        views.collect()
    }
}
