//! What we owe channels: sent signed, again until it is taken, and visible while it is not. What
//! waits for what is in `lane`.

use harness::{Answer, Calls, County, Figures, TestServer, receiver::Receiver};
use hejie_case::{facts::PushTarget, ids::CaseId};
use hejie_registry::{identity::channel, outbox, pool};
use hejie_server::channel::{ChannelMessage, signature};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

const BACKLOG: &str = "/api/v1/outbox/backlog";

/// Shows R008, R126, R052.
#[tokio::test]
async fn a_result_that_is_refused_twice_is_sent_again_until_it_is_taken() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let receiver = Receiver::refusing(2).await;
    owe(&server, &county, Some(&receiver.url())).await;
    server.send_due().await;
    assert_eq!(shown(&server, &county).await.text("/0/state"), "failing");
    assert_eq!(
        shown(&server, &county).await.text("/0/last_error"),
        "status_503"
    );
    server.advance(SignedDuration::from_secs(59));
    server.send_due().await;
    assert_eq!(receiver.calls().len(), 1, "not before a minute has passed");
    server.advance(SignedDuration::from_secs(1));
    server.send_due().await;
    assert_eq!(receiver.calls().len(), 2);
    server.advance(SignedDuration::from_mins(5));
    server.send_due().await;
    let list = shown(&server, &county).await;
    assert_eq!(list.text("/0/state"), "delivered");
    assert_eq!(list.json[0]["attempts"], 3);
    server.advance(SignedDuration::from_hours(48));
    server.send_due().await;
    assert_eq!(
        receiver.calls().len(),
        3,
        "what was taken is not sent again"
    );
}

#[tokio::test]
async fn a_result_is_signed_and_carries_one_key_through_all_attempts() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let receiver = Receiver::refusing(1).await;
    owe(&server, &county, Some(&receiver.url())).await;
    server.send_due().await;
    server.advance(SignedDuration::from_mins(1));
    server.send_due().await;
    let calls = receiver.calls();
    assert_eq!(
        calls[0].headers["idempotency-key"],
        calls[1].headers["idempotency-key"]
    );
    for call in &calls {
        let seconds: i64 = call.headers[signature::TIMESTAMP]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        let right = signature::sign(&county.channel.secret, seconds, &call.body);
        assert_eq!(call.headers[signature::SIGNATURE].to_str().unwrap(), right);
        let body: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
        assert_eq!(body["external_no"], "A-1");
    }
}

#[tokio::test]
async fn a_channel_that_cannot_be_reached_or_has_no_address_keeps_its_results_waiting() {
    let server = TestServer::alone().await;
    let (silent, gone) = (server.county().await, server.county().await);
    owe(&server, &silent, None).await;
    // A port that was free a moment ago: nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    owe(&server, &gone, Some(&format!("http://127.0.0.1:{port}/"))).await;
    server.send_due().await;
    assert_eq!(
        shown(&server, &silent).await.text("/0/last_error"),
        "no_webhook"
    );
    assert_eq!(
        shown(&server, &gone).await.text("/0/last_error"),
        "not_reached"
    );
}

#[tokio::test]
async fn a_channel_that_gets_another_address_gets_at_once_what_waited() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    owe(&server, &county, Some("http://127.0.0.1:9/")).await;
    server.send_due().await;
    let receiver = Receiver::refusing(0).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let (id, url) = (county.channel.id, receiver.url());
    channel::set_webhook(&mut conn, id, Some(&url))
        .await
        .unwrap();
    server.send_due().await;
    assert_eq!(receiver.calls().len(), 0, "it is left alone for a while");
    outbox::wake(&mut conn, &county.channel.name, server.now())
        .await
        .unwrap();
    server.send_due().await;
    assert_eq!(receiver.calls().len(), 1);
}

/// Shows E23.
#[tokio::test]
async fn a_channel_that_hangs_delays_no_other_and_a_police_order_goes_before_everything() {
    let server = TestServer::alone().await;
    let (silent, healthy) = (server.county().await, server.county().await);
    // It takes connections and never answers.
    let hangs = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", hangs.local_addr().unwrap());
    for _ in 0..3 {
        owe(&server, &silent, Some(&url)).await;
    }
    let receiver = Receiver::refusing(0).await;
    for _ in 0..3 {
        owe(&server, &healthy, Some(&receiver.url())).await;
    }
    danger(&server, &healthy.channel.name).await;
    let all_came = async {
        while receiver.calls().len() < 4 {
            tokio::task::yield_now().await;
        }
    };
    // The lane that hangs is still hanging then.
    tokio::select! {
        () = all_came => {}
        sent = server.send_due() => panic!("everything ended at once: {sent}"),
    }
    let kinds: Vec<_> = receiver
        .bodies()
        .iter()
        .map(|b| b["kind"].clone())
        .collect();
    assert_eq!(kinds, ["police_order", "feedback", "feedback", "feedback"]);
}

