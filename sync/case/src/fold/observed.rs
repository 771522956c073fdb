//! The rows that the document tells: parties, consent, evidence, requests, agreement, visits.

use super::{
    AgreementRow, CasePartyRow, CaseRequestRow, ConsentEventRow, EvidenceRow, Folding,
    ObligationRow, SignatureRow, VisitRow, micros,
};
use crate::{
    facts::Decision,
    ids::EntryId,
    obligation::{ObligationState, obligation_state, promises},
    reason::Reason,
    record::{Ask, Performance},
    view::ClauseView,
};
use jiff::Timestamp;
use serde_json::Value;

impl Folding<'_> {
    pub(super) fn people(&mut self) {
        let case_id = self.facts.case_id;
        let aliases = self.facts.aliases();
        for (id, entry) in &self.view.parties {
            let party = &entry.value.party;
            self.put(&CasePartyRow {
                case_id,
                id: *id,
                kind: party.kind,
                side: party.side,
                name_masked: party.name_masked.clone(),
                is_minor: party.is_minor,
                is_representative: party.is_representative,
                guardian_of: party.guardian_of,
                secret_ref: party.secret_ref.clone(),
                withdrawn: entry.value.withdrawn.is_some(),
                role: party.role,
                alias_of: aliases.get(id).map(|_| self.facts.person(*id)),
            });
        }
        for (id, entry) in &self.view.consents {
            let consent = entry.value.clone();
            self.put(&ConsentEventRow {
                case_id,
                id: *id,
                party_id: consent.party,
                what: consent.what,
                decision: consent.decision,
                text_version: consent.text_version,
                claimed_at: micros(consent.at),
                evidence_id: consent.evidence,
                is_spent: self.facts.spent.contains(id),
            });
        }
        for (id, entry) in &self.view.evidence {
            let evidence = &entry.value.evidence;
            self.put(&EvidenceRow {
                case_id,
                id: *id,
                kind: evidence.kind,
                sha256: evidence.sha256.clone(),
                size: evidence.size,
                mime: evidence.mime.clone(),
                taken_at: micros(evidence.taken_at),
                withdrawn: entry.value.withdrawn.is_some(),
                is_missing: self.facts.missing_files.contains(id),
                waived_why: self.facts.waived_files.get(id).cloned(),
            });
        }
    }

    pub(super) fn requests(&mut self) {
        for (id, entry) in &self.view.requests {
            let ruling = self.facts.rulings.get(id);
            let (state, reason_code, reason_zh) = match ruling.map(|r| &r.decision) {
                None => ("pending", None, None),
                Some(Decision::Accepted) => ("accepted", None, None),
                Some(Decision::Referred { zh }) => ("referred", None, Some(zh.clone())),
                Some(Decision::Refused(Reason { code, zh })) => {
                    ("refused", Some(code.clone()), Some(zh.clone()))
                }
            };
            self.put(&CaseRequestRow {
                case_id: self.facts.case_id,
                id: *id,
                kind: entry.value.ask.event().code().into(),
                payload: payload(&entry.value.ask),
                actor: entry.author.to_string(),
                by_user: self.author(entry.author).map(|a| a.user),
                base_version: entry.value.base_version,
                claimed_at: micros(entry.value.at),
                ruling: state.into(),
                ruled_at: ruling.map(|r| micros(r.at)),
                reason_code,
                reason_zh,
            });
        }
    }

    pub(super) fn agreement(&mut self) {
        let (facts, view) = (self.facts, self.view);
        let case_id = facts.case_id;
        for (agreement, until) in facts.agreements() {
            self.put(&AgreementRow {
                case_id,
                id: agreement.draft,
                form: agreement.form,
                content_hash: agreement.content_hash.clone(),
                number: agreement.number.clone(),
                effective_at: agreement.effective_at.map(micros),
                seal_no: agreement.seal_no.clone(),
                void_at: agreement.void_at.or(until).map(micros),
            });
            let clauses = view
                .drafts
                .get(&agreement.draft)
                .map(|d| d.value.clauses.as_slice())
                .unwrap_or_default();
            for id in promises(clauses) {
                self.obligation(agreement.draft, clauses, id);
            }
        }
        for (id, entry) in &view.signatures {
            self.put(&SignatureRow::new(
                case_id,
                *id,
                &entry.value,
                micros(entry.value.at),
                facts.spent.contains(id),
            ));
        }
    }

    pub(super) fn visits(&mut self) {
        for (id, entry) in &self.view.visits {
            let visit = &entry.value.visit;
            let by_user = self.author(entry.author).map(|a| a.user);
            self.put(&VisitRow {
                case_id: self.facts.case_id,
                id: *id,
                actor: entry.author.to_string(),
                by_user,
                due_no: visit.due,
                method: visit.method,
                claimed_at: micros(visit.at),
                performance: visit.finding.performance,
                satisfaction: visit.finding.satisfaction,
                independent: by_user.is_some_and(|user| !self.facts.leads(user)),
                relapse_sign: visit.finding.relapse_sign,
                counted_at: self.accepted_at(*id),
            });
        }
    }

    /// When the server received an observation and let it move the case.
    fn accepted_at(&self, id: EntryId) -> Option<Timestamp> {
        let ruling = self.facts.rulings.get(&id)?;
        (ruling.decision == Decision::Accepted).then(|| micros(ruling.at))
    }

    fn obligation(&mut self, draft: EntryId, clauses: &[(EntryId, ClauseView)], id: EntryId) {
        let clause = clauses.iter().find(|(clause, _)| *clause == id);
        let Some(terms) = clause.and_then(|(_, c)| c.terms.get()?.clone()) else {
            return;
        };
        let state = obligation_state(self.view, self.facts, id);
        let said = self.view.performance.values().map(|e| &e.value);
        let done = said.filter(|e| e.obligation == id && e.state == Performance::Performed);
        let done_at = (state == ObligationState::Performed)
            .then(|| done.map(|e| micros(e.at)).max())
            .flatten();
        self.put(&ObligationRow {
            case_id: self.facts.case_id,
            id,
            agreement_id: draft,
            obligor: terms.obligor,
            obligee: terms.obligee,
            kind: terms.kind,
            amount_cents: terms.amount.0,
            due_on: terms.schedule.iter().map(|part| part.due).max(),
            state,
            done_at,
        });
    }
}

/// What was asked, as the document has it.
pub(super) fn payload(ask: &Ask) -> Value {
    serde_json::to_value(ask).unwrap_or(Value::Null)
}
