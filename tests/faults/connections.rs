//! Clients that open connections and are of no use: each owes what it owes in time, and nobody else
//! notices.

use axum::{Router, body::Body, routing::get};
use hejie_server::connections::{ConnectionLimits, Connections};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

const LONG: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(200);

/// A server of one page and of one answer without end.
struct House {
    address: SocketAddr,
    connections: Connections,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
}

impl House {
    async fn open(limits: ConnectionLimits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/endless", get(|| async { Body::new(Endless) }));
        let (stop, stopping) = watch::channel(false);
        let connections = Connections::new(limits);
        let served = tokio::spawn({
            let connections = connections.clone();
            async move { connections.serve(listener, router, stopping).await }
        });
        Self {
            address,
            connections,
            stop,
            served,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Until so many connections are open.
    async fn until_open(&self, count: usize) {
        while self.connections.open() != count {
            tokio::task::yield_now().await;
        }
    }
}

/// A body that is always ready.
struct Endless;

impl axum::body::HttpBody for Endless {
    type Data = axum::body::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        static ZEROES: [u8; 1 << 16] = [0; 1 << 16];
        let frame = hyper::body::Frame::data(axum::body::Bytes::from_static(&ZEROES));
        std::task::Poll::Ready(Some(Ok(frame)))
    }
}

fn limits() -> ConnectionLimits {
    ConnectionLimits {
        total: 100,
        per_address: None,
        header: LONG,
        idle: LONG,
        stall: LONG,
    }
}

async fn ask(stream: &mut TcpStream, path: &str) {
    let request = format!("GET {path} HTTP/1.1\r\nhost: here\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
}

/// Asks for the page and reads it, the connection staying open.
async fn is_answered(stream: &mut TcpStream) -> bool {
    ask(stream, "/").await;
    let (mut all, mut piece) = (Vec::new(), [0; 1024]);
    while !all.ends_with(b"here") {
        match stream.read(&mut piece).await {
            Ok(0) | Err(_) => return false,
            Ok(read) => all.extend_from_slice(&piece[..read]),
        }
    }
    true
}

/// Waits until the server has ended the connection.
async fn ended(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    // Reset or closed: either is an end.
    let _ = stream.read_to_end(&mut rest).await;
}

#[tokio::test]
async fn a_connection_that_says_nothing_ends() {
    let house = House::open(ConnectionLimits {
        header: SHORT,
        ..limits()
    })
    .await;
    let mut all = Vec::new();
    for _ in 0..50 {
        all.push(house.connect().await);
    }
    for stream in &mut all {
        ended(stream).await;
    }
    house.until_open(0).await;
}

#[tokio::test]
async fn headers_that_come_byte_by_byte_end_in_time() {
    let house = House::open(ConnectionLimits {
        header: SHORT,
        ..limits()
    })
    .await;
    let (mut reading, mut writing) = house.connect().await.into_split();
    let dripping = tokio::spawn(async move {
        let (mut written, mut pace) = (0, tokio::time::interval(SHORT / 10));
        loop {
            pace.tick().await;
            if writing.write_all(b"x").await.is_err() {
                return written;
            }
            written += 1;
        }
    });
    let mut rest = Vec::new();
    let _ = reading.read_to_end(&mut rest).await;
    drop(reading);
    assert!((5..100).contains(&dripping.await.unwrap()));
    house.until_open(0).await;
}

#[tokio::test]
async fn a_connection_that_was_used_may_be_idle_for_a_while_and_then_ends() {
    let house = House::open(ConnectionLimits {
        idle: SHORT,
        ..limits()
    })
    .await;
    let mut stream = house.connect().await;
    assert!(is_answered(&mut stream).await);
    assert!(is_answered(&mut stream).await);
    ended(&mut stream).await;
    house.until_open(0).await;
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_loses_it() {
    let house = House::open(ConnectionLimits {
        stall: SHORT,
        ..limits()
    })
    .await;
    let mut stream = house.connect().await;
    ask(&mut stream, "/endless").await;
    house.until_open(1).await;
    house.until_open(0).await;
}

#[tokio::test]
async fn at_the_cap_newcomers_are_answered_and_what_was_of_use_stays() {
    let house = House::open(ConnectionLimits {
        total: 20,
        ..limits()
    })
    .await;
    let mut useful = house.connect().await;
    assert!(is_answered(&mut useful).await);
    let mut idle = Vec::new();
    for _ in 0..200 {
        idle.push(house.connect().await);
    }
    for _ in 0..10 {
        assert!(is_answered(&mut house.connect().await).await);
    }
    assert!(is_answered(&mut useful).await, "it was of use");
    assert!(house.connections.open() <= 21);
}

#[tokio::test]
async fn one_address_has_its_share_and_no_more() {
    let house = House::open(ConnectionLimits {
        per_address: Some(5),
        ..limits()
    })
    .await;
    let mut busy = Vec::new();
    for _ in 0..5 {
        let mut stream = house.connect().await;
        ask(&mut stream, "/endless").await;
        // Its answer has begun, and so it may not go.
        stream.read_u8().await.unwrap();
        busy.push(stream);
    }
    assert!(!is_answered(&mut house.connect().await).await);
    let other: SocketAddr = "127.0.0.2:0".parse().unwrap();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind(other).unwrap();
    let mut elsewhere = socket.connect(house.address).await.unwrap();
    assert!(is_answered(&mut elsewhere).await);
}

#[tokio::test]
async fn a_server_that_ends_lets_answers_end_and_drops_who_only_listens() {
    let house = House::open(limits()).await;
    let (mut idle, mut used) = (house.connect().await, house.connect().await);
    assert!(is_answered(&mut used).await);
    house.stop.send_replace(true);
    house.served.await.unwrap();
    ended(&mut idle).await;
    ended(&mut used).await;
    assert_eq!(house.connections.open(), 0);
}
