//! What waits for what: requests of one phone for each other, a large body for its place, and the
//! time that each has.

use super::Never;
use crate::{
    hostile::up,
    phone::{PATH, Phone},
    scene::Scene,
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use harness::{Calls, TestServer};
use hejie_registry::{log, pool};
use hejie_server::state::Settings;
use hejie_wire::{
    limits,
    message::{CONTENT_TYPE, Up},
};
use jiff::SignedDuration;
use std::pin::pin;

/// A request that announces so many bytes, of which none comes.
fn announcing(path: &str, kind: &str, bytes: usize) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header(header::CONTENT_TYPE, kind)
        .header(header::CONTENT_LENGTH, bytes)
        .body(Body::new(Never))
        .unwrap()
}

/// Somebody whose exchanges take longer than it takes to tell others what they are told.
async fn meanwhile(phone: &mut Phone) {
    for _ in 0..3 {
        phone.sync().await;
    }
}

/// How many statements wait for a lock.
async fn waiting(server: &TestServer) -> i64 {
    let query = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let counted = sqlx::query_scalar(query).fetch_one(&server.state.pool);
    counted.await.unwrap()
}

/// Shows PP10.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_request_of_a_phone_waits_until_the_first_is_answered() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let mut other = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    phone.note(scene.case, "走访记录。");
    let writes = up(&mut phone);
    let reads = Up {
        cases: Vec::new(),
        ..writes.clone()
    };
    let mut held = pool::begin(&scene.server.state.pool).await.unwrap();
    log::lock_case(&mut held, scene.case)
        .await
        .unwrap()
        .unwrap();
    let (mut first, mut second) = (pin!(phone.send(&writes)), pin!(phone.send(&reads)));
    tokio::select! {
        _ = &mut first => panic!("its case is held"),
        () = async { while waiting(&scene.server).await == 0 { tokio::task::yield_now().await } } => {}
    }
    tokio::select! {
        _ = &mut first => panic!("its case is held"),
        _ = &mut second => panic!("it takes the place of another phone"),
        () = meanwhile(&mut other) => {}
    }
    drop(held);
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.status, second.status), (200, 200));
}

/// Whichever of the two reaches the server first is read, and the other refused.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_brings_one_large_body_at_a_time_whatever_the_phone() {
    let scene = Scene::set().await;
    let (one, two) = (scene.mediator().await, scene.mediator().await);
    let mut other = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    let large = || announcing(PATH, CONTENT_TYPE, limits::UP_BYTES + 1);
    let refused = tokio::select! {
        answer = one.agent.send(large()) => answer,
        answer = two.agent.send(large()) => answer,
        () = meanwhile(&mut other) => panic!("both are read"),
    };
    assert_eq!(refused.outcome(), (429, "exchange_running"));
}

/// The large one was there first, and has longer.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_body_has_the_time_of_a_poor_line_and_a_small_one_the_usual() {
    let settings = Settings {
        request_timeout: SignedDuration::from_millis(100),
        ..Settings::default()
    };
    let server = TestServer::with(settings, harness::database::url()).await;
    let anonymous = server.anonymous();
    let announcing = |bytes| announcing("/api/v1/session", "application/json", bytes);
    let small = tokio::select! {
        biased;
        answer = anonymous.send(announcing(64 << 10)) => panic!("{:?}", answer.outcome()),
        answer = anonymous.send(announcing(100)) => answer,
    };
    assert_eq!(small.outcome(), (408, "timed_out"));
}
