//! What the rules refuse, as the person meets it who asked: on the phone that wrote the request, or
//! at the desk that decided.

mod agreed;
mod asked;
mod at_a_desk;
mod elsewhere;
mod in_force;
mod speaking;
mod violence;
mod written;

use crate::{
    phone::Phone,
    scene::{Scene, facts},
    secret::handler,
};
use harness::{Answer, Calls, decided};
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::{Decision, Facts},
    ids::EntryId,
    record::*,
};
use jiff::SignedDuration;
use serde_json::Value;

/// A case from 110 and the phone of whoever signed for it.
struct Handled {
    scene: Scene,
    phone: Phone,
}

impl Handled {
    async fn set() -> Self {
        let scene = Scene::set().await;
        let phone = handler(&scene).await;
        Self { scene, phone }
    }

    /// The phone comes into the net, what it wrote is ruled on, and it hears of that.
    async fn exchange(&mut self) {
        self.phone.sync().await;
        self.scene.server.reconcile().await;
        self.phone.sync().await;
    }

    async fn facts(&self) -> Facts {
        facts(&self.scene.server, self.scene.case).await
    }

    fn write(&mut self, edit: Edit) {
        let (case, now) = (self.scene.case, self.phone.now());
        self.phone.engine.edit(case, edit, now).unwrap();
    }

    fn add(&mut self, entry: NewEntry) -> EntryId {
        let (case, now) = (self.scene.case, self.phone.now());
        self.phone.engine.add(case, entry, now).unwrap()
    }

    /// A grown-up of a side.
    fn party(&mut self, side: Side) -> EntryId {
        self.add(NewEntry::Party(Party {
            kind: PartyKind::Person,
            side,
            role: None,
            name_masked: "王*".into(),
            is_minor: false,
            is_incapacitated: false,
            is_representative: false,
            guardian_of: None,
            agent_of: None,
            mandate: None,
            secret_ref: None,
        }))
    }

    fn consents(&mut self, party: EntryId, decision: ConsentDecision) {
        self.says(party, ConsentSubject::Mediation, decision);
    }

    /// Records what a party said about something.
    fn says(&mut self, party: EntryId, what: ConsentSubject, decision: ConsentDecision) {
        let (case, at) = (self.scene.case, self.phone.now());
        let consent = Consent {
            party,
            what,
            decision,
            text_version: "2026-1".into(),
            at,
            evidence: None,
            seen: Vec::new(),
        };
        self.phone.engine.record_consent(case, consent, at).unwrap();
    }

    /// Asks for something; what the phone shows of the answer.
    async fn ask(&mut self, ask: Ask) -> Decision {
        let (case, now) = (self.scene.case, self.phone.now());
        let asked = self.phone.engine.ask(case, ask, now).unwrap();
        self.exchange().await;
        self.answer_to(asked)
    }

    /// What the phone shows of the answer to an entry.
    fn answer_to(&self, entry: EntryId) -> Decision {
        let file = self.phone.engine.case(self.scene.case, self.phone.now());
        let known = file.unwrap().facts.unwrap();
        known.rulings[&entry].decision.clone()
    }

    /// Asks for something that is refused, with this code and a sentence.
    async fn is_refused(&mut self, ask: Ask, code: &str) {
        let shown = format!("{ask:?}");
        match self.ask(ask).await {
            Decision::Refused(why) => {
                assert_eq!(why.code, code, "{shown}");
                assert!(why.zh.ends_with('。'), "{}", why.zh);
            }
            other => panic!("{shown}: {other:?}"),
        }
    }

    /// Asks for something that is granted.
    async fn is_granted(&mut self, ask: Ask) {
        let shown = format!("{ask:?}");
        assert_eq!(self.ask(ask).await, Decision::Accepted, "{shown}");
    }

    /// Time goes by, on the phone as on the server.
    async fn wait(&mut self, span: SignedDuration) {
        self.scene.server.advance(span);
        self.phone.set_clock(self.scene.server.now());
        self.phone.refresh().await;
    }

    async fn arrives(&mut self) {
        let (place, reason) = (None, None);
        self.is_granted(Ask::Arrive(act::Arrive { place, reason }))
            .await;
    }

    /// Two willing sides; mediation has begun.
    async fn mediates(&mut self) -> [EntryId; 2] {
        let parties = [self.party(Side::A), self.party(Side::B)];
        let text_version = "2026-1".into();
        self.is_granted(Ask::GiveNotice(act::GiveNotice { text_version }))
            .await;
        for party in parties {
            self.consents(party, ConsentDecision::Agree);
        }
        for ask in [Ask::Accept, Ask::Start] {
            self.is_granted(ask).await;
        }
        parties
    }

    /// Decides at a desk on the case as it stands.
    async fn decide(&self, by: &impl Calls, act: &str, says: Value) -> Answer {
        let path = format!("/api/v1/cases/{}/acts", self.scene.case);
        let body = decided(act, says, self.facts().await.version);
        by.post(&path, body).await
    }
}
