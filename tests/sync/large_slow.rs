//! Large requests over lines that bring them at a trickle.

use crate::{
    large::{OBSERVATIONS, grow},
    phone::{PATH, Phone},
    recover::{Backup, all_exchange, is_known},
    scene::Scene,
};
use axum::{
    body::{Body, Bytes},
    http::{Method, Request, header},
};
use harness::{Calls, SlowRequest, TestServer};
use hejie_wire::{limits, message::CONTENT_TYPE};

/// They may go on for half an hour, and begin anew then.
#[tokio::test(flavor = "multi_thread")]
async fn two_phones_that_send_at_a_trickle_keep_no_third_from_delivering_its_large_proof() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let large = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    grow(&scene, &mut mediator, large, OBSERVATIONS).await;
    backup.restore(&scene.server).await;
    let county = &scene.county;
    let one = Phone::enrol(&scene.server, &county.second_mediator).await;
    let other = Phone::enrol(&scene.server, &county.grid_worker).await;
    let lines = [trickle(&one).await, trickle(&other).await];

    all_exchange(&scene, &mut [&mut mediator]).await;
    assert!(is_known(&scene.server, large).await);

    let second = one.agent.send(large_request(Body::empty())).await;
    assert_eq!(second.outcome(), (429, "exchange_running"));
    for line in lines {
        assert_eq!(line.end().await.status, 400);
    }
    let next = one.agent.send(large_request(Body::empty())).await;
    assert_eq!(next.status, 400, "the place was given back");
}

/// Begins a large request that does not come to an end; the server reads it when this returns.
async fn trickle(phone: &Phone) -> SlowRequest {
    let begun = ["one ", "two"].map(Bytes::from);
    let line = SlowRequest::of_no_end(&phone.agent, large_request(Body::empty()), &begun);
    line.await.dripping()
}

fn large_request(body: Body) -> Request<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .header(header::CONTENT_LENGTH, limits::LARGE_UP_BYTES);
    request.body(body).unwrap()
}
