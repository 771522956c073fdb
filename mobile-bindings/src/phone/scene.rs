//! What is recorded: a case begun here, people, words, things, visits and observations. Every call
//! is durable when it returns.

use super::Phone;
use crate::{
    clock,
    error::PhoneError,
    words::{
        CaseId, Cents, ConsentDecision, ConsentSubject, ContactMeans, DvScreen, EntryId, Injury,
        NoteKind, Observed, Party, Place, SituationCode, Timestamp, VisitFinding, VisitMethod,
    },
};
use hejie_case::{
    document::Origin,
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    record::{Consent, Contact, IntakeField, NoteHead, RiskObservation, StatementHead, Visit},
};

/// What is known of a case when it is begun.
#[derive(Debug, Clone, Default, uniffi::Record)]
pub struct NewCase {
    /// What happened, in words.
    pub summary: String,
    /// The channel, such as `walk_in`.
    #[uniffi(default = None)]
    pub channel: Option<String>,
    /// The situation of the catalogue.
    #[uniffi(default = None)]
    pub situation: Option<SituationCode>,
    /// Where.
    #[uniffi(default = None)]
    pub place: Option<Place>,
    /// When it broke out.
    #[uniffi(default = None)]
    pub occurred_at: Option<Timestamp>,
    /// How many people take part.
    #[uniffi(default = None)]
    pub persons: Option<u32>,
    /// Money in dispute.
    #[uniffi(default = None)]
    pub amount: Option<Cents>,
    /// Whether somebody was hurt.
    #[uniffi(default = None)]
    pub injury: Option<Injury>,
    /// What came of the screening for domestic violence.
    #[uniffi(default = None)]
    pub dv_screen: Option<DvScreen>,
}

/// What a party said when it was asked.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ConsentGiven {
    /// The party.
    pub party: EntryId,
    /// About what it was asked.
    pub what: ConsentSubject,
    /// What it said.
    pub decision: ConsentDecision,
    /// The version of the text that was shown or read aloud.
    pub text_version: String,
    /// The evidence entry that proves it.
    #[uniffi(default = None)]
    pub evidence: Option<EntryId>,
}

/// A visit and what was found.
#[derive(Debug, Clone, uniffi::Record)]
pub struct VisitReport {
    /// How.
    pub method: VisitMethod,
    /// What was found.
    pub finding: VisitFinding,
    /// In words.
    pub text: String,
    /// The due item that it answers, by its number in the series.
    #[uniffi(default = None)]
    pub due: Option<u8>,
    /// Where.
    #[uniffi(default = None)]
    pub place: Option<Place>,
}

#[uniffi::export]
impl Phone {
    /// Begins a case on this phone; the server registers it at the next exchange.
    pub fn begin_case(&self, new_case: NewCase) -> Result<CaseId, PhoneError> {
        Ok(self
            .engine()
            .create_case(new_case.into(), clock::now())?
            .case)
    }

    /// Adds a party, masked: full identity never enters the document.
    pub fn add_party(&self, case_id: CaseId, party: Party) -> Result<EntryId, PhoneError> {
        self.add(case_id, NewEntry::Party(party))
    }

    /// Marks a party as withdrawn.
    pub fn withdraw_party(
        &self,
        case_id: CaseId,
        party: EntryId,
        why: String,
    ) -> Result<(), PhoneError> {
        self.edit(
            case_id,
            Edit::Withdraw {
                target: Withdrawable::Party(party),
                why,
                at: clock::now(),
            },
        )
    }

    /// Records what a party agreed to or refused.
    pub fn record_consent(
        &self,
        case_id: CaseId,
        consent: ConsentGiven,
    ) -> Result<EntryId, PhoneError> {
        let ConsentGiven {
            party,
            what,
            decision,
            text_version,
            evidence,
        } = consent;
        let at = clock::now();
        let consent = Consent {
            party,
            what,
            decision,
            text_version,
            at,
            evidence,
            seen: Vec::new(),
        };
        Ok(self.engine().record_consent(case_id, consent, at)?)
    }

    /// Adds a statement of a party. Where its words must be sealed (family, medical and school
    /// cases, minors), only the server can read them from then on.
    #[uniffi::method(default(supplement_to = None))]
    pub fn add_statement(
        &self,
        case_id: CaseId,
        party: EntryId,
        text: &str,
        supplement_to: Option<EntryId>,
    ) -> Result<EntryId, PhoneError> {
        let head = StatementHead {
            party,
            taken_at: clock::now(),
            supplement_to,
        };
        Ok(self
            .engine()
            .add_statement(case_id, head, text, clock::now())?)
    }

