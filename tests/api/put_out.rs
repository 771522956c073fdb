//! Whoever is put out while a decision of theirs is on its way decides nothing.

use crate::{departed::author, desk::Desk};
use axum::{body::Body, http::Method};
use harness::{
    Calls, Person, TestServer,
    client::{Signed, request},
    county::{DEVICE_KEY, PASSWORD},
    race::{before_commit, until_waiting},
};
use hejie_case::{
    ids::{ChangeHash, DeviceId, EntryId},
    rights::Danger,
};
use hejie_registry::{
    danger::{self, Reporter},
    identity::{
        session::{self, EndReason},
        user,
    },
    pool::{self, Transaction},
};
use hejie_server::identity::account;
use jiff::SignedDuration;
use serde_json::{Value, json};

/// A desk, and its dispatcher with the session in which the next decision is made.
async fn set() -> (Desk, Signed) {
    let desk = Desk::on(TestServer::alone().await).await;
    let caller = signed_in(&desk).await;
    (desk, caller)
}

async fn signed_in(desk: &Desk) -> Signed {
    let pair = desk.county.dispatcher.sign_in(&desk.server, PASSWORD).await;
    let agent = desk.server.anonymous().0;
    let caller = Signed(agent.with_token(pair.text("/access_token")));
    desk.server.advance(SignedDuration::from_secs(1));
    caller
}

fn raised() -> Value {
    json!({ "level": "red", "why": "现场情况" })
}

