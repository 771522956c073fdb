//! The clocks of a case (docs/domain/rules.md#clocks). What may be done to them stands in
//! [`crate::deadline`].

use super::DeadlineKind;
use crate::ids::{CaseId, ConflictId, EntryId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A clock. It keeps its start for ever: nothing restarts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// What it is about, where a case has several of a kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Runs since.
    pub starts_at: Timestamp,
    /// Ends at, with its extension and without its pauses; see [`crate::deadline::ends_at`].
    pub due_at: Timestamp,
    /// When it stood still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Days by which it was extended; `due_at` holds them already.
    #[serde(default)]
    pub extended_days: u32,
    /// Met when.
    pub met_at: Option<Timestamp>,
    /// Let off, by whom and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waiver>,
    /// Stopped without having been met, because the case ended first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The rule it comes from.
    pub basis: String,
    /// The case that brought it, if that goes on under this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<CaseId>,
}

/// What a clock is about, where a case has several of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A clause of the agreement.
    Clause(EntryId),
    /// A visit, by its number in the series.
    Visit(u8),
    /// A disagreement of the document.
    Conflict(ConflictId),
    /// An entry of the document, such as a request.
    Entry(EntryId),
    /// An order of the police, by the key under which they got it.
    Order(Uuid),
    /// A measure of supervision, by its number.
    Measure(u32),
}

/// A span in which a clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since.
    pub from: Timestamp,
    /// Until; none while it lasts.
    pub to: Option<Timestamp>,
}

/// A clock that somebody let off: it counts neither as met nor as missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// By whom; none when a rule did it.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// Why, in words.
    pub why: String,
}

/// The name of one clock within its case; it never changes, since no clock is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClockKey {
    /// Its kind.
    pub kind: DeadlineKind,
    /// What it is about.
    pub subject: Option<Subject>,
    /// Its start.
    pub starts_at: Timestamp,
}

impl Deadline {
    /// A clock that begins to run.
    #[must_use]
    pub fn starting(
        kind: DeadlineKind,
        subject: Option<Subject>,
        starts_at: Timestamp,
        due_at: Timestamp,
        basis: &str,
    ) -> Self {
        Self {
            kind,
            subject,
            starts_at,
            due_at,
            pauses: Vec::new(),
            extended_days: 0,
            met_at: None,
            waived: None,
            ended_at: None,
            basis: basis.into(),
            from: None,
        }
    }

    /// Its name within the case.
    #[must_use]
    pub fn key(&self) -> ClockKey {
        ClockKey {
            kind: self.kind,
            subject: self.subject,
            starts_at: self.starts_at,
        }
    }

    /// Whether it still waits to be met; a paused clock does.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.met_at.is_none() && self.waived.is_none() && self.ended_at.is_none()
    }
}
