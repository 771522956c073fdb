//! A registry that is set back under a running server: whoever was put out since the backup does
//! not come in again, not even before the server looks by itself.

use crate::{phone::Phone, recover::Backup, scene::Scene};
use harness::{Answer, Calls, TestServer, county::PASSWORD};
use hejie_registry::pool;
use hejie_server::identity::account;
use serde_json::json;
use std::fs;

/// A phone that is taken out of service after a backup.
async fn revoked_since(server: TestServer) -> (Scene, Phone, Backup) {
    let scene = Scene::on(server).await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let agent = scene.county.mediator(&scene.server).await;
    let path = format!("/api/v1/devices/{}", phone.device());
    assert_eq!(agent.delete(&path).await.status, 204);
    assert_eq!(phone.ask().await.outcome(), (401, "device_revoked"));
    (scene, phone, backup)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_was_revoked_since_the_backup_gets_nothing_from_the_first_request_on() {
    let (scene, mut phone, backup) = revoked_since(TestServer::alone().await).await;
    backup.put_back(&scene.server).await;
    assert_eq!(phone.ask().await.outcome(), (401, "device_revoked"));
}

/// Channels come in without a session, and what they do is written down as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_restore_is_noticed_though_the_log_is_longer_by_now_than_it_was_before() {
    let (scene, mut phone, backup) = revoked_since(TestServer::alone().await).await;
    let length = async || {
        let seq = sqlx::query_scalar("select seq from audit_head");
        let seq: i64 = seq.fetch_one(&scene.server.state.pool).await.unwrap();
        seq
    };
    let before = length().await;
    backup.put_back(&scene.server).await;
    let mut number = 2;
    while length().await <= before {
        scene.another_case(&format!("A-{number}")).await;
        number += 1;
    }
    assert_eq!(phone.ask().await.outcome(), (401, "device_revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_neither_signs_in_nor_goes_on_after_a_restore() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let phones = [
        Phone::enrol(server, &county.mediator).await,
        Phone::enrol(server, &county.second_mediator).await,
    ];
    let backup = Backup::of(server).await;
    for person in [&county.mediator, &county.second_mediator] {
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        account::close(&server.state.marks, &mut tx, person.id, server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }
    let refused = county.mediator.sign_in(server, PASSWORD).await;
    assert_eq!(refused.outcome(), (401, "wrong_credentials"));
    let noticed = county.supervisor(server).await.get("/api/v1/me").await;
    assert_eq!(noticed.status, 200);

    backup.put_back(server).await;
    let signed_in = county.mediator.sign_in(server, PASSWORD).await;
    assert_eq!(signed_in.outcome(), (401, "wrong_credentials"));
    let seen = county.supervisor(server).await.get("/api/v1/me").await;
    assert_eq!(seen.status, 200);
    backup.put_back(server).await;
    let refreshed = refresh(server, &phones[1]).await;
    assert_eq!(refreshed.outcome(), (401, "account_closed"));
}

async fn refresh(server: &TestServer, phone: &Phone) -> Answer {
    let token = json!({ "refresh_token": phone.refresh_token });
    let anonymous = server.anonymous();
    anonymous.post("/api/v1/session/refresh", token).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_while_the_marks_of_a_registry_that_was_set_back_cannot_be_read() {
    let beside = tempfile::tempdir().unwrap();
    let (scene, mut phone, backup) = revoked_since(TestServer::marked(beside.path()).await).await;
    let (server, mut other) = (&scene.server, scene.grid_worker().await);
    server
        .state
        .marks
        .check(&server.state.pool, server.now())
        .await
        .unwrap();
    let listed = fs::read_dir(beside.path()).unwrap();
    let mut marks = listed.map(|entry| entry.unwrap().path());
    let mark = marks
        .find(|path| path.to_string_lossy().contains("/mark-"))
        .unwrap();
    let kept = fs::read(&mark).unwrap();
    backup.put_back(server).await;
    fs::remove_file(&mark).unwrap();
    fs::create_dir(&mark).unwrap();
    for phone in [&mut phone, &mut other] {
        assert_eq!(phone.ask().await.outcome(), (503, "unavailable"));
    }
    fs::remove_dir(&mark).unwrap();
    fs::write(&mark, kept).unwrap();
    assert_eq!(phone.ask().await.outcome(), (401, "device_revoked"));
}
