//! Signing in, refreshing, signing out.

use axum::http::Method;
use harness::{Calls, TestServer, client::request, county::PASSWORD};
use hejie_case::role::Role;
use hejie_registry::{
    identity::{grant, user},
    pool,
};
use hejie_server::state::Settings;
use jiff::SignedDuration;
use serde_json::json;

#[tokio::test]
async fn who_signs_in_is_told_who_they_are() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let answer = county.mediator.sign_in(&server, PASSWORD).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text("/user/role"), "mediator");
    assert_eq!(answer.text("/user/org_name"), "新栖镇调委会");
    assert_eq!(answer.text("/expires_at"), "2026-03-02T01:10:00Z");
    let me = county.mediator(&server).await.get("/api/v1/me").await;
    assert_eq!(me.json, answer.json["user"]);
}

/// Shows PP11.
#[tokio::test]
async fn a_phone_that_is_newer_than_the_server_signs_in_with_more_than_that_knows() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let body = json!({
        "login": county.mediator.login, "password": PASSWORD, "app_version": "9.1",
    });
    let answer = server.anonymous().post("/api/v1/session", body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_look_alike() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let wrong = county.mediator.sign_in(&server, "guess").await;
    let body = json!({ "login": "nobody-of-that-name", "password": "guess" });
    let unknown = server.anonymous().post("/api/v1/session", body).await;
    assert_eq!(wrong.outcome(), (401, "wrong_credentials"));
    assert_eq!(unknown.outcome(), (401, "wrong_credentials"));
    assert_eq!(wrong.json["title"], unknown.json["title"]);
    assert_eq!(wrong.json.get("detail"), unknown.json.get("detail"));
}

/// Shows P13.
#[tokio::test]
async fn too_many_attempts_lock_a_login_out_even_with_the_right_password_until_time_has_passed() {
    let server = TestServer::start().await;
    let county = server.county().await;
    for _ in 0..8 {
        assert_eq!(county.mediator.sign_in(&server, "guess").await.status, 401);
    }
    let locked = county.mediator.sign_in(&server, PASSWORD).await;
    assert_eq!(locked.outcome(), (429, "too_many_attempts"));
    assert!(locked.headers.contains_key("retry-after"));
    assert_eq!(
        county
            .second_mediator
            .sign_in(&server, PASSWORD)
            .await
            .status,
        200
    );
    server.advance(SignedDuration::from_secs(40));
    assert_eq!(county.mediator.sign_in(&server, PASSWORD).await.status, 200);
}

/// Failures are counted, and nothing else.
#[tokio::test]
async fn whoever_signs_in_with_the_right_password_is_let_in_however_often_that_is() {
    let server = TestServer::start().await;
    let county = server.county().await;
    for n in 0..20 {
        let answer = county.mediator.sign_in(&server, PASSWORD).await;
        assert_eq!(answer.status, 200, "time {n}: {}", answer.json);
    }
}

/// Shows P13.
#[tokio::test]
async fn whoever_guesses_at_other_addresses_does_not_lock_the_owner_out() {
    let earlier = TestServer::start().await;
    let county = earlier.county().await;
    let owner = &county.mediator;
    assert_eq!(owner.sign_in(&earlier, PASSWORD).await.status, 200);
    // Another server, or the same one started again: what it counts begins anew, what is known does
    // not.
    let server = TestServer::start().await;
    let body = |password| json!({ "login": owner.login, "password": password });
    let elsewhere = |n: u8| harness::client::Anonymous(from(&server, n));
    for round in 0..3 {
        for n in 0..20 {
            for _ in 0..8 {
                elsewhere(n).post("/api/v1/session", body("guess")).await;
            }
        }
        let stranger = elsewhere(200).post("/api/v1/session", body(PASSWORD)).await;
        assert_eq!(stranger.outcome(), (429, "too_many_attempts"));
        assert_eq!(
            owner.sign_in(&server, PASSWORD).await.status,
            200,
            "round {round}"
        );
        server.advance(SignedDuration::from_secs(30));
    }
}

