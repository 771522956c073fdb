//! What people do again and again on their phones.

use super::{LEAD, Team, VISITOR};
use hejie_case::{act, edit::NewEntry, facts::Status, ids::EntryId, record::*};
use hejie_device::engine::Signing;

/// A draft and its one clause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drafted {
    pub(crate) draft: EntryId,
    pub(crate) clause: EntryId,
}

impl Team {
    /// The lead signs for the case, arrives, names two parties who agree, and has the case accepted
    /// and begun; all phones know. Returns the parties.
    pub(crate) async fn mediating(&mut self, situation: &str) -> [EntryId; 2] {
        self.take_up(situation).await;
        self.arrive();
        let parties = [(Side::A, "张*明"), (Side::B, "李*")].map(|(side, name)| {
            self.party(
                LEAD,
                Party {
                    name_masked: name.into(),
                    ..somebody(side)
                },
            )
        });
        self.accept(&parties);
        self.come_back([LEAD, VISITOR]).await;
        assert_eq!(self.status().await, Status::Mediating);
        parties
    }

    /// As [`Self::mediating`], up to an agreement that took effect; returns the clause by which B
    /// pays A.
    pub(crate) async fn agreed(&mut self, situation: &str) -> EntryId {
        let parties = self.mediating(situation).await;
        let Drafted { draft, clause } = self.draft(LEAD, terms(parties, 860_000, "捌仟陆佰元整"));
        self.freeze(LEAD, draft);
        self.all_sign(LEAD, draft, &parties);
        self.effect(LEAD, draft);
        self.come_back([LEAD, VISITOR]).await;
        assert_eq!(self.status().await, Status::AgreementEffective);
        clause
    }

    /// As [`Self::agreed`], up to where only visits are left.
    pub(crate) async fn performed(&mut self, situation: &str) {
        let clause = self.agreed(situation).await;
        self.log(LEAD, clause, Performance::Performed);
        self.come_back([LEAD, VISITOR]).await;
        assert_eq!(self.status().await, Status::FollowUp);
    }

    /// The case is signed for on a phone.
    pub(crate) fn sign_for(&mut self, phone: usize) {
        let (engine, case, now) = self.on(phone);
        engine.sign_for(case, now).unwrap();
    }

    /// The lead signs for the case and arrives.
    pub(crate) fn arrive(&mut self) {
        self.sign_for(LEAD);
        let (place, reason) = (None, None);
        self.ask(LEAD, Ask::Arrive(act::Arrive { place, reason }));
    }

    /// The lead gives the notice, records that these agree, and has the case accepted and begun;
    /// returns the request for acceptance.
    pub(crate) fn accept(&mut self, agreeing: &[EntryId]) -> EntryId {
        self.give_notice(LEAD);
        for party in agreeing {
            self.say(
                LEAD,
                *party,
                ConsentSubject::Mediation,
                ConsentDecision::Agree,
            );
        }
        let accept = self.ask(LEAD, Ask::Accept);
        self.ask(LEAD, Ask::Start);
        accept
    }

    pub(crate) fn give_notice(&mut self, phone: usize) -> EntryId {
        let text_version = "2026-1".into();
        self.ask(phone, Ask::GiveNotice(act::GiveNotice { text_version }))
    }

    pub(crate) fn party(&mut self, phone: usize, party: Party) -> EntryId {
        self.add(phone, NewEntry::Party(party))
    }

    /// Records what a party said, and which of its refusals the phone knew of.
    pub(crate) fn say(
        &mut self,
        phone: usize,
        party: EntryId,
        what: ConsentSubject,
        decision: ConsentDecision,
    ) -> EntryId {
        let (engine, case, now) = self.on(phone);
        let consent = Consent {
            party,
            what,
            decision,
            text_version: "2026-1".into(),
            at: now,
            evidence: None,
            seen: Vec::new(),
        };
        engine.record_consent(case, consent, now).unwrap()
    }

    pub(crate) fn note(&mut self, phone: usize, words: &str) -> EntryId {
        let at = self.tick();
        let kind = NoteKind::Inquiry;
        self.add(phone, NewEntry::Note(NoteHead { kind, at }, words.into()))
    }

    /// A written draft with one clause.
    pub(crate) fn draft(&mut self, phone: usize, terms: Terms) -> Drafted {
        let (form, based_on) = (AgreementForm::Written, None);
        self.draft_as(phone, DraftHead { form, based_on }, terms)
    }

