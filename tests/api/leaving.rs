//! What ends with a session: tokens and streams, when a person signs out, gets a new password, or
//! leaves.

use crate::departed::{author, close, end_role, open};
use harness::{
    Answer, Calls, County, Person, TestServer,
    client::Signed,
    county::{DEVICE_KEY, PASSWORD},
    database,
};
use hejie_registry::pool;
use hejie_server::{identity::account, state::Settings};
use reqwest::{Client, Response};
use serde_json::json;
use std::time::Duration;

async fn refresh(server: &TestServer, token: &str) -> Answer {
    server
        .anonymous()
        .post("/api/v1/session/refresh", json!({ "refresh_token": token }))
        .await
}

fn holder(server: &TestServer, pair: &Answer) -> Signed {
    Signed(server.anonymous().0.with_token(pair.text("/access_token")))
}

/// A phone of somebody: its tokens.
async fn enrol(server: &TestServer, pair: &Answer) -> Answer {
    let answer = holder(server, pair)
        .post(
            "/api/v1/devices",
            json!({ "name": "工作手机", "public_key": DEVICE_KEY }),
        )
        .await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer
}

async fn replace_password(server: &TestServer, person: &Person, password: &str) {
    let passwords = &server.state.identity.passwords;
    let hash = passwords.hash(password.to_owned().into(), [3; 16]).await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let (marks, hash) = (&server.state.marks, hash.unwrap());
    account::replace_password(marks, &mut tx, person.id, &hash, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_leaves_the_phone_enrolled() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let browser = county.mediator.sign_in(&server, PASSWORD).await;
    let phone = enrol(&server, &browser).await;
    replace_password(&server, &county.mediator, "和安县-2027").await;
    for pair in [&browser, &phone] {
        let me = holder(&server, pair).get("/api/v1/me").await;
        assert_eq!(me.outcome(), (401, "password_changed"));
        let refreshed = refresh(&server, pair.text("/refresh_token")).await;
        assert_eq!(refreshed.outcome(), (401, "password_changed"));
    }
    let old = county.mediator.sign_in(&server, PASSWORD).await;
    assert_eq!(old.outcome(), (401, "wrong_credentials"));
    let new = county.mediator.sign_in(&server, "和安县-2027").await;
    let devices = holder(&server, &new).get("/api/v1/devices").await;
    assert_eq!(devices.json[0]["id"], phone.json["device_id"]);
    assert_eq!(devices.json[0]["revoked_at"], json!(null));
}

#[tokio::test]
async fn an_account_that_opens_again_has_none_of_its_sessions_and_signs_in() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let browser = county.mediator.sign_in(&server, PASSWORD).await;
    let phone = enrol(&server, &browser).await;
    close(&server, &county.mediator).await;
    let refreshed = refresh(&server, phone.text("/refresh_token")).await;
    assert_eq!(refreshed.outcome(), (401, "account_closed"));
    let tried = county.mediator.sign_in(&server, PASSWORD).await;
    assert_eq!(
        tried.outcome(),
        (401, "wrong_credentials"),
        "a password tells nothing"
    );
    open(&server, &county.mediator).await;
    let me = holder(&server, &browser).get("/api/v1/me").await;
    assert_eq!(me.outcome(), (401, "account_closed"));
    assert_eq!(county.mediator.sign_in(&server, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_phone_whose_owner_left_while_it_lay_in_a_drawer_is_told_so() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let phone = enrol(&server, &county.mediator.sign_in(&server, PASSWORD).await).await;
    server.advance(jiff::SignedDuration::from_hours(24 * 40));
    let late = refresh(&server, phone.text("/refresh_token")).await;
    assert_eq!(late.outcome(), (401, "refresh_invalid"));
    end_role(&server, &county.mediator).await;
    let gone = refresh(&server, phone.text("/refresh_token")).await;
    assert_eq!(gone.outcome(), (401, "role_ended"));
}

#[tokio::test]
async fn a_session_does_not_begin_with_a_password_that_is_being_replaced() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let passwords = &server.state.identity.passwords;
    let hash = passwords
        .hash("和安县-2027".to_owned().into(), [3; 16])
        .await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let (marks, hash, person) = (&server.state.marks, hash.unwrap(), county.mediator.id);
    account::replace_password(marks, &mut tx, person, &hash, server.now())
        .await
        .unwrap();
    let signed_in = county.mediator.sign_in(&server, PASSWORD);
    let signed_in = before_commit(&server, tx, signed_in).await;
    assert_eq!(signed_in.outcome(), (401, "wrong_credentials"));
}

/// An account that opens again would have a session of before.
#[tokio::test]
async fn a_session_does_not_begin_in_an_account_that_is_being_closed() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let (marks, person) = (&server.state.marks, county.mediator.id);
    account::close(marks, &mut tx, person, server.now())
        .await
        .unwrap();
    let signed_in = county.mediator.sign_in(&server, PASSWORD);
    let signed_in = before_commit(&server, tx, signed_in).await;
    assert_eq!(signed_in.outcome(), (401, "wrong_credentials"));
}

