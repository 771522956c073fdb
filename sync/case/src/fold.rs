//! The fold: what the registry must show of one case.
//!
//! `fold(document at heads, facts, authors)` is pure; [`plan`] says what has to change in the registry, and is empty exactly
//! when the registry already equals the fold. Refolding from nothing uses the same two functions.

mod rows;

pub use rows::*;

use crate::{
    catalogue::Catalogue,
    facts::{Decision, Facts, Stage},
    ids::{Actor, EntryId},
    record::Ask,
    role::Author,
    rule::{obligation_state, promises},
    settle::leads,
    view::{CaseView, Severity},
};
use jiff::{Timestamp, Unit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The tables that the fold writes, in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// One row a case.
    CaseReg,
    /// Parties.
    CaseParty,
    /// Consent.
    ConsentEvent,
    /// Evidence.
    Evidence,
    /// Requests with rulings.
    CaseRequest,
    /// The trail.
    CaseEvent,
    /// Assignments.
    Assignment,
    /// Clocks.
    Deadline,
    /// Parts of the colour.
    RiskFactor,
    /// The agreement.
    Agreement,
    /// Its obligations.
    Obligation,
    /// Signatures.
    Signature,
    /// Visits.
    Visit,
    /// Disagreements.
    MergeConflict,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 14] = [
        Self::CaseReg,
        Self::CaseParty,
        Self::ConsentEvent,
        Self::Evidence,
        Self::CaseRequest,
        Self::CaseEvent,
        Self::Assignment,
        Self::Deadline,
        Self::RiskFactor,
        Self::Agreement,
        Self::Obligation,
        Self::Signature,
        Self::Visit,
        Self::MergeConflict,
    ];
}

/// The rows of one case: by table, then by key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Projection(pub BTreeMap<Table, BTreeMap<String, Value>>);

/// One change of the registry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum RegistryChange {
    /// Writes a row, in place of the one with its key if there is one.
    Put {
        /// The table.
        table: Table,
        /// The key within the case.
        key: String,
        /// The row.
        row: Value,
    },
    /// Removes a row.
    Remove {
        /// The table.
        table: Table,
        /// The key within the case.
        key: String,
    },
}

/// What has to change so that `before` becomes `after`; empty if they are equal.
#[must_use]
pub fn plan(before: &Projection, after: &Projection) -> Vec<RegistryChange> {
    let mut changes = Vec::new();
    let none = BTreeMap::new();
    for table in Table::ALL {
        let (old, new) = (
            before.0.get(&table).unwrap_or(&none),
            after.0.get(&table).unwrap_or(&none),
        );
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            changes.push(RegistryChange::Remove {
                table,
                key: key.clone(),
            });
        }
        for (key, row) in new.iter().filter(|(key, row)| old.get(*key) != Some(*row)) {
            changes.push(RegistryChange::Put {
                table,
                key: key.clone(),
                row: row.clone(),
            });
        }
    }
    changes
}

/// Folds one case.
#[must_use]
pub fn fold(view: &CaseView, facts: &Facts, authors: &[(Actor, Author)]) -> Projection {
    let mut folding = Folding {
        view,
        facts,
        authors,
        rows: Projection::default(),
    };
    folding.registry();
    folding.people();
    folding.requests();
    folding.course();
    folding.agreement();
    folding.visits();
    folding.conflicts();
    folding.rows
}

struct Folding<'a> {
    view: &'a CaseView,
    facts: &'a Facts,
    authors: &'a [(Actor, Author)],
    rows: Projection,
}

