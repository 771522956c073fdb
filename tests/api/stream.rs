//! Streams of live events: how many one person may have open.

use axum::{
    body::{Body, HttpBody},
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use harness::TestServer;
use hejie_server::state::Settings;
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