fn from(server: &TestServer, n: u8) -> harness::client::Agent {
    (server.anonymous().0).from_address(([203, 0, 113, n], 40_000).into())
}

#[tokio::test]
async fn one_address_cannot_try_many_logins() {
    let server = TestServer::start().await;
    let attempt = |n: u32| {
        let body = json!({ "login": format!("login-{n}"), "password": "" });
        async {
            server
                .anonymous()
                .post("/api/v1/session", body)
                .await
                .status
        }
    };
    let mut refused = 0;
    for n in 0..64 {
        refused += u32::from(attempt(n).await == 429);
    }
    assert_eq!(refused, 4);
}

#[tokio::test]
async fn behind_a_proxy_the_address_is_what_the_proxy_wrote_and_not_what_the_client_claims() {
    let settings = Settings {
        behind_proxy: true,
        ..Settings::default()
    };
    let server = TestServer::with(settings, harness::database::url()).await;
    let attempt = |n: u32| {
        let body = json!({ "login": format!("login-{n}"), "password": "" }).to_string();
        let mut call = request(Method::POST, "/api/v1/session", body.into());
        let forwarded = format!("198.51.100.{n}, 203.0.113.9").parse().unwrap();
        call.headers_mut().insert("x-forwarded-for", forwarded);
        async { server.anonymous().send(call).await.status }
    };
    let mut refused = 0;
    for n in 0..62 {
        refused += u32::from(attempt(n).await == 429);
    }
    assert_eq!(refused, 2);
}

#[tokio::test]
async fn a_refresh_token_is_good_for_one_exchange() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let first = county.mediator.sign_in(&server, PASSWORD).await;
    server.advance(SignedDuration::from_hours(24));
    let second = refresh(&server, first.text("/refresh_token")).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.text("/refresh_token"), first.text("/refresh_token"));
    let me = server
        .anonymous()
        .0
        .with_token(second.text("/access_token"));
    assert_eq!(
        harness::client::Signed(me).get("/api/v1/me").await.status,
        200
    );
}

#[tokio::test]
async fn a_reused_refresh_token_ends_the_whole_session() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let first = county.mediator.sign_in(&server, PASSWORD).await;
    server.advance(SignedDuration::from_mins(1));
    let second = refresh(&server, first.text("/refresh_token")).await;
    server.advance(SignedDuration::from_mins(1));
    let third = refresh(&server, second.text("/refresh_token")).await;
    let stolen = refresh(&server, first.text("/refresh_token")).await;
    assert_eq!(stolen.outcome(), (401, "refresh_reused"));
    assert_session_is_over(&server, &third).await;
}

#[tokio::test]
async fn a_phone_whose_answer_was_lost_asks_again_with_the_same_token() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let first = county.mediator.sign_in(&server, PASSWORD).await;
    for _ in 0..3 {
        server.advance(SignedDuration::from_mins(1));
        assert_eq!(
            refresh(&server, first.text("/refresh_token")).await.status,
            200
        );
    }
    server.advance(SignedDuration::from_mins(60));
    let late = refresh(&server, first.text("/refresh_token")).await;
    assert_eq!(late.outcome(), (401, "refresh_reused"));
}

#[tokio::test]
async fn a_request_that_arrived_twice_leaves_the_phone_signed_in_with_whichever_answer_it_got() {
    for got in [0, 1] {
        let server = TestServer::start().await;
        let county = server.county().await;
        let first = county.mediator.sign_in(&server, PASSWORD).await;
        server.advance(SignedDuration::from_mins(1));
        let twice = [
            refresh(&server, first.text("/refresh_token")).await,
            refresh(&server, first.text("/refresh_token")).await,
        ];
        server.advance(SignedDuration::from_mins(15));
        let next = refresh(&server, twice[got].text("/refresh_token")).await;
        assert_eq!(next.status, 200, "the phone that got answer {got}");
        server.advance(SignedDuration::from_mins(15));
        let later = refresh(&server, next.text("/refresh_token")).await;
        assert_eq!(later.status, 200);
    }
}

