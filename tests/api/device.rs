//! Phones: enrolled, bound to an actor, taken out of service.

use harness::{Answer, Calls, TestServer, client::Signed, county::DEVICE_KEY};
use hejie_case::{ids::DeviceId, role::Role};
use hejie_registry::{identity::device, pool};
use serde_json::json;

#[tokio::test]
async fn an_enrolled_phone_has_an_actor_of_its_own_and_tokens_bound_to_it() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    let (one, two) = (
        enrol(&mediator, "一号机").await,
        enrol(&mediator, "二号机").await,
    );
    assert_eq!(one.text("/actor").len(), 32);
    assert_ne!(one.text("/actor"), two.text("/actor"));
    let me = phone(&server, &one).get("/api/v1/me").await;
    assert_eq!(me.text("/device_id"), one.text("/device_id"));
    let list = mediator.get("/api/v1/devices").await;
    let names: Vec<_> = list
        .json
        .as_array()
        .unwrap()
        .iter()
        .map(|device| device["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names.contains(&"一号机") && names.contains(&"二号机"));
}

#[tokio::test]
async fn when_a_phone_spoke_is_kept() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let enrolled = enrol(&county.mediator(&server).await, "一号机").await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let id: DeviceId = enrolled.text("/device_id").parse().unwrap();
    device::set_seen(&mut conn, id, server.now()).await.unwrap();
    assert_eq!(
        device::lookup(&mut conn, id)
            .await
            .unwrap()
            .unwrap()
            .last_seen_at,
        Some(server.now())
    );
}

#[tokio::test]
async fn a_revoked_phone_is_told_so_at_once_and_cannot_refresh() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    let enrolled = enrol(&mediator, "丢失的手机").await;
    let path = format!("/api/v1/devices/{}", enrolled.text("/device_id"));
    assert_eq!(mediator.delete(&path).await.status, 204);
    assert_eq!(
        phone(&server, &enrolled).get("/api/v1/me").await.outcome(),
        (401, "device_revoked")
    );
    let body = json!({ "refresh_token": enrolled.text("/refresh_token") });
    let refreshed = server
        .anonymous()
        .post("/api/v1/session/refresh", body)
        .await;
    assert_eq!(refreshed.outcome(), (401, "device_revoked"));
    assert_eq!(
        mediator.get("/api/v1/me").await.status,
        200,
        "the person is still signed in elsewhere"
    );
}

#[tokio::test]
async fn nobody_revokes_the_phone_of_somebody_else() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let enrolled = enrol(&county.mediator(&server).await, "一号机").await;
    let path = format!("/api/v1/devices/{}", enrolled.text("/device_id"));
    let other = county.second_mediator(&server).await;
    assert_eq!(other.delete(&path).await.outcome(), (404, "not_found"));
}

#[tokio::test]
async fn an_administrator_revokes_a_lost_phone_in_the_own_county_only() {
    let server = TestServer::start().await;
    let (county, other) = (server.county().await, server.county().await);
    let enrolled = enrol(&county.mediator(&server).await, "丢失的手机").await;
    let path = format!(
        "/api/v1/users/{}/devices/{}",
        county.mediator.id,
        enrolled.text("/device_id")
    );
    let stranger = other.newcomer(&server, Role::SystemAdmin).await;
    assert_eq!(stranger.delete(&path).await.outcome(), (404, "not_found"));
    let admin = county.newcomer(&server, Role::SystemAdmin).await;
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(
        phone(&server, &enrolled).get("/api/v1/me").await.outcome(),
        (401, "device_revoked")
    );
}

#[tokio::test]
async fn a_phone_needs_a_name() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    let answer = mediator
        .post(
            "/api/v1/devices",
            json!({ "name": "", "public_key": DEVICE_KEY }),
        )
        .await;
    assert_eq!(answer.outcome(), (422, "invalid"));
    assert!(answer.text("/detail").starts_with("name:"));
}

#[tokio::test]
async fn a_phone_brings_the_public_half_of_its_key_and_nothing_else_is_one() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mediator = county.mediator(&server).await;
    let weak = "0".repeat(64);
    for body in [
        json!({ "name": "一号机" }),
        json!({ "name": "一号机", "public_key": &DEVICE_KEY[2..] }),
        json!({ "name": "一号机", "public_key": weak }),
    ] {
        let answer = mediator.post("/api/v1/devices", body.clone()).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{body}");
    }
    let id = enrol(&mediator, "一号机").await;
    let id: DeviceId = id.text("/device_id").parse().unwrap();
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let kept = device::lookup(&mut conn, id).await.unwrap().unwrap();
    assert_eq!(kept.key.to_string(), DEVICE_KEY);
}

async fn enrol(person: &impl Calls, name: &str) -> Answer {
    let answer = person
        .post(
            "/api/v1/devices",
            json!({ "name": name, "public_key": DEVICE_KEY }),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer
}

fn phone(server: &TestServer, enrolled: &Answer) -> Signed {
    Signed(
        server
            .anonymous()
            .0
            .with_token(enrolled.text("/access_token")),
    )
}
