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
use harness::{Answer, Calls, TestServer};
use hejie_wire::{limits, message::CONTENT_TYPE};
use hyper::body::{Body as Incoming, Frame};
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    sync::mpsc::{self, Receiver, Sender},
    task::JoinHandle,
};

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
    let lines = [SlowLine::begin(&one).await, SlowLine::begin(&other).await];

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

/// A large request that comes at a trickle, and does not come to an end.
struct SlowLine {
    trickle: JoinHandle<()>,
    request: JoinHandle<Answer>,
}

impl SlowLine {
    /// Begins one; the server reads it when this returns.
    async fn begin(phone: &Phone) -> Self {
        let (parts, coming) = mpsc::channel(1);
        let (agent, body) = (phone.agent.clone(), Body::new(Coming(coming)));
        let request = tokio::spawn(async move { agent.send(large_request(body)).await });
        // There is room for the second part once the first was taken.
        for part in [&b"one "[..], b"two"] {
            parts.send(Bytes::from_static(part)).await.unwrap();
        }
        let trickle = tokio::spawn(drip(parts));
        Self { trickle, request }
    }

    /// Ends it early.
    async fn end(self) -> Answer {
        self.trickle.abort();
        self.request.await.unwrap()
    }
}

/// Goes on as slowly as a line may that is not given up.
async fn drip(parts: Sender<Bytes>) {
    let mut pace = tokio::time::interval(Duration::from_secs(2));
    loop {
        pace.tick().await;
        if parts.send(Bytes::from_static(b".")).await.is_err() {
            return;
        }
    }
}

struct Coming(Receiver<Bytes>);

impl Incoming for Coming {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let part = self.0.poll_recv(cx);
        part.map(|part| part.map(|bytes| Ok(Frame::data(bytes))))
    }
}

fn large_request(body: Body) -> Request<Body> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .header(header::CONTENT_LENGTH, limits::LARGE_UP_BYTES);
    request.body(body).unwrap()
}
