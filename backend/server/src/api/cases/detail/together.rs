//! What several bodies do about one case: invitations (R003), sittings of its table (R119), letters
//! (R069).

use super::{super::words::word, DetailContext};
use hejie_case::{
    facts::{Consultation, ConsultationTask, Engagement, Invitation},
    ids::EntryId,
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What several bodies do about the case in this round.
#[derive(Debug, Serialize, ToSchema)]
pub struct TogetherView {
    /// Who was invited, the first first.
    invitations: Vec<InvitationView>,
    /// The sittings of its table.
    consultations: Vec<ConsultationView>,
    /// The letters by which bodies engage each other.
    engagements: Vec<EngagementView>,
}

/// Somebody of another body who was invited.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    user_id: Uuid,
    name: Option<String>,
    /// Such as `department`.
    role: String,
    org_id: Uuid,
    /// For what.
    expected: String,
    /// The last day of the term.
    #[schema(value_type = String)]
    until: Date,
    asked_at: Timestamp,
    answered_at: Option<Timestamp>,
    /// Comes, or does not; none while nothing was answered.
    accepts: Option<bool>,
    answer: Option<String>,
    /// Ended without an answer when.
    lapsed_at: Option<Timestamp>,
}

/// A sitting of the table of a joint case.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationView {
    id: Uuid,
    #[schema(value_type = String)]
    held_on: Date,
    agenda: String,
    members: Vec<String>,
    decision: String,
    tasks: Vec<TaskView>,
    recorded_at: Timestamp,
}

/// A task that a sitting gave out.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    id: Uuid,
    what: String,
    owner_org: String,
    #[schema(value_type = String)]
    due: Date,
    /// Done when.
    done_at: Option<Timestamp>,
    /// What came of it.
    result: Option<String>,
}

/// A letter.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngagementView {
    /// `entrusted`, `joint`, `invited` or `delegated`.
    mode: String,
    mode_zh: String,
    /// `court`, `administration` or `labour_arbitration`.
    body: String,
    body_name: String,
    letter_no: String,
    #[schema(value_type = String)]
    letter_on: Date,
    noted_at: Timestamp,
}

impl DetailContext<'_> {
    pub(super) fn together(&self) -> TogetherView {
        let round = &self.facts.round;
        let invitations = round.invitations.iter();
        TogetherView {
            invitations: invitations.map(|i| self.invitation(i)).collect(),
            consultations: round.consultations.iter().map(consultation).collect(),
            engagements: round.engagements.iter().map(engagement).collect(),
        }
    }

    fn invitation(&self, invitation: &Invitation) -> InvitationView {
        let answer = invitation.answer.as_ref();
        InvitationView {
            user_id: invitation.to.user.0,
            name: self.people.user(invitation.to.user),
            role: word(&invitation.to.role),
            org_id: invitation.to.org.0,
            expected: invitation.expected.clone(),
            until: invitation.until,
            asked_at: invitation.asked_at,
            answered_at: answer.map(|answer| answer.at),
            accepts: answer.map(|answer| answer.accepts),
            answer: answer.map(|answer| answer.answer.clone()),
            lapsed_at: invitation.lapsed_at,
        }
    }
}

fn consultation((id, record): (&EntryId, &Consultation)) -> ConsultationView {
    ConsultationView {
        id: id.0,
        held_on: record.held_on,
        agenda: record.agenda.clone(),
        members: record.members.clone(),
        decision: record.decision.clone(),
        tasks: record.tasks.iter().map(task).collect(),
        recorded_at: record.at,
    }
}

fn task((id, task): (&EntryId, &ConsultationTask)) -> TaskView {
    TaskView {
        id: id.0,
        what: task.step.what.clone(),
        owner_org: task.step.owner_org.clone(),
        due: task.step.due,
        done_at: task.done.as_ref().map(|done| done.at),
        result: task.done.as_ref().map(|done| done.result.clone()),
    }
}

fn engagement(letter: &Engagement) -> EngagementView {
    EngagementView {
        mode: word(&letter.mode),
        mode_zh: letter.mode.zh().into(),
        body: word(&letter.body),
        body_name: letter.body_name.clone(),
        letter_no: letter.letter_no.clone(),
        letter_on: letter.letter_on,
        noted_at: letter.noted_at,
    }
}
