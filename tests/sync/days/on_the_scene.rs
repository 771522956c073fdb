//! Disputes that end where they broke out: settled at once, or by word of mouth.

use crate::team::{COLLEAGUE, LEAD, Team, VISITOR, item, somebody, terms};
use harness::Calls;
use hejie_case::{
    act,
    edit::{Edit, NewEntry},
    facts::Status,
    identity::Identity,
    ids::EntryId,
    record::*,
    role::Role,
};
use hejie_device::engine::{EngineError, Readiness, SceneSettlement};
use serde_json::json;

impl Team {
    fn place(&self, lat: f64) -> Place {
        Place {
            region: self.scene.county.township(),
            address: "新栖街某小区3号楼".into(),
            position: Some(Position {
                lat,
                lon: 121.8,
                accuracy: 10.0,
            }),
        }
    }

    fn arrives_at(&mut self, lat: f64, reason: Option<&str>) -> EntryId {
        let (place, reason) = (Some(self.place(lat)), reason.map(Into::into));
        self.ask(LEAD, Ask::Arrive(act::Arrive { place, reason }))
    }

    /// A desk reads these events in the trail, in this order; and whoever has the code of the case
    /// follows how it stands.
    async fn was_done_in_order(&mut self, events: &[&str]) {
        let detail = self.detail().await;
        let mut trail = detail["trail"].as_array().unwrap().iter();
        for event in events {
            assert!(trail.any(|line| line["event"] == *event), "{event}");
        }
        let code = detail["summary"]["public_code"].as_str().unwrap();
        let path = format!("/api/v1/public/cases/{code}");
        let shown = self.scene.server.anonymous().get(&path).await;
        assert_eq!(shown.text("/status_zh"), self.status().await.zh());
    }

    /// The lead seals who a party is, and the phone delivers it.
    async fn is_identified(&mut self, party: EntryId, name: &str, telephone: &str) {
        let identity = Identity {
            name: name.into(),
            telephone: Some(telephone.into()),
            id_number: None,
            address: None,
            guardian: None,
            vulnerable: Vec::new(),
        };
        let (engine, case, now) = self.on(LEAD);
        engine
            .add_party_identity(case, party, &identity, now)
            .unwrap();
        self.sync(LEAD).await;
        for answer in self.phones[LEAD].deliver().await {
            assert_eq!(answer.status, 200, "{}", answer.json);
        }
        self.sync(LEAD).await;
    }

    /// The file of the case, as the office reads it.
    async fn dossier(&mut self) -> serde_json::Value {
        let path = format!("/api/v1/cases/{}/dossier", self.case());
        let (server, county) = (&self.scene.server, &self.scene.county);
        let office = county.judicial_officer(server).await;
        let answer = office.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
        let supervisor = county.supervisor(server).await;
        assert_eq!(supervisor.get(&path).await.status, 403);
        answer.json
    }

    /// A visit at the door for a due item.
    fn visits_door(&mut self, phone: usize, due: u8, place: Option<Place>) -> EntryId {
        let visit = Visit {
            due: Some(due),
            method: VisitMethod::Door,
            at: self.tick(),
            place,
            finding: VisitFinding {
                performance: Performance::Performed,
                satisfaction: Some(5),
                relapse_sign: false,
            },
        };
        self.add(phone, NewEntry::Visit(visit, "双方已不再争执。".into()))
    }
}

/// Shows D04, D10, E05, E07, E08, R008, R012, R013, R078, R110.
#[tokio::test(flavor = "multi_thread")]
async fn a_quarrel_is_signed_for_reached_and_settled_without_signal_and_ends_with_one_exchange() {
    let mut team = Team::meet().await;
    team.reported("N02-06", 2).await;
    let place = team.place(29.9);
    team.sign_for(LEAD);
    let field = IntakeField::Place(place);
    team.edit(LEAD, Edit::Intake { field });
    let silent = team.arrives_at(29.95, None);
    let told = team.arrives_at(29.95, Some("双方已转到社区调解室。"));
    let mut assents = Vec::new();
    for side in [Side::A, Side::B] {
        let party = team.party(LEAD, somebody(side));
        let (what, agree) = (ConsentSubject::Mediation, ConsentDecision::Agree);
        team.say(LEAD, party, what, agree);
        assents.push(party);
    }
    let (level, why) = (Residual::Low, "双方已和好。".into());
    team.ask(LEAD, Ask::ResidualRisk(act::ResidualRisk { level, why }));
    let result = "双方当场和解，互相道歉。".into();
    let settle = act::SettleOnScene { result, assents };
    let settled = team.ask(LEAD, Ask::SettleOnScene(settle));
    let (phone, case) = (&team.phones[LEAD], team.case());
    assert_eq!(phone.engine.status().readiness, Readiness::Waiting);
    let shown = phone.engine.case(case, phone.now()).unwrap();
    assert!(shown.provisional.is_some(), "待确认");
    assert_eq!(shown.facts.unwrap().stage.status(), Status::Dispatched);
    team.sync(LEAD).await;
    assert_eq!(team.refusal(silent).await.as_deref(), Some("too_far"));
    assert_eq!(team.refusal(told).await, None);
    assert_eq!(team.refusal(settled).await, None);
    for kind in ["dispatch", "sign_for", "arrive"] {
        assert_eq!(team.clock(kind).await["standing"], "met", "{kind}");
    }
    let known = team.facts().await;
    assert_eq!(known.stage.status(), Status::Closed, "by rule");
    let ended = "select count(*) from case_reg where case_id = $1
        and close_kind = 'on_scene_settled' and level_ended = 'township'";
    assert_eq!(team.scene.count(ended).await, 1);
    assert_eq!(team.detail().await["facts"]["level_ended"], "township");
    let told = "select count(*) from outbox where case_id = $1 and kind = 'feedback'";
    assert_eq!(team.scene.count(told).await, 1, "110 hears of it");
}