#[tokio::test]
async fn of_two_holders_of_two_answers_the_second_to_come_ends_the_whole_session() {
    for finder_is_first in [true, false] {
        let server = TestServer::start().await;
        let county = server.county().await;
        let first = county.mediator.sign_in(&server, PASSWORD).await;
        server.advance(SignedDuration::from_mins(1));
        let found = refresh(&server, first.text("/refresh_token")).await;
        server.advance(SignedDuration::from_mins(1));
        let own = refresh(&server, first.text("/refresh_token")).await;
        let (one, other) = match finder_is_first {
            true => (found, own),
            false => (own, found),
        };
        let next = refresh(&server, one.text("/refresh_token")).await;
        assert_eq!(next.status, 200);
        let second = refresh(&server, other.text("/refresh_token")).await;
        assert_eq!(second.outcome(), (401, "refresh_reused"));
        assert_session_is_over(&server, &next).await;
    }
}

#[tokio::test]
async fn an_old_or_invented_refresh_token_is_not_taken() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let first = county.mediator.sign_in(&server, PASSWORD).await;
    assert_eq!(
        refresh(&server, "invented").await.outcome(),
        (401, "refresh_invalid")
    );
    server.advance(SignedDuration::from_hours(24 * 31));
    assert_eq!(
        refresh(&server, first.text("/refresh_token"))
            .await
            .outcome(),
        (401, "refresh_invalid")
    );
}

#[tokio::test]
async fn who_signed_out_is_out_at_once() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mediator = county.mediator(&server).await;
    assert_eq!(mediator.delete("/api/v1/session").await.status, 204);
    assert_eq!(
        mediator.get("/api/v1/me").await.outcome(),
        (401, "session_over")
    );
}

#[tokio::test]
async fn a_closed_account_and_an_ended_role_end_the_session() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let (mediator, worker) = (
        county.mediator(&server).await,
        county.grid_worker(&server).await,
    );
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    user::set_active(&mut conn, county.mediator.id, false)
        .await
        .unwrap();
    server.advance(SignedDuration::from_secs(1));
    let (id, grid) = (county.grid_worker.id, county.grid);
    assert!(
        grant::end(&mut conn, id, Role::GridWorker, grid, server.now())
            .await
            .unwrap()
    );
    assert_eq!(
        mediator.get("/api/v1/me").await.outcome(),
        (401, "account_closed")
    );
    assert_eq!(
        worker.get("/api/v1/me").await.outcome(),
        (401, "role_ended")
    );
    assert_eq!(
        county.mediator.sign_in(&server, PASSWORD).await.outcome(),
        (401, "wrong_credentials")
    );
    assert_eq!(
        county
            .grid_worker
            .sign_in(&server, PASSWORD)
            .await
            .outcome(),
        (403, "not_allowed")
    );
}

/// Shows R001.
#[tokio::test]
async fn a_person_with_two_roles_chooses_one_for_the_session() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    grant::add(
        &mut conn,
        county.mediator.id,
        Role::GridLeader,
        county.grid,
        server.now(),
    )
    .await
    .unwrap();
    let login = &county.mediator.login;
    let ask = |role: &str| json!({ "login": login, "password": PASSWORD, "role": role });
    let leader = server
        .anonymous()
        .post("/api/v1/session", ask("grid_leader"))
        .await;
    assert_eq!(leader.text("/user/org_name"), "新栖一村第一网格");
    let court = server
        .anonymous()
        .post("/api/v1/session", ask("court"))
        .await;
    assert_eq!(court.outcome(), (403, "not_allowed"));
}

async fn refresh(server: &TestServer, token: &str) -> harness::Answer {
    server
        .anonymous()
        .post("/api/v1/session/refresh", json!({ "refresh_token": token }))
        .await
}

/// Neither token of a pair is taken any more.
async fn assert_session_is_over(server: &TestServer, pair: &harness::Answer) {
    let later = refresh(server, pair.text("/refresh_token")).await;
    assert_eq!(later.outcome(), (401, "refresh_reused"));
    let holder =
        harness::client::Signed(server.anonymous().0.with_token(pair.text("/access_token")));
    assert_eq!(
        holder.get("/api/v1/me").await.outcome(),
        (401, "refresh_reused")
    );
}