/// Its session would be one that nobody ended.
#[tokio::test]
async fn a_phone_is_not_enrolled_out_of_a_session_that_is_being_ended() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let browser = county.mediator.sign_in(&server, PASSWORD).await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let (marks, person) = (&server.state.marks, county.mediator.id);
    account::close(marks, &mut tx, person, server.now())
        .await
        .unwrap();
    let caller = holder(&server, &browser);
    let phone = json!({ "name": "工作手机", "public_key": DEVICE_KEY });
    let enrolled = before_commit(&server, tx, caller.post("/api/v1/devices", phone)).await;
    assert_eq!(enrolled.outcome(), (401, "account_closed"));
    open(&server, &county.mediator).await;
    let again = county.mediator.sign_in(&server, PASSWORD).await;
    let devices = holder(&server, &again).get("/api/v1/devices").await;
    assert_eq!(devices.json, json!([]));
}

/// A role that is given back would have a session of before.
#[tokio::test]
async fn neither_session_nor_phone_begins_in_a_role_that_is_being_ended() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let browser = county.mediator.sign_in(&server, PASSWORD).await;
    let caller = holder(&server, &browser);
    let phone = json!({ "name": "工作手机", "public_key": DEVICE_KEY });
    for enrols in [true, false] {
        server.advance(jiff::SignedDuration::from_secs(1));
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        let (marks, role) = (&server.state.marks, author(&county.mediator));
        account::end_role(marks, &mut tx, &role, server.now())
            .await
            .unwrap();
        let answer = match enrols {
            true => before_commit(&server, tx, caller.post("/api/v1/devices", phone.clone())).await,
            false => before_commit(&server, tx, county.mediator.sign_in(&server, PASSWORD)).await,
        };
        let expected = match enrols {
            true => (401, "role_ended"),
            false => (403, "not_allowed"),
        };
        assert_eq!(answer.outcome(), expected);
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        server.advance(jiff::SignedDuration::from_secs(1));
        account::give_role(marks, &mut tx, &role, server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }
    let again = county.mediator.sign_in(&server, PASSWORD).await;
    let devices = holder(&server, &again).get("/api/v1/devices").await;
    assert_eq!(devices.json, json!([]));
}

/// What is asked and waits for a transaction, which is committed then.
async fn before_commit(
    server: &TestServer,
    tx: pool::Transaction,
    asked: impl Future<Output = Answer>,
) -> Answer {
    let (answer, ()) = tokio::join!(asked, async {
        while waiting(server).await == 0 {
            tokio::task::yield_now().await;
        }
        pool::commit(tx).await.unwrap();
    });
    answer
}

async fn waiting(server: &TestServer) -> i64 {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%app_user where id = $1 for share%'";
    let counted = sqlx::query_scalar(query).fetch_one(&server.state.pool);
    counted.await.unwrap()
}

/// Opens a stream of events over a socket and reads its greeting.
async fn listen(server: &TestServer, pair: &Answer) -> Response {
    let address = server.listen().await;
    let opened = Client::new()
        .get(format!("http://{address}/api/v1/events"))
        .bearer_auth(pair.text("/access_token"))
        .send();
    let mut stream = opened.await.unwrap();
    assert_eq!(stream.status(), 200);
    let hello = stream.chunk().await.unwrap().unwrap();
    assert!(hello.starts_with(b"event: hello"));
    stream
}

