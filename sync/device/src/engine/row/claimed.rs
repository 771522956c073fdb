//! The row of claims: one for all, since they are few and short.

use crate::engine::claim::ClaimState;
use hejie_case::ids::{CaseId, ClaimId};
use hejie_wire::{
    claim::{ClaimableCase, ClaimableList},
    limits,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The list of what may be claimed, and the phone's own claims.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(in crate::engine) struct ClaimBook {
    #[serde(default)]
    pub list: ClaimableList,
    #[serde(default)]
    pub own: Vec<OwnClaim>,
}

/// A claim of this phone's person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnClaim {
    /// Its id.
    pub id: ClaimId,
    /// The case.
    pub case: CaseId,
    /// The case as it stood in the list.
    pub listed: ClaimableCase,
    /// When it was claimed, by the phone's clock.
    pub at: Timestamp,
    /// How it stands.
    pub state: ClaimState,
}

impl OwnClaim {
    /// Whether the server has not answered it.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state == ClaimState::Waiting
    }
}

impl ClaimBook {
    /// Lets go of the oldest that were answered, beyond as many as are shown.
    pub(in crate::engine) fn forget_old(&mut self) {
        let answered = self.own.iter().filter(|one| !one.waits()).count();
        let mut spare = answered.saturating_sub(limits::CLAIMS_KEPT);
        self.own.retain(|one| {
            let goes = spare > 0 && !one.waits();
            spare -= usize::from(goes);
            !goes
        });
    }
}
