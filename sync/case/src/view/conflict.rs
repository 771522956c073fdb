//! Disagreements between authors: what each holds, how grave it is, and until when it is answered.

use super::{About, ConflictKind, VariantValue};
use crate::ids::{Actor, ChangeHash, ConflictId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How grave a disagreement is (docs/domain/merges.md#severity).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Shown in the trail.
    Note,
    /// A named person must look within 24 hours.
    Review,
    /// Nothing can be frozen, signed or closed before it is ruled on.
    Block,
}

/// A disagreement between authors, found in a document by a detector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Made from kind, subject and variants: the same on every replica.
    pub id: ConflictId,
    /// Which dangerous merge it is.
    pub kind: ConflictKind,
    /// What it is about; as text the path that people are shown.
    pub about: About,
    /// How grave.
    pub severity: Severity,
    /// What each author wrote; the first is what stands in the document now.
    pub variants: Vec<Variant>,
}

/// What one author wrote, in words for people and as a value for rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Who; none for a merged text that nobody wrote.
    pub author: Option<Actor>,
    /// What was written, as a person reads it; of a long text the passage that differs (see
    /// [`Variant::is_excerpt`]). No rule reads it.
    pub text: String,
    /// What it comes to if this variant holds.
    #[serde(default, skip_serializing_if = "VariantValue::is_words")]
    pub value: VariantValue,
    /// The heads at which the document reads like this. Empty for what stands where all versions
    /// are merged, and for values, which are said whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<ChangeHash>,
    /// Only the passage that differs is kept; the whole is read from the history of the document
    /// (`CaseDoc::versions`).
    #[serde(default, skip_serializing_if = "is_whole")]
    pub is_excerpt: bool,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over like this"
)]
fn is_whole(is_excerpt: &bool) -> bool {
    !is_excerpt
}

impl Conflict {
    /// How long its resolver has to answer, from when it was found; none for what is only noted.
    #[must_use]
    pub fn answer_within(&self) -> Option<SignedDuration> {
        match self.severity {
            Severity::Note => None,
            Severity::Review | Severity::Block => {
                Some(SignedDuration::from_hours(self.kind.fixed().hours))
            }
        }
    }

    /// Until when its resolver has to answer, if it was found then.
    #[must_use]
    pub fn due_at(&self, found_at: Timestamp) -> Option<Timestamp> {
        found_at.checked_add(self.answer_within()?).ok()
    }
}
