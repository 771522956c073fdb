//! How a case stands to others: merged, split, reported again.

use super::{Assignment, Deadline, Hold, Stage};
use crate::ids::{CaseId, SituationCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How this case stands to others (E29, E30).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Kin {
    /// Goes on under another case.
    #[serde(default)]
    pub merged: Option<MergedInto>,
    /// Cases that go on under this one: its aliases.
    #[serde(default)]
    pub absorbed: Vec<CaseId>,
    /// Was a part of this case.
    #[serde(default)]
    pub split_from: Option<CaseId>,
    /// Parts that became cases of their own.
    #[serde(default)]
    pub split_into: Vec<CaseId>,
    /// Later reports of the same dispute.
    #[serde(default)]
    pub repeats: Vec<RepeatCall>,
    /// Who waits for the result of a case that goes on under this one.
    #[serde(default)]
    pub owed: Vec<Owed>,
    /// The version of the facts that first told that the dispute came back: by the latest of these
    /// reports, or by a reopening. Whoever asked for something on an earlier version did not know
    /// (M15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_back: Option<u64>,
}

/// A channel that reported a case which goes on under another one; it is told the result of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The case that was merged; with it this leaves again.
    pub from: CaseId,
    /// The channel.
    pub channel: String,
    /// The channel's own number.
    pub external_no: String,
}

/// A case that goes on under another one, and what it takes to undo that (E30).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergedInto {
    /// The case under which it goes on.
    pub into: CaseId,
    /// Where it stood.
    pub stage: Stage,
    /// Who answered for it.
    pub assignments: Vec<Assignment>,
    /// Its clocks.
    pub deadlines: Vec<Deadline>,
    /// Its dangers that nobody had released; the case under which it goes on is held by them.
    #[serde(default)]
    pub holds: Vec<Hold>,
}

/// A later report of the same dispute (E29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatCall {
    /// The channel.
    pub channel: String,
    /// The channel's own number.
    pub external_no: String,
    /// Received when.
    pub received_at: Timestamp,
    /// The situation, as this call reported it.
    #[serde(default)]
    pub situation: Option<SituationCode>,
}
