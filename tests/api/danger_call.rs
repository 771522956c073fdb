//! Desks that are told to call the police about a danger.

use crate::{desk::Desk, stream::Stream};
use harness::Calls;
use hejie_case::{act, record::Ask, role::Role};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Shows E23, LW06.
#[tokio::test(flavor = "multi_thread")]
async fn consoles_of_desks_ring_each_minute_until_somebody_called_the_police() {
    let desk = Desk::set().await;
    let (server, county) = (&desk.server, &desk.county);
    let token = county.dispatcher.token(server).await;
    let mut stream = Stream::open(server, &token).await;
    assert!(stream.next().await.unwrap().contains("hello"));
    let what = "一方扬言持械。".into();
    let danger = Ask::Danger(act::ReportDanger { what });
    desk.ask(&county.mediator, danger).await;
    assert!(stream.next().await.unwrap().contains("event: case"));
    for pause in [6, 1] {
        server.advance(SignedDuration::from_mins(pause));
        server.state.reconciler.sweep().await.unwrap();
        let told = stream.next().await.unwrap();
        assert!(told.contains("event: danger_call"), "{told}");
        assert!(told.contains(&desk.case.to_string()), "{told}");
    }
    let police = desk.somebody(Role::PoliceDesk).await;
    let listed = police.get("/api/v1/danger-calls").await.json;
    assert_eq!(listed.as_array().map(Vec::len), Some(1), "{listed}");
    let now = server.now().to_string();
    let call = json!({ "called": "110指挥中心接警员", "called_at": now });
    desk.done(&police, "call_police", call).await;
    let listed: Value = police.get("/api/v1/danger-calls").await.json;
    assert_eq!(listed, json!([]));
    assert!(stream.next().await.unwrap().contains("event: case"));
    server.state.reconciler.sweep().await.unwrap();
    server.state.events.close();
    assert_eq!(stream.next().await, None, "it rings no more");
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn no_console_rings_of_another_county_or_of_somebody_who_records_no_calls() {
    let desk = Desk::set().await;
    let (server, county) = (&desk.server, &desk.county);
    let other = server.county().await;
    let mut streams = Vec::new();
    for listener in [&county.dispatcher, &other.dispatcher, &county.mediator] {
        let token = listener.token(server).await;
        streams.push(Stream::open(server, &token).await);
    }
    let what = "一方扬言持械。".into();
    let danger = Ask::Danger(act::ReportDanger { what });
    desk.ask(&county.mediator, danger).await;
    server.advance(SignedDuration::from_mins(6));
    server.state.reconciler.sweep().await.unwrap();
    server.state.events.close();
    let mut rings = Vec::new();
    for mut stream in streams {
        let mut told = String::new();
        while let Some(piece) = stream.next().await {
            told.push_str(&piece);
        }
        rings.push(told.contains("event: danger_call"));
    }
    assert_eq!(rings, [true, false, false]);
}
