//! Other bodies that have the matter, and who must not handle it: why a committee may not, or one
//! of its people (LW16, LW22, LW37).

use super::Facts;
use crate::{
    ids::{CaseId, EntryId, UserId},
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
    /// The case that brought it, if that goes on under this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<CaseId>,
}

/// Somebody who must not handle the case any more, in whatever round (E11d).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The case that brought it, if that goes on under this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<CaseId>,
}

/// What keeps somebody, or the whole committee, from a case; it goes along when the dispute goes on
/// in another one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bars {
    /// Who must not handle it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recused: Vec<Recusal>,
    /// What other bodies have of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seised: Vec<SeisedMatter>,
}

impl Bars {
    /// Whether they keep nobody.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.recused.is_empty() && self.seised.is_empty()
    }

    /// Whether somebody must not handle the case.
    #[must_use]
    pub fn is_recused(&self, user: UserId) -> bool {
        self.recused.iter().any(|recusal| recusal.user == user)
    }

    /// Adds others.
    pub fn extend(&mut self, others: &Self) {
        self.recused.extend(others.recused.iter().copied());
        self.seised.extend(others.seised.iter().cloned());
    }

    /// What a case learned since another one goes on under it, which has to know when the two are
    /// parted: what was said of both, and how what the other one brought stands here.
    #[must_use]
    pub fn learned(here: &Facts, of: CaseId, since: Timestamp) -> Self {
        let recused = here.recused.iter().copied();
        let is_news = |recusal: &Recusal| recusal.from.is_none() && recusal.at >= since;
        let seised = here.seised.iter().cloned();
        let is_told = |matter: &SeisedMatter| match matter.from {
            Some(from) => from == of,
            None => matter.noted_at >= since && matter.ended_on.is_none(),
        };
        Self {
            recused: recused.filter(is_news).collect(),
            seised: seised.filter(is_told).collect(),
        }
    }
}

impl Facts {
    /// What keeps people from the case now.
    #[must_use]
    pub fn bars(&self) -> Bars {
        Bars {
            recused: self.recused.clone(),
            seised: self.seised_elsewhere().cloned().collect(),
        }
    }

    /// Of these, what was heard since the case goes on under another one, which does not know yet.
    #[must_use]
    pub fn late_bars(&self) -> Bars {
        let Some(merged) = &self.kin.merged else {
            return Bars::default();
        };
        let (Bars { recused, seised }, known) = (self.bars(), &merged.bars);
        let recused = recused.into_iter().filter(|r| !known.recused.contains(r));
        let seised = seised.into_iter().filter(|s| !known.seised.contains(s));
        Bars {
            recused: recused.collect(),
            seised: seised.collect(),
        }
    }

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
