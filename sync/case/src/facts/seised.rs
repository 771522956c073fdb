//! Other bodies that have the matter, and who must not handle it: why a committee may not, or one
//! of its people (LW16, LW22, LW37).

use super::Facts;
use crate::{
    ids::{EntryId, UserId},
    kinds::kinds,
    role::Author,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

kinds! {
    /// What kind of body has accepted the matter (LW16, LW37).
    pub enum SeisedBody {
        Court "court" "人民法院" "Court" "a court has accepted the suit";
        Arbitration "arbitration" "仲裁机构" "Arbitration" "an arbitral body has accepted it";
        LabourArbitration "labour_arbitration" "劳动人事争议仲裁委员会" "Labour arbitration"
            "the commission for labour disputes has accepted it";
        Health "health" "卫生健康主管部门" "Health authority"
            "the health authority has accepted to mediate a medical dispute";
        Police "police" "公安机关" "Police" "the police have accepted or decided it";
        Administration "administration" "其他行政机关" "Administration"
            "another authority has accepted or decided it";
        Reserved "reserved" "依法由专门机关管辖" "Reserved by law"
            "the law leaves the matter to a special body alone, or forbids mediation";
    }
}

kinds! {
    /// Why somebody must not handle a case (LW22).
    pub enum RecusalGround {
        Relative "relative" "是当事人或者其近亲属" "Party or relative"
            "is a party, or a near relative of one";
        Interest "interest" "与本案有利害关系" "Interest" "gains or loses by how it ends";
        Partial "partial" "与当事人有其他关系，可能影响公正调解" "Partial"
            "stands to a party in another way that may sway him";
    }
}

/// A matter that another body has, or had (E11b).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeisedMatter {
    /// What kind of body.
    pub body: SeisedBody,
    /// Which one, by name.
    pub body_name: String,
    /// Under which number; empty where the law alone says whose it is.
    pub docket_no: String,
    /// On which day it was accepted there.
    pub accepted_on: Date,
    /// When that was noted.
    pub noted_at: Timestamp,
    /// Since which day it has it no more (E11c).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<Date>,
}

/// Somebody who must not handle the case any more, in whatever round (E11d).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recusal {
    /// Who.
    pub user: UserId,
    /// Why.
    pub ground: RecusalGround,
    /// The party who asked for it; none where he said it himself or a desk found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<EntryId>,
    /// Who said so: himself, or a desk.
    pub by: Author,
    /// When.
    pub at: Timestamp,
}

impl Facts {
    /// What other bodies have now.
    pub fn seised_elsewhere(&self) -> impl Iterator<Item = &SeisedMatter> {
        self.seised
            .iter()
            .filter(|matter| matter.ended_on.is_none())
    }

    /// Whether somebody must not handle the case.
    #[must_use]
    pub fn is_recused(&self, user: UserId) -> bool {
        self.recused.iter().any(|recusal| recusal.user == user)
    }
}
