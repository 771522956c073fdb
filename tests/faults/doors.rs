//! How long the real server bears with who is of no use, by its settings.

#![allow(
    clippy::disallowed_methods,
    reason = "the seconds of the settings are real ones"
)]

use crate::serve::{Served, directory, hejie};
use std::{
    ops::Range,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::sleep,
};

const HEADER: u64 = 1;
const STALL: u64 = 3;
const IDLE: u64 = 9;

/// From a setting on, and before the next longer one would have done its work: a machine may be
/// slow. None of them is the default.
const fn within(seconds: u64) -> Range<Duration> {
    let most = match seconds {
        HEADER => STALL,
        STALL => IDLE,
        _ => 3 * IDLE,
    };
    Duration::from_millis(seconds * 1_000 - 100)..Duration::from_millis(most * 1_000 - 100)
}

struct House {
    server: Served,
    address: String,
    data: TempDir,
}

impl House {
    fn open() -> Self {
        let data = directory();
        let mut command = hejie(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
        for (name, seconds) in [("HEADER", HEADER), ("IDLE", IDLE), ("STALL", STALL)] {
            command.env(format!("HEJIE_SERVER_{name}_SECONDS"), seconds.to_string());
        }
        let server = Served::spawn(command);
        let address = server.address.trim_start_matches("http://");
        Self {
            address: address.trim_end_matches('/').to_owned(),
            server,
            data,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.unwrap()
    }
}

/// Reads to the end, and says how long that took since a moment, and what came.
async fn ended(stream: &mut TcpStream, since: Instant) -> (Duration, Vec<u8>) {
    let mut rest = Vec::new();
    // Reset or closed: either is an end.
    let _ = stream.read_to_end(&mut rest).await;
    (since.elapsed(), rest)
}

async fn a_connection_that_says_nothing(house: &House) {
    let mut stream = house.connect().await;
    let (lasted, _) = ended(&mut stream, Instant::now()).await;
    assert!(within(HEADER).contains(&lasted), "nothing: {lasted:?}");
}

async fn headers_byte_by_byte(house: &House) {
    let (mut reading, mut writing) = house.connect().await.into_split();
    let since = Instant::now();
    let dripping = tokio::spawn(async move {
        while writing.write_all(b"x").await.is_ok() {
            sleep(Duration::from_millis(50)).await;
        }
    });
    let _ = reading.read_to_end(&mut Vec::new()).await;
    let lasted = since.elapsed();
    assert!(within(HEADER).contains(&lasted), "slow headers: {lasted:?}");
    dripping.abort();
}

async fn a_connection_that_was_used(house: &House) {
    let mut stream = house.connect().await;
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nhost: here\r\n\r\n")
        .await
        .unwrap();
    let mut begun = [0; 15];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200 OK");
    let (lasted, _) = ended(&mut stream, Instant::now()).await;
    assert!(within(IDLE).contains(&lasted), "idle: {lasted:?}");
}

async fn a_body_that_does_not_come(house: &House) {
    let mut stream = house.connect().await;
    let head = "POST /api/v1/session HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let since = Instant::now();
    let mut begun = [0; 12];
    stream.read_exact(&mut begun).await.unwrap();
    let lasted = since.elapsed();
    assert!(within(STALL).contains(&lasted), "no body: {lasted:?}");
    assert_eq!(&begun, b"HTTP/1.1 400");
}

/// So many answers are asked for that they fill everything between server and client. They are read
/// once the server has let go of the connection, as a byte that it does not take shows.
async fn answers_that_nobody_takes(house: &House) {
    const ASKED: usize = 200;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket
        .connect(house.address.parse().unwrap())
        .await
        .unwrap();
    let ask = "GET /api/openapi.json HTTP/1.1\r\nhost: here\r\n\r\n".repeat(ASKED);
    stream.write_all(ask.as_bytes()).await.unwrap();
    let since = Instant::now();
    while stream.write_all(b"G").await.is_ok() {
        assert!(since.elapsed().as_secs() < 3 * IDLE, "it is never let go");
        sleep(Duration::from_millis(100)).await;
    }
    assert!(since.elapsed().as_secs() >= STALL);
    let (_, taken) = ended(&mut stream, Instant::now()).await;
    let answers = taken.windows(12).filter(|at| at == b"HTTP/1.1 200");
    let count = answers.count();
    assert!((1..ASKED).contains(&count), "{count} answers");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_of_no_use_is_let_go_after_the_seconds_of_the_settings() {
    let house = House::open();
    tokio::join!(
        a_connection_that_says_nothing(&house),
        headers_byte_by_byte(&house),
        a_connection_that_was_used(&house),
        a_body_that_does_not_come(&house),
        answers_that_nobody_takes(&house),
    );
    assert_eq!(house.server.ready().await, 200);
    let House { server, data, .. } = house;
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
    data.close().unwrap();
}
