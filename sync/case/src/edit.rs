//! What can be written into a case document, as values: the phone keeps each unsent edit as an
//! intent, so that it can be written again on the server's document when its change was refused
//! (PP8).

use crate::{
    ids::EntryId,
    part::CasePart,
    record::{
        CheckMark, Consent, Contact, DraftHead, Evidence, IntakeField, NoteHead, Party, PartyField,
        PerformanceEntry, PlanStep, RecordSigned, Request, RiskObservation, SealedText,
        SessionHead, Signature, StatementBody, StatementHead, Terms, Visit,
    },
    schema,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What the creator of a case knows at the beginning.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Origin {
    /// The channel that reported it, such as `110`.
    pub channel: Option<String>,
    /// The channel's own number.
    pub external_no: Option<String>,
    /// What is known of the intake.
    pub fields: Vec<IntakeField>,
    /// The summary.
    pub summary: String,
}

/// One edit of one case. Each becomes one change of the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "edit")]
pub enum Edit {
    /// Adds an entry under a fresh id.
    Add {
        /// The id, made by the writer.
        id: EntryId,
        /// The entry.
        entry: NewEntry,
    },
    /// Sets one field of the intake.
    Intake {
        /// The field and its value.
        field: IntakeField,
    },
    /// Corrects one field of a party.
    Party {
        /// The party.
        party: EntryId,
        /// The field and its value.
        field: PartyField,
    },
    /// Marks an entry as withdrawn; nothing is ever deleted.
    Withdraw {
        /// The entry.
        target: Withdrawable,
        /// Why, in words.
        why: String,
        /// When, by the device's clock.
        at: Timestamp,
    },
    /// Replaces a text by its new content; only the difference is written.
    Text {
        /// Which text.
        target: TextTarget,
        /// The whole new content.
        content: String,
    },
    /// Replaces the terms of a clause as a whole.
    Terms {
        /// The draft.
        draft: EntryId,
        /// The clause.
        clause: EntryId,
        /// The new terms.
        terms: Option<Terms>,
    },
    /// Moves a clause: a fractional index, ties broken by id (M28).
    ClauseOrder {
        /// The draft.
        draft: EntryId,
        /// The clause.
        clause: EntryId,
        /// The new place.
        order: String,
    },
    /// Adds a clause to a draft that is not frozen.
    AddClause {
        /// The draft.
        draft: EntryId,
        /// The id of the clause, made by the writer.
        clause: EntryId,
        /// Its place.
        order: String,
        /// Its words.
        text: String,
        /// Its promise, if it holds one.
        terms: Option<Terms>,
    },
    /// Adds a step to a plan.
    AddStep {
        /// The plan.
        plan: EntryId,
        /// The id of the step, made by the writer.
        step: EntryId,
        /// The step.
        value: PlanStep,
    },
    /// Freezes a draft at the present heads (E16): its content can be signed from here on and not
    /// be changed.
    Freeze {
        /// The draft.
        draft: EntryId,
        /// When, by the device's clock.
        at: Timestamp,
    },
    /// Replaces the sealed words of a statement as a whole; its creator only, until it is locked.
    SealStatement {
        /// The statement.
        statement: EntryId,
        /// The new words.
        sealed: SealedText,
    },
    /// Says that a statement or a draft relies on a piece of evidence (M18).
    Cite {
        /// What relies on it.
        by: Citing,
        /// The piece of evidence.
        evidence: EntryId,
    },
    /// Notes that a party signed the record of a session; its recorder only.
    SignRecord {
        /// The session.
        session: EntryId,
        /// The party.
        party: EntryId,
        /// How and when.
        signed: RecordSigned,
    },
    /// Locks a statement on signing (M12).
    LockStatement {
        /// The statement.
        statement: EntryId,
        /// When, by the device's clock.
        at: Timestamp,
    },
    /// Marks an item of the checklist.
    Check {
        /// The code of the item.
        item: String,
        /// The mark.
        mark: CheckMark,
    },
}

/// A new entry, by container.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum NewEntry {
    /// `parties`.
    Party(Party),
    /// `consent_events`.
    Consent(Consent),
    /// `statements`, with its words.
    Statement(StatementHead, StatementBody),
    /// `notes`, with its text.
    Note(NoteHead, String),
    /// `evidence`, with its caption.
    Evidence(Evidence, String),
    /// `contacts`.
    Contact(Contact),
    /// `sessions`, with its record.
    Session(SessionHead, String),
    /// `plans`, with its text.
    Plan(String),
    /// `drafts`.
    Draft(DraftHead),
    /// `signatures`.
    Signature(Signature),
    /// `performance`.
    Performance(PerformanceEntry),
    /// `visits`, with its text.
    Visit(Visit, String),
    /// `risk_obs`.
    Risk(RiskObservation),
    /// `requests`.
    Request(Request),
}

