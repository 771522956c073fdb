//! The two parts of a case (docs/adr/0026-parts-of-a-case.md): the work, which everybody who works
//! on it holds, and what is confidential, which not every role may read.
//!
//! Both are changes of one document. A phone writes in each part under an actor of its own, and
//! what it writes in the work builds on the work alone: so the work is whole without the rest, and
//! whoever may not read the rest never receives a byte of it.

use serde::{Deserialize, Serialize};

/// A part of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CasePart {
    /// What everybody holds who works on the case.
    Work,
    /// Statements, notes, sessions and drafts.
    Confidential,
}

impl CasePart {
    /// Both, in the order in which one builds on the other.
    pub const BOTH: [Self; 2] = [Self::Work, Self::Confidential];
}

/// How much of a case somebody holds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// The work alone.
    Work,
    /// Both parts.
    #[default]
    Whole,
}

impl Extent {
    /// Both, from less to more.
    pub const ALL: [Self; 2] = [Self::Work, Self::Whole];

    /// Whether a part belongs to it.
    #[must_use]
    pub const fn holds(self, part: CasePart) -> bool {
        matches!((self, part), (Self::Whole, _) | (_, CasePart::Work))
    }
}
