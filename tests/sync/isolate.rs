//! A value that the registry does not take stops its own change at most: not the case, not the
//! request, not the phone, and never unseen.
//!
//! Known bounds are checked before anything gets here, so a constraint is added to the registry
//! that a legal value violates.

use crate::{phone::Phone, scene::Scene};
use harness::{Calls, Figures, TestServer, decided};
use hejie_case::{
    document::Origin,
    ids::{CaseId, EntryId},
    record::{EvidenceKind, IntakeField, Place},
};
use hejie_device::engine::NewEvidence;
use hejie_registry::{case, pool};
use hejie_server::reconcile::{Refold, Refolded, overdue};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, SqlSafeStr};

/// What the registry of these scenes does not take.
const ODD: &str = "image/x-odd";

/// A scene whose registry objects to evidence of one media type.
async fn scene() -> Scene {
    let scene = Scene::on(TestServer::alone().await).await;
    let odd = "alter table evidence add constraint not_odd check (mime <> 'image/x-odd')";
    execute(&scene.server, odd).await;
    scene
}

async fn execute(server: &TestServer, statement: impl SqlSafeStr) {
    sqlx::query(statement)
        .execute(&server.state.pool)
        .await
        .unwrap();
}

async fn come_back(scene: &Scene, phone: &mut Phone) {
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
}

/// What a desk reads.
async fn detail(scene: &Scene, case: CaseId) -> Value {
    let desk = scene.county.dispatcher(&scene.server).await;
    desk.get(&format!("/api/v1/cases/{case}")).await.json
}

async fn refold(scene: &Scene, how: Refold) -> Refolded {
    let reconciler = &scene.server.state.reconciler;
    reconciler.refold(scene.case, how).await.unwrap()
}

fn refusals(phone: &Phone) -> Vec<String> {
    let refused = phone.engine.refusals().unwrap().into_iter();
    refused.map(|refused| refused.reason.code).collect()
}

impl Phone {
    fn takes_picture(&mut self, case: CaseId, mime: &str) -> EntryId {
        let photo = NewEvidence {
            kind: EvidenceKind::Photo,
            mime: mime.into(),
            taken_at: self.now(),
            place: None,
            origin: "现场拍摄".into(),
            caption: "门锁".into(),
        };
        let now = self.now();
        self.engine.add_evidence(case, photo, b"jpeg", now).unwrap()
    }

