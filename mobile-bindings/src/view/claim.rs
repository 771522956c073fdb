//! What an app reads of claiming.

use crate::words::{CaseId, ClaimId, Reason, RegionCode, SituationCode, Timestamp};
use hejie_case::catalogue::Catalogue;
use hejie_device::engine::{ClaimState, OwnClaim};
use hejie_wire::claim::ClaimableCase;

/// A case that may be claimed. It says nothing of who the parties are.
#[derive(Debug, Clone, uniffi::Record)]
pub struct CaseToClaim {
    /// The case.
    pub case_id: CaseId,
    /// What it is about.
    pub situation: SituationCode,
    /// The same in Chinese; empty when this version does not know it.
    pub situation_zh: String,
    /// Where it lies.
    pub region: RegionCode,
    /// Since when it is registered.
    pub registered_at: Timestamp,
    /// How many parties take part.
    pub parties: u32,
    /// Whose matter it is by the catalogue.
    pub office: String,
}

/// A claim that was made on this phone.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ClaimMade {
    /// The claim.
    pub id: ClaimId,
    /// The case, as it stood in the list.
    pub case: CaseToClaim,
    /// When it was made, by the phone's clock.
    pub at: Timestamp,
    /// Whether it waits for the server.
    pub waits: bool,
    /// Why the case is somebody else's; none while the claim waits, or when it was granted.
    pub refused: Option<Reason>,
    /// How it stands, in Chinese: 待确认, 已认领 or 未认领.
    pub state_zh: String,
}

impl From<ClaimableCase> for CaseToClaim {
    fn from(case: ClaimableCase) -> Self {
        let known = Catalogue::current().lookup(&case.situation);
        Self {
            case_id: case.case,
            situation_zh: known.map_or_else(String::new, |known| known.situation_zh.clone()),
            situation: case.situation,
            region: case.region,
            registered_at: case.registered_at,
            parties: case.parties,
            office: case.office,
        }
    }
}

impl From<&OwnClaim> for ClaimMade {
    fn from(claim: &OwnClaim) -> Self {
        let (state_zh, refused) = match &claim.state {
            ClaimState::Waiting => ("待确认", None),
            ClaimState::Yours => ("已认领", None),
            ClaimState::Refused(why) => ("未认领", Some(why.clone())),
        };
        Self {
            id: claim.id,
            case: claim.listed.clone().into(),
            at: claim.at,
            waits: claim.waits(),
            refused,
            state_zh: state_zh.into(),
        }
    }
}
