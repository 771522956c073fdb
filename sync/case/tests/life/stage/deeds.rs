//! What the people on the stage do again and again.

use super::{MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, Act, DeskAct},
    document::{Basis, Inside, Replay, Work},
    edit::{Edit, NewEntry},
    facts::Level,
    ids::{ChangeHash, EntryId},
    reason::Reason,
    record::*,
    role::Role,
    rule::Motion,
};
use std::collections::BTreeMap;

impl Stage {
    /// Signs for the case, arrives, names two parties who agree, and has the case accepted and
    /// begun; returns the parties.
    pub fn accept(&mut self) -> [EntryId; 2] {
        self.arrive();
        let parties = [self.party(Side::A, "张*明"), self.party(Side::B, "李*")];
        self.accept_with(&parties);
        parties
    }

    /// Signs for the case and arrives.
    pub fn arrive(&mut self) {
        let offer = self.facts().offered().unwrap().version;
        self.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: offer }));
        self.ask(
            MEDIATOR,
            Ask::Arrive(act::Arrive {
                place: None,
                reason: None,
            }),
        );
    }

    /// Gives the notice, records that these agree, and has the case accepted and begun; returns the
    /// request for acceptance.
    pub fn accept_with(&mut self, agreeing: &[EntryId]) -> EntryId {
        self.ask(
            MEDIATOR,
            Ask::GiveNotice(act::GiveNotice {
                text_version: "2026-1".into(),
            }),
        );
        for party in agreeing {
            self.consent(MEDIATOR, *party, ConsentDecision::Agree, Vec::new());
        }
        let accept = self.ask(MEDIATOR, Ask::Accept);
        self.ask(MEDIATOR, Ask::Start);
        accept
    }

    pub fn party(&mut self, side: Side, name: &str) -> EntryId {
        self.person(Party {
            name_masked: name.into(),
            ..somebody(side)
        })
    }

    /// Names somebody who takes part in this capacity.
    pub fn party_as(&mut self, side: Side, role: Option<PartyRole>) -> EntryId {
        self.person(Party {
            role,
            ..somebody(side)
        })
    }

    /// Names somebody, who is asked who he is.
    pub fn person(&mut self, party: Party) -> EntryId {
        let id = self.add(MEDIATOR, NewEntry::Party(party));
        self.identified.insert(id);
        id
    }

    /// Records a session on a phone.
    pub fn session(&mut self, phone: usize) -> EntryId {
        let head = SessionHead {
            form: SessionForm::Room,
            start: self.now,
            place: None,
            attendees: Vec::new(),
            result: "达成一致。".into(),
        };
        self.add(phone, NewEntry::Session(head, "双方到场。".into()))
    }

    pub fn consent(
        &mut self,
        phone: usize,
        party: EntryId,
        decision: ConsentDecision,
        seen: Vec<EntryId>,
    ) -> EntryId {
        self.say(phone, party, (ConsentSubject::Mediation, decision), seen)
    }

    /// Records what a party said about something.
    pub fn say(
        &mut self,
        phone: usize,
        party: EntryId,
        (what, decision): (ConsentSubject, ConsentDecision),
        seen: Vec<EntryId>,
    ) -> EntryId {
        let (text_version, at) = ("2026-1".into(), self.now);
        self.add(
            phone,
            NewEntry::Consent(Consent {
                party,
                what,
                decision,
                text_version,
                at,
                evidence: None,
                seen,
            }),
        )
    }

    /// Drafts, freezes and returns a written agreement in which B pays A 8,600 yuan: draft, clause
    /// and hash.
    pub fn freeze(&mut self, [a, b]: [EntryId; 2], words: &str) -> (EntryId, EntryId, String) {
        let terms = Terms {
            amount_words: words.into(),
            ..payment([a, b])
        };
        self.freeze_as(AgreementForm::Written, Some(terms))
    }

    /// Drafts, freezes and returns an agreement of one clause: draft, clause and hash.
    pub fn freeze_as(
        &mut self,
        form: AgreementForm,
        terms: Option<Terms>,
    ) -> (EntryId, EntryId, String) {
        let based_on = None;
        let draft = self.add(MEDIATOR, NewEntry::Draft(DraftHead { form, based_on }));
        let clause = EntryId::new(self.now, [77; 10]);
        let (order, text) = ("a".into(), "乙方退还甲方中介费。".into());
        self.edit(
            MEDIATOR,
            Edit::AddClause {
                draft,
                clause,
                order,
                text,
                terms,
            },
        );
        let at = self.now;
        self.edit(MEDIATOR, Edit::Freeze { draft, at });
        self.ask(MEDIATOR, Ask::Freeze(act::Freeze { draft }));
        let hash = self.phones[MEDIATOR].doc.view().unwrap().drafts[&draft]
            .value
            .content_hash
            .clone();
        (draft, clause, hash)
    }

    pub fn sign(&mut self, draft: EntryId, hash: &str, signer: Signer) -> EntryId {
        self.sign_as(draft, hash, signer, SignatureMedium::PaperScan)
    }

    /// Asks for effect under a seal.
    pub fn take_effect(&mut self, draft: EntryId) -> EntryId {
        let (seal_no, effective_on) = (Some("章-1".into()), None);
        let effect = act::TakeEffect {
            draft,
            seal_no,
            effective_on,
        };
        self.ask(MEDIATOR, Ask::Effect(effect))
    }

    /// The picture of a signed page, which arrives.
    pub fn picture(&mut self) -> EntryId {
        const CAPTION: &str = "签名页照片";
        let view = self.phones[MEDIATOR].doc.view().unwrap();
        let mut known = view.evidence.iter();
        let known = known.find(|(_, e)| e.value.caption == CAPTION && e.value.withdrawn.is_none());
        match known.map(|(id, _)| *id) {
            Some(picture) => picture,
            None => self.evidence_as(MEDIATOR, CAPTION),
        }
    }

    /// Signs in some way, or records that a party only said yes.
    pub fn sign_as(
        &mut self,
        draft: EntryId,
        hash: &str,
        signer: Signer,
        medium: SignatureMedium,
    ) -> EntryId {
        let scan = medium.is_on_paper().then(|| self.picture());
        self.sign_with(draft, hash, signer, (medium, scan))
    }

    /// Signs in some way, with this picture of it.
    pub fn sign_with(
        &mut self,
        draft: EntryId,
        hash: &str,
        signer: Signer,
        (medium, scan): (SignatureMedium, Option<EntryId>),
    ) -> EntryId {
        let (hash, at, anchor) = (hash.into(), self.now, self.anchor);
        let heads = self.heads_of(draft);
        self.add(
            MEDIATOR,
            NewEntry::Signature(Signature {
                draft,
                hash,
                heads,
                signer,
                medium,
                scan,
                at,
                anchor,
            }),
        )
    }

    /// The heads at which the mediator's phone saw a draft frozen.
    pub fn heads_of(&self, draft: EntryId) -> Vec<ChangeHash> {
        let view = self.phones[MEDIATOR].doc.view().unwrap();
        let frozen = view.drafts[&draft].value.frozen.as_ref();
        frozen.map(|lock| lock.heads.clone()).unwrap_or_default()
    }

    pub fn log(&mut self, phone: usize, obligation: EntryId, state: Performance) -> EntryId {
        let (at, amount, means) = (self.now, Cents(860_000), "转账".into());
        let entry = PerformanceEntry {
            obligation,
            state,
            at,
            amount,
            means,
            slip_no: None,
            evidence: None,
        };
        self.add(phone, NewEntry::Performance(entry))
    }

    /// Logs that a part of a promise was paid.
    pub fn pay_a_part(&mut self, obligation: EntryId, cents: u64) -> EntryId {
        let entry = PerformanceEntry {
            obligation,
            state: Performance::Partly,
            at: self.now,
            amount: Cents(cents),
            means: "转账".into(),
            slip_no: None,
            evidence: None,
        };
        self.add(MEDIATOR, NewEntry::Performance(entry))
    }

    /// Works the case up to a sealed agreement, all offline; returns the clause that holds the
    /// promise.
    pub fn make_effective(&mut self) -> EntryId {
        self.make_effective_as(payment)
    }

    /// As [`Self::make_effective`], with what these parties promise each other.
    pub fn make_effective_as(&mut self, promise: impl Fn([EntryId; 2]) -> Terms) -> EntryId {
        let parties = self.accept();
        self.agree_as(parties, promise)
    }

    /// The parties of an accepted case sign what they promise each other, and it is sealed, all
    /// offline; returns the clause that holds the promise.
    pub fn agree_as(
        &mut self,
        parties: [EntryId; 2],
        promise: impl Fn([EntryId; 2]) -> Terms,
    ) -> EntryId {
        let terms = Some(promise(parties));
        let (draft, clause, hash) = self.freeze_as(AgreementForm::Written, terms);
        for signer in [
            Signer::Party(parties[0]),
            Signer::Party(parties[1]),
            Signer::Mediator,
        ] {
            self.sign(draft, &hash, signer);
        }
        self.ask(
            MEDIATOR,
            Ask::Effect(act::TakeEffect {
                draft,
                seal_no: Some("章-2026-7".into()),
                effective_on: None,
            }),
        );
        clause
    }

    /// The police, the hotline and the centre take the case up, which a desk has called red.
    pub fn take_up(&mut self) {
        let (level, why, until) = (Level::Red, "一方多次扬言。".into(), None);
        let red = DeskAct::OverrideColour(act::OverrideColour { level, why, until });
        assert_eq!(self.desk(Role::Supervisor, red), None);
        let members = [(60, Role::PoliceDesk), (61, Role::HotlineDesk)];
        let members = members.map(|(n, role)| author(n, role)).into();
        let joint = DeskAct::OpenJoint(act::OpenJoint { members });
        assert_eq!(self.desk(Role::Dispatcher, joint), None);
    }

    /// A desk writes a plan.
    pub fn plan(&mut self, plan: EntryId) -> Option<Reason> {
        let step = PlanStep {
            what: "逐户核对。".into(),
            owner_org: "新港司法所".into(),
            due: jiff::civil::date(2026, 6, 1),
        };
        let written = DeskAct::WritePlan(act::WritePlan {
            plan,
            text: "分步化解。".into(),
            steps: BTreeMap::from([(self.fresh(), step)]),
        });
        self.desk(Role::Dispatcher, written)
    }

    /// A plan stands, and the table rises.
    pub fn rise(&mut self) {
        let plan = self.fresh();
        assert_eq!(self.plan(plan), None);
        let end = DeskAct::EndJoint(act::EndJoint { plan });
        assert_eq!(self.desk(Role::Supervisor, end), None);
    }

    /// A desk decides on a request that waits.
    pub fn decide(&mut self, role: Role, request: EntryId, grant: bool) -> Option<Reason> {
        self.decide_with(role, request, (grant, None, None))
    }

    /// As [`Self::decide`], sealing an agreement under a number on a day.
    pub fn decide_with(
        &mut self,
        role: Role,
        request: EntryId,
        (grant, seal_no, effective_on): (bool, Option<&str>, Option<jiff::civil::Date>),
    ) -> Option<Reason> {
        let (why, seal_no) = ("已核实。".into(), seal_no.map(str::to_owned));
        self.desk(
            role,
            Act::Decide(act::Decide {
                request,
                grant,
                why,
                seal_no,
                effective_on,
            }),
        )
    }

    /// Writes an edit on a phone again, on what its author had seen when writing it first.
    pub fn write_again(&mut self, phone: usize, edit: &Edit, basis: &Basis) {
        let (mut doc, actor) = (self.phones[phone].doc.clone(), self.phones[phone].actor);
        let inside = Inside::Kept;
        let work = Work {
            edit,
            basis,
            inside,
        };
        let again = Replay::default().edit(&mut doc, actor, self.now, work);
        self.send(phone, again.unwrap().written.unwrap().bytes);
    }

    /// A phone comes back while somebody at a desk acts: both are settled at once.
    pub fn desk_while_syncing(
        &mut self,
        phone: usize,
        role: Role,
        act: impl Into<Act>,
    ) -> Option<Reason> {
        let changes = std::mem::take(&mut self.phones[phone].outbox);
        let motion = Motion {
            entry: None,
            act: act.into(),
            by: author(50, role),
            claimed_at: None,
            received_at: self.now,
        };
        self.reconcile(changes, vec![motion]);
        self.settled.answers[0].clone()
    }
}

/// B pays A 8,600 yuan at once.
pub fn payment([a, b]: [EntryId; 2]) -> Terms {
    Terms {
        obligor: b,
        obligee: a,
        kind: PromiseKind::Pay,
        amount: Cents(860_000),
        amount_words: "捌仟陆佰元整".into(),
        schedule: Vec::new(),
        method: "当场转账".into(),
        on_breach: String::new(),
    }
}

/// A grown-up of a side, who takes part for himself.
pub fn somebody(side: Side) -> Party {
    Party::person(side, "王*")
}
