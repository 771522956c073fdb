//! Channels that were put out of service, or whose secret was replaced, and a restore after that.

use crate::{recover::Backup, scene::Scene};
use harness::TestServer;
use hejie_registry::{identity::channel, pool};
use hejie_server::identity::channel as service;
use jiff::SignedDuration;

/// The status of an order that the county's channel signs as it did before the backup.
async fn order(scene: &Scene, external_no: &str) -> u16 {
    let (server, county) = (&scene.server, &scene.county);
    let order = county.order(external_no);
    county.channel(server).order(&order).await.status
}

async fn put_out(scene: &Scene) {
    let (server, id) = (&scene.server, scene.county.channel.id);
    server.advance(SignedDuration::from_secs(1));
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let was_in = service::put_out(&server.state.marks, &mut tx, id, server.now());
    assert!(was_in.await.unwrap());
    pool::commit(tx).await.unwrap();
}

async fn put_back(scene: &Scene) {
    let (server, id) = (&scene.server, scene.county.channel.id);
    server.advance(SignedDuration::from_secs(1));
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let was_out = service::put_back(&server.state.marks, &mut tx, id, server.now());
    assert!(was_out.await.unwrap());
    pool::commit(tx).await.unwrap();
    let marks = &server.state.marks;
    marks.confirm_lifts(&server.state.pool).await.unwrap();
}

/// Nobody has looked at the marks when the order comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_was_put_out_of_service_stays_out_of_it_after_a_restore() {
    let scene = Scene::on(TestServer::alone().await).await;
    let backup = Backup::of(&scene.server).await;
    scene.another_case("A-2").await;
    put_out(&scene).await;
    assert_eq!(order(&scene, "A-3").await, 401);
    backup.put_back(&scene.server).await;
    assert_eq!(order(&scene, "A-3").await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_was_put_into_service_again_stays_in_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let backup = Backup::of(&scene.server).await;
    put_out(&scene).await;
    put_back(&scene).await;
    scene.another_case("A-2").await;
    backup.restore(&scene.server).await;
    assert_eq!(order(&scene, "A-3").await, 201);
}

/// Who has the old one may be the reason for which it was replaced.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_was_replaced_signs_nothing_after_a_restore_brought_it_back() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, id) = (&scene.server, scene.county.channel.id);
    let backup = Backup::of(server).await;
    scene.another_case("A-2").await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let (marks, now) = (&server.state.marks, server.now());
    let replaced = service::replace_secret(marks, &mut tx, id, &[7; 32], now);
    replaced.await.unwrap();
    pool::commit(tx).await.unwrap();
    assert_eq!(order(&scene, "A-3").await, 401);
    backup.restore(server).await;
    assert_eq!(order(&scene, "A-3").await, 401);
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let found = channel::lookup(&mut conn, id).await.unwrap().unwrap();
    assert!(!found.active);
    assert!(!marks.is_last_secret(&mut conn, &found).await.unwrap());
}
