//! Uploads that the server lost, or gave up, and that their phones begin anew.

use super::{evidence_known, offset, send_all};
use crate::scene::{Scene, facts};
use harness::TestServer;
use hejie_device::engine::PART_BYTES;
use hejie_registry::{file::UploadKey, pool};
use hejie_server::files;
use jiff::SignedDuration;
use std::cell::Cell;

/// The store was lost, or put back from a backup that is older than the registry.
///
/// Shows M17.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_which_the_store_lost_a_part_begins_anew_and_arrives() {
    let scene = Scene::set().await;
    let (mut phone, _, file) = evidence_known(&scene).await;
    phone.begins(&file).await;
    let part = PART_BYTES as u64;
    phone.sends(&file, 0).await;
    phone.sends(&file, part).await;
    let key = UploadKey {
        case: file.case,
        hash: file.hash,
        device: phone.device(),
    };
    let store = &scene.server.state.files;
    store.drop_parts(key).await.unwrap();
    let last = phone.sends(&file, part * 2).await;
    assert_eq!(last.outcome(), (409, "upload_offset"));
    assert_eq!(offset(&phone.begins(&file).await), 0);
    send_all(&mut phone, &file).await;
    scene.server.reconcile().await;
    let known = facts(&scene.server, scene.case).await;
    assert!(known.missing_files.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_the_registry_lost_begins_anew() {
    let scene = Scene::set().await;
    let (mut phone, _, file) = evidence_known(&scene).await;
    phone.begins(&file).await;
    phone.sends(&file, 0).await;
    let lost = "delete from file_upload where case_id = $1";
    let lost = sqlx::query(lost).bind(scene.case.0);
    lost.execute(&scene.server.state.pool).await.unwrap();
    let next = phone.sends(&file, PART_BYTES as u64).await;
    assert_eq!(next.outcome(), (409, "upload_offset"));
    send_all(&mut phone, &file).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_begins_anew_while_its_upload_is_given_up_loses_nothing_of_what_it_sends() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut phone, _, file) = evidence_known(&scene).await;
    phone.begins(&file).await;
    phone.sends(&file, 0).await;
    scene.server.advance(SignedDuration::from_hours(24 * 8));
    phone.refresh().await;
    // What was deposited is given up behind uploads, and waits here.
    let state = &scene.server.state;
    let mut holds = pool::begin(&state.pool).await.unwrap();
    let lock = sqlx::query("lock table deposit_file");
    lock.execute(&mut *holds).await.unwrap();
    let (pool, store, now) = (state.pool.clone(), state.files.clone(), scene.server.now());
    let giving_up = tokio::spawn(async move { files::expire(&pool, &store, now).await.unwrap() });
    while waiting(&scene).await < 1 {
        tokio::task::yield_now().await;
    }
    let has_begun = Cell::new(false);
    let begins = async {
        assert_eq!(offset(&phone.begins(&file).await), 0);
        assert_eq!(phone.sends(&file, 0).await.status, 204);
        has_begun.set(true);
    };
    let lets_go = async {
        while !has_begun.get() && waiting(&scene).await < 2 {
            tokio::task::yield_now().await;
        }
        pool::commit(holds).await.unwrap();
    };
    tokio::join!(begins, lets_go);
    assert_eq!(giving_up.await.unwrap(), 1);
    send_all(&mut phone, &file).await;
}

/// How many transactions wait for another one.
async fn waiting(scene: &Scene) -> i64 {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0";
    let found = sqlx::query_scalar(query).fetch_one(&scene.server.state.pool);
    found.await.unwrap()
}
