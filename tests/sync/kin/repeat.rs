//! Further calls about a known dispute (E29), and cases that may be one (M09).

use super::{assert_folded, because};
use crate::scene::{Scene, author, facts};
use harness::{Answer, Calls, TestServer, decided};
use hejie_case::{facts::Status, ids::CaseId};
use hejie_registry::{link, pool};
use jiff::SignedDuration;
use serde_json::{Value, json};

async fn call(scene: &Scene, number: &str, change: impl FnOnce(&mut Value)) -> Answer {
    let mut order = scene.county.order(number);
    change(&mut order);
    scene.county.channel(&scene.server).order(&order).await
}

fn case_of(answer: &Answer) -> CaseId {
    answer.text("/case_id").parse().unwrap()
}

async fn relations(server: &TestServer, case: CaseId) -> Vec<String> {
    let sql = "select relation from case_incident where case_id = $1 order by at, relation";
    let query = sqlx::query_scalar(sql).bind(case.0);
    query.fetch_all(&server.state.pool).await.unwrap()
}

/// Shows E29, R045.
#[tokio::test]
async fn a_call_that_names_an_earlier_one_is_linked_to_its_open_case() {
    let scene = Scene::set().await;
    let again = call(&scene, "A-2", |order| order["repeat_of"] = "A-1".into()).await;
    assert_eq!((again.status, case_of(&again)), (201, scene.case));
    assert_eq!(again.json["is_repeat"], true);
    assert_eq!(facts(&scene.server, scene.case).await.kin.repeats.len(), 1);
    assert_eq!(
        relations(&scene.server, scene.case).await,
        ["origin", "repeat"]
    );
    let once_more = call(&scene, "A-2", |order| order["repeat_of"] = "A-1".into()).await;
    assert_eq!(once_more.status, 200);
    assert_eq!(once_more.json, again.json, "the same receipt");
    assert_folded(&scene.server, scene.case).await;
}

/// Shows E29, R040.
#[tokio::test]
async fn a_call_of_the_same_pair_opens_the_next_round_of_a_case_that_was_closed_lately() {
    let scene = Scene::set().await;
    let pair = "ab".repeat(32);
    let police = |order: &mut Value| {
        order["situation"] = "P01-01".into();
        order["party_pair_hash"] = pair.clone().into();
    };
    let first = case_of(&call(&scene, "B-1", police).await);
    assert_eq!(
        facts(&scene.server, first).await.stage.status(),
        Status::Closed
    );
    scene.server.advance(SignedDuration::from_hours(24 * 30));
    let again = call(&scene, "B-2", |order| {
        order["party_pair_hash"] = pair.clone().into();
    })
    .await;
    assert_eq!(case_of(&again), first, "one case, one number");
    let reopened = facts(&scene.server, first).await;
    assert_eq!(reopened.round_no(), 2);
    let status = reopened.stage.status();
    assert_eq!(
        status,
        Status::PendingDispatch,
        "triaged, and nobody is on duty"
    );
    assert_eq!(reopened.situation.as_str(), "N03-05");
    assert_folded(&scene.server, first).await;
}

/// Shows E29, R005.
#[tokio::test]
async fn a_case_that_waits_is_offered_to_whoever_is_on_duty_when_it_is_reported_again() {
    let scene = Scene::set().await;
    let mediator = scene.county.mediator(&scene.server).await;
    let version = facts(&scene.server, scene.case).await.version;
    let says = json!({ "reason": "不在本辖区。" });
    let path = format!("/api/v1/cases/{}/acts", scene.case);
    let returned = mediator.post(&path, decided("return", says, version)).await;
    assert_eq!(returned.status, 200, "{}", returned.json);
    call(&scene, "A-2", |order| order["repeat_of"] = "A-1".into()).await;
    let offered = facts(&scene.server, scene.case).await;
    assert_eq!(offered.stage.status(), Status::Dispatched);
    assert_eq!(offered.offered().unwrap().user, scene.county.mediator.id);
    assert_folded(&scene.server, scene.case).await;
}

/// Shows E29, R040.
#[tokio::test]
async fn a_call_after_the_watch_is_a_new_case_that_is_linked_to_the_old_one() {
    let scene = Scene::set().await;
    let first = case_of(&call(&scene, "B-1", |o| o["situation"] = "P01-01".into()).await);
    scene.server.advance(SignedDuration::from_hours(24 * 91));
    let late = call(&scene, "B-2", |order| order["repeat_of"] = "B-1".into()).await;
    assert_ne!(case_of(&late), first);
    assert_eq!(late.json["is_repeat"], false);
    assert_eq!(relations(&scene.server, first).await, ["origin", "linked"]);
    assert_eq!(
        facts(&scene.server, first).await.stage.status(),
        Status::Closed
    );
}