impl Folding<'_> {
    fn put<R: Row>(&mut self, row: &R) {
        if let Ok(value) = serde_json::to_value(row) {
            self.rows
                .0
                .entry(R::TABLE)
                .or_default()
                .insert(row.key(), value);
        }
    }

    fn registry(&mut self) {
        let facts = self.facts;
        let (closed_at, close_kind) = match facts.stage {
            Stage::Closed { outcome, at, .. } | Stage::Archived { outcome, at } => {
                (Some(at), Some(outcome))
            }
            _ => (None, None),
        };
        let lead = facts
            .lead()
            .or_else(|| facts.first())
            .or_else(|| facts.assignments.iter().rfind(|a| a.signed_at.is_some()));
        let due = facts
            .deadlines
            .iter()
            .filter(|d| d.met_at.is_none())
            .map(|d| d.due_at)
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
            accepted_at: facts.accepted_at.map(micros),
            closed_at: closed_at.map(micros),
            close_kind,
            lead_user: lead.map(|a| a.user),
            lead_org: lead.map(|a| a.org),
            persons: self.view.intake.persons.get().copied(),
            amount_cents: self.view.intake.amount.get().map(|a| a.0),
            due_at: due.map(micros),
            open_conflicts: open,
        });
    }

    fn people(&mut self) {
        let case_id = self.facts.case_id;
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
            });
        }
    }

    fn requests(&mut self) {
        for (id, entry) in &self.view.requests {
            let ruling = self.facts.rulings.get(id);
            let (state, reason_code, reason_zh) = match ruling.map(|r| &r.decision) {
                None => ("pending", None, None),
                Some(Decision::Accepted) => ("accepted", None, None),
                Some(Decision::Refused { code, zh }) => {
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

    fn course(&mut self) {
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
            });
        }
        for (n, deadline) in facts.deadlines.iter().enumerate() {
            self.put(&DeadlineRow {
                case_id,
                id: n.to_string(),
                kind: deadline.kind,
                starts_at: micros(deadline.starts_at),
                due_at: micros(deadline.due_at),
                met_at: deadline.met_at.map(micros),
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

    fn author(&self, actor: Actor) -> Option<&Author> {
        self.authors
            .iter()
            .find(|(known, _)| *known == actor)
            .map(|(_, author)| author)
    }

    fn agreement(&mut self) {
        let (facts, view) = (self.facts, self.view);
        let case_id = facts.case_id;
        if let Some(agreement) = &facts.agreement {
            self.put(&AgreementRow {
                case_id,
                id: agreement.draft,
                form: agreement.form,
                content_hash: agreement.content_hash.clone(),
                number: agreement.number.clone(),
                effective_at: agreement.effective_at.map(micros),
                seal_no: agreement.seal_no.clone(),
                void_at: agreement.void_at.map(micros),
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
            ));
        }
    }

    fn obligation(
        &mut self,
        draft: EntryId,
        clauses: &[(EntryId, crate::view::ClauseView)],
        id: EntryId,
    ) {
        let clause = clauses.iter().find(|(clause, _)| *clause == id);
        let Some(terms) = clause.and_then(|(_, c)| c.terms.get()?.clone()) else {
            return;
        };
        self.put(&ObligationRow {
            case_id: self.facts.case_id,
            id,
            agreement_id: draft,
            obligor: terms.obligor,
            obligee: terms.obligee,
            kind: terms.kind,
            amount_cents: terms.amount.0,
            due_on: terms.schedule.iter().map(|part| part.due).max(),
            state: obligation_state(self.view, self.facts, id),
        });
    }

    fn visits(&mut self) {
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
                independent: by_user.is_some_and(|user| !leads(self.facts, user)),
                relapse_sign: visit.finding.relapse_sign,
            });
        }
    }

    fn conflicts(&mut self) {
        for (id, known) in &self.facts.conflicts {
            let settled = known.settled.as_ref();
            self.put(&MergeConflictRow {
                case_id: self.facts.case_id,
                id: *id,
                kind: known.conflict.kind,
                path: known.conflict.path.clone(),
                severity: known.conflict.severity,
                variants: known.conflict.variants.clone(),
                found_at: micros(known.found_at),
                settled_at: settled.map(|s| micros(s.at)),
                settled_by: settled.and_then(|s| s.by).map(|by| by.user),
                choice: settled.and_then(|s| s.choice),
                why: settled.map(|s| s.why.clone()),
            });
        }
    }
}

/// What was asked, as the document has it.
fn payload(ask: &Ask) -> Value {
    serde_json::to_value(ask).unwrap_or(Value::Null)
}

/// Postgres keeps microseconds; a fold that kept more would never equal the registry.
fn micros(at: Timestamp) -> Timestamp {
    at.round(
        jiff::TimestampRound::new()
            .smallest(Unit::Microsecond)
            .mode(jiff::RoundMode::Trunc),
    )
    .unwrap_or(at)
}
