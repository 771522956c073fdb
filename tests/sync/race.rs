//! Transactions that meet: one waits for another where it must, none waits in a circle, and what
//! loses a race is made again at once.

use crate::{
    phone::{Phone, read},
    scene::Scene,
    secret::{ZHANG, handler, known_party},
};
use harness::{Answer, Calls, TestServer};
use hejie_case::{
    document::Origin,
    ids::CaseId,
    record::{IntakeField, Place, Side},
};
use hejie_registry::{case, feed::Move, link, log, pool};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

async fn scene() -> Scene {
    Scene::on(TestServer::alone().await).await
}

/// What is answered while somebody else works on a case and needs the feeds of its people next.
async fn beside_work_on(scene: &Scene, asked: impl Future<Output = Answer>) -> Answer {
    let server = &scene.server;
    let mut held = pool::begin(&server.state.pool).await.unwrap();
    let locked = log::lock_case(&mut held, scene.case).await.unwrap();
    assert!(locked.is_some());
    let mut asked = std::pin::pin!(asked);
    let answer = loop {
        tokio::select! {
            answer = &mut asked => break answer,
            waiting = waiting(server) => assert_eq!(waiting, 0, "it waits for the case"),
        }
    };
    log::touch_case(&mut held, scene.case, &[Move::Facts], server.now())
        .await
        .unwrap();
    pool::commit(held).await.unwrap();
    answer
}

async fn waiting(server: &TestServer) -> i64 {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let counted = sqlx::query_scalar(query).fetch_one(&server.state.pool);
    counted.await.unwrap()
}

async fn proposed(scene: &Scene) -> Vec<CaseId> {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let proposals = link::list_waiting(&mut conn, scene.county.region.as_str(), 10).await;
    let beside = proposals.unwrap().into_iter();
    beside
        .filter(|proposal| proposal.other == scene.case)
        .map(|proposal| proposal.case)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_from_the_place_of_a_case_waits_for_nobody_who_works_on_that_case() {
    let scene = scene().await;
    let channel = scene.county.channel(&scene.server);
    let order = scene.county.order("A-2");
    let answer = beside_work_on(&scene, channel.order(&order)).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let case: CaseId = answer.text("/case_id").parse().unwrap();
    assert_eq!(proposed(&scene).await, [case]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_another_case_from_the_same_place_is_split_off_beside_work_on_the_first() {
    let scene = scene().await;
    let whole = scene.another_case("A-2").await;
    let part = json!({
        "situation": "N03-05", "summary": "另一纠纷", "address": address(&scene), "why": "两件事。",
        "base_version": version(&scene, whole).await,
    });
    let desk = scene.county.dispatcher(&scene.server).await;
    let path = format!("/api/v1/cases/{whole}/split");
    let answer = beside_work_on(&scene, desk.post(&path, part)).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(proposed(&scene).await.len(), 2);
}

fn address(scene: &Scene) -> Value {
    scene.county.order("A-1")["address"].clone()
}

async fn version(scene: &Scene, case: CaseId) -> u64 {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let version = case::facts_version(&mut conn, case).await.unwrap();
    version.unwrap()
}

/// From now on so many transactions that write into a table lose a race, one after the other.
async fn lose_races(scene: &Scene, table: &str, count: u32) {
    for statement in [
        "create sequence race".to_owned(),
        format!(
            "create or replace function lose_race() returns trigger language plpgsql as $$ begin
                 if nextval('race') <= {count} then raise exception 'lost' using errcode = '40P01'; end if;
                 return new; end $$"
        ),
        format!(
            "create trigger lose_race before insert or update on {table} for each row execute function lose_race()"
        ),
    ] {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&scene.server.state.pool)
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_lost_a_race_is_registered_at_once_and_once() {
    let scene = scene().await;
    lose_races(&scene, "audit_log", 2).await;
    let channel = scene.county.channel(&scene.server);
    let order = scene.county.order("A-2");
    let answer = channel.order(&order).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let again = channel.order(&order).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.text("/case_no"), answer.text("/case_no"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_loses_every_race_is_told_that_much_is_going_on_and_not_that_the_database_is_away()
 {
    let scene = scene().await;
    lose_races(&scene, "audit_log", u32::MAX).await;
    let order = scene.county.order("A-2");
    let answer = scene.county.channel(&scene.server).order(&order).await;
    assert_eq!(answer.outcome(), (503, "unavailable"));
    assert_eq!(answer.headers["retry-after"], "2");
    let tried: i64 = sqlx::query_scalar("select last_value from race")
        .fetch_one(&scene.server.state.pool)
        .await
        .unwrap();
    assert_eq!(tried, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_desk_decides_stands_though_it_lost_a_race() {
    let scene = scene().await;
    let other = scene.another_case("A-2").await;
    let desk = scene.county.dispatcher(&scene.server).await;
    let base = version(&scene, scene.case).await;
    lose_races(&scene, "case_doc", 2).await;
    let act = json!({ "override_colour": { "level": "red", "why": "现场情况" } });
    let body = json!({ "act": act, "base_version": base });
    let path = format!("/api/v1/cases/{}/acts", scene.case);
    let answer = desk.post(&path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    sqlx::query("alter sequence race restart")
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
    let base = version(&scene, other).await;
    let merge = json!({ "into": scene.case, "why": "同一纠纷。", "base_version": base });
    let path = format!("/api/v1/cases/{other}/merge");
    let answer = desk.post(&path, merge).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_lost_a_race_are_acknowledged_at_once() {
    let scene = scene().await;
    let mut phone = handler(&scene).await;
    phone.note(scene.case, "同时有人在办。");
    lose_races(&scene, "feed", 2).await;
    assert_eq!(refused(&mut phone).await, Vec::<String>::new());
    assert_eq!(phone.engine.status().waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_begun_on_a_phone_is_registered_at_once_though_it_lost_a_race() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let place = Place {
        region: scene.county.township(),
        address: "和安街道小区".into(),
        position: None,
    };
    let origin = Origin {
        fields: vec![
            IntakeField::Situation("N08-02".parse().unwrap()),
            IntakeField::Place(place),
        ],
        summary: "楼上漏水，双方争执。".into(),
        ..Origin::default()
    };
    let now = phone.now();
    phone.engine.create_case(origin, now).unwrap();
    lose_races(&scene, "case_doc", 2).await;
    assert_eq!(refused(&mut phone).await, Vec::<String>::new());
    assert_eq!(phone.engine.status().waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_lost_a_race_is_received_at_once() {
    let scene = scene().await;
    let mut phone = handler(&scene).await;
    lose_races(&scene, "party_secret", 2).await;
    // Delivers it, and the answer is 200.
    known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
}

/// What one exchange is refused.
async fn refused(phone: &mut Phone) -> Vec<String> {
    let answer = phone.ask().await;
    let down = read(&answer);
    phone.take(&answer);
    let refused = down.cases.iter().flat_map(|case| &case.refused);
    refused.map(|no| no.reason.code.clone()).collect()
}
