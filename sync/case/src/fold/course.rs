//! The rows that the facts tell of the course: visits due, supervision, pushes, the court, the
//! file, the colour, what waits.

use super::{
    DossierRow, Folding, FollowupDueRow, JudicialConfirmationRow, PushRecordRow, ReferralRow,
    RiskScoreRow, SupervisionRow, SupervisionState, micros,
};
use crate::facts::{DeadlineKind, Duty, ItemState, Round, Subject};

impl Folding<'_> {
    pub(super) fn visits_due(&mut self) {
        let facts = self.facts;
        let visitor = facts
            .assignments
            .iter()
            .rfind(|a| a.duty == Duty::Visit && a.to.is_none());
        for (place, clock) in facts.deadlines.iter().enumerate() {
            let (DeadlineKind::FollowUp, Some(Subject::Visit(n))) = (clock.kind, clock.subject)
            else {
                continue;
            };
            let waived = clock.waived.as_ref();
            self.put(&FollowupDueRow {
                case_id: facts.case_id,
                id: place.to_string(),
                n,
                due_at: micros(clock.due_at),
                owner_org: visitor.map(|a| a.org),
                done_visit: facts.visit_done(clock),
                done_at: clock.met_at.map(micros),
                waived_at: waived.map(|w| micros(w.at)),
                waived_by: waived.and_then(|w| w.by),
                waived_why: waived.map(|w| w.why.clone()),
                ended_at: clock.ended_at.map(micros),
            });
        }
    }

    pub(super) fn supervision(&mut self) {
        let facts = self.facts;
        for item in &facts.supervision {
            let (state, at, by, words) = match &item.state {
                ItemState::Issued => (SupervisionState::Issued, None, None, None),
                ItemState::Proposed => (SupervisionState::Proposed, None, None, None),
                ItemState::Taken { by, at } => (SupervisionState::Taken, Some(at), Some(by), None),
                ItemState::Dropped { by, at, why } => {
                    (SupervisionState::Dropped, Some(at), Some(by), Some(why))
                }
                ItemState::Answered { by, at, text } => {
                    (SupervisionState::Answered, Some(at), Some(by), Some(text))
                }
                ItemState::Past { at } => (SupervisionState::Past, Some(at), None, None),
            };
            self.put(&SupervisionRow {
                case_id: facts.case_id,
                id: item.no,
                clock: item.clock.kind,
                clock_starts_at: micros(item.clock.starts_at),
                measure: item.measure,
                percent: item.percent,
                at: micros(item.at),
                state,
                state_at: at.copied().map(micros),
                state_by: by.map(|by| by.user),
                words: words.cloned(),
                zh: item.zh.clone(),
            });
        }
    }

    pub(super) fn after_agreement(&mut self) {
        let (facts, case_id) = (self.facts, self.facts.case_id);
        for push in &facts.round.pushes {
            self.put(&PushRecordRow {
                case_id,
                id: push.target,
                department: push.department.clone(),
                pushed_at: micros(push.pushed_at),
                sent_times: push.resent.len() + 1,
                sent_at: micros(push.sent_at()),
                acked_at: push.acked_at.map(micros),
                failed_at: push.failed_at.map(micros),
            });
        }
        for confirmation in facts.rounds().flat_map(Round::confirmations) {
            self.put(&JudicialConfirmationRow {
                case_id,
                id: confirmation.draft,
                court: confirmation.court.clone(),
                asked_at: micros(confirmation.asked_at),
                sent_at: confirmation.sent_at.map(micros),
                result: confirmation.decided.map(|(result, _)| result),
                decided_at: confirmation.decided.map(|(_, at)| micros(at)),
            });
        }
        for dossier in facts.rounds().filter_map(|round| round.dossier.as_ref()) {
            self.put(&DossierRow {
                case_id,
                id: dossier.number.clone(),
                retention: dossier.retention,
                filed_at: micros(dossier.filed_at),
            });
        }
    }

    pub(super) fn colour(&mut self) {
        let facts = self.facts;
        let by_person = facts.colour_override.as_ref();
        self.put(&RiskScoreRow {
            case_id: facts.case_id,
            id: "present".into(),
            level: facts.colour.level,
            score: facts.colour.score,
            override_level: by_person.map(|o| o.level),
            override_by: by_person.map(|o| o.by.user),
            override_why: by_person.map(|o| o.why.clone()),
            override_since: by_person.map(|o| micros(o.since)),
            override_until: by_person.and_then(|o| o.until).map(micros),
        });
    }

    pub(super) fn waiting(&mut self) {
        let facts = self.facts;
        for (id, referral) in &facts.round.referred {
            self.put(&ReferralRow {
                case_id: facts.case_id,
                id: *id,
                event: referral.ask.event().code().into(),
                payload: super::observed::payload(&referral.ask),
                by_user: referral.by.user,
                by_role: referral.by.role,
                claimed_at: referral.claimed_at.map(micros),
                received_at: micros(referral.received_at),
            });
        }
    }
}
