//! What a phone of these tests is told and what it answers, as one JSON object a line.

use hejie_case::ids::{CaseId, EntryId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a phone is told.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Signs in and enrols.
    Enrol { login: String, password: String },
    /// Exchanges.
    Exchange,
    /// Begins a case in this region, with this summary.
    Begin { region: String, summary: String },
    /// Adds a note.
    Note { case: CaseId, text: String },
    /// Inserts words into a note, at about this part of a thousand.
    Insert {
        case: CaseId,
        note: EntryId,
        words: String,
        at: usize,
    },
    /// Adds an observation of risk.
    Risk { case: CaseId, text: String },
    /// Adds a party.
    Party { case: CaseId, name: String },
    /// Adds a piece of evidence, with this caption; its file has this hash.
    Evidence {
        case: CaseId,
        caption: String,
        sha256: String,
    },
    /// Begins a draft of an agreement.
    Draft { case: CaseId },
    /// Says that a draft relies on a piece of evidence.
    Cite {
        case: CaseId,
        draft: EntryId,
        evidence: EntryId,
    },
    /// Asks to close as reconciled, with this feedback.
    Close { case: CaseId, feedback: String },
    /// Signs for an offered case.
    SignFor { case: CaseId },
    /// Arrives.
    Arrive { case: CaseId },
    /// Reports a danger.
    Danger { case: CaseId, what: String },
    /// Writes every refused piece of work once more; without the same fact twice, which would be
    /// refused again in front of the rest, where `rest` says so.
    Retry { rest: bool },
    /// Says what is here.
    Look,
}

/// The answer to whatever was written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Done {
    pub case: CaseId,
    /// The entry that was added or changed; none where a case began.
    pub entry: Option<EntryId>,
    /// When it was written. No two edits of a phone have the same moment, and an edit keeps it
    /// through whatever becomes of it, until it is tried again by hand.
    pub at: Timestamp,
}

/// Of the answer to [`Command::Retry`]: an edit that was written once more.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Retried {
    pub case: CaseId,
    pub was: Timestamp,
    pub is: Timestamp,
}

/// The answer to [`Command::Look`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Look {
    pub cases: BTreeMap<CaseId, Shown>,
    pub refusals: Vec<Refused>,
    /// Changes that wait for an exchange.
    pub waiting: u64,
    pub is_up_to_date: bool,
}

/// What a phone shows of a case.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Shown {
    pub notes: Vec<EntryId>,
    /// Drafts with evidence on which they do not rely yet.
    pub uncited: Vec<(EntryId, EntryId)>,
}

/// A refusal, whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refused {
    pub case: CaseId,
    pub at: Timestamp,
    pub code: String,
    pub intent: Value,
}