/// Shows E29, E30.
#[tokio::test]
async fn a_call_about_a_merged_case_goes_to_the_case_under_which_it_goes_on() {
    let scene = Scene::set().await;
    let from = scene.another_case("A-2").await;
    let by = author(&scene.county.dispatcher);
    let reconciler = &scene.server.state.reconciler;
    let merged = reconciler
        .merge(from, scene.case, because(by, "同一起纠纷。"))
        .await;
    assert_eq!(merged.unwrap(), Ok(()));
    let again = call(&scene, "A-3", |order| order["repeat_of"] = "A-2".into()).await;
    assert_eq!(case_of(&again), scene.case);
}

/// Shows M09.
#[tokio::test]
async fn two_calls_from_one_place_are_proposed_to_the_dispatcher_and_never_merged_by_themselves() {
    let scene = Scene::set().await;
    let other = scene.another_case("A-2").await;
    let elsewhere = call(&scene, "A-3", |o| {
        o["address"] = "新栖街另一小区1号楼".into()
    })
    .await;
    let server = &scene.server;
    let desk = scene.county.dispatcher(server).await;
    let list = desk.get("/api/v1/link-proposals").await;
    assert_eq!(list.json.as_array().unwrap().len(), 1, "{}", list.json);
    assert_eq!(list.text("/0/case_id"), other.to_string());
    assert_eq!(list.text("/0/other_case_id"), scene.case.to_string());
    assert_eq!(list.text("/0/reason"), "place");
    assert_ne!(case_of(&elsewhere), scene.case);
    assert!(facts(server, other).await.stage.status().is_open());

    let path = format!("/api/v1/link-proposals/{other}/{}/dismiss", scene.case);
    let helper = scene.county.grid_worker(server).await;
    assert_eq!(helper.post(&path, Value::Null).await.status, 403);
    assert_eq!(desk.post(&path, Value::Null).await.status, 204);
    assert_eq!(desk.post(&path, Value::Null).await.status, 404);
    let list = desk.get("/api/v1/link-proposals").await;
    assert_eq!(list.json.as_array().unwrap().len(), 0);
}

/// Shows M09, E30.
#[tokio::test]
async fn a_proposal_is_done_when_the_cases_are_merged() {
    let scene = Scene::set().await;
    let other = scene.another_case("A-2").await;
    let by = author(&scene.county.dispatcher);
    let merged =
        scene
            .server
            .state
            .reconciler
            .merge(other, scene.case, because(by, "同一起纠纷。"));
    assert_eq!(merged.await.unwrap(), Ok(()));
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let region = scene.county.region.as_str();
    let waiting = link::list_waiting(&mut conn, region, 10).await.unwrap();
    assert_eq!(waiting, []);
}

/// Shows E29, E02c, M10.
#[tokio::test]
async fn what_a_desk_ruled_stands_against_a_further_call_whose_word_is_shown_beside_it() {
    let scene = Scene::set().await;
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let path = format!("/api/v1/cases/{}", scene.case);
    for (act, says) in [
        (
            "reclassify",
            json!({ "situation": "N02-02", "why": "已核实。" }),
        ),
        (
            "transfer",
            json!({ "to": "department", "receiver": "和安县城管局", "receipt": "S-1",
                "notice": { "means": "in_person", "at": scene.server.now() } }),
        ),
    ] {
        let version = facts(&scene.server, scene.case).await.version;
        let body = decided(act, says, version);
        let answer = dispatcher.post(&format!("{path}/acts"), body).await;
        assert_eq!(answer.status, 200, "{act}: {}", answer.json);
    }
    let again = call(&scene, "A-2", |order| {
        order["repeat_of"] = "A-1".into();
        order["situation"] = "P01-01".into();
    })
    .await;
    assert_eq!(case_of(&again), scene.case);
    let reopened = facts(&scene.server, scene.case).await;
    assert_eq!(reopened.round_no(), 2);
    assert_eq!(reopened.situation.as_str(), "N02-02", "the desk's word");
    assert!(reopened.stage.status().is_open(), "not handed over");
    assert_eq!(reopened.police_orders.len(), 1, "the police have the call");
    let detail = dispatcher.get(&path).await.json;
    let shown = &detail["facts"]["kin"]["repeats"][0];
    assert_eq!(shown["situation"], "P01-01");
    assert_folded(&scene.server, scene.case).await;
}
