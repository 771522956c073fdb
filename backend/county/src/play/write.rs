//! What people enter on their phones, in the words of a case.

use super::{Halt, Play};
use hejie_case::deadline::SHANGHAI;
use hejie_case::{
    capital::capital,
    edit::{Edit, NewEntry, TextTarget},
    ids::EntryId,
    record::{
        AgreementForm, Cents, Consent, ConsentDecision, ConsentSubject, Contact, ContactMeans,
        DraftHead, Evidence, EvidenceKind, Instalment, Lock, NoteHead, NoteKind, Party, PartyKind,
        Performance, PerformanceEntry, PromiseKind, RiskFactor, RiskObservation, SessionForm,
        SessionHead, Side, Signature, SignatureMedium, Signer, StatementHead, Terms, Visit,
        VisitFinding, VisitMethod,
    },
};
use jiff::ToSpan;

/// The version of the notice that is read to parties.
const NOTICE: &str = "告知书 2026-1";

/// What somebody promises.
#[derive(Debug, Clone)]
pub(crate) struct Promise {
    /// Who owes.
    pub(crate) obligor: EntryId,
    /// To whom.
    pub(crate) obligee: EntryId,
    /// How much, yuan; nothing if something is to be done.
    pub(crate) yuan: u64,
    /// In how many days each equal part is due; empty if at once.
    pub(crate) in_days: Vec<u16>,
    /// The clause in words.
    pub(crate) text: String,
}

