//! Whoever is put out while a decision of theirs is on its way decides nothing.

use crate::{departed::author, desk::Desk};
use harness::{Person, TestServer, client::Signed, county::PASSWORD, race::before_commit};
use hejie_registry::{
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
    let pair = desk.county.dispatcher.sign_in(&desk.server, PASSWORD).await;
    let agent = desk.server.anonymous().0;
    let caller = Signed(agent.with_token(pair.text("/access_token")));
    desk.server.advance(SignedDuration::from_secs(1));
    (desk, caller)
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
    let (id, now) = (desk.county.dispatcher.id, desk.server.now());
    session::end_of_user(&mut tx, id, EndReason::SignedOut, now)
        .await
        .unwrap();
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