    fn begins_case(&mut self, scene: &Scene) -> CaseId {
        let place = Place {
            region: scene.county.township(),
            address: "新栖街某小区5号楼".into(),
            position: None,
        };
        let origin = Origin {
            channel: None,
            external_no: None,
            fields: vec![
                IntakeField::Situation("N03-05".parse().unwrap()),
                IntakeField::Place(place),
            ],
            summary: "邻里因楼道堆物争执。".into(),
        };
        let now = self.now();
        self.engine.create_case(origin, now).unwrap().case
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_registry_does_not_take_goes_to_quarantine_alone_and_its_author_is_told()
{
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    for n in 0..5 {
        phone.note(scene.case, &format!("第{n}次走访。"));
    }
    phone.takes_picture(scene.case, ODD);
    come_back(&scene, &mut phone).await;

    assert_eq!(refusals(&phone), ["unstorable"]);
    let waiting = "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
    assert_eq!(scene.count(waiting).await, 0);
    let shown = detail(&scene, scene.case).await;
    assert_eq!(shown["notes"].as_array().unwrap().len(), 5);
    assert_eq!(shown["trouble"]["parked"], Value::Null);
    assert_eq!(shown["trouble"]["unprojected"], json!([]));
    let desk = scene.county.dispatcher(&scene.server).await;
    let aside = desk.get("/api/v1/quarantine").await.json["items"].clone();
    assert_eq!(aside[0]["code"], "unstorable");
    assert_eq!(aside[0]["case_id"], json!(scene.case));
    // What is attested of the case does not cover what is kept aside.
    phone.sync().await;
    assert_eq!(phone.state(scene.case), scene.state().await);

    phone.note(scene.case, "之后写的。");
    come_back(&scene, &mut phone).await;
    let shown = detail(&scene, scene.case).await;
    assert_eq!(
        shown["notes"].as_array().unwrap().len(),
        6,
        "the case goes on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_have_written_on_is_kept_and_the_field_is_shown_until_the_registry_takes_it() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let evidence = phone.takes_picture(scene.case, ODD);
    phone.note(scene.case, "照片说明门锁已被更换。");
    come_back(&scene, &mut phone).await;

    assert_eq!(refusals(&phone), [] as [String; 0]);
    let shown = detail(&scene, scene.case).await;
    assert_eq!(shown["notes"].as_array().unwrap().len(), 1);
    assert_eq!(
        shown["evidence"][0]["id"],
        json!(evidence),
        "the document keeps it"
    );
    let field = json!({ "path": format!("evidence/{evidence}/mime"), "code": "not_odd" });
    assert_eq!(shown["trouble"]["unprojected"], json!([field]));
    let found = refold(&scene, Refold::Verify).await;
    assert!(found.was_equal() && !found.is_sound(), "{found:?}");

    let desk = scene.county.supervisor(&scene.server).await;
    let until = scene.server.now() + SignedDuration::from_hours(24);
    let says = json!({ "level": "red", "why": "双方情绪激动。", "until": until });
    let version = shown["summary"]["version"].as_u64().unwrap();
    let path = format!("/api/v1/cases/{}/acts", scene.case);
    let act = desk
        .post(&path, decided("override_colour", says, version))
        .await;
    assert_eq!(act.status, 200, "a desk goes on deciding: {}", act.json);

    execute(
        &scene.server,
        "alter table evidence drop constraint not_odd",
    )
    .await;
    refold(&scene, Refold::Repair).await;
    assert!(refold(&scene, Refold::Verify).await.is_sound());
    let mime = "select count(*) from evidence where case_id = $1 and mime = 'image/x-odd'";
    assert_eq!(scene.count(mime).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_a_case_with_a_field_that_is_known_not_to_be_taken_is_merged_together() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let evidence = phone.takes_picture(scene.case, ODD);
    phone.note(scene.case, "照片说明门锁已被更换。");
    come_back(&scene, &mut phone).await;
    for n in 0..4 {
        phone.note(scene.case, &format!("第{n}次走访。"));
    }
    phone.sync().await;
    let reconciler = &scene.server.state.reconciler;
    reconciler.reconcile(scene.case, &[]).await.unwrap();
    let waiting = "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
    assert_eq!(scene.count(waiting).await, 0);
    let shown = detail(&scene, scene.case).await;
    let field = json!({ "path": format!("evidence/{evidence}/mime"), "code": "not_odd" });
    assert_eq!(shown["trouble"]["unprojected"], json!([field]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_not_to_blame_for_what_time_brings_about_is_merged() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "与此无关的一条。");
    phone.sync().await;
    let stuck = "alter table case_reg add constraint no_news check (facts_version < 0) not valid";
    execute(&scene.server, stuck).await;
    scene.server.advance(SignedDuration::from_hours(24 * 40));
    scene.server.reconcile().await;

    let aside = "select count(*) from case_change where case_id = $1 and state = 'quarantined'";
    assert_eq!(scene.count(aside).await, 0);
    let shown = detail(&scene, scene.case).await;
    assert_eq!(shown["notes"].as_array().unwrap().len(), 1);
    let row = json!([{ "path": format!("case_reg/{}", scene.case), "code": "no_news" }]);
    assert_eq!(
        shown["trouble"]["unprojected"], row,
        "no column alone would do, so the row stays as it was"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_begun_with_a_value_that_the_registry_does_not_take_is_registered_and_shows_it() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let begun = phone.begins_case(&scene);
    let evidence = phone.takes_picture(begun, ODD);
    come_back(&scene, &mut phone).await;

    assert_eq!(refusals(&phone), [] as [String; 0]);
    let shown = detail(&scene, begun).await;
    let field = json!({ "path": format!("evidence/{evidence}/mime"), "code": "not_odd" });
    assert_eq!(shown["trouble"]["unprojected"], json!([field]));
    phone.note(begun, "登记之后写的。");
    come_back(&scene, &mut phone).await;
    let notes = detail(&scene, begun).await["notes"].clone();
    assert_eq!(notes.as_array().unwrap().len(), 1, "the case goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_begun_case_that_cannot_be_registered_is_refused_and_the_others_count() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let full = "alter table case_change add constraint full_log check (actor_seq < 4) not valid";
    execute(&scene.server, full).await;
    let bad = phone.begins_case(&scene);
    for n in 0..4 {
        phone.note(bad, &format!("第{n}次。"));
    }
    let good = phone.begins_case(&scene);
    phone.note(scene.case, "原有案件照常记录。");
    come_back(&scene, &mut phone).await;

    let mut refused = refusals(&phone);
    refused.dedup();
    assert_eq!(refused, ["unstorable"]);
    assert_eq!(
        phone.engine.refusals().unwrap().len(),
        5,
        "its author keeps all of it"
    );
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let mut registered = async |id| case::facts_version(&mut conn, id).await.unwrap().is_some();
    assert!(!registered(bad).await && registered(good).await);
    let notes = detail(&scene, scene.case).await["notes"].clone();
    assert_eq!(notes.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_case_cannot_take_in_stops_no_other_case_of_the_request() {
    let scene = scene().await;
    let mut cases = vec![scene.case];
    for number in ["A-2", "A-3"] {
        cases.push(scene.another_case(number).await);
    }
    let mut phone = scene.mediator().await;
    // Each of them is the failing one once, so that it stands before others whatever their order
    // is.
    for (round, bad) in cases.iter().enumerate() {
        let full = format!(
            "alter table case_change add constraint full_log check (case_id <> '{bad}') not valid"
        );
        execute(&scene.server, AssertSqlSafe(full)).await;
        for case in &cases {
            phone.note(*case, &format!("第{round}轮走访。"));
        }
        let before = notes_in_log(&scene, &cases).await;
        let answer = phone.ask().await;
        phone.take(&answer);
        let after = notes_in_log(&scene, &cases).await;
        for (case, (before, after)) in cases.iter().zip(before.iter().zip(&after)) {
            let grown = i64::from(case != bad);
            assert_eq!(after - before, grown, "round {round}, by one request");
        }
        phone.sync().await;
        assert_eq!(refusals(&phone), vec!["unstorable"; round + 1]);
        execute(
            &scene.server,
            "alter table case_change drop constraint full_log",
        )
        .await;
    }
    come_back(&scene, &mut phone).await;
    for case in cases {
        let notes = detail(&scene, case).await["notes"].clone();
        assert_eq!(notes.as_array().unwrap().len(), 2, "the case goes on");
    }
}

/// How many changes of phones each case has.
async fn notes_in_log(scene: &Scene, cases: &[CaseId]) -> Vec<i64> {
    let mut counts = Vec::new();
    for case in cases {
        let query = "select count(*) from case_change where case_id = $1 and device_id is not null";
        let counted = sqlx::query_scalar(query).bind(case.0);
        counts.push(counted.fetch_one(&scene.server.state.pool).await.unwrap());
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_waits_for_more_than_a_minute_is_seen_everywhere() {
    let figures = Figures::watch();
    let scene = scene().await;
    let measured = async || {
        scene.server.state.reconciler.sweep().await.unwrap();
        let oldest = figures.value("hejie_changes_unmerged_oldest_seconds", "");
        (figures.value("hejie_changes_unmerged", ""), oldest)
    };
    let mut phone = scene.mediator().await;
    assert_eq!(measured().await, (Some(0.0), Some(0.0)));
    phone.note(scene.case, "迟迟没有并入的。");
    phone.sync().await;
    let desk = scene.county.dispatcher(&scene.server).await;
    assert_eq!(desk.get("/api/v1/troubled-cases").await.json, json!([]));

    let since = scene.server.now();
    scene.server.advance(SignedDuration::from_secs(90));
    let listed = desk.get("/api/v1/troubled-cases").await.json;
    assert_eq!(listed[0]["case_id"], json!(scene.case));
    assert_eq!(
        (&listed[0]["unmerged"], &listed[0]["unmerged_since"]),
        (&json!(1), &json!(since))
    );
    let shown = detail(&scene, scene.case).await;
    assert_eq!(shown["trouble"]["unmerged"], 1);
    assert_eq!(refold(&scene, Refold::Verify).await.unmerged, 1);
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let counted = case::count_troubles(&mut conn, &overdue(scene.server.now())).await;
    assert_eq!(
        (counted.as_ref().unwrap().unmerged, counted.unwrap().oldest),
        (1, Some(since))
    );
    assert_eq!(measured().await, (Some(1.0), Some(90.0)));

    scene.server.reconcile().await;
    assert_eq!(measured().await, (Some(0.0), Some(0.0)));
    assert_eq!(desk.get("/api/v1/troubled-cases").await.json, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_fails_again_and_again_is_parked_with_a_reason_while_others_go_on() {
    let scene = scene().await;
    let other = scene.another_case("A-2").await;
    let mut phone = scene.mediator().await;
    let broken = "update deadline set kind = 'nonsense' where case_id = $1";
    let query = sqlx::query(broken).bind(scene.case.0);
    query.execute(&scene.server.state.pool).await.unwrap();
    phone.note(scene.case, "本案读不出来。");
    phone.note(other, "另一件照常。");
    phone.sync().await;
    for _ in 0..5 {
        scene.server.state.reconciler.sweep().await.unwrap();
        scene.server.reconcile().await;
    }
    let shown = detail(&scene, scene.case).await;
    assert_eq!(shown["trouble"]["parked"], "registry_unreadable");
    let notes = detail(&scene, other).await["notes"].clone();
    assert_eq!(notes.as_array().unwrap().len(), 1);
    let desk = scene.county.dispatcher(&scene.server).await;
    let listed = desk.get("/api/v1/troubled-cases").await.json;
    assert_eq!(listed[0]["parked"], "registry_unreadable");
}