/// An entry that may be withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "id")]
pub enum Withdrawable {
    /// A party.
    Party(EntryId),
    /// A piece of evidence.
    Evidence(EntryId),
}

/// What may rely on a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of", content = "id")]
pub enum Citing {
    /// A statement, until it is locked; its creator only.
    Statement(EntryId),
    /// A draft, until it is frozen.
    Draft(EntryId),
}

/// A text of the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "of")]
pub enum TextTarget {
    /// The summary of the intake.
    Summary,
    /// A statement, until it is locked; its creator only.
    Statement {
        /// Which.
        id: EntryId,
    },
    /// A note; mergeable.
    Note {
        /// Which.
        id: EntryId,
    },
    /// The caption of a piece of evidence.
    Caption {
        /// Which.
        id: EntryId,
    },
    /// The record of a session; its creator only.
    Record {
        /// Which.
        id: EntryId,
    },
    /// The text of a plan.
    Plan {
        /// Which.
        id: EntryId,
    },
    /// The text of a clause, until its draft is frozen.
    Clause {
        /// The draft.
        draft: EntryId,
        /// The clause.
        clause: EntryId,
    },
    /// The report of a visit; its creator only.
    Visit {
        /// Which.
        id: EntryId,
    },
}

impl Edit {
    /// The part of the case in which it writes.
    #[must_use]
    pub fn part(&self) -> CasePart {
        schema::part_of(self.container())
    }

    /// The container into which it writes.
    #[must_use]
    pub fn container(&self) -> &'static str {
        match self {
            Self::Add { entry, .. } => entry.container(),
            Self::Intake { .. } => "intake",
            Self::Party { .. } => "parties",
            Self::Withdraw { target, .. } => target.container(),
            Self::Text { target, .. } => target.container(),
            Self::Terms { .. }
            | Self::ClauseOrder { .. }
            | Self::AddClause { .. }
            | Self::Freeze { .. } => "drafts",
            Self::AddStep { .. } => "plans",
            Self::SealStatement { .. } | Self::LockStatement { .. } => "statements",
            Self::Cite { by, .. } => by.container(),
            Self::SignRecord { .. } => "sessions",
            Self::Check { .. } => "checklist",
        }
    }
}

impl NewEntry {
    /// The container of the entry.
    #[must_use]
    pub fn container(&self) -> &'static str {
        match self {
            Self::Party(_) => "parties",
            Self::Consent(_) => "consent_events",
            Self::Statement(..) => "statements",
            Self::Note(..) => "notes",
            Self::Evidence(..) => "evidence",
            Self::Contact(_) => "contacts",
            Self::Session(..) => "sessions",
            Self::Plan(_) => "plans",
            Self::Draft(_) => "drafts",
            Self::Signature(_) => "signatures",
            Self::Performance(_) => "performance",
            Self::Visit(..) => "visits",
            Self::Risk(_) => "risk_obs",
            Self::Request(_) => "requests",
        }
    }
}

impl Withdrawable {
    fn container(self) -> &'static str {
        match self {
            Self::Party(_) => "parties",
            Self::Evidence(_) => "evidence",
        }
    }
}

impl Citing {
    fn container(self) -> &'static str {
        match self {
            Self::Statement(_) => "statements",
            Self::Draft(_) => "drafts",
        }
    }
}

impl TextTarget {
    fn container(self) -> &'static str {
        match self {
            Self::Summary => "intake",
            Self::Statement { .. } => "statements",
            Self::Note { .. } => "notes",
            Self::Caption { .. } => "evidence",
            Self::Record { .. } => "sessions",
            Self::Plan { .. } => "plans",
            Self::Visit { .. } => "visits",
            Self::Clause { .. } => "drafts",
        }
    }
}
