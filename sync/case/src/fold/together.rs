//! The rows of what several bodies do about one case, of every round.

use super::{ConsultationRow, EngagementRow, Folding, InvitationRow, micros};
use crate::facts::Round;

impl Folding<'_> {
    pub(super) fn together(&mut self) {
        let facts = self.facts;
        for (round, no) in facts.rounds().zip(1..) {
            self.invitations(round, no);
            self.consultations(round, no);
            self.engagements(round, no);
        }
    }

    fn invitations(&mut self, round: &Round, no: usize) {
        for (place, invitation) in round.invitations.iter().enumerate() {
            let answer = invitation.answer.as_ref();
            self.put(&InvitationRow {
                case_id: self.facts.case_id,
                id: format!("{no}.{place}"),
                user_id: invitation.to.user,
                org_id: invitation.to.org,
                role: invitation.to.role,
                invited_by: invitation.by.user,
                expected: invitation.expected.clone(),
                until_on: invitation.until,
                asked_at: micros(invitation.asked_at),
                answered_at: answer.map(|answer| micros(answer.at)),
                accepts: answer.map(|answer| answer.accepts),
                answer: answer.map(|answer| answer.answer.clone()),
                lapsed_at: invitation.lapsed_at.map(micros),
            });
        }
    }

    fn consultations(&mut self, round: &Round, no: usize) {
        for (id, record) in &round.consultations {
            let tasks = record.tasks.values();
            self.put(&ConsultationRow {
                case_id: self.facts.case_id,
                id: *id,
                round: no,
                held_on: record.held_on,
                members: record.members.len(),
                tasks: record.tasks.len(),
                tasks_done: tasks.filter(|task| task.done.is_some()).count(),
                recorded_at: micros(record.at),
            });
        }
    }

    fn engagements(&mut self, round: &Round, no: usize) {
        for (place, letter) in round.engagements.iter().enumerate() {
            self.put(&EngagementRow {
                case_id: self.facts.case_id,
                id: format!("{no}.{place}"),
                mode: letter.mode,
                body: letter.body,
                body_name: letter.body_name.clone(),
                letter_no: letter.letter_no.clone(),
                letter_on: letter.letter_on,
                noted_at: micros(letter.noted_at),
            });
        }
    }
}
