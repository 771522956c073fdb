//! Access tokens that are old, forged or not ours.

use harness::{Answer, Calls, TestServer, client::Signed};
use hejie_server::identity::Claims;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, dangerous::insecure_decode};

#[tokio::test]
async fn a_token_expires_after_ten_minutes() {
    let server = TestServer::start().await;
    let mediator = server.county().await.mediator(&server).await;
    server.advance(SignedDuration::from_mins(10));
    assert_eq!(
        mediator.get("/api/v1/me").await.status,
        200,
        "the leeway of five seconds"
    );
    server.advance(SignedDuration::from_secs(5));
    assert_eq!(
        mediator.get("/api/v1/me").await.outcome(),
        (401, "token_expired")
    );
}

#[tokio::test]
async fn a_token_of_another_key_is_not_ours() {
    let (server, other) = (TestServer::start().await, TestServer::start().await);
    let county = server.county().await;
    let foreign = county.mediator.token(&other).await;
    assert_eq!(
        me(&server, &foreign).await.outcome(),
        (401, "token_invalid")
    );
}

#[tokio::test]
async fn a_token_signed_with_the_public_key_as_a_secret_is_not_ours() {
    let server = TestServer::start().await;
    let claims = real_claims(&server).await;
    let secret = EncodingKey::from_secret(server.state.identity.keys.public());
    let forged = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &secret).unwrap();
    assert_eq!(me(&server, &forged).await.outcome(), (401, "token_invalid"));
}

#[tokio::test]
async fn a_token_without_a_signature_is_not_ours() {
    let server = TestServer::start().await;
    let token = server.county().await.mediator.token(&server).await;
    let payload = token.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    let header = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0";
    assert_eq!(
        me(&server, &format!("{header}.{payload}.")).await.outcome(),
        (401, "token_invalid")
    );
    let stripped = token.rsplit_once('.').unwrap().0;
    assert_eq!(
        me(&server, &format!("{stripped}.")).await.outcome(),
        (401, "token_invalid")
    );
}

#[tokio::test]
async fn a_token_whose_claims_were_changed_is_not_ours() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let (one, two) = (
        county.mediator.token(&server).await,
        county.supervisor.token(&server).await,
    );
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (one, two) = (parts(&one), parts(&two));
    let mixed = format!("{}.{}.{}", one[0], two[1], one[2]);
    assert_eq!(me(&server, &mixed).await.outcome(), (401, "token_invalid"));
}

#[tokio::test]
async fn a_call_without_a_token_or_with_another_scheme_is_not_signed_in() {
    let server = TestServer::start().await;
    assert_eq!(
        server.anonymous().get("/api/v1/me").await.outcome(),
        (401, "not_signed_in")
    );
    let mut request = harness::client::request(
        axum::http::Method::GET,
        "/api/v1/me",
        axum::body::Body::empty(),
    );
    request
        .headers_mut()
        .insert("authorization", "Basic bGluOmxpbg==".parse().unwrap());
    assert_eq!(
        server.anonymous().send(request).await.outcome(),
        (401, "token_invalid")
    );
}

async fn real_claims(server: &TestServer) -> Claims {
    let token = server.county().await.mediator.token(server).await;
    insecure_decode::<Claims>(&token).unwrap().claims
}

async fn me(server: &TestServer, token: &str) -> Answer {
    Signed(server.anonymous().0.with_token(token))
        .get("/api/v1/me")
        .await
}
