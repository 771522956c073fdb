//! Streams of live events: how many one person may have open, and of which cases they tell.

use axum::{
    body::{Body, HttpBody},
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use harness::{Calls, TestServer};
use hejie_case::role::Role;
use hejie_registry::identity::org::OrgKind;
use hejie_server::{events::CaseMoved, state::Settings};
use serde_json::json;
use std::{
    future::poll_fn,
    net::{Ipv4Addr, SocketAddr},
    pin::Pin,
};
use tower::ServiceExt;

/// An open stream.
pub struct Stream(Body);

impl Stream {
    pub async fn open(server: &TestServer, token: &str) -> Self {
        let mut request = Request::builder()
            .uri("/api/v1/events")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        let from = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000));
        request.extensions_mut().insert(ConnectInfo(from));
        let answer = server.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        Self(answer.into_body())
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Option<String> {
        let frame = poll_fn(|cx| Pin::new(&mut self.0).poll_frame(cx)).await?;
        let bytes = frame.unwrap().into_data().unwrap();
        Some(String::from_utf8(bytes.to_vec()).unwrap())
    }
}

#[tokio::test]
async fn a_person_who_opens_one_stream_too_many_loses_the_oldest_and_others_none() {
    let settings = Settings {
        streams_per_user: 2,
        ..Settings::default()
    };
    let server = TestServer::with(settings, harness::database::url()).await;
    let county = server.county().await;
    let (own, other) = (
        county.mediator.token(&server).await,
        county.supervisor.token(&server).await,
    );
    let mut oldest = Stream::open(&server, &own).await;
    let mut second = Stream::open(&server, &own).await;
    let mut others = Stream::open(&server, &other).await;
    let mut third = Stream::open(&server, &own).await;
    for stream in [&mut oldest, &mut second, &mut others, &mut third] {
        assert!(stream.next().await.unwrap().contains("hello"));
    }
    assert!(oldest.next().await.unwrap().contains("event: replaced"));
    assert_eq!(oldest.next().await, None);
    drop(second);
    let mut fourth = Stream::open(&server, &own).await;
    assert!(fourth.next().await.unwrap().contains("hello"));
    server.state.events.close();
    for stream in [&mut others, &mut third, &mut fourth] {
        assert_eq!(stream.next().await, None, "not replaced, but closed");
    }
}

/// The next event about a case.
async fn heard(stream: &mut Stream) -> String {
    loop {
        let piece = stream.next().await.unwrap();
        if piece.contains("event: case") {
            return piece;
        }
    }
}

#[tokio::test]
async fn a_seat_hears_of_the_cases_that_came_from_its_office_and_of_no_others() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let name = format!("12345-{}", county.region);
    let hotline = county.connect(&server, &name, OrgKind::Centre).await;
    let mut from_hotline = county.order("H-1");
    from_hotline["address"] = json!("新栖街另一小区7号楼");
    let of_police = county.channel(&server).order(&county.order("P-1")).await;
    let of_hotline = hotline.order(&from_hotline).await;
    let mut streams = Vec::new();
    for role in [Role::PoliceDesk, Role::HotlineDesk] {
        let seat = county.newcomer(&server, role).await;
        let token = seat.agent().token.clone().unwrap();
        streams.push(Stream::open(&server, &token).await);
    }
    let cases = [&of_police, &of_hotline].map(|answer| answer.text("/case_id").to_owned());
    for case in &cases {
        let moved = CaseMoved {
            case_id: case.parse().unwrap(),
            version: 9,
        };
        server.state.events.send(moved);
    }
    for (stream, case) in streams.iter_mut().zip(&cases) {
        assert!(heard(stream).await.contains(case));
    }
}