/// A case moves in the county.
async fn report(server: &TestServer, county: &County) {
    let order = county.order("A-9");
    let answer = county.channel(server).order(&order).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
}

/// What still comes until the stream ends.
async fn rest(mut stream: Response) -> String {
    let mut rest = Vec::new();
    while let Ok(Some(chunk)) = stream.chunk().await {
        rest.extend_from_slice(&chunk);
    }
    String::from_utf8(rest).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_at_once_when_its_person_signs_out() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let pair = county.dispatcher.sign_in(&server, PASSWORD).await;
    let other = county.supervisor.sign_in(&server, PASSWORD).await;
    let (stream, mut stays) = (listen(&server, &pair).await, listen(&server, &other).await);
    let out = holder(&server, &pair).delete("/api/v1/session").await;
    assert_eq!(out.status, 204);
    assert_eq!(rest(stream).await, "");
    report(&server, &county).await;
    let event = stays.chunk().await.unwrap().unwrap();
    assert!(event.starts_with(b"event: case"), "the others go on");
}

/// A phone may listen as well, and whoever has it in hand is no reader any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_at_once_when_its_phone_is_taken_out_of_service() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let own = county.dispatcher.sign_in(&server, PASSWORD).await;
    let phone = enrol(&server, &own).await;
    let stream = listen(&server, &phone).await;
    let path = format!("/api/v1/devices/{}", phone.text("/device_id"));
    assert_eq!(holder(&server, &own).delete(&path).await.status, 204);
    assert_eq!(rest(stream).await, "");
}

/// Shows R001.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_at_once_when_its_role_is_taken_away_over_rest() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let person = &county.dispatcher;
    let stream = listen(&server, &person.sign_in(&server, PASSWORD).await).await;
    let supervisor = county.supervisor(&server).await;
    let (user, org) = (person.id, person.org);
    let path = format!("/api/v1/users/{user}/roles/dispatcher/{org}");
    assert_eq!(supervisor.delete(&path).await.status, 204);
    assert_eq!(rest(stream).await, "");
}

/// What moves in another county is not named.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_names_no_case_of_another_county() {
    let server = TestServer::start().await;
    let (here, elsewhere) = (server.county().await, server.county().await);
    let mut stream = listen(&server, &here.dispatcher.sign_in(&server, PASSWORD).await).await;
    report(&server, &elsewhere).await;
    let order = here.order("A-7");
    let own = here.channel(&server).order(&order).await;
    let event = stream.chunk().await.unwrap().unwrap();
    let event = String::from_utf8(event.to_vec()).unwrap();
    assert!(event.contains(own.text("/case_id")), "{event}");
}

/// Closed by another process, which cannot tell this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_ends_before_the_next_event_when_the_account_was_closed_elsewhere() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let stream = listen(&server, &county.dispatcher.sign_in(&server, PASSWORD).await).await;
    close(&server, &county.dispatcher).await;
    report(&server, &county).await;
    assert_eq!(
        rest(stream).await,
        "",
        "no case is named to somebody who left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_stream_ends_within_moments_when_the_role_was_ended_elsewhere() {
    let settings = Settings {
        stream_look: Duration::from_millis(20),
        ..Settings::default()
    };
    let server = TestServer::with(settings, database::url()).await;
    let county = server.county().await;
    let stream = listen(&server, &county.dispatcher.sign_in(&server, PASSWORD).await).await;
    end_role(&server, &county.dispatcher).await;
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn a_login_that_nobody_can_have_is_refused_with_a_sentence() {
    let server = TestServer::start().await;
    for login in ["", "a\0b", &"a".repeat(65)] {
        let body = json!({ "login": login, "password": "guess" });
        let answer = server.anonymous().post("/api/v1/session", body).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{login:?}");
        assert!(answer.text("/detail").starts_with("login:"));
    }
}