/// What a visit found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
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
    ) -> Result<EntryId, Halt> {
        self.party_of(
            phone,
            Party {
                kind,
                side,
                role: None,
                name_masked: name.into(),
                is_minor: false,
                is_representative: false,
                guardian_of: None,
                secret_ref: None,
            },
        )
    }

    /// Enters a party with everything that is known.
    pub(crate) fn party_of(&mut self, phone: usize, party: Party) -> Result<EntryId, Halt> {
        self.add(phone, NewEntry::Party(party))
    }

    /// Notes what a party says about being mediated; `seen` are refusals that this lifts.
    pub(crate) fn consent(
        &mut self,
        phone: usize,
        party: EntryId,
        decision: ConsentDecision,
        seen: Vec<EntryId>,
    ) -> Result<EntryId, Halt> {
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

    /// Notes something.
    pub(crate) fn note(
        &mut self,
        phone: usize,
        kind: NoteKind,
        text: &str,
    ) -> Result<EntryId, Halt> {
        let at = self.clock_of(phone);
        self.add(phone, NewEntry::Note(NoteHead { kind, at }, text.into()))
    }

    /// Writes on in a text.
    pub(crate) fn rewrite(
        &mut self,
        phone: usize,
        target: TextTarget,
        content: &str,
    ) -> Result<(), Halt> {
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
    ) -> Result<EntryId, Halt> {
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

    /// Takes a piece of evidence.
    pub(crate) fn evidence(
        &mut self,
        phone: usize,
        kind: EvidenceKind,
        origin: &str,
        caption: &str,
    ) -> Result<EntryId, Halt> {
        let (mime, size) = match kind {
            EvidenceKind::Photo | EvidenceKind::Paper => {
                ("image/jpeg", self.chance().between(180_000, 620_000))
            }
            EvidenceKind::Audio => ("audio/ogg", self.chance().between(300_000, 6_000_000)),
            EvidenceKind::Video => ("video/mp4", self.chance().between(2_000_000, 18_000_000)),
        };
        let sha256: [u8; 32] = self.chance().bytes();
        let evidence = Evidence {
            kind,
            sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
            size: size.unsigned_abs(),
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
    ) -> Result<EntryId, Halt> {
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
    ) -> Result<EntryId, Halt> {
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
    ) -> Result<EntryId, Halt> {
        let head = SessionHead {
            form,
            start: self.clock_of(phone),
            place: None,
            attendees: attendees.to_vec(),
            result: result.into(),
        };
        self.add(phone, NewEntry::Session(head, record.into()))
    }

    /// Begins a draft.
    pub(crate) fn draft(
        &mut self,
        phone: usize,
        form: AgreementForm,
        based_on: Option<EntryId>,
    ) -> Result<EntryId, Halt> {
        self.add(phone, NewEntry::Draft(DraftHead { form, based_on }))
    }

    /// Adds a clause with what is promised in it.
    pub(crate) fn promise(
        &mut self,
        phone: usize,
        draft: EntryId,
        promise: &Promise,
    ) -> Result<EntryId, Halt> {
        let terms = self.terms(promise);
        self.clause(phone, draft, &promise.text, Some(terms))
    }

    /// Adds a clause.
    pub(crate) fn clause(
        &mut self,
        phone: usize,
        draft: EntryId,
        text: &str,
        terms: Option<Terms>,
    ) -> Result<EntryId, Halt> {
        let clause = self.fresh(phone);
        let order = format!("{}", self.clock_of(phone).as_second());
        self.edit(
            phone,
            &Edit::AddClause {
                draft,
                clause,
                order,
                text: text.into(),
                terms,
            },
        )?;
        Ok(clause)
    }

    /// The terms of a promise, in figures and in words.
    #[must_use]
    pub(crate) fn terms(&self, promise: &Promise) -> Terms {
        let amount = Cents(promise.yuan * 100);
        let today = SHANGHAI.to_datetime(self.now).date();
        let parts = promise.in_days.len() as u64;
        let part = amount.0.checked_div(parts).unwrap_or(0);
        let schedule = promise.in_days.iter().zip(1..).map(|(days, n)| Instalment {
            due: today.checked_add(i64::from(*days).days()).unwrap_or(today),
            amount: Cents(if n == parts {
                amount.0 - part * (parts - 1)
            } else {
                part
            }),
        });
        let pays = promise.yuan > 0;
        Terms {
            obligor: promise.obligor,
            obligee: promise.obligee,
            kind: if pays {
                PromiseKind::Pay
            } else {
                PromiseKind::Do
            },
            amount,
            amount_words: if pays { capital(amount) } else { String::new() },
            schedule: schedule.collect(),
            method: String::from(if pays {
                "转账至甲方本人账户"
            } else {
                "由乙方自行完成，甲方验看"
            }),
            on_breach: String::from("逾期的，另一方可向人民法院起诉。"),
        }
    }

    /// Freezes a draft; returns what is to be signed.
    pub(crate) fn freeze(&mut self, phone: usize, draft: EntryId) -> Result<Lock, Halt> {
        let at = self.clock_of(phone);
        self.edit(phone, &Edit::Freeze { draft, at })?;
        let view = self.phones[phone].doc().view()?;
        let lock = view.drafts.get(&draft).and_then(|d| d.value.frozen.clone());
        Ok(lock.unwrap_or(Lock {
            heads: Vec::new(),
            hash: String::new(),
            at,
        }))
    }

    /// Takes a signature.
    pub(crate) fn sign(
        &mut self,
        phone: usize,
        draft: EntryId,
        lock: &Lock,
        signer: Signer,
        medium: SignatureMedium,
    ) -> Result<EntryId, Halt> {
        let at = self.clock_of(phone);
        self.add(
            phone,
            NewEntry::Signature(Signature {
                draft,
                hash: lock.hash.clone(),
                heads: lock.heads.clone(),
                signer,
                medium,
                blob_ref: None,
                at,
            }),
        )
    }

    /// Logs what became of a promise.
    pub(crate) fn perform(
        &mut self,
        phone: usize,
        obligation: EntryId,
        state: Performance,
        yuan: u64,
        slip_no: Option<String>,
    ) -> Result<EntryId, Halt> {
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
    pub(crate) fn visit(&mut self, phone: usize, found: &Found) -> Result<EntryId, Halt> {
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
