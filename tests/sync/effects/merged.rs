//! What a merged case takes along: its danger, and whoever waits for its result.

use super::table::{World, told};
use crate::scene::facts;
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
