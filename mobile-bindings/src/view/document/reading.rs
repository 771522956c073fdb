//! How the records of a document are made from the core's view.

use super::*;
use hejie_case::{
    part::CasePart,
    record,
    view::{self, CaseView, Entry},
};

impl From<CaseView> for CaseDocument {
    fn from(view: CaseView) -> Self {
        let long_texts = view.long_texts();
        let holds = view.extent.holds(CasePart::Confidential);
        let confidential = holds.then(|| ConfidentialPart {
            statements: list(view.statements, statement),
            notes: list(view.notes, |id, author, note| NoteEntry {
                id,
                author,
                kind: note.head.kind,
                at: note.head.at,
                text: note.text,
            }),
            sessions: list(view.sessions, session),
            drafts: list(view.drafts, draft),
        });
        Self {
            case: view.meta.case_id,
            heads: view.heads.iter().map(ToString::to_string).collect(),
            intake: view.intake.into(),
            parties: list(view.parties, party),
            consents: list(view.consents, consent),
            evidence: list(view.evidence, |id, author, item| EvidenceEntry {
                id,
                author,
                evidence: item.evidence,
                caption: item.caption,
                withdrawn: item.withdrawn.map(|withdrawn| withdrawn.why),
            }),
            contacts: list(view.contacts, |id, author, contact| ContactEntry {
                id,
                author,
                party: contact.party,
                means: contact.means,
                at: contact.at,
                reached: contact.reached,
            }),
            plans: list(view.plans, |id, author, plan| PlanEntry {
                id,
                author,
                text: plan.text,
                steps: steps(plan.steps),
            }),
            signatures: list(view.signatures, signature),
            performance: list(view.performance, performance),
            visits: list(view.visits, visit),
            risks: list(view.risks, |id, author, risk| RiskEntry {
                id,
                author,
                observed: risk.factor.into(),
                at: risk.at,
                why: risk.why,
            }),
            requests: list(view.requests, |id, author, request| RequestEntry {
                id,
                author,
                ask: request.ask.code().into(),
                base_version: request.base_version,
                at: request.at,
            }),
            confidential,
            unreadable: u32::try_from(view.unreadable.len()).unwrap_or(u32::MAX),
            long_texts,
        }
    }
}

impl From<view::Intake> for Intake {
    fn from(intake: view::Intake) -> Self {
        let disputed = [
            ("situation", intake.situation.is_disputed()),
            ("occurred_at", intake.occurred_at.is_disputed()),
            ("persons", intake.persons.is_disputed()),
            ("amount", intake.amount.is_disputed()),
            ("injury", intake.injury.is_disputed()),
            ("place", intake.place.is_disputed()),
            ("dv_screen", intake.dv_screen.is_disputed()),
        ];
        Self {
            situation: intake.situation.get().cloned(),
            occurred_at: intake.occurred_at.get().copied(),
            persons: intake.persons.get().copied(),
            amount: intake.amount.get().copied(),
            injury: intake.injury.get().copied(),
            place: intake.place.get().cloned(),
            dv_screen: intake.dv_screen.get().copied(),
            channel: intake.channel,
            external_no: intake.external_no,
            summary: intake.summary,
            disputed: disputed
                .into_iter()
                .filter(|(_, is)| *is)
                .map(|(name, _)| name.to_owned())
                .collect(),
        }
    }
}

fn list<T, R>(entries: view::Entries<T>, make: impl Fn(EntryId, Actor, T) -> R) -> Vec<R> {
    entries
        .into_iter()
        .map(|(id, Entry { author, value, .. })| make(id, author, value))
        .collect()
}

/// The steps of a plan, in the order in which they were written.
pub(in crate::view) fn steps(
    steps: impl IntoIterator<Item = (EntryId, record::PlanStep)>,
) -> Vec<PlanStepEntry> {
    let steps = steps.into_iter();
    steps.map(|(id, step)| PlanStepEntry { id, step }).collect()
}

fn party(id: EntryId, author: Actor, party: view::PartyView) -> PartyEntry {
    let view::PartyView {
        party,
        disputed,
        withdrawn,
    } = party;
    PartyEntry {
        id,
        author,
        party,
        disputed,
        withdrawn: withdrawn.map(|withdrawn| withdrawn.why),
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "all that make an entry have one form"
)]
fn consent(id: EntryId, author: Actor, consent: record::Consent) -> ConsentEntry {
    let record::Consent {
        party,
        what,
        decision,
        at,
        ..
    } = consent;
    ConsentEntry {
        id,
        author,
        party,
        what,
        decision,
        at,
    }
}

fn statement(id: EntryId, author: Actor, statement: view::StatementView) -> StatementEntry {
    let record::StatementHead {
        party, taken_at, ..
    } = statement.head;
    let locked_at = statement.locked.map(|lock| lock.at);
    StatementEntry {
        id,
        author,
        party,
        taken_at,
        is_sealed: statement.sealed.is_some(),
        text: statement.text,
        locked_at,
        cites: statement.cites.into_iter().collect(),
    }
}

fn session(id: EntryId, author: Actor, session: view::SessionView) -> SessionEntry {
    let record::SessionHead {
        form,
        start,
        place,
        attendees,
        result,
    } = session.head;
    let signed = session.signed.into_iter().map(|(party, signed)| {
        let record::RecordSigned { medium, at } = signed;
        RecordSignature { party, medium, at }
    });
    SessionEntry {
        id,
        author,
        form,
        start,
        place,
        attendees,
        result,
        record: session.record,
        signed: signed.collect(),
    }
}

fn draft(id: EntryId, author: Actor, draft: view::DraftView) -> DraftEntry {
    let clause = |(id, clause): (EntryId, view::ClauseView)| Clause {
        id,
        is_disputed: clause.terms.is_disputed(),
        terms: clause.terms.get().cloned().flatten(),
        text: clause.text,
    };
    let frozen = draft.frozen.as_ref();
    DraftEntry {
        id,
        author,
        moved: frozen.and_then(|lock| draft.moved_since(&lock.hash)),
        form: draft.head.form,
        clauses: draft.clauses.into_iter().map(clause).collect(),
        cites: draft.cites.into_iter().collect(),
        frozen_at: draft.frozen.map(|lock| lock.at),
        content_hash: draft.content_hash,
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "all that make an entry have one form"
)]
fn signature(id: EntryId, author: Actor, signature: record::Signature) -> SignatureEntry {
    let record::Signature {
        draft,
        signer,
        medium,
        scan,
        at,
        ..
    } = signature;
    SignatureEntry {
        id,
        author,
        draft,
        signer: signer.into(),
        medium,
        scan,
        at,
    }
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "all that make an entry have one form"
)]
fn performance(id: EntryId, author: Actor, entry: record::PerformanceEntry) -> PerformanceEntry {
    let record::PerformanceEntry {
        obligation,
        state,
        amount,
        at,
        ..
    } = entry;
    PerformanceEntry {
        id,
        author,
        obligation,
        state,
        amount,
        at,
    }
}

fn visit(id: EntryId, author: Actor, view: view::VisitView) -> VisitEntry {
    let record::Visit {
        due,
        method,
        at,
        finding,
        ..
    } = view.visit;
    VisitEntry {
        id,
        author,
        due,
        method,
        at,
        finding,
        text: view.text,
    }
}
