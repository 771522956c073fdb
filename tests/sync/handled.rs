//! A case from 110 in the hands of one mediator, and what is written and asked on that phone.

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
pub(crate) struct Handled {
    pub(crate) scene: Scene,
    pub(crate) phone: Phone,
}

impl Handled {
    pub(crate) async fn set() -> Self {
        let scene = Scene::set().await;
        let phone = handler(&scene).await;
        Self { scene, phone }
    }

    /// The phone comes into the net, what it wrote is ruled on, and it hears of that.
    pub(crate) async fn exchange(&mut self) {
        self.phone.sync().await;
        self.scene.server.reconcile().await;
        self.phone.sync().await;
    }

    pub(crate) async fn facts(&self) -> Facts {
        facts(&self.scene.server, self.scene.case).await
    }

    pub(crate) fn write(&mut self, edit: Edit) {
        let (case, now) = (self.scene.case, self.phone.now());
        self.phone.engine.edit(case, edit, now).unwrap();
    }

    pub(crate) fn add(&mut self, entry: NewEntry) -> EntryId {
        let (case, now) = (self.scene.case, self.phone.now());
        self.phone.engine.add(case, entry, now).unwrap()
    }

    /// A grown-up of a side.
    pub(crate) fn party(&mut self, side: Side) -> EntryId {
        self.add(NewEntry::Party(Party::person(side, "王*")))
    }

    pub(crate) fn consents(&mut self, party: EntryId, decision: ConsentDecision) {
        self.says(party, ConsentSubject::Mediation, decision);
    }

    /// Records what a party said about something.
    pub(crate) fn says(&mut self, party: EntryId, what: ConsentSubject, decision: ConsentDecision) {
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
    pub(crate) async fn ask(&mut self, ask: Ask) -> Decision {
        let (case, now) = (self.scene.case, self.phone.now());
        let asked = self.phone.engine.ask(case, ask, now).unwrap();
        self.exchange().await;
        self.answer_to(asked)
    }

    /// What the phone shows of the answer to an entry.
    pub(crate) fn answer_to(&self, entry: EntryId) -> Decision {
        let file = self.phone.engine.case(self.scene.case, self.phone.now());
        let known = file.unwrap().facts.unwrap();
        known.rulings[&entry].decision.clone()
    }

    /// Asks for something that is refused, with this code and a sentence.
    pub(crate) async fn is_refused(&mut self, ask: Ask, code: &str) {
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
    pub(crate) async fn is_granted(&mut self, ask: Ask) {
        let shown = format!("{ask:?}");
        assert_eq!(self.ask(ask).await, Decision::Accepted, "{shown}");
    }

    /// Time goes by, on the phone as on the server.
    pub(crate) async fn wait(&mut self, span: SignedDuration) {
        self.scene.server.advance(span);
        self.phone.set_clock(self.scene.server.now());
        self.phone.refresh().await;
    }

    pub(crate) async fn arrives(&mut self) {
        let (place, reason) = (None, None);
        self.is_granted(Ask::Arrive(act::Arrive { place, reason }))
            .await;
    }

    /// Two willing sides; mediation has begun.
    pub(crate) async fn mediates(&mut self) -> [EntryId; 2] {
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
    pub(crate) async fn decide(&self, by: &impl Calls, act: &str, says: Value) -> Answer {
        let path = format!("/api/v1/cases/{}/acts", self.scene.case);
        let body = decided(act, says, self.facts().await.version);
        by.post(&path, body).await
    }
}
