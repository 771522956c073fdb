//! The same person twice, the same pair again: recognised by keyed hashes, proposed to people,
//! weighed by the colour.

use super::{LI, Somebody, ZHANG, handler, known_party, sign_for};
use crate::{
    effects::origin,
    scene::{Scene, facts},
};
use harness::{Answer, Calls};
use hejie_case::{ids::CaseId, record::Side};
use serde_json::{Value, json};

/// Another person of the same name.
const NAMESAKE: Somebody = Somebody {
    name: "张小明",
    id: Some("990101197201010045"),
    telephone: Some("13900000009"),
};
/// The same person, without an ID number at hand.
const WITHOUT_NUMBER: Somebody = Somebody { id: None, ..ZHANG };

async fn repeats(scene: &Scene, case: CaseId) -> Answer {
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let answer = dispatcher
        .get(&format!("/api/v1/cases/{case}/repeats"))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer
}

async fn repeat_points(scene: &Scene, case: CaseId) -> i64 {
    let supervisor = scene.county.supervisor(&scene.server).await;
    let detail = supervisor.get(&format!("/api/v1/cases/{case}")).await;
    let reasons = detail.json["colour"]["reasons"].as_array().unwrap().clone();
    let reason = reasons.iter().find(|r| r["code"] == "repeat_calls");
    reason.map_or(0, |reason| reason["points"].as_i64().unwrap())
}

/// Shows M08.
#[tokio::test(flavor = "multi_thread")]
async fn one_person_entered_twice_is_proposed_and_two_of_one_name_are_not() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let first = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    known_party(&scene, &mut phone, scene.case, Side::B, NAMESAKE).await;
    assert_eq!(
        repeats(&scene, scene.case).await.json["same_person"],
        serde_json::json!([])
    );
    let again = known_party(&scene, &mut phone, scene.case, Side::A, WITHOUT_NUMBER).await;
    let found = repeats(&scene, scene.case).await;
    assert_eq!(found.text("/same_person/0/party"), first.to_string());
    assert_eq!(found.text("/same_person/0/other"), again.to_string());
    assert_eq!(found.text("/same_person/0/name_masked"), "张*明");
    assert!(found.json["same_person"].get(1).is_none());
}

/// Shows R040, M09.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_pair_in_another_case_raises_the_colour_of_both() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    known_party(&scene, &mut phone, scene.case, Side::B, LI).await;
    assert_eq!(repeat_points(&scene, scene.case).await, 0);

    let other = scene.another_case("A-2").await;
    phone.sync().await;
    sign_for(&scene, &mut phone, other).await;
    known_party(&scene, &mut phone, other, Side::A, NAMESAKE).await;
    known_party(&scene, &mut phone, other, Side::B, LI).await;
    let apart = repeats(&scene, other).await;
    assert_eq!(apart.json["repeat_calls"], 0, "a namesake is another pair");

    let third = scene.another_case("A-3").await;
    phone.sync().await;
    sign_for(&scene, &mut phone, third).await;
    // This time the other one called, and gave no ID number.
    known_party(&scene, &mut phone, third, Side::A, LI).await;
    known_party(&scene, &mut phone, third, Side::B, WITHOUT_NUMBER).await;
    let found = repeats(&scene, third).await;
    assert_eq!(found.json["repeat_calls"], 1);
    assert_eq!(found.text("/pair_cases/0/id"), scene.case.to_string());
    scene.server.reconcile().await;
    assert_eq!(repeat_points(&scene, third).await, 8);
    assert_eq!(repeat_points(&scene, scene.case).await, 8);
    let pairs = "select count(*) from incident where case_id = $1 and party_pair_hash is not null";
    assert_eq!(scene.count(pairs).await, 1);
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let list = dispatcher.get("/api/v1/link-proposals").await;
    let proposed = list.json.as_array().unwrap();
    let of_a_pair: Vec<_> = proposed.iter().filter(|p| p["reason"] == "pair").collect();
    assert_eq!(of_a_pair.len(), 1, "{}", list.json);
    // Both came in the same moment here, so either may be called the earlier one.
    let mut both = ["case_id", "other_case_id"].map(|side| of_a_pair[0][side].as_str());
    let (first, third) = (scene.case.to_string(), third.to_string());
    let mut expected = [Some(first.as_str()), Some(third.as_str())];
    both.sort_unstable();
    expected.sort_unstable();
    assert_eq!(both, expected);
}

