//! A disagreement about a long text: everybody is told the passages that differ, and whoever rules
//! reads the whole versions.

use crate::scene::{Scene, facts};
use harness::Calls;
use hejie_case::view::ConflictKind;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn the_versions_of_a_long_text_are_told_in_passages_and_read_whole_on_demand() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    let long = "双方各说各的理。".repeat(200);
    let note = mediator.note(scene.case, &long);
    mediator.sync().await;
    grid.sync().await;
    let written = [format!("上午到场。{long}"), format!("{long}情绪平稳。")];
    mediator.rewrite(scene.case, note, &written[0]);
    grid.rewrite(scene.case, note, &written[1]);
    mediator.sync().await;
    grid.sync().await;
    scene.server.reconcile().await;
    mediator.sync().await;

    let desk = scene.county.dispatcher(&scene.server).await;
    let detail = desk.get(&format!("/api/v1/cases/{}", scene.case)).await;
    let conflict = &detail.json["conflicts"][0];
    let excerpts = conflict["variants"].as_array().unwrap();
    assert_eq!(excerpts.len(), 3);
    for variant in excerpts {
        assert_eq!(variant["is_excerpt"], json!(true));
        assert!(variant["text"].as_str().unwrap().chars().count() <= 200);
    }
    let path = format!(
        "/api/v1/cases/{}/conflicts/{}/versions",
        scene.case,
        conflict["id"].as_str().unwrap()
    );
    let whole = desk.get(&path).await.json;
    let texts: Vec<&str> = whole.as_array().unwrap().iter().map(text).collect();
    assert_eq!(texts[0], detail.json["notes"][0]["text"]);
    for version in &written {
        assert!(texts[1..].contains(&version.as_str()));
    }
    let known = facts(&scene.server, scene.case).await.conflicts;
    let mut shared = known
        .values()
        .filter(|c| c.conflict.kind == ConflictKind::SharedText);
    let id = shared.next().unwrap().conflict.id;
    let on_the_phone = mediator.engine.conflict_versions(scene.case, id).unwrap();
    assert_eq!(
        on_the_phone, texts,
        "the lead, who rules, reads the same on the phone"
    );

    let read =
        "select count(*) from audit_log where action = 'list_conflict_versions' and case_id = $1";
    assert_eq!(scene.count(read).await, 1);
    let elsewhere = scene.server.county().await.supervisor(&scene.server).await;
    assert_eq!(elsewhere.get(&path).await.outcome(), (404, "not_found"));
}

fn text(version: &Value) -> &str {
    version["text"].as_str().unwrap()
}
