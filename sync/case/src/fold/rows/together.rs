//! Rows of what several bodies do about one case.

use super::{FoldRow, RegistryTable, rows};
use crate::{
    facts::{EngagementMode, EngagingBody},
    ids::{CaseId, EntryId, OrgId, UserId},
    role::Role,
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

rows! {
    /// `invitation`; its key is the round and its place in it.
    InvitationRow in Invitation by id {
        case_id: CaseId, id: String, user_id: UserId, org_id: OrgId, role: Role, invited_by: UserId, expected: String,
        until_on: Date, asked_at: Timestamp, answered_at: Option<Timestamp>, accepts: Option<bool>,
        answer: Option<String>, lapsed_at: Option<Timestamp>,
    }
    /// `consultation`.
    ConsultationRow in Consultation by id {
        case_id: CaseId, id: EntryId, round: usize, held_on: Date, members: usize, tasks: usize, tasks_done: usize,
        recorded_at: Timestamp,
    }
    /// `engagement`; its key is the round and its place in it.
    EngagementRow in Engagement by id {
        case_id: CaseId, id: String, mode: EngagementMode, body: EngagingBody, body_name: String, letter_no: String,
        letter_on: Date, noted_at: Timestamp,
    }
}
