//! What people enter on their phones, in the words of a case.

use super::{Play, Result};
use crate::sample::Sample;
use hejie_case::{
    edit::{Edit, NewEntry, TextTarget},
    ids::{EntryId, FileHash},
    record::{
        Cents, Consent, ConsentDecision, ConsentSubject, Contact, ContactMeans, Evidence,
        EvidenceKind, NoteHead, NoteKind, Party, PartyKind, Performance, PerformanceEntry,
        RiskFactor, RiskObservation, SessionForm, SessionHead, Side, StatementHead, Visit,
        VisitFinding, VisitMethod,
    },
};

/// The version of the notice that is read to parties.
const NOTICE: &str = "告知书 2026-1";

/// What a visit found.
#[derive(Debug, Clone)]
pub(crate) struct DemoVisit {
    /// The due item that it answers.
    pub(crate) due: Option<u8>,
    /// How it was made.
    pub(crate) method: VisitMethod,
    /// Whether the agreement was performed.
    pub(crate) performance: Performance,
    /// One to five.
    pub(crate) satisfaction: Option<u8>,
    /// Signs of breaking out again.
    pub(crate) relapse_sign: bool,
    /// In words.
    pub(crate) text: String,
}

impl Play {
    /// Enters a party.
    pub(crate) fn party(
        &mut self,
        phone: usize,
        kind: PartyKind,
        side: Side,
        name: &str,
    ) -> Result<EntryId> {
        self.party_of(
            phone,
            Party {
                kind,
                ..Party::person(side, name)
            },
        )
    }

    /// Enters a party with everything that is known.
    pub(crate) fn party_of(&mut self, phone: usize, party: Party) -> Result<EntryId> {
        self.add(phone, NewEntry::Party(party))
    }

    /// Notes what a party says about being mediated; `seen` are refusals that this lifts.
    pub(crate) fn consent(
        &mut self,
        phone: usize,
        party: EntryId,
        decision: ConsentDecision,
        seen: Vec<EntryId>,
    ) -> Result<EntryId> {
        let at = self.clock_of(phone);
        self.add(
            phone,
            NewEntry::Consent(Consent {
                party,
                what: ConsentSubject::Mediation,
                decision,
                text_version: NOTICE.into(),
                at,
                evidence: None,
                seen,
            }),
        )
    }

    /// Notes that a party agrees to what another body gets to know of the case (P05).
    pub(crate) fn share_agreed(&mut self, phone: usize, party: EntryId) -> Result<EntryId> {
        let at = self.clock_of(phone);
        self.add(
            phone,
            NewEntry::Consent(Consent {
                party,
                what: ConsentSubject::ShareDepartment,
                decision: ConsentDecision::Agree,
                text_version: NOTICE.into(),
                at,
                evidence: None,
                seen: Vec::new(),
            }),
        )
    }

    /// Notes something.
    pub(crate) fn note(&mut self, phone: usize, kind: NoteKind, text: &str) -> Result<EntryId> {
        let at = self.clock_of(phone);
        self.add(phone, NewEntry::Note(NoteHead { kind, at }, text.into()))
    }

    /// Writes on in a text.
    pub(crate) fn rewrite(&mut self, phone: usize, target: TextTarget, content: &str) -> Result {
        self.edit(
            phone,
            &Edit::Text {
                target,
                content: content.into(),
            },
        )
    }

    /// Notes what is seen of risk.
    pub(crate) fn observe(
        &mut self,
        phone: usize,
        factor: RiskFactor,
        why: &str,
    ) -> Result<EntryId> {
        let at = self.clock_of(phone);
        self.add(
            phone,
            NewEntry::Risk(RiskObservation {
                factor,
                at,
                why: why.into(),
            }),
        )
    }

    /// Takes a piece of evidence, whose original arrives.
    pub(crate) fn evidence(
        &mut self,
        phone: usize,
        kind: EvidenceKind,
        origin: &str,
        caption: &str,
    ) -> Result<EntryId> {
        self.capture(phone, kind, Sample::of(kind).hash(), origin, caption)
    }

    /// Takes a piece of evidence, whose original does not arrive.
    pub(crate) fn evidence_without_file(
        &mut self,
        phone: usize,
        kind: EvidenceKind,
        caption: &str,
    ) -> Result<EntryId> {
        let hash = FileHash(self.chance().bytes());
        self.capture(phone, kind, hash, "现场拍摄", caption)
    }

    fn capture(
        &mut self,
        phone: usize,
        kind: EvidenceKind,
        hash: FileHash,
        origin: &str,
        caption: &str,
    ) -> Result<EntryId> {
        let Sample { mime, bytes } = Sample::of(kind);
        let evidence = Evidence {
            kind,
            sha256: hash.to_string(),
            size: bytes.len() as u64,
            mime: mime.into(),
            taken_at: self.clock_of(phone),
            place: None,
            origin: origin.into(),
        };
        self.add(phone, NewEntry::Evidence(evidence, caption.into()))
    }

    /// Takes a statement.
    pub(crate) fn statement(
        &mut self,
        phone: usize,
        party: EntryId,
        text: &str,
    ) -> Result<EntryId> {
        let head = StatementHead {
            party,
            taken_at: self.clock_of(phone),
            supplement_to: None,
        };
        self.add(phone, NewEntry::Statement(head, text.into()))
    }

    /// Reaches a party, or tries to.
    pub(crate) fn contact(
        &mut self,
        phone: usize,
        party: EntryId,
        means: ContactMeans,
        reached: bool,
    ) -> Result<EntryId> {
        let at = self.clock_of(phone);
        self.add(
            phone,
            NewEntry::Contact(Contact {
                party,
                means,
                at,
                reached,
            }),
        )
    }

    /// Records a session.
    pub(crate) fn session(
        &mut self,
        phone: usize,
        form: SessionForm,
        attendees: &[EntryId],
        record: &str,
        result: &str,
    ) -> Result<EntryId> {
        let head = SessionHead {
            form,
            start: self.clock_of(phone),
            place: None,
            attendees: attendees.to_vec(),
            result: result.into(),
        };
        self.add(phone, NewEntry::Session(head, record.into()))
    }

    /// Logs what became of a promise.
    pub(crate) fn perform(
        &mut self,
        phone: usize,
        obligation: EntryId,
        state: Performance,
        yuan: u64,
        slip_no: Option<String>,
    ) -> Result<EntryId> {
        let at = self.clock_of(phone);
        let means = String::from(if yuan > 0 { "转账" } else { "当面" });
        self.add(
            phone,
            NewEntry::Performance(PerformanceEntry {
                obligation,
                state,
                at,
                amount: Cents(yuan * 100),
                means,
                slip_no,
                evidence: None,
            }),
        )
    }

    /// Enters a visit.
    pub(crate) fn visit(&mut self, phone: usize, found: &DemoVisit) -> Result<EntryId> {
        let visit = Visit {
            due: found.due,
            method: found.method,
            at: self.clock_of(phone),
            place: None,
            finding: VisitFinding {
                performance: found.performance,
                satisfaction: found.satisfaction,
                relapse_sign: found.relapse_sign,
            },
        };
        self.add(phone, NewEntry::Visit(visit, found.text.clone()))
    }
}

/// The version of the notice that is read to parties.
#[must_use]
pub(crate) fn notice() -> String {
    NOTICE.into()
}
