//! The parts of the detail that the document tells.

use super::{super::words::word, DetailContext, items};
use hejie_case::{
    disclosure::FieldClass,
    record::{Signer, Terms},
    signed_text::MovedPart,
    view::{ClauseView, DraftView, Entry},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a case is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakeView {
    channel: Option<String>,
    external_no: Option<String>,
    summary: String,
    address: Option<String>,
    occurred_at: Option<Timestamp>,
    persons: Option<u32>,
    amount_cents: Option<u64>,
    injury: Option<String>,
}

/// A party, masked (P20).
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyItemView {
    id: Uuid,
    /// `a`, `b` or `third`.
    side: String,
    /// `person` or `organisation`.
    kind: String,
    #[schema(example = "张*明")]
    name_masked: String,
    /// None where the caller may not see it.
    is_minor: Option<bool>,
    /// Without capacity for legal acts, in whole or in part, for another reason than age; none
    /// where the caller may not see it.
    is_incapacitated: Option<bool>,
    is_representative: bool,
    withdrawn: bool,
    /// The entry that stands for this person, when two entries were ruled to be one (M08).
    alias_of: Option<Uuid>,
}

/// A text with its kind, time and author.
#[derive(Debug, Serialize, ToSchema)]
pub struct TextItemView {
    id: Uuid,
    kind: String,
    /// Claimed by a device.
    at: Timestamp,
    text: String,
    author_name: Option<String>,
}

/// A statement.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementItemView {
    id: Uuid,
    party: Uuid,
    /// Claimed by a device.
    taken_at: Timestamp,
    /// Empty when the words are sealed.
    text: String,
    /// The words are sealed: they are read for a stated purpose only.
    sealed: bool,
    /// Locked on signing; from then on only supplements.
    locked: bool,
    author_name: Option<String>,
}

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitItemView {
    id: Uuid,
    /// The visit of the series that it answers, if it answers one.
    due: Option<u8>,
    method: String,
    /// Claimed by a device.
    at: Timestamp,
    performance: String,
    satisfaction: Option<u8>,
    relapse_sign: bool,
    text: String,
    author_name: Option<String>,
}

/// A piece of evidence; the file follows in a queue of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceItemView {
    id: Uuid,
    kind: String,
    sha256: String,
    size: u64,
    mime: String,
    /// Claimed by a device.
    taken_at: Timestamp,
    /// Where it came from, in words.
    origin: String,
    caption: String,
    withdrawn: bool,
    author_name: Option<String>,
}

/// A draft of the agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftDetailView {
    id: Uuid,
    /// `written` or `oral`.
    form: String,
    frozen: bool,
    /// What a signature would stand over now.
    content_hash: String,
    /// Which part is another one than that which was frozen: `clauses`, or `rest` for the form, the
    /// parties and the facts of the dispute.
    moved: Option<MovedPart>,
    clauses: Vec<DraftClauseView>,
    signatures: Vec<SignatureView>,
}

/// A clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftClauseView {
    id: Uuid,
    text: String,
    terms: Option<ClauseTermsView>,
    /// Rival terms stand side by side.
    disputed: bool,
}

/// The promise of a clause.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClauseTermsView {
    obligor: Uuid,
    obligee: Uuid,
    kind: String,
    amount_cents: u64,
    amount_words: String,
    method: String,
    on_breach: String,
}

/// A signature.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignatureView {
    id: Uuid,
    /// `party` or `mediator`.
    signer: String,
    party: Option<Uuid>,
    medium: String,
    /// The piece of evidence with the picture of it.
    scan: Option<Uuid>,
    /// On the frozen text; otherwise on an older one.
    valid: bool,
    /// Claimed by a device.
    at: Timestamp,
}

/// The agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgreementView {
    draft: Uuid,
    form: String,
    content_hash: String,
    number: Option<String>,
    effective_at: Option<Timestamp>,
    seal_no: Option<String>,
}

