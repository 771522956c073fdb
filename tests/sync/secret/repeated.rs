//! The same person twice, the same pair again: recognised by keyed hashes, proposed to people,
//! weighed by the colour.

use super::{LI, Somebody, ZHANG, handler, known_party, sign_for};
use crate::scene::Scene;
use harness::{Answer, Calls};
use hejie_case::{ids::CaseId, record::Side};

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
