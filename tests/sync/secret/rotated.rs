//! Keys are rotated while the server runs: nothing is lost, and what is retired opens nothing any
//! more.

use super::{LI, ZHANG, bring, handler, known_party, party, read, stored};
use crate::scene::Scene;
use harness::TestServer;
use hejie_case::record::Side;
use hejie_registry::{pool, secret::SecretState};
use hejie_server::secrets::{
    ring::KeyKind,
    rotation::{RotationError, retire, rotate_keys},
};
use jiff::SignedDuration;

async fn rotate(server: &TestServer, kind: KeyKind) -> (String, u64) {
    let state = &server.state;
    let old = state.ring.ring().unwrap().current(kind).unwrap().id.clone();
    state
        .ring
        .update(|ring| Ok(ring.add(kind, &state.entropy, server.now())))
        .unwrap();
    let turned = rotate_keys(&state.pool, &state.ring, &state.entropy, kind, |_| ()).await;
    (old, turned.unwrap())
}

async fn retired(server: &TestServer, id: &str) -> Result<KeyKind, RotationError> {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    retire(&mut conn, &server.state.ring, id, server.now()).await
}

/// Shows P11.
#[tokio::test(flavor = "multi_thread")]
async fn a_master_key_is_turned_over_without_opening_anything_and_then_retired() {
    let scene = Scene::on(TestServer::alone().await).await;
    let server = &scene.server;
    let mut phone = handler(&scene).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    let SecretState::Kept { locked: before, .. } = stored(server, scene.case, zhang).await.state
    else {
        panic!("destroyed")
    };
    let (old, turned) = rotate(server, KeyKind::Master).await;
    assert_eq!(turned, 1);
    let SecretState::Kept { locked: after, .. } = stored(server, scene.case, zhang).await.state
    else {
        panic!("destroyed")
    };
    assert_eq!(after.ciphertext, before.ciphertext);
    assert_ne!(after.wrapped_key, before.wrapped_key);
    assert!(matches!(
        retired(server, &old).await,
        Err(RotationError::TooEarly { .. })
    ));
    server.advance(SignedDuration::from_mins(11));
    assert_eq!(retired(server, &old).await.unwrap(), KeyKind::Master);
    let office = scene.county.judicial_officer(server).await;
    let answer = read(&office, scene.case, zhang, "约定调解时间").await;
    assert_eq!(answer.text("/name"), ZHANG.name);
    assert!(retired(server, &after.master_key).await.is_err(), "in use");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_sealed_to_the_old_key_is_still_taken_and_the_key_stays_for_a_month() {
    let scene = Scene::on(TestServer::alone().await).await;
    let server = &scene.server;
    let mut phone = handler(&scene).await;
    let zhang = party(&mut phone, scene.case, Side::A, false);
    let now = phone.now();
    phone
        .engine
        .add_party_identity(scene.case, zhang, &ZHANG.identity(), now)
        .unwrap();
    let (old, _) = rotate(server, KeyKind::Sealing).await;
    server.advance(SignedDuration::from_hours(24 * 29));
    assert!(matches!(
        retired(server, &old).await,
        Err(RotationError::TooEarly { .. })
    ));
    let renewed = scene.county.mediator.token(server).await;
    phone.agent.0.token = Some(renewed);
    phone.enrol_again(server, &scene.county.mediator).await;
    bring(&scene, &mut phone).await;
    let answer = read(&phone.agent, scene.case, zhang, "约定调解时间").await;
    assert_eq!(answer.text("/name"), ZHANG.name);
    server.advance(SignedDuration::from_hours(24 * 2));
    assert_eq!(retired(server, &old).await.unwrap(), KeyKind::Sealing);
}

#[tokio::test(flavor = "multi_thread")]
async fn hashes_are_made_anew_under_a_new_key_and_recognise_as_before() {
    let scene = Scene::on(TestServer::alone().await).await;
    let server = &scene.server;
    let mut phone = handler(&scene).await;
    known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    known_party(&scene, &mut phone, scene.case, Side::B, LI).await;
    let hashes = || async {
        let rows: Vec<(Vec<u8>,)> =
            sqlx::query_as("select identity_hash from party_secret order by party_id")
                .fetch_all(&server.state.pool)
                .await
                .unwrap();
        rows
    };
    let before = hashes().await;
    let (old, turned) = rotate(server, KeyKind::Hash).await;
    assert_eq!(turned, 2);
    let after = hashes().await;
    assert!(before.iter().all(|hash| !after.contains(hash)));
    server.advance(SignedDuration::from_mins(11));
    assert_eq!(retired(server, &old).await.unwrap(), KeyKind::Hash);
}
