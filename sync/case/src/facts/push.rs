//! The three pushes of a diverted case (R107).

use crate::{ids::CaseId, kinds::kinds};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One of the three pushes 三推送 that go out with a dispatch (R107).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// To whom.
    pub target: PushTarget,
    /// Of the third, which department is responsible, by the name that the routing table has for
    /// it; none where that table names nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// When.
    pub pushed_at: Timestamp,
    /// Sent again when, since nobody acknowledged it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resent: Vec<Timestamp>,
    /// Acknowledged when.
    pub acked_at: Option<Timestamp>,
    /// Given up when: it was sent as often as a county sends one, and a person has to see to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
}

kinds! {
    /// The three receivers of the pushes (R107).
    pub enum PushTarget {
        PartyGovPlac "party_gov_plac" "党委政府和政法委" "Party, government, political-legal committee"
            "party, government and the political and legal committee";
        OneStopCentre "one_stop_centre" "“一站式”矛调中心" "One-stop centre"
            "the one-stop centre of mediation";
        TerritoryDept "territory_dept" "属地属事部门" "Territory and department"
            "the territory and the department of the matter";
    }
}

impl PushTarget {
    /// The key under which it gets the push of a round, which is how it names that to us; each time
    /// that it is sent again it has another.
    #[must_use]
    pub fn key(self, case: CaseId, round: usize, resent: usize) -> Uuid {
        let push = format!("push {round} {}", self.code());
        match resent {
            0 => case.derive(&push),
            again => case.derive(&format!("{push} again {again}")),
        }
    }
}

impl Push {
    /// When it was sent last.
    #[must_use]
    pub fn sent_at(&self) -> Timestamp {
        self.resent.last().copied().unwrap_or(self.pushed_at)
    }

    /// Whether it waits to be acknowledged.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.acked_at.is_none()
    }

    /// Whether it was sent under this key, the first time or again.
    #[must_use]
    pub fn is_known_by(&self, key: Uuid, case: CaseId, round: usize) -> bool {
        (0..=self.resent.len()).any(|resent| self.target.key(case, round, resent) == key)
    }
}