/// What a mediator types after a quarrel on the stairs.
fn settlement(parties: Vec<Party>) -> SceneSettlement {
    SceneSettlement {
        parties,
        situation: Some("N02-05".parse().unwrap()),
        result: "甲方挪走杂物，双方互相道歉。".into(),
        calm: "诉求单一，当场已清理。".into(),
        text_version: "2026-1".into(),
        arrival: act::Arrive::default(),
    }
}

/// Shows E08, R013, LW09.
#[tokio::test(flavor = "multi_thread")]
async fn one_step_without_signal_settles_a_quarrel_and_the_oral_agreement_is_registered() {
    let mut team = Team::meet().await;
    team.reported("N02-06", 2).await;
    let (engine, case, now) = team.on(LEAD);
    let alone = settlement(vec![somebody(Side::A), somebody(Side::A)]);
    let told = engine.settle_on_scene(case, alone, now).unwrap_err();
    assert!(matches!(&told, EngineError::NotPossible(why) if why.code == "parties_missing"));
    assert_eq!(engine.status().waiting, 0, "nothing of it was kept");
    let both = settlement(vec![somebody(Side::A), somebody(Side::B)]);
    let settled = engine.settle_on_scene(case, both, now).unwrap();
    let shown = engine.case(case, now).unwrap();
    assert!(shown.provisional.is_some(), "待确认");
    let parties: Vec<String> = shown.view.parties.keys().map(ToString::to_string).collect();
    team.sync(LEAD).await;
    assert_eq!(team.refusal(settled).await, None);
    assert_eq!(team.status().await, Status::Closed, "by rule");
    let detail = team.detail().await;
    let [register] = &detail["facts"]["oral_registers"].as_array().unwrap()[..] else {
        panic!("{}", detail["facts"]);
    };
    assert_eq!(register["situation"], "N02-05");
    assert_eq!(register["result"], "甲方挪走杂物，双方互相道歉。");
    assert_eq!(register["by_name"], "调解丙");
    assert_eq!(register["parties"], json!(parties));
    assert_eq!(register["assents"], json!(parties));
    let number = register["number"].as_str().unwrap();
    assert!(number.contains("口头登记第"), "{number}");
    let phone = &team.phones[LEAD];
    let held = phone.engine.case(case, phone.now()).unwrap().facts.unwrap();
    assert_eq!(held.round.oral_register.unwrap().number, number);
}

