//! Facts: what only the server decides, kept in Postgres and sent beside the document as one versioned object.
//!
//! A phone shows facts and never writes them. Every change of a fact raises [`Facts::version`] by one.

mod clock;
mod duty;
mod ruling;
mod stage;
mod supervision;
mod weight;

pub use clock::*;
pub use duty::*;
pub use ruling::*;
pub use stage::*;
pub use supervision::*;
pub use weight::*;

use crate::{
    ids::{CaseId, CaseNo, ConflictId, EntryId, PublicCode, RegionCode, SituationCode},
    view::Conflict,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All facts of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The case.
    pub case_id: CaseId,
    /// Raised by one with every ruling; the `base_version` of requests.
    pub version: u64,
    /// Where the case stands.
    pub stage: Stage,
    /// The number, given at registration.
    pub case_no: CaseNo,
    /// 一案一码.
    pub public_code: PublicCode,
    /// Where the case came from.
    pub source: Source,
    /// Where it happened.
    pub region: RegionCode,
    /// When the server received it.
    pub registered_at: Timestamp,
    /// When it was accepted 受理.
    pub accepted_at: Option<Timestamp>,
    /// The situation as ruled; the document's may be disputed.
    pub situation: SituationCode,
    /// The difficulty as ruled.
    pub difficulty: Difficulty,
    /// The colour with its reasons.
    pub colour: Colour,
    /// Who answers for what, past and present.
    pub assignments: Vec<Assignment>,
    /// All clocks.
    pub deadlines: Vec<Deadline>,
    /// What was decided on each request and each observation that moves the case.
    pub rulings: BTreeMap<EntryId, Ruling>,
    /// Disagreements in the document, open and settled.
    pub conflicts: BTreeMap<ConflictId, ConflictFact>,
    /// The agreement, once a draft was frozen.
    pub agreement: Option<AgreementFact>,
    /// What happened, in the order of server receipt: the trail 轨迹.
    pub trail: Vec<TrailEntry>,
}

/// Where a case came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The channel, such as `110`, `12345`, `walk_in`.
    pub channel: String,
    /// The channel's own number, if it has one.
    pub external_no: Option<String>,
}

impl Facts {
    /// The offer that nobody has signed for yet.
    #[must_use]
    pub fn offered(&self) -> Option<&Assignment> {
        self.open(Duty::First).rev().find(|a| a.signed_at.is_none())
    }

    /// The first handler who signed for the case and still answers for it.
    #[must_use]
    pub fn first(&self) -> Option<&Assignment> {
        self.open(Duty::First).rev().find(|a| a.signed_at.is_some())
    }

    /// The lead.
    #[must_use]
    pub fn lead(&self) -> Option<&Assignment> {
        self.open(Duty::Lead).next_back()
    }

    /// Disagreements that nobody has ruled on.
    pub fn open_conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts
            .values()
            .filter(|c| c.settled.is_none())
            .map(|c| &c.conflict)
    }

    /// The next number for an assignment.
    #[must_use]
    pub fn next_assignment(&self) -> u32 {
        self.assignments
            .iter()
            .map(|a| a.version + 1)
            .max()
            .unwrap_or(1)
    }

    fn open(&self, duty: Duty) -> impl DoubleEndedIterator<Item = &Assignment> {
        self.assignments
            .iter()
            .filter(move |a| a.duty == duty && a.to.is_none())
    }
}
