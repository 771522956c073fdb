//! Claiming cases 工作认领 (E04): the list of what may be claimed, the claims of a phone, and what
//! became of them.
//!
//! No case document holds a claim, since whoever makes it does not hold the document yet
//! (docs/adr/0022-claims-are-messages.md). A claim has an id that its author draws: sent again,
//! it is answered again, and claims nothing a second time.

use hejie_case::{
    ids::{CaseId, ClaimId, RegionCode, SituationCode},
    reason::Reason,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What a phone says about claiming.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimsUp {
    /// Asks for the list, of which the phone holds what has this mark.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ListMark>,
    /// What is claimed.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<CaseClaim>,
}

/// One claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseClaim {
    /// The claim, as its author named it.
    #[serde(rename = "n")]
    pub id: ClaimId,
    /// The case.
    #[serde(rename = "i")]
    pub case: CaseId,
}

/// What the server says about claiming.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimsDown {
    /// What became of the claims of the request.
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<ClaimAnswer>,
    /// The list, when it is another than the one that the phone holds.
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub list: Option<ClaimableList>,
}

impl ClaimsDown {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "AnswerForm", into = "AnswerForm")]
pub struct ClaimAnswer {
    /// Which.
    pub id: ClaimId,
    /// Why the case is not its author's; none when it is. What passes is claimed again under the
    /// same id.
    pub refused: Option<Reason>,
}

/// An answer as it is written down: the reason lies open, as in every refusal.
#[derive(Serialize, Deserialize)]
struct AnswerForm {
    #[serde(rename = "n")]
    id: ClaimId,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(rename = "z", default, skip_serializing_if = "Option::is_none")]
    zh: Option<String>,
}

impl From<AnswerForm> for ClaimAnswer {
    fn from(form: AnswerForm) -> Self {
        let zh = form.zh.unwrap_or_default();
        Self {
            id: form.id,
            refused: form.code.map(|code| Reason::new(code, zh)),
        }
    }
}

impl From<ClaimAnswer> for AnswerForm {
    fn from(answer: ClaimAnswer) -> Self {
        let (code, zh) = answer.refused.map(|why| (why.code, why.zh)).unzip();
        Self {
            id: answer.id,
            code,
            zh,
        }
    }
}

/// The cases that somebody may claim, those that have waited longest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimableList {
    /// The first of them.
    #[serde(rename = "c", default, skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<ClaimableCase>,
    /// There are more than the list holds.
    #[serde(rename = "m", default, skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

/// A case as somebody sees it who may claim it: fields of class B alone, none that says who the
/// parties are or what they said (docs/sync-protocol.md#claiming).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimableCase {
    /// The case.
    #[serde(rename = "i")]
    pub case: CaseId,
    /// What it is about.
    #[serde(rename = "s")]
    pub situation: SituationCode,
    /// Where it lies.
    #[serde(rename = "r")]
    pub region: RegionCode,
    /// Since when it is registered: how old it is.
    #[serde(
        rename = "t",
        with = "jiff::fmt::serde::timestamp::millisecond::required"
    )]
    pub registered_at: Timestamp,
    /// How many parties take part.
    #[serde(rename = "p")]
    pub parties: u32,
    /// Whose matter it is by the catalogue, by name.
    #[serde(rename = "o")]
    pub office: String,
}

/// Names the content of a list: the same cases with the same fields have the same mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListMark(#[serde(with = "crate::bytes")] pub [u8; 8]);

impl ClaimableList {
    /// The mark of this list.
    #[must_use]
    pub fn mark(&self) -> ListMark {
        let mut hash = Sha256::new();
        hash.update(b"hejie claimable 1\0");
        hash.update([u8::from(self.more)]);
        for case in &self.cases {
            hash.update(case.case.0.as_bytes());
            for text in [case.situation.as_str(), case.region.as_str(), &case.office] {
                hash.update((text.len() as u64).to_be_bytes());
                hash.update(text);
            }
            hash.update(case.registered_at.as_millisecond().to_be_bytes());
            hash.update(case.parties.to_be_bytes());
        }
        let mut mark = [0; 8];
        mark.copy_from_slice(&hash.finalize()[..8]);
        ListMark(mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn waiting(n: u128, office: &str) -> ClaimableCase {
        ClaimableCase {
            case: CaseId(Uuid::from_u128(n)),
            situation: "N02-02".parse().unwrap(),
            region: "990101001".parse().unwrap(),
            registered_at: Timestamp::constant(1_790_000_000, 0),
            parties: 2,
            office: office.into(),
        }
    }

    #[test]
    fn a_list_has_another_mark_as_soon_as_anything_in_it_is_another() {
        let list = |cases: Vec<ClaimableCase>, more| ClaimableList { cases, more }.mark();
        let one = list(vec![waiting(1, "司法所")], false);
        assert_eq!(one, list(vec![waiting(1, "司法所")], false));
        let more = ClaimableCase {
            parties: 3,
            ..waiting(1, "司法所")
        };
        let of = |change: fn(&mut ClaimableCase)| {
            let mut case = waiting(1, "司法所");
            change(&mut case);
            list(vec![case], false)
        };
        for other in [
            of(|case| case.situation = "N03-05".parse().unwrap()),
            of(|case| case.region = "990101002".parse().unwrap()),
            of(|case| case.registered_at = Timestamp::constant(1_790_000_001, 0)),
            list(Vec::new(), false),
            list(vec![waiting(1, "司法所")], true),
            list(vec![waiting(2, "司法所")], false),
            list(vec![waiting(1, "妇联")], false),
            list(vec![more], false),
        ] {
            assert_ne!(one, other);
        }
    }
}