/// Shows E10, E11, E13, E16, E17, E18, E19, E21, E26, E31, LW01, LW08, LW09, LW10, LW12, R020,
/// R036, R041, R047, R088, R153.
#[tokio::test(flavor = "multi_thread")]
async fn an_oral_agreement_is_made_kept_visited_and_filed() {
    let mut team = Team::meet().await;
    team.take_up("N02-05").await;
    team.arrive();
    let parties = [Side::A, Side::B].map(|side| team.party(LEAD, somebody(side)));
    let (means, at) = (ContactMeans::Telephone, team.tick());
    let (party, reached) = (parties[1], false);
    let contact = Contact {
        party,
        means,
        at,
        reached,
    };
    let called = team.add(LEAD, NewEntry::Contact(contact));
    team.accept(&parties);
    let session = SessionHead {
        form: SessionForm::Scene,
        start: team.tick(),
        place: None,
        attendees: parties.to_vec(),
        result: "当场说定。".into(),
    };
    let session = NewEntry::Session(session, "双方各自陈述，乙方愿意赔偿。".into());
    team.add(LEAD, session);
    let (form, based_on) = (AgreementForm::Oral, None);
    let promised = terms(parties, 860_000, "捌仟陆佰元整");
    let drafted = team.draft_as(LEAD, DraftHead { form, based_on }, promised);
    team.freeze(LEAD, drafted.draft);
    let (draft, spoken) = (drafted.draft, SignatureMedium::Spoken);
    team.sign(LEAD, draft, Signer::Mediator, SignatureMedium::Screen);
    team.sign(LEAD, draft, Signer::Party(parties[0]), spoken);
    let missing = team.asks_for_effect(LEAD, draft).await;
    assert_eq!(missing.as_deref(), Some("assent_missing"));
    team.sign(LEAD, draft, Signer::Party(parties[1]), spoken);
    let (oral, refuse) = (ConsentSubject::OralForm, ConsentDecision::Refuse);
    team.say(LEAD, parties[0], oral, refuse);
    let refused = team.asks_for_effect(LEAD, draft).await;
    assert_eq!(refused.as_deref(), Some("written_required"));
    team.say(LEAD, parties[0], oral, ConsentDecision::Agree);
    let effect = team.effect(LEAD, draft);
    let observed = team.note(COLLEAGUE, "邻居称双方已握手言和。");
    team.come_back([LEAD, COLLEAGUE]).await;
    assert_eq!(team.refusal(effect).await, None);
    assert_eq!(team.status().await, Status::AgreementEffective);
    let detail = team.detail().await;
    let read = item(&detail["contacts"], called);
    assert_eq!(
        (&read["means"], &read["reached"]),
        (&json!("telephone"), &json!(false))
    );
    let author = |list: &str, id| item(&detail[list], id)["author_name"].clone();
    assert_eq!(author("contacts", called), "调解丙");
    assert_eq!(author("notes", observed), "调解丁", "each has its author");

    team.log(LEAD, drafted.clause, Performance::Performed);
    team.ask_close(LEAD, CloseKind::OralAgreementPerformed);
    team.come_back([LEAD, VISITOR]).await;
    let close = json!({ "outcome": "oral_agreement_performed" });
    if team.status().await != Status::Closed {
        assert_eq!(team.desk(Role::JudicialOffice, "close", close).await, None);
    }
    assert_eq!(team.status().await, Status::Closed);
    team.is_identified(parties[0], "王二", "13900000005").await;
    let file = team.dossier().await;
    assert_eq!(
        file["gaps"],
        json!([{ "gap": "identity", "gap_zh": "当事人身份证明" }])
    );
    let archive = json!({ "retention": "long" });
    let incomplete = team.desk(Role::JudicialOffice, "archive", archive.clone());
    assert_eq!(incomplete.await.as_deref(), Some("dossier_incomplete"));
    team.is_identified(parties[1], "王三", "13900000006").await;
    let file = team.dossier().await;
    assert_eq!(file["gaps"], json!([]));
    assert_eq!(file["cover"]["parties"].as_array().unwrap().len(), 2);
    let papers = file["items"].as_array().unwrap().iter();
    let papers: Vec<&str> = papers.map(|item| item["paper"].as_str().unwrap()).collect();
    for paper in [
        "notice",
        "inquiry",
        "session",
        "oral_register",
        "performance",
    ] {
        assert!(papers.contains(&paper), "{paper}: {papers:?}");
    }
    assert_eq!(
        (papers[0], papers[papers.len() - 1]),
        ("register", "report")
    );
    let held = &team.phones[LEAD];
    let made = held.engine.dossier(team.case(), held.now()).unwrap();
    assert_eq!(
        made.unwrap().items.len(),
        papers.len(),
        "the phone makes the same"
    );
    team.days_pass(7).await;
    let unproven = team.visits_door(VISITOR, 1, None);
    let place = team.place(29.9);
    let proven = team.visits_door(VISITOR, 1, Some(place));
    team.sync(VISITOR).await;
    let counted = team.facts().await.round.visits_done[&1];
    assert_ne!(counted, unproven);
    assert_eq!(counted, proven, "at the door, by its place");

    let early = team.desk(Role::JudicialOffice, "archive", archive.clone());
    assert_eq!(early.await.as_deref(), Some("visits_open"));
    for n in [2, 3] {
        let says = json!({ "n": n, "why": "当事人已搬离本县。" });
        assert_eq!(team.desk(Role::Supervisor, "waive_visit", says).await, None);
    }
    let files = team.desk(Role::JudicialOffice, "archive", archive);
    assert_eq!(files.await, None);
    assert_eq!(team.status().await, Status::Archived);
    let numbered = "select count(*) from case_reg where case_id = $1 and status = 'archived'";
    assert_eq!(team.scene.count(numbered).await, 1);
    team.was_done_in_order(&[
        "E05", "E07", "E10", "E11", "E13", "E16", "E18", "E19", "E26", "E27", "E31",
    ])
    .await;
}
