//! The server's clock was ahead and is put back: nothing waits for as long as it was wrong, and
//! what is said to come from tomorrow is as loud as what is old.

use crate::outbox::{danger, owe};
use harness::{
    Calls, Figures, TestServer,
    client::Signed,
    county::PASSWORD,
    database,
    receiver::{Receiver, Reply},
};
use hejie_case::role::Role;
use hejie_registry::{
    backup::{self, Backup},
    identity::grant,
    outbox::{self, LaneReach},
    pool,
};
use hejie_server::state::Settings;
use jiff::SignedDuration;
use serde_json::json;
use std::time::Duration;

const DAY: SignedDuration = SignedDuration::from_hours(24);
const MOMENT: SignedDuration = SignedDuration::from_secs(5);
const REACH: LaneReach = LaneReach {
    lease: MOMENT,
    pause: MOMENT,
    urgent: MOMENT,
    wait: MOMENT,
};

/// A server on a database of its own, whose clock is a day ahead of when its county was founded.
async fn a_day_ahead() -> (TestServer, harness::County) {
    let settings = Settings {
        channel_answer: Duration::from_millis(200),
        ..Settings::default()
    };
    let server = TestServer::with(settings, &database::fresh().await).await;
    let county = server.county().await;
    server.advance(DAY);
    (server, county)
}

fn put_back(server: &TestServer, by: SignedDuration) {
    server.hand.set(server.now() - by);
}

#[tokio::test]
async fn an_order_to_the_police_goes_out_though_the_clock_was_put_back_since_the_last_one() {
    let (server, county) = a_day_ahead().await;
    let receiver = Receiver::refusing(0).await;
    owe(&server, &county, Some(&receiver.url())).await;
    danger(&server, &county.channel.name).await;
    assert_eq!(server.send_due().await, 2);
    put_back(&server, SignedDuration::from_mins(10));
    danger(&server, &county.channel.name).await;
    assert_eq!(server.send_due().await, 1);
}

#[tokio::test]
async fn an_order_that_was_refused_by_a_clock_a_day_ahead_does_not_wait_for_that_day() {
    let (server, county) = a_day_ahead().await;
    let receiver = Receiver::refusing(2).await;
    owe(&server, &county, Some(&receiver.url())).await;
    danger(&server, &county.channel.name).await;
    assert_eq!(server.send_due().await, 0);
    put_back(&server, SignedDuration::from_hours(1));
    assert_eq!(server.send_due().await, 1, "the order");
    put_back(&server, DAY);
    assert_eq!(server.send_due().await, 1, "the result");
}

#[tokio::test]
async fn a_channel_that_hung_by_a_clock_a_day_ahead_is_not_left_alone_for_that_day() {
    let (server, county) = a_day_ahead().await;
    let receiver = Receiver::scripted(&[Reply::Hold]).await;
    owe(&server, &county, Some(&receiver.url())).await;
    assert_eq!(server.send_due().await, 0);
    put_back(&server, DAY + DAY / 2);
    owe(&server, &county, Some(&receiver.url())).await;
    assert_eq!(server.send_due().await, 2);
}

/// It died with an order on its way, and nobody knows whether that arrived.
#[tokio::test]
async fn a_lane_of_a_server_that_died_by_a_clock_a_day_ahead_is_free_and_its_order_is_loud() {
    let figures = Figures::watch();
    let (server, county) = a_day_ahead().await;
    let receiver = Receiver::refusing(0).await;
    owe(&server, &county, Some(&receiver.url())).await;
    danger(&server, &county.channel.name).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let (name, now) = (&county.channel.name, server.now());
    let is_ours = outbox::take_lane(&mut conn, name, now, REACH);
    assert!(is_ours.await.unwrap());
    let sent = outbox::next_message(&mut conn, name, now, REACH).await;
    assert_eq!(sent.unwrap().unwrap().attempts, 1);
    assert_eq!(server.send_due().await, 0, "the lane is not ours");

    put_back(&server, DAY);
    let dispatcher = county.dispatcher(&server).await;
    let waits = dispatcher.get("/api/v1/outbox/backlog").await;
    assert_eq!(waits.text("/0/kind"), "police_order");
    assert_eq!(waits.json[0]["is_alarming"], true);
    assert_eq!(server.send_due().await, 2);
    let label = format!("channel=\"{name}\",kind=\"police_order\"");
    let oldest = figures.value("hejie_outbox_oldest_seconds", &label);
    assert_eq!(oldest, Some(DAY.as_secs_f64()));
}

