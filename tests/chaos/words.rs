//! What a phone of these tests is told, as one JSON object a line.

use hejie_case::ids::{CaseId, EntryId};
use serde::{Deserialize, Serialize};

/// What a phone is told.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Signs in and enrols; with `lies`, the phone believes to be a mediator's and writes what its role may not.
    Enrol {
        login: String,
        password: String,
        lies: bool,
    },
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
    /// Asks to close as reconciled, with this feedback.
    Close { case: CaseId, feedback: String },
    /// Signs for an offered case.
    SignFor { case: CaseId },
    /// Arrives.
    Arrive { case: CaseId },
    /// Reports a danger.
    Danger { case: CaseId, what: String },
    /// Writes every refused piece of work once more.
    Retry,
    /// Says what is here: cases with the ids of their notes, refusals whole, what waits.
    Look,
}
