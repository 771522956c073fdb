//! What a merged case takes along: its danger, and whoever waits for its result.

use super::table::{World, told};
use crate::scene::facts;
use hejie_case::ids::CaseId;
use serde_json::json;
use std::collections::BTreeSet;

/// Shows E30, E23, R126.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_stays_with_a_merged_case_through_merge_and_undoing_and_is_told_once() {
    let world = World::set().await;
    let into = world.scene.case;
    let from = world.order("A-2", |_| {}).await;
    world.danger_waits(from).await;
    world.scene.server.reconcile().await;
    let merge = json!({ "into": into, "why": "同一起纠纷。" });
    world.decide(from, "merge", merge).await;
    let server = &world.scene.server;
    assert!(!facts(server, from).await.is_held());
    assert!(facts(server, into).await.is_held());
    let undo = json!({ "why": "两起不同的纠纷。" });
    world.decide(from, "unmerge", undo).await;
    assert!(facts(server, from).await.is_held());
    assert!(!facts(server, into).await.is_held());
    assert_eq!(world.told(from).await, told(1, 3, 0));
    assert_eq!(world.told(into).await, told(0, 3, 0));
}

/// Shows E30, R008, R126.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_reported_a_merged_case_hears_how_the_case_ends_under_which_it_goes_on() {
    let world = World::set().await;
    let into = world.scene.case;
    let from = world.order("A-2", |_| {}).await;
    let merge = json!({ "into": into, "why": "同一起纠纷。" });
    world.decide(from, "merge", merge).await;
    world.close(into).await;
    assert_eq!(world.told(into).await, told(0, 3, 2));
    let bodies = world.source.bodies();
    let numbers: BTreeSet<&str> = bodies
        .iter()
        .filter_map(|b| b["external_no"].as_str())
        .collect();
    assert_eq!(numbers, BTreeSet::from(["A-1", "A-2"]));
}

/// Shows E30c, E30e, R101, R126.
#[tokio::test(flavor = "multi_thread")]
async fn calls_about_a_case_that_was_merged_and_parted_again_are_answered_once_and_by_that_case() {
    let world = World::set().await;
    let into = world.scene.case;
    let from = world.order("A-2", |_| {}).await;
    let again = async |number: &str, of: &str| {
        let of = of.to_owned();
        world
            .order(number, |order| order["repeat_of"] = of.into())
            .await
    };
    let merge = json!({ "into": into, "why": "同一起纠纷。" });
    world.decide(from, "merge", merge).await;
    assert_eq!(again("A-3", "A-2").await, into, "there it goes on");
    assert_eq!(again("A-4", "A-1").await, into);
    let undo = json!({ "why": "两起不同的纠纷。" });
    world.decide(from, "unmerge", undo).await;
    assert_eq!(
        again("A-5", "A-3").await,
        from,
        "what it was about all along"
    );
    assert_eq!(again("A-6", "A-4").await, into);
    world.close(into).await;
    world.close(from).await;
    world.scene.server.send_due().await;
    assert_eq!(answered(&world, into), ["A-1", "A-4", "A-6"]);
    assert_eq!(answered(&world, from), ["A-2", "A-3", "A-5"]);
}

/// The numbers under which a channel was told a result of a case.
fn answered(world: &World, case: CaseId) -> Vec<String> {
    let mut bodies = world.source.bodies();
    bodies.retain(|body| body["kind"] == "feedback" && body["case_id"] == json!(case));
    let mut numbers: Vec<String> = bodies
        .iter()
        .filter_map(|body| Some(body["external_no"].as_str()?.to_owned()))
        .collect();
    numbers.sort();
    numbers
}