#[tokio::test]
async fn two_servers_whose_clocks_differ_by_seconds_keep_out_of_each_others_lanes() {
    let (server, county) = a_day_ahead().await;
    owe(&server, &county, None).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let (name, now) = (&county.channel.name, server.now());
    let earlier = now - SignedDuration::from_secs(3);
    for (at, is_free) in [(now, true), (earlier, false)] {
        let taken = outbox::take_lane(&mut conn, name, at, REACH).await;
        assert_eq!(taken.unwrap(), is_free);
    }
}

#[tokio::test]
async fn whoever_signed_in_before_the_clock_was_put_back_signs_in_and_reads_and_renews_after_it() {
    let (server, county) = a_day_ahead().await;
    let first = county.mediator.sign_in(&server, PASSWORD).await;
    let renew = async |token: &str| {
        let body = json!({ "refresh_token": token });
        let anonymous = server.anonymous();
        anonymous.post("/api/v1/session/refresh", body).await
    };
    server.advance(SignedDuration::from_mins(1));
    let second = renew(first.text("/refresh_token")).await;
    put_back(&server, SignedDuration::from_hours(1));
    assert_eq!(county.mediator.sign_in(&server, PASSWORD).await.status, 200);

    let holder = |pair: &harness::Answer| {
        Signed(server.anonymous().0.with_token(pair.text("/access_token")))
    };
    let me = holder(&second).get("/api/v1/me").await;
    assert_eq!(
        me.outcome(),
        (401, "token_expired"),
        "how old, nobody knows"
    );
    let third = renew(second.text("/refresh_token")).await;
    assert_eq!(holder(&third).get("/api/v1/me").await.status, 200);
    // Its answer was lost, and the same is asked again: no copy.
    let again = renew(second.text("/refresh_token")).await;
    assert_eq!(again.status, 200, "{}", again.json);
    server.advance(SignedDuration::from_secs(1));
    assert_eq!(renew(again.text("/refresh_token")).await.status, 200);
    let stolen = renew(second.text("/refresh_token")).await;
    assert_eq!(stolen.outcome(), (401, "refresh_reused"));
}

#[tokio::test]
async fn failures_are_forgiven_with_the_time_that_passes_whatever_the_clock_is_set_to() {
    let (server, county) = a_day_ahead().await;
    for _ in 0..8 {
        let wrong = county.mediator.sign_in(&server, "guess").await;
        assert_eq!(wrong.status, 401);
    }
    for set in [DAY, -DAY] {
        put_back(&server, set);
        let locked = county.mediator.sign_in(&server, PASSWORD).await;
        assert_eq!(locked.outcome(), (429, "too_many_attempts"));
    }
    put_back(&server, DAY);
    server.advance(SignedDuration::from_secs(40));
    let right = county.mediator.sign_in(&server, PASSWORD).await;
    assert_eq!(right.status, 200);
}

#[tokio::test]
async fn a_role_that_ended_by_a_clock_that_was_ahead_can_be_ended_by_one_that_is_right() {
    let (server, county) = a_day_ahead().await;
    let (id, org) = (county.mediator.id, county.mediator.org);
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let mut end = async || {
        let ended = grant::end(&mut conn, id, Role::Mediator, org, server.now()).await;
        ended.unwrap()
    };
    assert!(end().await);
    put_back(&server, DAY / 2);
    assert!(end().await);
    assert!(!end().await, "it has ended");
    let refused = county.mediator.sign_in(&server, PASSWORD).await;
    assert_eq!(refused.outcome(), (403, "not_allowed"));
}

/// What is in a backup that was reported by such a clock nobody knows: phones keep what they have.
#[tokio::test]
async fn a_backup_of_tomorrow_is_none_and_is_forgotten_with_the_next_report() {
    let (server, county) = a_day_ahead().await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let mut report = async || {
        let now = server.now();
        let made = Backup {
            began_at: now,
            reported_at: now,
        };
        backup::report(&mut conn, &made).await.unwrap();
    };
    let shown = async || {
        let supervisor = county.supervisor(&server).await;
        supervisor.get("/api/v1/backup").await.json["began_at"].clone()
    };
    report().await;
    put_back(&server, DAY / 2);
    assert_eq!(shown().await, json!(null));
    report().await;
    let last = json!(server.now());
    assert_eq!(shown().await, last);
    server.advance(DAY);
    assert_eq!(shown().await, last);
}