/// Shows E29, E30, E30c. A case that somebody walked in with was reported, too.
#[tokio::test(flavor = "multi_thread")]
async fn each_report_of_a_dispute_is_counted_once_through_merge_and_parting() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let begun = phone.engine.create_case(origin(&scene.county), phone.now());
    let walked_in = begun.unwrap().case;
    phone.sync().await;
    scene.server.reconcile().await;
    let other = scene.another_case("A-2").await;
    let calls = async |case: CaseId| repeats(&scene, case).await.json["repeat_calls"].clone();
    assert_eq!(
        (calls(scene.case).await, calls(walked_in).await),
        (json!(0), json!(0))
    );
    again(&scene, "A-3", "A-1").await;
    again(&scene, "A-3", "A-1").await;
    assert_eq!(calls(scene.case).await, 1, "however often it is sent");
    joined(
        &scene,
        other,
        "merge",
        json!({ "into": scene.case, "why": "同一起纠纷。" }),
    )
    .await;
    again(&scene, "A-4", "A-2").await;
    assert_eq!(calls(scene.case).await, 3);
    assert_eq!(weighed(&scene).await, 3, "the last call included");
    joined(
        &scene,
        walked_in,
        "merge",
        json!({ "into": scene.case, "why": "同一起纠纷。" }),
    )
    .await;
    assert_eq!(calls(scene.case).await, 4);
    assert_eq!(weighed(&scene).await, 4);
    joined(
        &scene,
        other,
        "unmerge",
        json!({ "why": "两起不同的纠纷。" }),
    )
    .await;
    assert_eq!(
        (calls(scene.case).await, calls(other).await),
        (json!(2), json!(1))
    );
}

/// Shows E30d. What was one call stays one.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_becomes_a_case_of_its_own_was_not_reported_again() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    known_party(&scene, &mut phone, scene.case, Side::B, LI).await;
    let says = json!({
        "situation": "N08-02", "summary": "另有押金纠纷。", "address": "新栖街", "why": "两起纠纷。",
    });
    joined(&scene, scene.case, "split", says).await;
    let part = facts(&scene.server, scene.case).await.kin.split_into[0];
    phone.sync().await;
    sign_for(&scene, &mut phone, part).await;
    known_party(&scene, &mut phone, part, Side::A, ZHANG).await;
    known_party(&scene, &mut phone, part, Side::B, LI).await;
    for case in [scene.case, part] {
        assert_eq!(repeats(&scene, case).await.json["repeat_calls"], 0);
    }
}

/// How many the colour of the case weighs.
async fn weighed(scene: &Scene) -> u32 {
    scene.server.reconcile().await;
    facts(&scene.server, scene.case).await.repeat_calls
}

/// Another call, about an earlier one.
async fn again(scene: &Scene, number: &str, of: &str) {
    let mut order = scene.county.order(number);
    order["repeat_of"] = of.into();
    let answer = scene.county.channel(&scene.server).order(&order).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.json);
}

/// What the dispatcher decides of two cases.
async fn joined(scene: &Scene, case: CaseId, act: &str, mut says: Value) -> Answer {
    says["base_version"] = facts(&scene.server, case).await.version.into();
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let path = format!("/api/v1/cases/{case}/{act}");
    let answer = dispatcher.post(&path, says).await;
    assert!([200, 201].contains(&answer.status), "{}", answer.json);
    answer
}
