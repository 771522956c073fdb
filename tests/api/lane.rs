//! What of a channel's messages waits for what: results of a case for each other, orders to the
//! police for nothing.

use crate::outbox::{danger, owe};
use harness::{
    County, TestServer, database,
    receiver::{Receiver, Reply},
};
use hejie_case::ids::CaseId;
use hejie_registry::{
    identity::channel,
    outbox::{self, LaneReach},
    pool,
};
use hejie_server::{
    channel::{ChannelMessage, sender::OutboxSender},
    identity::channel as service,
    state::Settings,
};
use jiff::SignedDuration;
use std::time::Duration;

#[tokio::test]
async fn a_channel_out_of_service_is_sent_nothing_and_what_waited_goes_out_when_it_is_back() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let receiver = Receiver::refusing(0).await;
    owe(&server, &county, Some(&receiver.url())).await;
    let (marks, id, name) = (&server.state.marks, county.channel.id, &county.channel.name);
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    service::put_out(marks, &mut conn, id, server.now())
        .await
        .unwrap();
    server.send_due().await;
    assert_eq!(receiver.calls().len(), 0);
    let depths = outbox::depths(&mut conn).await.unwrap();
    assert!(!depths[0].is_connected, "it waits, and is seen to");

    service::put_back(marks, &mut conn, id, server.now())
        .await
        .unwrap();
    outbox::wake(&mut conn, name, server.now()).await.unwrap();
    assert_eq!(server.send_due().await, 1);
}

/// Shows E23.
#[tokio::test]
async fn an_order_that_110_rejects_holds_up_no_other_of_its_case_or_of_any_other() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let receiver = connected(&server, &county).await;
    receiver.reject(Some("拒收"));
    let case = CaseId::new(server.now(), server.state.entropy.bytes());
    order(&server, &county, case, "拒收的第一条。").await;
    order(&server, &county, case, "同案的第二条。").await;
    danger(&server, &county.channel.name).await;
    assert_eq!(server.send_due().await, 2);
    assert_eq!(
        receiver.texts(),
        ["拒收的第一条。", "同案的第二条。", "持刀"]
    );
    // It comes again, and again it is the last that anybody waits for.
    server.advance(SignedDuration::from_mins(2));
    order(&server, &county, case, "同案的第三条。").await;
    assert_eq!(server.send_due().await, 1);
    assert_eq!(receiver.texts()[3..], ["同案的第三条。", "拒收的第一条。"]);
    receiver.reject(None);
    server.advance(SignedDuration::from_mins(2));
    assert_eq!(server.send_due().await, 1);
}

/// Shows E23. The sender as a server runs it.
#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_waits_for_one_channel_sends_what_is_owed_to_another() {
    let server = TestServer::alone().await;
    let (silent, healthy) = (server.county().await, server.county().await);
    let hangs = connected(&server, &silent).await;
    hangs.script(&[Reply::Hold; 8]);
    let police = connected(&server, &healthy).await;
    let case = CaseId::new(server.now(), server.state.entropy.bytes());
    result(&server, &silent, case, "无人接收的结果。").await;
    let sender = OutboxSender::new(server.state.sender_parts()).unwrap();
    let is_told = async {
        while hangs.calls().is_empty() {
            tokio::task::yield_now().await;
        }
        danger(&server, &healthy.channel.name).await;
        server.state.outbox.ring();
        while police.calls().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = sender.run() => panic!("it runs for ever"),
        ended = tokio::time::timeout(Duration::from_secs(60), is_told) => ended.expect("it is told"),
    }
}

/// Shows R126.
#[tokio::test]
async fn a_later_result_of_a_case_waits_for_the_earlier_one_though_that_is_rejected() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let receiver = connected(&server, &county).await;
    receiver.reject(Some("第一轮"));
    let case = CaseId::new(server.now(), server.state.entropy.bytes());
    for text in ["第一轮已和解。", "第二轮已和解。"] {
        result(&server, &county, case, text).await;
    }
    assert_eq!(server.send_due().await, 0);
    receiver.reject(None);
    server.advance(SignedDuration::from_mins(1));
    assert_eq!(server.send_due().await, 2);
    let first = "第一轮已和解。";
    assert_eq!(receiver.texts(), [first, first, "第二轮已和解。"]);
}

