//! A danger waits for no intake: it reaches 110 with the next exchange, whatever is not known yet
//! of the case it was seen in.

use super::{connect, origin, table::World};
use crate::{
    phone::Phone,
    recover::Backup,
    scene::{Scene, facts},
};
use harness::{Calls, Person, TestServer, receiver::Receiver};
use hejie_case::{
    act,
    document::Origin,
    edit::Edit,
    facts::Status,
    ids::{CaseId, RegionCode},
    record::{Ask, IntakeField, Place},
};
use hejie_registry::pool;
use hejie_server::reconcile::Refold;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// What an intake may lack: the situation, the place, both, or a situation that the catalogue of
/// today does not know.
fn slips(scene: &Scene) -> [(&'static str, Origin); 5] {
    let whole = origin(&scene.county);
    let [situation, place] = [whole.fields[0].clone(), whole.fields[1].clone()];
    let with = |fields: Vec<IntakeField>| Origin {
        fields,
        ..whole.clone()
    };
    let unknown = IntakeField::Situation("N09-99".parse().unwrap());
    [
        ("neither", with(vec![])),
        ("no situation", with(vec![place.clone()])),
        ("no place", with(vec![situation])),
        ("unknown situation", with(vec![unknown.clone(), place])),
        ("unknown situation, no place", with(vec![unknown])),
    ]
}

/// Shows E23, E01.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_reaches_110_whatever_the_intake_lacks_and_whoever_saw_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let people: [&Person; 2] = [&scene.county.mediator, &scene.county.grid_worker];
    for person in people {
        let mut phone = Phone::enrol(&scene.server, person).await;
        for (lacks, slip) in slips(&scene) {
            let case = phone.begins_with(slip.clone());
            phone.reports_danger(case);
            phone.sync().await;
            scene.server.send_due().await;
            let told = told_of(&police, case);
            assert_eq!(told.len(), 1, "{lacks}: {told:?}");
            let text = told[0]["text"].as_str().unwrap();
            assert!(text.starts_with("一方持刀。"), "{lacks}: {text}");
            let says_whom = text.contains("地点尚未填写") && text.contains("新栖");
            assert_eq!(says_whom, slip.fields.len() < 2 && lacks != "no situation");
            let ruled = facts(&scene.server, case).await;
            assert!(ruled.is_held(), "{lacks}");
            assert!(!ruled.deadlines.is_empty(), "{lacks}: clocks as usual");
            let sound = scene.server.state.reconciler.refold(case, Refold::Verify);
            assert!(sound.await.unwrap().is_sound(), "{lacks}");
        }
        phone.sync().await;
        assert_eq!(phone.engine.status().waiting, 0);
        assert_eq!(phone.engine.status().alarm, None);
    }
}

/// Shows E23. The case had been sent and refused as incomplete before.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_takes_along_the_case_that_waited_for_its_intake() {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let mut phone = scene.mediator().await;
    let mut waited = 0;
    for (lacks, slip) in slips(&scene) {
        let case = phone.begins_with(slip);
        phone.sync().await;
        if phone.summary(case).refused > 0 {
            continue;
        }
        waited += 1;
        assert_eq!(
            phone.summary(case).reason.unwrap().code,
            "intake_incomplete"
        );
        assert_eq!(phone.summary(case).alarm, None, "{lacks}");
        phone.reports_danger(case);
        let alarm = phone.engine.status().alarm.unwrap();
        assert_eq!(alarm.code, "danger_not_told");
        assert!(alarm.zh.contains("立即拨打110"), "{}", alarm.zh);
        assert_eq!(phone.summary(case).alarm, Some(alarm), "{lacks}");
        phone.sync().await;
        scene.server.send_due().await;
        assert_eq!(told_of(&police, case).len(), 1, "{lacks}");
        phone.sync().await;
        assert_eq!(phone.summary(case).alarm, None, "{lacks}");
        assert_eq!(phone.summary(case).reason, None, "{lacks}");
    }
    assert_eq!(waited, 4, "all but the unknown situation at a known place");
}

/// Shows E02. What is written afterwards completes the case, and 110 is not told twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_a_danger_brought_is_completed_from_the_phone() {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let mut phone = Phone::enrol(&scene.server, &scene.county.mediator).await;
    let case = phone.begins_with(Origin::default());
    phone.reports_danger(case);
    phone.sync().await;
    let first = facts(&scene.server, case).await;
    assert!(first.situation.is_unclassified() && first.region_assumed);
    assert_eq!(first.stage.status(), Status::Registered);
    assert_eq!(phone.summary(case).situation, None);
    assert_eq!(first.region, scene.county.township(), "the reporter's");
    let village: RegionCode = format!("{}002", first.region).parse().unwrap();
    phone.says(case, IntakeField::Place(place(&village)));
    phone.sync().await;
    scene.server.reconcile().await;
    let placed = facts(&scene.server, case).await;
    assert_eq!((placed.region, placed.region_assumed), (village, false));
    phone.says(case, IntakeField::Situation("N03-05".parse().unwrap()));
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
    let whole = facts(&scene.server, case).await;
    assert_eq!(whole.situation.as_str(), "N03-05");
    assert_eq!(whole.stage.status(), Status::PendingDispatch);
    assert_eq!(phone.summary(case).situation, Some(whole.situation));
    scene.server.send_due().await;
    assert_eq!(told_of(&police, case).len(), 1);
    let sound = scene.server.state.reconciler.refold(case, Refold::Verify);
    assert!(sound.await.unwrap().is_sound());
}