#[tokio::test]
async fn a_channel_that_does_not_answer_is_asked_once_and_a_new_police_order_ends_its_pause() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", gone.local_addr().unwrap());
    drop(gone);
    for _ in 0..3 {
        owe(&server, &county, Some(&url)).await;
    }
    server.send_due().await;
    let attempts = |list: &Answer| -> u64 {
        let list = list.json.as_array().unwrap().iter();
        list.map(|m| m["attempts"].as_u64().unwrap()).sum()
    };
    assert_eq!(attempts(&shown(&server, &county).await), 1);
    server.send_due().await;
    assert_eq!(
        attempts(&shown(&server, &county).await),
        1,
        "it is left alone"
    );
    let receiver = Receiver::refusing(0).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    channel::set_webhook(&mut conn, county.channel.id, Some(&receiver.url()))
        .await
        .unwrap();
    danger(&server, &county.channel.name).await;
    server.send_due().await;
    assert_eq!(receiver.bodies()[0]["kind"], "police_order");
}

#[tokio::test]
async fn two_servers_never_send_to_one_channel_at_once_and_the_same_effect_is_written_once() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    let receiver = Receiver::refusing(0).await;
    for _ in 0..20 {
        owe(&server, &county, Some(&receiver.url())).await;
    }
    let (a, b) = tokio::join!(server.send_due(), server.send_due());
    assert_eq!((a + b, receiver.calls().len()), (20, 20));
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    for _ in 0..2 {
        let (key, name) = (uuid::Uuid::from_u128(5), &county.channel.name);
        let case = CaseId(key);
        let order = police_order(case, server.now());
        order.owe(&mut conn, key, name).await.unwrap();
    }
    assert_eq!(server.send_due().await, 1);
}

#[tokio::test]
async fn a_message_to_a_channel_that_nobody_set_up_is_shown() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    danger(&server, "nobody").await;
    server.send_due().await;
    let list = shown(&server, &county).await;
    assert_eq!(list.text("/0/last_error"), "unknown_channel");
}

#[tokio::test]
async fn a_message_to_a_channel_that_nobody_set_up_is_shown_to_the_county_of_its_case_alone() {
    let server = TestServer::alone().await;
    let (county, other) = (server.county().await, server.county().await);
    let order = county.channel(&server).order(&county.order("A-1")).await;
    let case: CaseId = order.text("/case_id").parse().unwrap();
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let push = ChannelMessage::Push {
        case_id: case,
        target: PushTarget::OneStopCentre,
        department: None,
        pushed_at: server.now(),
    };
    push.owe(&mut conn, case.0, "nobody").await.unwrap();
    assert_eq!(shown(&server, &county).await.text("/0/channel"), "nobody");
    assert_eq!(shown(&server, &other).await.json, json!([]));
    let list = backlog(&server, &county).await;
    assert_eq!(list.text("/0/kind"), "push");
    assert_eq!(
        list.json[0]["is_connected"], false,
        "it waits, and is seen to"
    );
    assert_eq!(backlog(&server, &other).await.json, json!([]));
}

#[tokio::test]
async fn however_many_names_messages_bear_the_figures_have_a_line_for_each_channel_and_one_for_others()
 {
    let server = TestServer::alone().await;
    let county = server.county().await;
    owe(&server, &county, None).await;
    for n in 0..50 {
        danger(&server, &format!("invented-{n}")).await;
    }
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let depths = outbox::depths(&mut conn).await.unwrap();
    let lines: Vec<_> = depths
        .iter()
        .map(|d| (d.channel.as_deref(), d.is_connected, d.waiting))
        .collect();
    let name = county.channel.name.as_str();
    assert_eq!(lines, [(Some(name), false, 1), (None, false, 50)]);
}

/// Shows E23.
#[tokio::test]
async fn the_figures_of_a_dead_channel_rise_with_time_and_go_back_when_it_takes_again() {
    let figures = Figures::watch();
    let server = TestServer::alone().await;
    let county = server.county().await;
    let label = format!("channel=\"{}\"", county.channel.name);
    let figure = |name| figures.value(name, &label);
    let shown = || {
        let oldest = figure("hejie_outbox_oldest_seconds");
        (figure("hejie_outbox_waiting"), oldest)
    };
    server.send_due().await;
    assert_eq!(shown(), (None, None), "nothing was ever owed to it");
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", gone.local_addr().unwrap());
    drop(gone);
    for _ in 0..2 {
        owe(&server, &county, Some(&url)).await;
    }
    server.send_due().await;
    assert_eq!(shown(), (Some(2.0), Some(0.0)));
    server.advance(SignedDuration::from_mins(10));
    server.send_due().await;
    assert_eq!(shown(), (Some(2.0), Some(600.0)));

    let receiver = Receiver::refusing(0).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    channel::set_webhook(&mut conn, county.channel.id, Some(&receiver.url()))
        .await
        .unwrap();
    server.advance(SignedDuration::from_hours(1));
    assert_eq!(server.send_due().await, 2);
    server.send_due().await;
    assert_eq!(shown(), (Some(0.0), Some(0.0)));
}

