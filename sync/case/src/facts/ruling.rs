//! What was decided: on requests, on disagreements, on the agreement; and the trail that it leaves.

use super::Status;
use crate::{
    ids::{ConflictId, EntryId, UserId},
    reason::Reason,
    record::AgreementForm,
    role::Author,
    view::{Conflict, VariantValue},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was decided on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Accepted or refused.
    pub decision: Decision,
    /// When.
    pub at: Timestamp,
}

/// Accepted, or refused with a reason that the author sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ruling")]
pub enum Decision {
    /// 已准.
    Accepted,
    /// 已报审批: it waits for a desk.
    Referred {
        /// A Chinese sentence that says for whose decision.
        zh: String,
    },
    /// 未准.
    Refused(Reason),
}

/// A disagreement and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictFact {
    /// The disagreement as it was found.
    pub conflict: Conflict,
    /// When it was found.
    pub found_at: Timestamp,
    /// How it was ruled on; none while open.
    pub settled: Option<Resolution>,
    /// Under which id it was first found, if it has grown since; the clock to answer it goes on
    /// under that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began_as: Option<ConflictId>,
    /// How often it grew by further words before anybody ruled on it. Each state can be read from
    /// the history of the document.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub grown: u32,
}

impl ConflictFact {
    /// The id under which the clock to answer it runs.
    #[must_use]
    pub fn clock_id(&self) -> ConflictId {
        self.began_as.unwrap_or(self.conflict.id)
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over like this"
)]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The end of a disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolution {
    /// When.
    pub at: Timestamp,
    /// How it came to its end.
    pub by: SettledBy,
}

/// How a disagreement came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettledBy {
    /// Somebody ruled that one of its variants holds.
    Ruling {
        /// Who.
        by: Author,
        /// The variant, by its place among the variants; for people.
        variant: u8,
        /// What that comes to; for rules.
        value: VariantValue,
        /// Why, in words.
        why: String,
    },
    /// The case was closed, which decided how (E27, M01).
    Closing {
        /// Who closed it.
        by: Author,
    },
    /// Its authors removed it by writing again.
    Authors,
    /// The case ended otherwise: there is no next step that it would block.
    CaseEnd,
}

impl Resolution {
    /// Who ruled; none when nobody did.
    #[must_use]
    pub fn by(&self) -> Option<Author> {
        match self.by {
            SettledBy::Ruling { by, .. } | SettledBy::Closing { by } => Some(by),
            SettledBy::Authors | SettledBy::CaseEnd => None,
        }
    }

    /// The variant that holds, by its place among the variants; none when nobody chose one.
    #[must_use]
    pub fn variant(&self) -> Option<u8> {
        match self.by {
            SettledBy::Ruling { variant, .. } => Some(variant),
            _ => None,
        }
    }

    /// What was chosen; none when nobody chose.
    #[must_use]
    pub fn value(&self) -> Option<&VariantValue> {
        match &self.by {
            SettledBy::Ruling { value, .. } => Some(value),
            _ => None,
        }
    }

    /// Why, in Chinese words.
    #[must_use]
    pub fn why(&self) -> &str {
        match &self.by {
            SettledBy::Ruling { why, .. } => why,
            SettledBy::Closing { .. } => "已裁定结案方式。",
            SettledBy::Authors => "文书中已不再有这一分歧。",
            SettledBy::CaseEnd => "案件已终结，不再需要裁定。",
        }
    }
}

/// The agreement of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementFact {
    /// The frozen draft.
    pub draft: EntryId,
    /// Written or oral.
    pub form: AgreementForm,
    /// The hash that was signed.
    pub content_hash: String,
    /// Its number, given with effect.
    pub number: Option<String>,
    /// When it took effect.
    pub effective_at: Option<Timestamp>,
    /// The number of the seal.
    pub seal_no: Option<String>,
    /// When it was replaced by another draft.
    pub void_at: Option<Timestamp>,
    /// Who signed it as its mediator, by the entry of the signature: whoever steps back takes that
    /// along, and nothing of others (E11d).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mediators: BTreeMap<EntryId, UserId>,
}

/// One line of the trail 轨迹.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEntry {
    /// The event of docs/domain/events.md, such as `E05`.
    pub event: String,
    /// Who did it.
    pub by: Option<Author>,
    /// When it is claimed to have happened, by a device's clock.
    pub claimed_at: Option<Timestamp>,
    /// When the server received it: the fact.
    pub received_at: Timestamp,
    /// Before.
    pub from: Status,
    /// After.
    pub to: Status,
    /// A short Chinese sentence without names.
    pub zh: String,
    /// What whoever did it online wrote with it: a reason, a receiver and the like. What a phone
    /// asked for stands in the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_lies_open_in_its_ruling_as_phones_of_every_age_read_it() {
        let refused = Decision::Refused(Reason::new("own_case", "请由他人审核。"));
        let form = r#"{"ruling":"refused","code":"own_case","zh":"请由他人审核。"}"#;
        assert_eq!(serde_json::to_string(&refused).ok().as_deref(), Some(form));
        assert_eq!(serde_json::from_str::<Decision>(form).ok(), Some(refused));
    }
}
