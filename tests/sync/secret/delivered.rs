//! From the phone to the server: once, whole, and bound to the party.

use super::{LI, ZHANG, bring, handler, known_party, party, read, stored};
use crate::{
    phone::{Phone, body_of, path_of},
    scene::Scene,
};
use harness::{Calls, TestServer};
use hejie_case::record::Side;
use hejie_device::engine::Whereabouts;
use hejie_registry::secret::SecretState;
use hejie_server::secrets::ring::{KeyKind, Ring};
use jiff::SignedDuration;

/// Shows P06, P11, R154.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_arrives_sealed_and_the_phone_keeps_the_mask_alone() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, ZHANG).await;
    let known = phone.engine.identities(scene.case).unwrap();
    assert_eq!(known[0].masked.name, "张*明");
    assert!(matches!(known[0].whereabouts, Whereabouts::Received(_)));
    assert_eq!(phone.engine.status().waiting, 0);

    let stored = stored(&scene.server, scene.case, zhang).await;
    let SecretState::Kept { locked, .. } = stored.state else {
        panic!("destroyed")
    };
    let name = ZHANG.name.as_bytes();
    assert!(
        !locked
            .ciphertext
            .windows(name.len())
            .any(|part| part == name)
    );
    let answer = read(&phone.agent, scene.case, zhang, "约定调解时间").await;
    assert_eq!(answer.text("/name"), ZHANG.name);
    assert_eq!(answer.text("/id_number"), ZHANG.id.unwrap());
    assert_eq!(answer.text("/address"), "二单元601室");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_sent_again_get_the_same_receipt_however_late() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let zhang = party(&mut phone, scene.case, Side::A, false);
    let now = phone.now();
    phone
        .engine
        .add_party_identity(scene.case, zhang, &ZHANG.identity(), now)
        .unwrap();
    phone.sync().await;
    let sent = phone.engine.outgoing_identities().unwrap().remove(0);
    let first = phone.agent.post(&path_of(&sent), body_of(&sent)).await;
    assert_eq!(first.status, 200, "{}", first.json);
    // The answer was lost; the phone sends it once more with its next exchange.
    scene.server.advance(SignedDuration::from_mins(7));
    let again = phone.deliver().await.remove(0);
    assert_eq!(again.json, first.json);
    assert!(phone.engine.outgoing_identities().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_capture_takes_the_place_of_an_earlier_one_and_never_the_other_way() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let zhang = known_party(&scene, &mut phone, scene.case, Side::A, LI).await;
    let later = phone.now() + SignedDuration::from_hours(1);
    let earlier = phone.now() - SignedDuration::from_hours(1);
    phone.set_clock(later);
    phone
        .engine
        .add_party_identity(scene.case, zhang, &ZHANG.identity(), later)
        .unwrap();
    bring(&scene, &mut phone).await;
    let answer = read(&phone.agent, scene.case, zhang, "约定调解时间").await;
    assert_eq!(answer.text("/name"), ZHANG.name);
    phone
        .engine
        .add_party_identity(scene.case, zhang, &LI.identity(), earlier)
        .unwrap();
    let refused = phone.deliver().await.remove(0);
    assert_eq!(refused.outcome(), (409, "identity_newer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_for_one_party_opens_for_no_other_and_strangers_deliver_nothing() {
    let scene = Scene::set().await;
    let mut phone = handler(&scene).await;
    let zhang = party(&mut phone, scene.case, Side::A, false);
    let li = party(&mut phone, scene.case, Side::B, false);
    let now = phone.now();
    phone
        .engine
        .add_party_identity(scene.case, zhang, &ZHANG.identity(), now)
        .unwrap();
    let mut sent = phone.engine.outgoing_identities().unwrap().remove(0);
    let early = phone.agent.post(&path_of(&sent), body_of(&sent)).await;
    assert_eq!(early.outcome(), (409, "party_unknown"));
    phone.sync().await;

    let stranger = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    let answer = stranger.agent.post(&path_of(&sent), body_of(&sent)).await;
    assert_eq!(answer.outcome(), (409, "not_a_member"));
    let worker = scene.grid_worker().await;
    let answer = worker.agent.post(&path_of(&sent), body_of(&sent)).await;
    assert_eq!(answer.outcome(), (403, "not_allowed"));
    let browser = scene.county.mediator(&scene.server).await;
    let answer = browser.post(&path_of(&sent), body_of(&sent)).await;
    assert_eq!(answer.outcome(), (403, "not_allowed"));

    sent.party = li;
    let moved = phone.agent.post(&path_of(&sent), body_of(&sent)).await;
    assert_eq!(moved.outcome(), (409, "identity_unreadable"));
    sent.sealed.key_id = "0000000000000000".into();
    let unknown = phone.agent.post(&path_of(&sent), body_of(&sent)).await;
    assert_eq!(unknown.outcome(), (409, "sealing_key_absent"));
}

/// A copy of before the rotation was brought back, with the database or without it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_sealed_to_a_key_that_the_ring_lacks_waits_and_is_lost_only_where_that_was_given_up()
 {
    let scene = Scene::on(TestServer::alone().await).await;
    let (ring, entropy) = (&scene.server.state.ring, &scene.server.state.entropy);
    let mut phone = handler(&scene).await;
    let zhang = party(&mut phone, scene.case, Side::A, false);
    let before = Ring::clone(&*ring.ring().unwrap());
    let now = phone.now();
    let newest = ring.update(|ring| Ok(ring.add(KeyKind::Sealing, entropy, now)));
    let newest = newest.unwrap();
    let voucher = phone.agent.get("/api/v1/keys").await.json;
    assert_eq!(voucher["key_id"], newest.as_str());
    let voucher = serde_json::from_value(voucher).unwrap();
    phone.engine.learn_sealing_key(voucher, now).unwrap();
    let identity = ZHANG.identity();
    let added = phone
        .engine
        .add_party_identity(scene.case, zhang, &identity, now);
    added.unwrap();
    phone.sync().await;
    let sent = phone.engine.outgoing_identities().unwrap().remove(0);
    let after = Ring::clone(&*ring.ring().unwrap());
    let mut retired = before.clone();
    retired.give_up(&newest);
    for (lies_there, outcome) in [
        (before, Err("sealing_key_absent")),
        (retired, Err("sealing_key_unknown")),
        (after, Ok(())),
    ] {
        ring.update(|ring| {
            *ring = lies_there;
            Ok(())
        })
        .unwrap();
        let answer = phone.agent.post(&path_of(&sent), body_of(&sent)).await;
        match outcome {
            Ok(()) => assert_eq!(answer.status, 200, "{}", answer.json),
            Err(code) => assert_eq!(answer.outcome(), (409, code)),
        }
    }
}

/// A rotation that was broken off has put it into the ring and noted nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_sealing_key_is_noted_in_the_registry_before_a_phone_gets_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (ring, entropy) = (&scene.server.state.ring, &scene.server.state.entropy);
    let noted = async || -> Option<String> {
        let noted = sqlx::query_scalar("select ring_sealing from county_epoch");
        noted.fetch_one(&scene.server.state.pool).await.unwrap()
    };
    let phone = scene.mediator().await;
    let first = ring.ring().unwrap().voucher().unwrap().key_id;
    assert_eq!(noted().await, Some(first), "by enrolling");
    let newest = ring.update(|ring| Ok(ring.add(KeyKind::Sealing, entropy, scene.server.now())));
    let answer = phone.agent.get("/api/v1/keys").await;
    assert_eq!(answer.text("/key_id"), newest.unwrap());
    assert_eq!(noted().await.as_deref(), Some(answer.text("/key_id")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_enrolling_brings_is_the_one_that_phones_may_ask_for() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let answer = phone.agent.get("/api/v1/keys").await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    let voucher = serde_json::from_value(answer.json).unwrap();
    let now = phone.now();
    phone.engine.learn_sealing_key(voucher, now).unwrap();
}
