//! Bodies that are no message, and requests that are not this phone's: a typed problem each, and
//! the server stays up.

use crate::{
    phone::{PATH, Phone, exchange, send},
    scene::Scene,
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use harness::{Answer, Calls};
use hejie_wire::{
    codec::{Encoding, decode_up, encode_up},
    limits,
    message::{CONTENT_TYPE, CaseUp, Up},
};
use jiff::SignedDuration;
use rand::{RngExt, SeedableRng, rngs::StdRng};

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_message_get_a_problem_with_a_code() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "写在坏请求之前。");
    let good = up(&mut phone);
    let identity = minicbor(&good);
    let cases = [
        (vec![], "identity", (400, "body_shape")),
        (
            identity[..identity.len() / 2].to_vec(),
            "identity",
            (400, "body_shape"),
        ),
        (b"\xa0".to_vec(), "identity", (400, "body_message")),
        (vec![0x41; 1000], "zstd", (400, "body_compression")),
        (identity.clone(), "gzip", (415, "body_encoding")),
        (
            vec![0; limits::UP_BYTES + 1],
            "identity",
            (413, "body_too_large"),
        ),
        (bomb(), "zstd", (413, "body_too_large")),
    ];
    for (body, encoding, expected) in cases {
        assert_eq!(post(&phone, body, encoding).await.outcome(), expected);
    }
    is_up(&mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_mutated_bodies_leave_the_server_up() {
    let seed = 20_261_122;
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "写在坏请求之前。");
    let mut good = minicbor(&up(&mut phone));
    let mut rng = StdRng::seed_from_u64(seed);
    for round in 0..1_000 {
        let mut body = good.clone();
        for _ in 0..rng.random_range(1..5) {
            let at = rng.random_range(0..body.len());
            body[at] = rng.random();
        }
        if rng.random_bool(0.2) {
            body.truncate(rng.random_range(0..body.len()));
        }
        // A phone may come twice a second; the token is not older than a few minutes at the end.
        if round % 2 == 0 {
            scene.server.advance(SignedDuration::from_millis(1_000));
        }
        if round % 400 == 399 {
            phone
                .enrol_again(&scene.server, &scene.county.mediator)
                .await;
            good = minicbor(&up(&mut phone));
        }
        let answer = post(&phone, body, "identity").await;
        assert!(
            [200, 400, 403, 413].contains(&answer.status),
            "seed {seed}: {} {}",
            answer.status,
            answer.json
        );
    }
    is_up(&mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_with_too_much_of_anything_are_refused() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let good = up(&mut phone);
    let empty = CaseUp::new(scene.case, vec![]);
    let many = Up {
        cases: vec![empty; limits::CASES_PER_UP + 1],
        ..good.clone()
    };
    assert_eq!(phone.send(&many).await.code(), "body_too_many");
    let many_changes = vec![Default::default(); limits::CHANGES_PER_CASE + 1];
    let long = CaseUp::new(scene.case, many_changes);
    let many = Up {
        cases: vec![long],
        ..good
    };
    assert_eq!(phone.send(&many).await.code(), "body_too_many");
    is_up(&mut phone).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_another_phones_name_or_another_version_or_without_a_phone_is_refused() {
    let scene = Scene::set().await;
    let (mut mediator, grid) = (scene.mediator().await, scene.colleague().await);
    let good = up(&mut mediator);
    assert_eq!(
        send(&grid.agent, &good).await.outcome(),
        (403, "wrong_device")
    );
    let newer = Up {
        v: 99,
        ..good.clone()
    };
    assert_eq!(
        send(&mediator.agent, &newer).await.outcome(),
        (400, "protocol_unknown")
    );
    let desk = scene.county.mediator(&scene.server).await;
    assert_eq!(send(&desk, &good).await.outcome(), (403, "not_allowed"));
    assert_eq!(
        send(&scene.server.anonymous(), &good).await.outcome(),
        (401, "not_signed_in")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_comes_too_often_is_told_when_to_come_again() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let good = up(&mut phone);
    let mut refused = None;
    for _ in 0..200 {
        let answer = send(&phone.agent, &good).await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("there is a limit");
    assert_eq!(refused.outcome(), (429, "too_many_exchanges"));
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    scene.server.advance(SignedDuration::from_secs(5));
    is_up(&mut phone).await;
}

/// The phone's next request.
pub fn up(phone: &mut Phone) -> Up {
    let body = phone.engine.begin_exchange(phone.now()).unwrap();
    decode_up(body.encoding, &body.bytes).unwrap()
}

async fn is_up(phone: &mut Phone) {
    phone.sync().await;
    assert_eq!(phone.engine.status().waiting, 0);
}

fn minicbor(up: &Up) -> Vec<u8> {
    encode_up(up, Encoding::Identity).unwrap().bytes
}

async fn post(phone: &Phone, body: Vec<u8>, encoding: &str) -> Answer {
    let request = Request::builder()
        .method(Method::POST)
        .uri(PATH)
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .header(header::CONTENT_ENCODING, encoding);
    phone
        .agent
        .send(request.body(Body::from(body)).unwrap())
        .await
}

/// A few hundred bytes that become sixteen megabytes: one zstd frame of run-length blocks (RFC
/// 8878, 3.1.1.2).
fn bomb() -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    let block: u32 = 128 << 10;
    for n in 0..128 {
        let header = u32::from(n == 127) | 1 << 1 | block << 3;
        frame.extend(&header.to_le_bytes()[..3]);
        frame.push(0);
    }
    frame
}

#[tokio::test(flavor = "multi_thread")]
async fn another_media_type_is_not_read() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let mut request = exchange(phone.engine.begin_exchange(phone.now()).unwrap());
    request
        .headers_mut()
        .insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    assert_eq!(
        phone.agent.send(request).await.outcome(),
        (415, "unsupported_media")
    );
}