async fn put_out(server: &TestServer, tx: &mut Transaction, who: &Person, how: &str) {
    let (marks, now) = (&server.state.marks, server.now());
    match how {
        "account_closed" => account::close(marks, tx, who.id, now).await.unwrap(),
        "role_ended" => account::end_role(marks, tx, &author(who), now)
            .await
            .map(drop)
            .unwrap(),
        "password_changed" => account::replace_password(marks, tx, who.id, "another", now)
            .await
            .unwrap(),
        "signed_out" => session::end_of_user(tx, who.id, EndReason::SignedOut, now)
            .await
            .unwrap(),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_decision_falls_with_the_account_the_role_or_the_password_of_whoever_made_it() {
    for how in ["account_closed", "role_ended", "password_changed"] {
        let (desk, caller) = set().await;
        let before = desk.version().await;
        let mut tx = pool::begin(&desk.server.state.pool).await.unwrap();
        put_out(&desk.server, &mut tx, &desk.county.dispatcher, how).await;
        let asked = desk.act(&caller, "override_colour", raised());
        let answer = before_commit(&desk.server, tx, asked).await;
        assert_eq!(answer.outcome(), (401, how));
        assert_eq!(desk.version().await, before);
    }
}

#[tokio::test]
async fn a_decision_falls_with_the_session_in_which_it_was_made() {
    let (desk, caller) = set().await;
    let before = desk.version().await;
    let mut tx = pool::begin(&desk.server.state.pool).await.unwrap();
    put_out(&desk.server, &mut tx, &desk.county.dispatcher, "signed_out").await;
    let asked = desk.act(&caller, "override_colour", raised());
    let answer = before_commit(&desk.server, tx, asked).await;
    assert_eq!(answer.outcome(), (401, "session_over"));
    assert_eq!(desk.version().await, before);
}

/// Whoever closes it has not come to its sessions.
#[tokio::test]
async fn a_decision_waits_for_an_account_that_is_being_closed() {
    let (desk, caller) = set().await;
    let before = desk.version().await;
    let mut tx = pool::begin(&desk.server.state.pool).await.unwrap();
    let id = desk.county.dispatcher.id;
    user::set_active(&mut tx, id, false).await.unwrap();
    let asked = desk.act(&caller, "override_colour", raised());
    let answer = before_commit(&desk.server, tx, asked).await;
    assert_eq!(answer.outcome(), (401, "account_closed"));
    assert_eq!(desk.version().await, before);
}

#[tokio::test]
async fn neither_of_two_cases_moves_by_a_decision_about_both_whose_author_is_put_out() {
    for act in ["merge", "split"] {
        let (desk, caller) = set().await;
        let order = desk.county.order("A-2");
        let other = desk.county.channel(&desk.server).order(&order).await;
        let says = match act {
            "merge" => json!({ "into": other.text("/case_id"), "why": "同一纠纷。" }),
            _ => {
                json!({ "situation": "N03-05", "summary": "另一纠纷", "address": "小区门口", "why": "两件事。" })
            }
        };
        let before = desk.version().await;
        let mut tx = pool::begin(&desk.server.state.pool).await.unwrap();
        let dispatcher = &desk.county.dispatcher;
        put_out(&desk.server, &mut tx, dispatcher, "account_closed").await;
        let asked = desk.act(&caller, act, says);
        let answer = before_commit(&desk.server, tx, asked).await;
        assert_eq!(answer.outcome(), (401, "account_closed"), "{act}");
        assert_eq!(desk.version().await, before);
    }
}

/// What is asked of a desk beside the decisions on a case, and leaves a line of its own.
async fn other_business(desk: &Desk, caller: &Signed) -> Vec<(Method, String, Value)> {
    let body = json!({ "name": "一号机", "public_key": DEVICE_KEY });
    let enrolled = caller.post("/api/v1/devices", body.clone()).await;
    let phone = enrolled.text("/device_id");
    let mut order = desk.county.order("A-2");
    order["situation"] = json!("N08-02");
    let other = desk.county.channel(&desk.server).order(&order).await;
    let (case, other) = (desk.case, other.text("/case_id"));
    let hash = with_a_danger(desk, phone).await;
    let api = |path: &str| format!("/api/v1/{path}");
    vec![
        (Method::GET, api(&format!("cases/{case}")), json!({})),
        (Method::PUT, api("routing/N04-03"), route()),
        (Method::PUT, api("framework/fishery"), part()),
        (Method::PUT, api("mechanisms/fishery"), mechanism()),
        (
            Method::POST,
            api(&format!("link-proposals/{other}/{case}/dismiss")),
            json!({}),
        ),
        (
            Method::POST,
            api(&format!("quarantine/{case}/{hash}/answer-danger")),
            json!({}),
        ),
        (Method::POST, api("devices"), body),
        (Method::DELETE, api(&format!("devices/{phone}")), json!({})),
    ]
}

fn route() -> Value {
    json!({ "lead": "商务局", "co": [], "mechanism": null, "reason": "本县归口调整", "base_version": 0 })
}

fn part() -> Value {
    json!({ "parent": null, "name_zh": "渔业", "note_zh": "", "is_active": true, "base_version": 0 })
}

fn mechanism() -> Value {
    json!({
        "name_zh": "渔业纠纷联调", "trigger_zh": "海上捕捞、养殖海域争议", "lead": "农业农村局", "members": [],
        "days": 15, "guide_zh": "先固定航迹和坐标，再到码头谈。", "is_active": true, "base_version": 0,
    })
}

/// A danger of the case that waits for a desk.
async fn with_a_danger(desk: &Desk, phone: &str) -> ChangeHash {
    let (server, change) = (&desk.server, ChangeHash([7; 32]));
    let reported = Danger {
        change,
        entry: EntryId::new(server.now(), server.state.entropy.bytes()),
        what: "一方持刀。".into(),
    };
    let by = Reporter {
        user: desk.county.dispatcher.id,
        device: phone.parse::<DeviceId>().unwrap(),
    };
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    danger::note(&mut conn, desk.case, &[reported], by, None, server.now())
        .await
        .unwrap();
    change
}

/// How many lines the audit log has of somebody.
async fn lines(server: &TestServer, of: &Person) -> i64 {
    sqlx::query_scalar("select count(*) from audit_log where user_id = $1")
        .bind(of.id.0)
        .fetch_one(&server.state.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn whoever_is_put_out_meanwhile_changes_nothing_and_is_shown_nothing() {
    let (desk, mut caller) = set().await;
    let (server, dispatcher) = (&desk.server, &desk.county.dispatcher);
    let business = other_business(&desk, &caller).await;
    let asked = |(method, path, body): &(Method, String, Value)| {
        request(method.clone(), path, Body::from(body.to_string()))
    };
    for one in &business {
        let before = lines(server, dispatcher).await;
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        put_out(server, &mut tx, dispatcher, "signed_out").await;
        let answer = before_commit(server, tx, caller.send(asked(one))).await;
        assert_eq!(answer.outcome(), (401, "session_over"), "{}", one.1);
        assert_eq!(lines(server, dispatcher).await, before, "{}", one.1);
        caller = signed_in(&desk).await;
    }
    for one in &business {
        let answer = caller.send(asked(one)).await;
        assert!(answer.status < 300, "{}: {}", one.1, answer.json);
    }
}

/// The decision itself was looked at before, in a transaction of its own.
#[tokio::test]
async fn nobody_is_put_out_while_the_line_of_their_refused_decision_is_written() {
    let (desk, caller) = set().await;
    let pool = &desk.server.state.pool;
    let mut tx = pool::begin(pool).await.unwrap();
    let held = sqlx::query("select from audit_head for update");
    held.execute(&mut *tx).await.unwrap();
    let refused = json!({ "why": "试。" });
    let mut asked = std::pin::pin!(desk.act(&caller, "send_back", refused));
    tokio::select! {
        answer = &mut asked => panic!("it waits for nobody: {}", answer.json),
        () = until_waiting(&desk.server, 1) => {}
    }
    let free = "select count(*) from
        (select from session where user_id = $1 for update skip locked) as free";
    let free = sqlx::query_scalar(free).bind(desk.county.dispatcher.id.0);
    let free: i64 = free.fetch_one(pool).await.unwrap();
    assert_eq!(free, 0, "the session is held");
    pool::commit(tx).await.unwrap();
    assert_eq!(asked.await.status, 409);
}
