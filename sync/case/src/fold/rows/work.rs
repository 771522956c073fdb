//! Rows of what was said and done: contacts, statements, sessions, steps of plans, performance.

use super::{FoldRow, RegistryTable, rows};
use crate::{
    ids::{CaseId, EntryId, UserId},
    record::{ContactMeans, Performance, SessionForm},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

rows! {
    /// `contact`.
    ContactRow in Contact by id {
        case_id: CaseId, id: EntryId, party_id: EntryId, means: ContactMeans, claimed_at: Timestamp, reached: bool,
        by_user: Option<UserId>,
    }
    /// `statement`; a sealed one has no text.
    StatementRow in Statement by id {
        case_id: CaseId, id: EntryId, party_id: EntryId, taken_at: Timestamp, supplement_to: Option<EntryId>,
        is_sealed: bool, text: Option<String>, locked_at: Option<Timestamp>, locked_hash: Option<String>,
        by_user: Option<UserId>,
    }
    /// `mediation_session`.
    MediationSessionRow in MediationSession by id {
        case_id: CaseId, id: EntryId, form: SessionForm, started_at: Timestamp, address: Option<String>,
        attendees: Vec<EntryId>, signed_by: Vec<EntryId>, result: String, by_user: Option<UserId>,
    }
    /// `plan_step`.
    PlanStepRow in PlanStep by id {
        case_id: CaseId, id: EntryId, plan_id: EntryId, what: String, owner_org: String, due_on: Date,
    }
    /// `performance_entry`.
    PerformanceEntryRow in PerformanceEntry by id {
        case_id: CaseId, id: EntryId, obligation_id: EntryId, state: Performance, claimed_at: Timestamp,
        amount_cents: u64, means: String, slip_no: Option<String>, evidence_id: Option<EntryId>,
        by_user: Option<UserId>,
    }
}
