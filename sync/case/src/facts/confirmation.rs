//! What a court is asked and says about an agreement (E32).

use crate::ids::EntryId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Judicial confirmation 司法确认 (E32; LW13, LW14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The draft whose agreement is to be confirmed.
    pub draft: EntryId,
    /// The court, by name.
    pub court: String,
    /// Asked for when.
    pub asked_at: Timestamp,
    /// Sent to the court when.
    pub sent_at: Option<Timestamp>,
    /// What the court decided, and when.
    pub decided: Option<(ConfirmationResult, Timestamp)>,
}

impl Confirmation {
    /// Whether it lies before the court.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.sent_at.is_some() && self.decided.is_none()
    }
}

/// What a court says about a joint request for confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfirmationResult {
    /// 确认.
    Confirmed,
    /// 驳回.
    Refused,
    /// 撤回.
    Withdrawn,
    /// 不予受理.
    NotAccepted,
}

impl ConfirmationResult {
    /// What people read.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Confirmed => "确认",
            Self::Refused => "驳回",
            Self::Withdrawn => "撤回",
            Self::NotAccepted => "不予受理",
        }
    }
}
