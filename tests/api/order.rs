//! Work orders of channels.

use harness::{Calls, TestServer};
use hejie_registry::{incident, pool};
use jiff::SignedDuration;
use serde_json::json;

/// Shows E01, R005, R124, LW26.
#[tokio::test]
async fn an_order_becomes_a_case_with_a_number_and_a_public_code() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let answer = county.channel(&server).order(&county.order("A-1")).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    assert_eq!(
        answer.text("/case_no"),
        format!("{}-2026-000001", county.region)
    );
    assert_eq!(answer.text("/public_code").len(), 10);
    assert_eq!(answer.text("/received_at"), harness::server::MORNING);
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let known = incident::lookup(&mut conn, &county.channel.name, "A-1")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(known.case.unwrap().to_string(), answer.text("/case_id"));
}

/// Shows E01, R100.
#[tokio::test]
async fn a_repeated_number_gets_the_same_receipt_and_another_content_under_it_is_refused() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let first = channel.order(&county.order("A-1")).await;
    server.advance(SignedDuration::from_mins(3));
    let again = channel.order(&county.order("A-1")).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json, first.json);
    let mut other = county.order("A-1");
    other["persons"] = 5.into();
    assert_eq!(
        channel.order(&other).await.outcome(),
        (409, "order_differs")
    );
}

#[tokio::test]
async fn the_same_order_sent_many_times_at_once_is_one_case() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let (channel, order) = (county.channel(&server), county.order("A-1"));
    let (a, b, c) = tokio::join!(
        channel.order(&order),
        channel.order(&order),
        channel.order(&order)
    );
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 201]);
    assert_eq!(a.json, b.json);
    assert_eq!(a.json, c.json);
}

#[tokio::test]
async fn an_unknown_situation_is_named_as_such() {
    let server = TestServer::start().await;
    let county = server.county().await;
    for code in ["N99-99", "quarrel"] {
        let mut order = county.order("A-1");
        order["situation"] = code.into();
        assert_eq!(
            county.channel(&server).order(&order).await.outcome(),
            (422, "unknown_situation")
        );
    }
}

#[tokio::test]
async fn an_order_that_lies_elsewhere_is_not_registered() {
    let server = TestServer::start().await;
    let (county, other) = (server.county().await, server.county().await);
    let elsewhere = county.channel(&server).order(&other.order("A-2")).await;
    assert_eq!(elsewhere.outcome(), (422, "invalid"));
    assert!(elsewhere.text("/detail").starts_with("region"));
}

#[tokio::test]
async fn a_wrong_an_old_or_a_missing_signature_is_refused() {
    let server = TestServer::start().await;
    let (county, other) = (server.county().await, server.county().await);
    let channel = county.channel(&server);
    let body = county.order("A-1").to_string();
    let mut changed = channel.signed(body.clone(), server.now());
    *changed.body_mut() = body.replace("\"persons\":2", "\"persons\":3").into();
    let mut borrowed = other.channel(&server).signed(body.clone(), server.now());
    borrowed
        .headers_mut()
        .insert("x-hejie-channel", county.channel.name.parse().unwrap());
    let mut unknown = channel.signed(body.clone(), server.now());
    unknown
        .headers_mut()
        .insert("x-hejie-channel", "999".parse().unwrap());
    let mut missing = channel.signed(body.clone(), server.now());
    missing.headers_mut().remove("x-hejie-signature");
    let old = channel.signed(body.clone(), server.now() - SignedDuration::from_secs(301));
    let early = channel.signed(body, server.now() + SignedDuration::from_secs(301));
    for call in [changed, borrowed, unknown, missing, old, early] {
        assert_eq!(channel.send(call).await.outcome(), (401, "bad_signature"));
    }
}

#[tokio::test]
async fn a_signed_body_that_is_no_order_is_unreadable_and_a_value_of_another_kind_is_named() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let call = channel.signed("{".to_owned(), server.now());
    assert_eq!(channel.send(call).await.outcome(), (400, "unreadable"));
    for (field, value) in [
        ("external_no", json!(1)),
        ("persons", json!(-1)),
        ("persons", json!(1.5)),
        ("received_at", json!("9999-99-99T00:00:00Z")),
        ("region", json!("99")),
    ] {
        let mut order = county.order("A-9");
        order[field] = value.clone();
        let call = channel.signed(order.to_string(), server.now());
        let answer = channel.send(call).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{field}: {value}");
        assert!(
            answer.text("/detail").starts_with(field),
            "{}",
            answer.text("/detail")
        );
    }
}

/// The case would not take it, and the channel would never know why.
#[tokio::test]
async fn an_order_with_a_control_character_is_refused_with_its_field() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let mut order = county.order("A-1");
    for text in ["门\u{1}锁", "门\u{0}锁", "门\u{85}锁"] {
        order["summary"] = json!(text);
        let answer = county.channel(&server).order(&order).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{text:?}");
        assert!(answer.text("/detail").starts_with("summary:"), "{text:?}");
    }
}

#[tokio::test]
async fn an_order_of_a_time_that_no_call_can_have_is_refused_with_its_field() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let ahead = (server.now() + SignedDuration::from_mins(6)).to_string();
    for at in ["1999-12-31T23:59:59Z", "2200-01-01T00:00:00Z", &ahead] {
        let mut order = county.order("A-1");
        order["received_at"] = json!(at);
        let answer = county.channel(&server).order(&order).await;
        assert_eq!(answer.outcome(), (422, "invalid"), "{at}");
        assert!(answer.text("/detail").starts_with("received_at:"), "{at}");
    }
}

/// Shows E01.
#[tokio::test]
async fn one_bad_order_among_five_keeps_none_of_the_others_from_becoming_a_case() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let orders = (1..=5).map(|n| {
        let mut order = county.order(&format!("A-{n}"));
        if n == 2 {
            order["external_no"] = json!("A-1");
            order["summary"] = json!("另一件事。");
        }
        order
    });
    let mut answers = Vec::new();
    for order in orders {
        answers.push(channel.order(&order).await.status);
    }
    assert_eq!(answers, [201, 409, 201, 201, 201]);
}