impl DetailContext<'_> {
    pub(super) fn intake(&self) -> IntakeView {
        let intake = &self.view.intake;
        IntakeView {
            channel: intake.channel.clone(),
            external_no: intake.external_no.clone(),
            summary: intake.summary.clone(),
            address: intake.place.get().map(|place| place.address.clone()),
            occurred_at: intake.occurred_at.get().copied(),
            persons: intake.persons.get().copied(),
            amount_cents: intake.amount.get().map(|amount| amount.0),
            injury: intake.injury.get().map(word),
        }
    }

    pub(super) fn parties(&self) -> Vec<PartyItemView> {
        let aliases = self.facts.aliases();
        let flags = self.disclosed.sight().shows(FieldClass::Flags);
        let flag = |is_so: bool| flags.then_some(is_so);
        items(&self.view.parties, |id, entry| PartyItemView {
            id: id.0,
            side: word(&entry.value.party.side),
            kind: word(&entry.value.party.kind),
            name_masked: entry.value.party.name_masked.clone(),
            is_minor: flag(entry.value.party.is_minor),
            is_incapacitated: flag(entry.value.party.is_incapacitated),
            is_representative: entry.value.party.is_representative,
            withdrawn: entry.value.withdrawn.is_some(),
            alias_of: aliases.get(id).map(|_| self.facts.person(*id).0),
        })
    }

    pub(super) fn notes(&self) -> Vec<TextItemView> {
        items(&self.view.notes, |id, entry| TextItemView {
            id: id.0,
            kind: word(&entry.value.head.kind),
            at: entry.value.head.at,
            text: entry.value.text.clone(),
            author_name: self.people.actor(entry.author),
        })
    }

    pub(super) fn statements(&self) -> Vec<StatementItemView> {
        items(&self.view.statements, |id, entry| StatementItemView {
            id: id.0,
            party: entry.value.head.party.0,
            taken_at: entry.value.head.taken_at,
            text: entry.value.text.clone(),
            sealed: entry.value.sealed.is_some(),
            locked: entry.value.locked.is_some(),
            author_name: self.people.actor(entry.author),
        })
    }

    pub(super) fn visits(&self) -> Vec<VisitItemView> {
        items(&self.view.visits, |id, entry| VisitItemView {
            id: id.0,
            due: entry.value.visit.due,
            method: word(&entry.value.visit.method),
            at: entry.value.visit.at,
            performance: word(&entry.value.visit.finding.performance),
            satisfaction: entry.value.visit.finding.satisfaction,
            relapse_sign: entry.value.visit.finding.relapse_sign,
            text: entry.value.text.clone(),
            author_name: self.people.actor(entry.author),
        })
    }

    pub(super) fn evidence(&self) -> Vec<EvidenceItemView> {
        items(&self.view.evidence, |id, entry| {
            let evidence = &entry.value.evidence;
            EvidenceItemView {
                id: id.0,
                kind: word(&evidence.kind),
                sha256: evidence.sha256.clone(),
                size: evidence.size,
                mime: evidence.mime.clone(),
                taken_at: evidence.taken_at,
                origin: evidence.origin.clone(),
                caption: entry.value.caption.clone(),
                withdrawn: entry.value.withdrawn.is_some(),
                author_name: self.people.actor(entry.author),
            }
        })
    }

    pub(super) fn drafts(&self) -> Vec<DraftDetailView> {
        items(&self.view.drafts, |id, entry| DraftDetailView {
            id: id.0,
            form: word(&entry.value.head.form),
            frozen: entry.value.frozen.is_some(),
            content_hash: entry.value.content_hash.clone(),
            moved: moved(&entry.value),
            clauses: entry
                .value
                .clauses
                .iter()
                .map(|(id, clause)| clause_view(id.0, clause))
                .collect(),
            signatures: self.signatures(id.0, entry),
        })
    }

    pub(super) fn agreement(&self) -> Option<AgreementView> {
        let agreement = self.facts.round.agreement.as_ref()?;
        Some(AgreementView {
            draft: agreement.draft.0,
            form: word(&agreement.form),
            content_hash: agreement.content_hash.clone(),
            number: agreement.number.clone(),
            effective_at: agreement.effective_at,
            seal_no: agreement.seal_no.clone(),
        })
    }

    fn signatures(&self, draft: Uuid, entry: &Entry<DraftView>) -> Vec<SignatureView> {
        let frozen = entry.value.frozen.as_ref().map(|lock| lock.hash.as_str());
        let of_draft = self
            .view
            .signatures
            .iter()
            .filter(|(_, s)| s.value.draft.0 == draft);
        let view = of_draft.map(|(id, signature)| {
            let (signer, party) = match signature.value.signer {
                Signer::Party(party) => ("party", Some(party.0)),
                Signer::Mediator => ("mediator", None),
            };
            SignatureView {
                id: id.0,
                signer: signer.into(),
                party,
                medium: word(&signature.value.medium),
                scan: signature.value.scan.map(|id| id.0),
                valid: frozen == Some(signature.value.hash.as_str()),
                at: signature.value.at,
            }
        });
        view.collect()
    }
}

fn moved(draft: &DraftView) -> Option<MovedPart> {
    draft.moved_since(&draft.frozen.as_ref()?.hash)
}

fn clause_view(id: Uuid, clause: &ClauseView) -> DraftClauseView {
    let terms = clause.terms.get().and_then(Option::as_ref).map(terms_view);
    DraftClauseView {
        id,
        text: clause.text.clone(),
        terms,
        disputed: clause.terms.is_disputed(),
    }
}

fn terms_view(terms: &Terms) -> ClauseTermsView {
    ClauseTermsView {
        obligor: terms.obligor.0,
        obligee: terms.obligee.0,
        kind: word(&terms.kind),
        amount_cents: terms.amount.0,
        amount_words: terms.amount_words.clone(),
        method: terms.method.clone(),
        on_breach: terms.on_breach.clone(),
    }
}