/// Shows E02. What nobody classified waits for a desk, which sees it.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_sees_and_triages_a_case_that_a_danger_brought() {
    let world = World::set().await;
    let mut phone = Phone::enrol(&world.scene.server, &world.scene.county.second_mediator).await;
    let case = phone.begins_with(Origin::default());
    phone.reports_danger(case);
    phone.sync().await;
    let desk = world.scene.county.dispatcher(&world.scene.server).await;
    let detail = desk.get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!(detail.status, 200, "{}", detail.json);
    assert_eq!(detail.json["summary"]["situation_zh"], "情形待核实");
    world
        .decide(case, "triage", json!({ "situation": "N03-05" }))
        .await;
    let ruled = facts(&world.scene.server, case).await;
    assert_eq!(ruled.situation.as_str(), "N03-05");
    assert_eq!(ruled.stage.status(), Status::PendingDispatch);
    // What the desk ruled stands, whatever is written afterwards.
    phone.says(case, IntakeField::Situation("N02-01".parse().unwrap()));
    phone.sync().await;
    world.scene.server.reconcile().await;
    let ruled = facts(&world.scene.server, case).await;
    assert_eq!(ruled.situation.as_str(), "N03-05");
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_that_lack_something_use_no_number_up_however_often_they_are_sent() {
    let beside = tempfile::tempdir().unwrap();
    let scene = Scene::on(TestServer::marked(beside.path()).await).await;
    let mut phone = scene.mediator().await;
    for _ in 0..20 {
        phone.begins_with(Origin::default());
    }
    for _ in 0..3 {
        phone.sync().await;
        scene.server.advance(SignedDuration::from_mins(2));
    }
    let next = scene.another_case("A-2").await;
    assert_eq!(number(&scene, next).await, "000002");
    let whole = phone.begins_with(origin(&scene.county));
    phone.sync().await;
    assert_eq!(number(&scene, whole).await, "000003");
    // A server that died has noted one and not given it: another one than the phone's case was
    // looked at under.
    let (marks, county) = (&scene.server.state.marks, scene.county.region.as_str());
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    let drawn = marks.draw(&mut tx, county, 2026, scene.server.now()).await;
    marks.note(&drawn.unwrap()).await.unwrap();
    drop(tx);
    let later = phone.begins_with(origin(&scene.county));
    phone.sync().await;
    assert_eq!(number(&scene, later).await, "000005");
    let sound = scene.server.state.reconciler.refold(later, Refold::Verify);
    assert!(sound.await.unwrap().is_sound());
}

/// Nobody has looked since the restore.
#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_a_case_that_a_phone_began_is_given_to_no_other_after_a_restore() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let begun = phone.begins_with(origin(&scene.county));
    phone.sync().await;
    let given = number(&scene, begun).await;
    backup.put_back(&scene.server).await;
    let next = scene.another_case("A-2").await;
    assert!(number(&scene, next).await > given);
}

/// The running number of a case.
async fn number(scene: &Scene, case: CaseId) -> String {
    let number = facts(&scene.server, case).await.case_no.to_string();
    number.rsplit('-').next().unwrap().to_owned()
}

/// Without a danger nothing changes: the phone waits for the rest of the intake.
#[tokio::test(flavor = "multi_thread")]
async fn an_intake_that_lacks_something_and_tells_of_no_danger_waits_on_the_phone() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let case = phone.begins_with(Origin::default());
    phone.note(case, "尚不清楚。");
    phone.sync().await;
    assert_eq!(
        phone.summary(case).reason.unwrap().code,
        "intake_incomplete"
    );
    assert_eq!(phone.engine.status().waiting, 2);
}

fn place(region: &RegionCode) -> Place {
    Place {
        region: region.clone(),
        address: "新港小区3幢".into(),
        position: None,
    }
}

fn told_of(police: &Receiver, case: CaseId) -> Vec<Value> {
    let of_case = |body: &Value| body["case_id"] == json!(case);
    police.bodies().into_iter().filter(of_case).collect()
}

impl Phone {
    fn begins_with(&mut self, slip: Origin) -> CaseId {
        let now = self.now();
        self.engine.create_case(slip, now).unwrap().case
    }

    fn reports_danger(&mut self, case: CaseId) {
        let (what, now) = ("一方持刀。".into(), self.now());
        self.engine
            .ask(case, Ask::Danger(act::ReportDanger { what }), now)
            .unwrap();
    }

    fn says(&mut self, case: CaseId, field: IntakeField) {
        let now = self.now();
        self.engine.edit(case, Edit::Intake { field }, now).unwrap();
    }

    fn summary(&self, case: CaseId) -> hejie_device::engine::CaseSummary {
        let mut cases = self.engine.cases().into_iter();
        cases.find(|summary| summary.case == case).unwrap()
    }
}