#[tokio::test]
async fn the_outbox_of_another_county_is_not_shown() {
    let server = TestServer::alone().await;
    let (county, other) = (server.county().await, server.county().await);
    owe(&server, &county, None).await;
    assert_eq!(
        shown(&server, &county).await.json.as_array().unwrap().len(),
        1
    );
    assert_eq!(
        shown(&server, &other).await.json.as_array().unwrap().len(),
        0
    );
}

/// Shows E23.
#[tokio::test]
async fn a_danger_that_did_not_reach_the_police_is_loud_to_its_county_and_to_nobody_else() {
    let server = TestServer::alone().await;
    let (county, other) = (server.county().await, server.county().await);
    let receiver = Receiver::refusing(1).await;
    owe(&server, &county, Some(&receiver.url())).await;
    danger(&server, &county.channel.name).await;
    let list = backlog(&server, &county).await;
    assert_eq!(list.text("/0/kind"), "police_order", "first");
    assert_eq!(list.json[0]["is_alarming"], false, "it is on its way");
    server.advance(SignedDuration::from_mins(1));
    let list = backlog(&server, &county).await;
    assert_eq!(list.json[0]["is_alarming"], true);
    assert_eq!(list.json[0]["waiting"], 1);
    assert_eq!(list.text("/1/kind"), "feedback");
    assert_eq!(list.json[1]["is_alarming"], false);
    assert_eq!(backlog(&server, &other).await.json, json!([]));
    let mediator = county.mediator(&server).await;
    assert_eq!(mediator.get(BACKLOG).await.status, 403);
    for _ in 0..2 {
        server.send_due().await;
        server.advance(SignedDuration::from_mins(5));
    }
    assert_eq!(backlog(&server, &county).await.json, json!([]), "all taken");
}

/// Shows E23.
#[tokio::test]
async fn a_danger_for_a_channel_that_nobody_set_up_is_loud_at_once_to_the_county_of_its_case() {
    let server = TestServer::alone().await;
    let (county, other) = (server.county().await, server.county().await);
    let order = county.channel(&server).order(&county.order("A-1")).await;
    let case: CaseId = order.text("/case_id").parse().unwrap();
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let order = police_order(case, server.now());
    order.owe(&mut conn, case.0, "nobody").await.unwrap();
    let list = backlog(&server, &county).await;
    assert_eq!(list.text("/0/channel"), "nobody");
    assert_eq!(list.json[0]["is_connected"], false);
    assert_eq!(list.json[0]["is_alarming"], true);
    assert_eq!(backlog(&server, &other).await.json, json!([]));
}

#[tokio::test]
async fn the_next_message_is_due_when_it_says() {
    let server = TestServer::alone().await;
    let county = server.county().await;
    owe(&server, &county, None).await;
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    assert!(outbox::next_due(&mut conn).await.unwrap().unwrap() <= server.now());
}

/// Owes the county's channel the result of a case.
pub async fn owe(server: &TestServer, county: &County, url: Option<&str>) {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    channel::set_webhook(&mut conn, county.channel.id, url)
        .await
        .unwrap();
    let case = CaseId::new(server.now(), server.state.entropy.bytes());
    let feedback = ChannelMessage::Feedback {
        case_id: case,
        external_no: "A-1",
        text: "双方已达成协议并当场履行。",
        closed_at: server.now(),
    };
    let name = &county.channel.name;
    feedback.owe(&mut conn, case.0, name).await.unwrap();
}

/// Owes a channel a police order.
pub async fn danger(server: &TestServer, channel: &str) {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let case = CaseId::new(server.now(), server.state.entropy.bytes());
    let order = police_order(case, server.now());
    order.owe(&mut conn, case.0, channel).await.unwrap();
}

fn police_order(case_id: CaseId, now: Timestamp) -> ChannelMessage<'static> {
    ChannelMessage::PoliceOrder {
        case_id,
        text: "持刀",
        reported_at: now,
    }
}

/// What the dispatcher of a county sees of what waits.
async fn backlog(server: &TestServer, county: &County) -> Answer {
    let answer = county.dispatcher(server).await.get(BACKLOG).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer
}

async fn shown(server: &TestServer, county: &County) -> Answer {
    let answer = county.dispatcher(server).await.get("/api/v1/outbox").await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer
}