/// What was tried often waits for long; the channel is left alone for five minutes at most.
#[tokio::test]
async fn a_result_waits_for_no_longer_than_five_minutes_behind_one_that_was_tried_in_vain_for_long()
{
    let settings = Settings {
        channel_answer: Duration::from_millis(200),
        ..Settings::default()
    };
    let server = TestServer::with(settings, &database::fresh().await).await;
    let county = server.county().await;
    let receiver = connected(&server, &county).await;
    receiver.script(&[Reply::Hold; 3]);
    let case = || CaseId::new(server.now(), server.state.entropy.bytes());
    result(&server, &county, case(), "三次未被接收。").await;
    for wait in [1, 5, 0] {
        assert_eq!(server.send_due().await, 0);
        server.advance(SignedDuration::from_mins(wait));
    }
    assert_eq!(receiver.calls().len(), 3);
    result(&server, &county, case(), "另一案的结果。").await;
    assert_eq!(server.send_due().await, 0, "it is left alone");
    server.advance(SignedDuration::from_mins(5));
    assert_eq!(server.send_due().await, 1);
    assert_eq!(receiver.texts()[3..], ["另一案的结果。"]);
    server.advance(SignedDuration::from_mins(25));
    assert_eq!(server.send_due().await, 1);
}

/// Shows E23.
#[tokio::test]
async fn an_order_at_which_110_hangs_goes_behind_those_that_were_tried_less() {
    let settings = Settings {
        channel_answer: Duration::from_millis(200),
        ..Settings::default()
    };
    let server = TestServer::with(settings, &database::fresh().await).await;
    let county = server.county().await;
    let receiver = connected(&server, &county).await;
    let case = CaseId::new(server.now(), server.state.entropy.bytes());
    receiver.script(&[Reply::Hold, Reply::Hold]);
    order(&server, &county, case, "接收时卡住。").await;
    order(&server, &county, case, "排在后面。").await;
    assert_eq!(server.send_due().await, 0, "one attempt is out");
    // Both are due when its pause is over.
    server.advance(SignedDuration::from_secs(5));
    assert_eq!(server.send_due().await, 0);
    assert_eq!(receiver.texts(), ["接收时卡住。", "排在后面。"]);
}

/// Shows E23.
#[tokio::test]
async fn a_danger_that_comes_up_while_a_channel_hangs_is_not_left_to_its_pause() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    owe(&server, &county, None).await;
    let name = &county.channel.name;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let (now, later) = (server.now(), server.now() + SignedDuration::from_mins(5));
    let reach = LaneReach {
        lease: SignedDuration::from_mins(5),
        pause: SignedDuration::from_mins(5),
        urgent: SignedDuration::from_mins(2),
        wait: SignedDuration::from_hours(24),
    };
    assert!(
        outbox::take_lane(&mut conn, name, now, reach)
            .await
            .unwrap()
    );
    let hangs = outbox::next_message(&mut conn, name, now, reach).await;
    assert_eq!(hangs.unwrap().unwrap().kind, outbox::MessageKind::Feedback);
    danger(&server, name).await;
    outbox::leave_lane(&mut conn, name, Some(later))
        .await
        .unwrap();
    let due = outbox::list_lanes(&mut conn, now, reach).await.unwrap();
    assert!(due.contains(name));
    // Once it was tried, the pause holds.
    assert!(
        outbox::take_lane(&mut conn, name, now, reach)
            .await
            .unwrap()
    );
    let tried = outbox::next_message(&mut conn, name, now, reach).await;
    assert_eq!(
        tried.unwrap().unwrap().kind,
        outbox::MessageKind::PoliceOrder
    );
    outbox::leave_lane(&mut conn, name, Some(later))
        .await
        .unwrap();
    let due = outbox::list_lanes(&mut conn, now, reach).await.unwrap();
    assert!(!due.contains(name));
}

/// A receiver behind the channel of a county.
async fn connected(server: &TestServer, county: &County) -> Receiver {
    let receiver = Receiver::refusing(0).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    channel::set_webhook(&mut conn, county.channel.id, Some(&receiver.url()))
        .await
        .unwrap();
    receiver
}

/// Owes the channel of a county the result of a case; a second passes.
async fn result(server: &TestServer, county: &County, case: CaseId, text: &str) {
    let feedback = ChannelMessage::Feedback {
        case_id: case,
        external_no: "A-1",
        text,
        closed_at: server.now(),
    };
    let key = uuid::Uuid::from_bytes(server.state.entropy.bytes());
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let name = &county.channel.name;
    feedback.owe(&mut conn, key, name).await.unwrap();
    server.advance(SignedDuration::from_secs(1));
}

/// Owes the channel of a county an order about a case; a second passes.
async fn order(server: &TestServer, county: &County, case: CaseId, text: &str) {
    let key = uuid::Uuid::from_bytes(server.state.entropy.bytes());
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let name = &county.channel.name;
    let order = ChannelMessage::PoliceOrder {
        case_id: case,
        text,
        reported_at: server.now(),
    };
    order.owe(&mut conn, key, name).await.unwrap();
    server.advance(SignedDuration::from_secs(1));
}
