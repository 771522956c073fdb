//! What a registry that was set back says beside its cases once phones have shown theirs: no number
//! twice, whom desks should compare, and who brought what back.

use crate::{
    recover::{Backup, all_exchange, is_known},
    scene::{Scene, facts},
};
use harness::{Calls, TestServer};
use hejie_case::ids::CaseId;
use serde_json::json;

/// The running number of a case.
async fn number(scene: &Scene, case: CaseId) -> u64 {
    let number = facts(&scene.server, case).await.case_no.to_string();
    number.rsplit('-').next().unwrap().parse().unwrap()
}

/// No mark is left, and paper holds numbers of which no phone tells: those who set the registry
/// back cannot say how many there were.
#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_but_a_phone_tells_of_the_restore_numbers_go_on_a_thousand_further() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    mediator.note(scene.case, "备份之后写的。");
    all_exchange(&scene, &mut [&mut mediator]).await;
    backup.restore_unnoticed(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    let next = scene.another_case("A-2").await;
    assert!(number(&scene, next).await > number(&scene, scene.case).await + 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_go_on_behind_the_highest_that_a_phone_proves_however_far_that_is() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    sqlx::query("update case_counter set last = 5000")
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    backup.restore_unnoticed(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(number(&scene, late).await, 5_001);
    let next = scene.another_case("A-3").await;
    assert_eq!(number(&scene, next).await, 5_002);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_comes_back_is_proposed_beside_the_one_from_the_same_place_and_the_log_says_who_brought_it()
 {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    let desk = scene.county.dispatcher(&scene.server).await;
    let proposed = desk.get("/api/v1/link-proposals").await.json;
    assert_eq!(proposed[0]["case_id"], json!(late));
    backup.restore(&scene.server).await;
    let desk = scene.county.dispatcher(&scene.server).await;
    let lost = desk.get("/api/v1/link-proposals").await.json;
    assert_eq!(lost, json!([]));
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert!(is_known(&scene.server, late).await);
    let again = desk.get("/api/v1/link-proposals").await.json;
    assert_eq!(again[0]["case_id"], json!(late));
    assert_eq!(again[0]["other_case_id"], proposed[0]["other_case_id"]);

    let brought = "select user_id, device_id from audit_log
        where case_id = $1 and action = 'exchange.recover_case' and ok";
    let brought: Vec<(uuid::Uuid, uuid::Uuid)> = sqlx::query_as(brought)
        .bind(late.0)
        .fetch_all(&scene.server.state.pool)
        .await
        .unwrap();
    assert_eq!(brought, [(scene.county.mediator.id.0, mediator.device().0)]);
}
