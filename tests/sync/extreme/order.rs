//! Orders of a channel: every field, and numbers of persons in what people read.

use super::values::{Dice, extremes, places};
use crate::scene::Scene;
use hejie_case::ids::CaseId;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn no_order_of_a_channel_is_answered_by_a_failure_of_the_server() {
    let scene = Scene::set().await;
    let channel = scene.county.channel(&scene.server);
    let mut whole = scene.county.order("X-0");
    whole["repeat_of"] = json!("A-1");
    whole["party_pair_hash"] = json!("e7".repeat(32));
    let (mut dice, mut taken, mut refused) = (Dice::cast(), Vec::new(), 0);
    for (n, leaf) in places(&whole).into_iter().enumerate() {
        for (m, value) in dice.some(extremes(), 14).into_iter().enumerate() {
            let mut order = whole.clone();
            order["external_no"] = json!(format!("X-{n}-{m}"));
            *order.pointer_mut(&leaf).unwrap() = value;
            let answer = channel.order(&order).await;
            match answer.status {
                200 | 201 => taken.push(answer.text("/case_id").parse::<CaseId>().unwrap()),
                400 | 413 | 422 => refused += 1,
                other => panic!("{other} for {leaf}: {order}"),
            }
        }
    }
    assert!(
        taken.len() > 10 && refused > 60,
        "{} {refused}",
        taken.len()
    );
    scene.server.reconcile().await;
    taken.sort_unstable();
    taken.dedup();
    for case in taken {
        super::settled(&scene, case).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_persons_in_an_order_are_masked_before_anything_is_kept() {
    let scene = Scene::set().await;
    let mut order = scene.county.order("N-1");
    order["summary"] = json!("张三（电话+8613900000001）与李四争执。");
    order["address"] = json!("新栖街3号楼，１３９ ００００ ０００２");
    order["caller_masked"] = json!("王小红 13900000003");
    let channel = scene.county.channel(&scene.server);
    let answer = channel.order(&order).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let again = channel.order(&order).await;
    assert_eq!((again.status, &again.json), (200, &answer.json));

    let case: CaseId = answer.text("/case_id").parse().unwrap();
    let (view, raw): (Value, Value) = sqlx::query_as(
        "select d.view, i.raw from case_doc d join incident i on i.case_id = d.case_id where d.case_id = $1",
    )
    .bind(case.0)
    .fetch_one(&scene.server.state.pool)
    .await
    .unwrap();
    let kept = format!("{view} {raw}");
    for number in ["13900000001", "０００２", "13900000003", "王小红"] {
        assert!(!kept.contains(number), "{number}");
    }
    let summary = view["intake"]["summary"].as_str().unwrap();
    assert!(summary.starts_with("张三（电话139****0001）"), "{summary}");
    assert!(summary.ends_with("已由系统打码。）"), "{summary}");
}
