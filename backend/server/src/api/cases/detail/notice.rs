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

impl DetailContext<'_> {
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