    /// Replaces the text of a statement that is not locked; its own writer only.
    pub fn edit_statement(
        &self,
        case_id: CaseId,
        statement: EntryId,
        text: &str,
    ) -> Result<(), PhoneError> {
        let now = clock::now();
        self.engine()
            .edit_statement(case_id, statement, text, now)?;
        Ok(())
    }

    /// Locks a statement on signing.
    pub fn lock_statement(&self, case_id: CaseId, statement: EntryId) -> Result<(), PhoneError> {
        self.edit(
            case_id,
            Edit::LockStatement {
                statement,
                at: clock::now(),
            },
        )
    }

    /// Adds a note.
    pub fn add_note(
        &self,
        case_id: CaseId,
        kind: NoteKind,
        text: String,
    ) -> Result<EntryId, PhoneError> {
        self.add(
            case_id,
            NewEntry::Note(
                NoteHead {
                    kind,
                    at: clock::now(),
                },
                text,
            ),
        )
    }

    /// Replaces the text of a note; only the difference is written, and merges with what others
    /// write.
    pub fn edit_note(
        &self,
        case_id: CaseId,
        note: EntryId,
        text: String,
    ) -> Result<(), PhoneError> {
        self.text(case_id, TextTarget::Note { id: note }, text)
    }

    /// Records a contact with a party.
    pub fn add_contact(
        &self,
        case_id: CaseId,
        party: EntryId,
        means: ContactMeans,
        reached: bool,
    ) -> Result<EntryId, PhoneError> {
        self.add(
            case_id,
            NewEntry::Contact(Contact {
                party,
                means,
                at: clock::now(),
                reached,
            }),
        )
    }

    /// Adds a follow-up visit.
    pub fn add_visit(&self, case_id: CaseId, report: VisitReport) -> Result<EntryId, PhoneError> {
        let VisitReport {
            method,
            finding,
            text,
            due,
            place,
        } = report;
        self.add(
            case_id,
            NewEntry::Visit(
                Visit {
                    due,
                    method,
                    at: clock::now(),
                    place,
                    finding,
                },
                text,
            ),
        )
    }

    /// Replaces what was found on a visit; only the difference is written.
    pub fn edit_visit(
        &self,
        case_id: CaseId,
        visit: EntryId,
        text: String,
    ) -> Result<(), PhoneError> {
        self.text(case_id, TextTarget::Visit { id: visit }, text)
    }

    /// Adds an observation of risk.
    pub fn observe_risk(
        &self,
        case_id: CaseId,
        observed: Observed,
        why: String,
    ) -> Result<EntryId, PhoneError> {
        self.add(
            case_id,
            NewEntry::Risk(RiskObservation {
                factor: observed.into(),
                at: clock::now(),
                why,
            }),
        )
    }
}

impl Phone {
    pub(super) fn add(&self, case_id: CaseId, entry: NewEntry) -> Result<EntryId, PhoneError> {
        Ok(self.engine().add(case_id, entry, clock::now())?)
    }

    pub(super) fn edit(&self, case_id: CaseId, edit: Edit) -> Result<(), PhoneError> {
        self.engine().edit(case_id, edit, clock::now())?;
        Ok(())
    }

    pub(super) fn text(
        &self,
        case_id: CaseId,
        target: TextTarget,
        content: String,
    ) -> Result<(), PhoneError> {
        self.edit(case_id, Edit::Text { target, content })
    }
}

impl From<NewCase> for Origin {
    fn from(new_case: NewCase) -> Self {
        let fields = [
            new_case.situation.map(IntakeField::Situation),
            new_case.occurred_at.map(IntakeField::OccurredAt),
            new_case.persons.map(IntakeField::Persons),
            new_case.amount.map(IntakeField::Amount),
            new_case.injury.map(IntakeField::Injury),
            new_case.place.map(IntakeField::Place),
            new_case.dv_screen.map(IntakeField::DvScreen),
        ];
        let fields = fields.into_iter().flatten().collect();
        Self {
            channel: new_case.channel,
            external_no: None,
            fields,
            summary: new_case.summary,
        }
    }
}
