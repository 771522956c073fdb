//! What somebody is told before they reach the scene: it comes with the offer, stays on the phone,
//! and says nothing of persons.

use crate::{
    scene::Scene,
    secret::{LI, ZHANG, handler, known_party},
};
use harness::Calls;
use hejie_case::{
    brief::Hazard,
    edit::NewEntry,
    record::{RiskFactor, RiskObservation, Side},
};

/// The number of a case.
async fn case_no(scene: &Scene) -> String {
    sqlx::query_scalar("select case_no from case_reg where case_id = $1")
        .bind(scene.case.0)
        .fetch_one(&scene.server.state.pool)
        .await
        .unwrap()
}

/// Shows P01, P15, R139.
#[tokio::test(flavor = "multi_thread")]
async fn with_the_offer_comes_what_is_known_of_place_pair_and_danger_and_no_name() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    known_party(&scene, &mut phone, scene.case, Side::B, LI).await;
    let (at, factor) = (phone.now(), RiskFactor::Weapon);
    let why = "厨房有菜刀。".into();
    let seen = NewEntry::Risk(RiskObservation { factor, at, why });
    phone.engine.add(scene.case, seen, at).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
    let first = case_no(&scene).await;

    let second = scene.another_case("A-2").await;
    phone.sync().await;
    let told = phone.engine.brief(second).unwrap().clone();
    assert_eq!(told.place.len(), 1);
    assert_eq!(told.place[0].case_no, first);
    assert_eq!(told.place[0].situation.as_str(), "N03-05");
    assert_eq!(told.place[0].result, None, "it goes on");
    assert!(told.of_place.contains(&Hazard::Weapon));
    assert_eq!(told.pair, [], "nobody knows yet who they are");
    assert!(!told.of_pair.contains(&Hazard::Weapon));
    let text = serde_json::to_string(&told).unwrap();
    assert!(!text.contains('张') && !text.contains("菜刀"), "{text}");

    let now = phone.now();
    phone.engine.sign_for(second, now).unwrap();
    known_party(&scene, &mut phone, second, Side::A, LI).await;
    known_party(&scene, &mut phone, second, Side::B, ZHANG).await;
    let path = format!("/api/v1/cases/{second}/brief");
    let asked = phone.agent.get(&path).await;
    assert_eq!(asked.status, 200, "{}", asked.json);
    assert_eq!(asked.text("/pair/0/case_no"), first);
    let hazards = asked.json["of_pair"].as_array().unwrap();
    assert!(hazards.iter().any(|one| one["hazard"] == "weapon"));
    let (server, county) = (&scene.server, &scene.county);
    let stranger = county.second_mediator(server).await;
    assert_eq!(stranger.get(&path).await.status, 404);
    let office = county.judicial_officer(server).await;
    assert_eq!(office.get(&path).await.status, 404, "who is not sent there");
    let lines: i64 = sqlx::query_scalar(
        "select count(*) from audit_log where action = 'read_brief' and case_id = $1",
    )
    .bind(second.0)
    .fetch_one(&server.state.pool)
    .await
    .unwrap();
    assert!(lines >= 2, "by the exchange, and by whoever asked");
}

/// Shows R139.
#[tokio::test(flavor = "multi_thread")]
async fn a_brief_leaves_the_phone_with_its_case() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    assert!(phone.engine.brief(scene.case).is_some());
    scene.forget(scene.case, &scene.county.mediator).await;
    phone.sync().await;
    assert_eq!(phone.engine.brief(scene.case), None);
}
