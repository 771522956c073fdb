//! The rows that the facts tell: the case itself, its course, and what was in dispute.

use super::{
    AssignmentRow, CaseEventRow, CaseRegRow, DeadlineRow, Folding, MergeConflictRow, RiskFactorRow,
    micros, place_key, place_outside,
};
use crate::{
    catalogue::Catalogue,
    deadline::at_percent,
    facts::{Assignment, Facts, Resolution, Stage},
    record::CloseKind,
    view::Severity,
};
use jiff::Timestamp;

impl Folding<'_> {
    pub(super) fn registry(&mut self) {
        let facts = self.facts;
        let (closed_at, close_kind) = closing(facts).unzip();
        let lead = facts.answering().or_else(|| last_lead(facts));
        let due = facts
            .deadlines
            .iter()
            .filter(|d| d.is_running())
            .filter_map(|d| at_percent(d, 100))
            .min();
        let open = facts
            .open_conflicts()
            .filter(|c| c.severity > Severity::Note)
            .count();
        self.put(&CaseRegRow {
            case_id: facts.case_id,
            case_no: facts.case_no.clone(),
            public_code: facts.public_code.clone(),
            status: facts.stage.status(),
            facts_version: facts.version,
            catalogue_version: Catalogue::current().version,
            situation_code: facts.situation.clone(),
            difficulty: facts.difficulty,
            level: facts.colour.level,
            score: facts.colour.score,
            region_code: facts.region.clone(),
            source_channel: facts.source.channel.clone(),
            source_no: facts.source.external_no.clone(),
            registered_at: micros(facts.registered_at),
            accepted_at: facts.round.accepted_at.map(micros),
            closed_at: closed_at.map(micros),
            close_kind,
            lead_user: lead.map(|a| a.user),
            lead_org: lead.map(|a| a.org),
            persons: self.view.intake.persons.get().copied(),
            amount_cents: self.view.intake.amount.get().map(|a| a.0),
            due_at: due.map(micros),
            open_conflicts: open,
            round: facts.round_no(),
            level_ended: facts.round.level_ended,
            merged_into: facts.kin.merged.as_ref().map(|m| m.into),
            joint: facts.round.joint,
            hold_since: facts.holds.first().map(|h| micros(h.since)),
            returns: facts.round.returns,
            breached: facts.was_breached(),
            adjusted: facts.adjusted,
            repeat_calls: facts.repeat_calls,
            place_key: self.view.intake.place.get().and_then(place_key),
            place_outside: place_outside(self.view, facts),
        });
    }

    pub(super) fn course(&mut self) {
        let (facts, case_id) = (self.facts, self.facts.case_id);
        for (id, line) in (0..).zip(&facts.trail) {
            self.put(&CaseEventRow {
                case_id,
                id,
                event: line.event.clone(),
                by_user: line.by.map(|a| a.user),
                by_role: line.by.map(|a| a.role),
                from_status: line.from,
                to_status: line.to,
                claimed_at: line.claimed_at.map(micros),
                received_at: micros(line.received_at),
                zh: line.zh.clone(),
                words: line.words.clone(),
            });
        }
        for assignment in &facts.assignments {
            self.put(&AssignmentRow {
                case_id,
                id: assignment.version,
                user_id: assignment.user,
                org_id: assignment.org,
                role: assignment.role,
                duty: assignment.duty,
                from_at: micros(assignment.from),
                signed_at: assignment.signed_at.map(micros),
                to_at: assignment.to.map(micros),
                expected: assignment.expected.clone(),
                recused: facts.is_recused(assignment.user),
            });
        }
        for (n, deadline) in facts.deadlines.iter().enumerate() {
            self.put(&DeadlineRow {
                case_id,
                id: n.to_string(),
                kind: deadline.kind,
                starts_at: micros(deadline.starts_at),
                due_at: micros(deadline.due_at),
                subject: deadline.subject,
                ends_at: at_percent(deadline, 100).map(micros),
                extended_days: deadline.extended_days,
                met_at: deadline.met_at.map(micros),
                waived_at: deadline.waived.as_ref().map(|w| micros(w.at)),
                waived_by: deadline.waived.as_ref().and_then(|w| w.by),
                ended_at: deadline.ended_at.map(micros),
                basis: deadline.basis.clone(),
            });
        }
        for (id, reason) in (0..).zip(&facts.colour.reasons) {
            let (code, zh) = (reason.code.clone(), reason.zh.clone());
            self.put(&RiskFactorRow {
                case_id,
                id,
                code,
                points: reason.points,
                zh,
            });
        }
    }

    pub(super) fn conflicts(&mut self) {
        for (id, known) in &self.facts.conflicts {
            let settled = known.settled.as_ref();
            self.put(&MergeConflictRow {
                case_id: self.facts.case_id,
                id: *id,
                kind: known.conflict.kind,
                path: known.conflict.about.to_string(),
                severity: known.conflict.severity,
                variants: known.conflict.variants.clone(),
                found_at: micros(known.found_at),
                settled_at: settled.map(|s| micros(s.at)),
                settled_by: settled.and_then(Resolution::by).map(|by| by.user),
                choice: settled.and_then(Resolution::variant),
                why: settled.map(|s| s.why().to_owned()),
            });
        }
    }
}

/// When and how the case ended, if it did.
fn closing(facts: &Facts) -> Option<(Timestamp, CloseKind)> {
    match facts.stage {
        Stage::Closed { outcome, at, .. } | Stage::Archived { outcome, at } => Some((at, outcome)),
        _ => None,
    }
}

/// Who answered at last for a case that ended; a round that was begun anew has nobody yet.
fn last_lead(facts: &Facts) -> Option<&Assignment> {
    closing(facts)?;
    let mut all = facts.assignments.iter();
    all.rfind(|a| a.signed_at.is_some() && a.duty.answers())
}