    /// A draft with one clause.
    pub(crate) fn draft_as(&mut self, phone: usize, head: DraftHead, terms: Terms) -> Drafted {
        let draft = self.add(phone, NewEntry::Draft(head));
        let (engine, case, now) = self.on(phone);
        let text = "乙方退还甲方中介费。".into();
        let clause = engine.add_clause(case, draft, text, Some(terms), now);
        let clause = clause.unwrap();
        Drafted { draft, clause }
    }

    /// Freezes a draft and asks for it to be taken for the agreement; returns the request.
    pub(crate) fn freeze(&mut self, phone: usize, draft: EntryId) -> EntryId {
        let (engine, case, now) = self.on(phone);
        engine.freeze_draft(case, draft, now).unwrap();
        let requests = self.view(phone).requests;
        let of = |ask: &Ask| *ask == Ask::Freeze(act::Freeze { draft });
        let asked = requests.iter().filter(|(_, r)| of(&r.value.ask));
        *asked.max_by_key(|(_, r)| r.value.at).unwrap().0
    }

    /// Somebody signs a frozen draft; what is signed on paper is photographed first.
    pub(crate) fn sign(
        &mut self,
        phone: usize,
        draft: EntryId,
        signer: Signer,
        medium: SignatureMedium,
    ) -> EntryId {
        let on_paper = medium == SignatureMedium::PaperScan;
        let scan = on_paper.then(|| self.phones[phone].takes_photo(&self.scene));
        let (engine, case, now) = self.on(phone);
        let signing = Signing {
            signer,
            medium,
            scan,
        };
        engine.sign_draft(case, draft, signing, now).unwrap()
    }

    /// These parties and the mediator sign a frozen draft on the screen.
    pub(crate) fn all_sign(&mut self, phone: usize, draft: EntryId, parties: &[EntryId]) {
        let parties = parties.iter().map(|party| Signer::Party(*party));
        for signer in parties.chain([Signer::Mediator]) {
            self.sign(phone, draft, signer, SignatureMedium::Screen);
        }
    }

    /// Asks for the effect of an agreement, under the seal that the mediator carries.
    pub(crate) fn effect(&mut self, phone: usize, draft: EntryId) -> EntryId {
        let effect = act::TakeEffect {
            draft,
            seal_no: Some("章-2026-7".into()),
            effective_on: None,
        };
        self.ask(phone, Ask::Effect(effect))
    }

    /// What becomes of the request for effect: why not, if it is refused.
    pub(crate) async fn asks_for_effect(&mut self, phone: usize, draft: EntryId) -> Option<String> {
        let asked = self.effect(phone, draft);
        self.sync(phone).await;
        self.refusal(asked).await
    }

    /// Logs what became of a promise of 8,600 yuan.
    pub(crate) fn log(&mut self, phone: usize, clause: EntryId, state: Performance) -> EntryId {
        self.pays(phone, clause, (state, 860_000), None)
    }

    /// Logs so much of a promise, with the number of its slip.
    pub(crate) fn pays(
        &mut self,
        phone: usize,
        obligation: EntryId,
        (state, cents): (Performance, u64),
        slip_no: Option<&str>,
    ) -> EntryId {
        let entry = PerformanceEntry {
            obligation,
            state,
            at: self.tick(),
            amount: Cents(cents),
            means: "转账".into(),
            slip_no: slip_no.map(Into::into),
            evidence: None,
        };
        self.add(phone, NewEntry::Performance(entry))
    }

    /// A visit with these findings.
    pub(crate) fn visit(
        &mut self,
        phone: usize,
        due: Option<u8>,
        (performance, satisfaction): (Performance, Option<u8>),
    ) -> EntryId {
        let visit = Visit {
            due,
            method: VisitMethod::Telephone,
            at: self.tick(),
            place: None,
            finding: VisitFinding {
                performance,
                satisfaction,
                relapse_sign: false,
            },
        };
        self.add(phone, NewEntry::Visit(visit, "双方情绪平稳。".into()))
    }

    pub(crate) fn ask_close(&mut self, phone: usize, outcome: CloseKind) -> EntryId {
        let feedback = "已办结。".into();
        self.ask(phone, Ask::AskClose(act::AskClose { outcome, feedback }))
    }
}

/// B pays A so much at once.
pub(crate) fn terms([a, b]: [EntryId; 2], cents: u64, words: &str) -> Terms {
    Terms {
        obligor: b,
        obligee: a,
        kind: PromiseKind::Pay,
        amount: Cents(cents),
        amount_words: words.into(),
        schedule: Vec::new(),
        method: "当场转账".into(),
        on_breach: String::new(),
    }
}

/// A grown-up of a side, who takes part for himself.
pub(crate) fn somebody(side: Side) -> Party {
    Party::person(side, "王*")
}
