//! Rows of what was decided beside the document: visits due, supervision, pushes, the court, the
//! file, the colour, kin, rounds.

use super::{FoldRow, RegistryTable, rows};
use crate::{
    facts::{ConfirmationResult, DeadlineKind, Level, Measure, PushTarget, Retention},
    ids::{CaseId, EntryId, OrgId, UserId},
    record::CloseKind,
    role::Role,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

rows! {
    /// `followup_due`.
    FollowupDueRow in FollowupDue by id {
        case_id: CaseId, id: String, n: u8, due_at: Timestamp, owner_org: Option<OrgId>, done_visit: Option<EntryId>,
        done_at: Option<Timestamp>, waived_at: Option<Timestamp>, waived_by: Option<UserId>,
        waived_why: Option<String>, ended_at: Option<Timestamp>,
    }
    /// `supervision`.
    SupervisionRow in Supervision by id {
        case_id: CaseId, id: u32, clock: DeadlineKind, clock_starts_at: Timestamp, measure: Measure, percent: u32,
        at: Timestamp, state: SupervisionState, state_at: Option<Timestamp>, state_by: Option<UserId>,
        words: Option<String>, zh: String,
    }
    /// `judicial_confirmation`.
    JudicialConfirmationRow in JudicialConfirmation by id {
        case_id: CaseId, id: EntryId, court: String, asked_at: Timestamp, sent_at: Option<Timestamp>,
        result: Option<ConfirmationResult>, decided_at: Option<Timestamp>,
    }
    /// `dossier`; its key is the number of the file.
    DossierRow in Dossier by id {
        case_id: CaseId, id: String, retention: Retention, filed_at: Timestamp,
    }
    /// `risk_score`.
    RiskScoreRow in RiskScore by id {
        case_id: CaseId, id: String, level: Level, score: u8, override_level: Option<Level>,
        override_by: Option<UserId>, override_why: Option<String>, override_since: Option<Timestamp>,
        override_until: Option<Timestamp>,
    }
    /// `referral`.
    ReferralRow in Referral by id {
        case_id: CaseId, id: EntryId, event: String, payload: Value, by_user: UserId, by_role: Role,
        claimed_at: Option<Timestamp>, received_at: Timestamp,
    }
    /// `case_kin`.
    CaseKinRow in CaseKin by id {
        case_id: CaseId, id: String, relation: KinRelation, other_case: Option<CaseId>, channel: Option<String>,
        external_no: Option<String>, at: Option<Timestamp>,
    }
    /// `case_round`.
    CaseRoundRow in CaseRound by id {
        case_id: CaseId, id: u32, outcome: CloseKind, closed_at: Timestamp, reopened_at: Timestamp, agreed: bool,
    }
}

/// `push_record`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "every column is explained in the migration")]
pub struct PushRecordRow {
    pub case_id: CaseId,
    pub id: PushTarget,
    pub department: Option<String>,
    pub pushed_at: Timestamp,
    pub sent_times: usize,
    pub sent_at: Timestamp,
    pub acked_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
}

impl FoldRow for PushRecordRow {
    const TABLE: RegistryTable = RegistryTable::PushRecord;

    fn key(&self) -> String {
        self.id.code().into()
    }
}

/// How a case stands to another one, or that it was reported again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KinRelation {
    /// Goes on under the other.
    Merged,
    /// Took the other in.
    Absorbed,
    /// Was a part of the other.
    SplitFrom,
    /// Gave a part to the other.
    SplitInto,
    /// Was reported again.
    Repeat,
}

/// What became of a measure of supervision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionState {
    /// Taken by rule.
    Issued,
    /// Proposed to a person.
    Proposed,
    /// Taken by a person.
    Taken,
    /// Dropped by a person.
    Dropped,
    /// Answered.
    Answered,
    /// The clock was met or ended first.
    Past,
}
