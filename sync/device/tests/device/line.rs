//! The client on a line that a test holds: a socket that answers from a script.

use crate::{
    office::Office,
    phone::noon,
    secret::{Keys, masked_party, zhang},
    seed::{Pocket, Seeded},
};
use hejie_case::document::Origin;
use hejie_device::{
    client::{Client, ClientError},
    engine::Readiness,
    http::{LineFault, LinkError},
};
use hejie_wire::codec::{Body, Encoding};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// What the script makes of a request: status, headers, body.
pub(crate) type Answer = (u16, String, Vec<u8>);

pub(crate) struct Request {
    pub(crate) line: String,
    bearer: Option<String>,
    pub(crate) encoding: Encoding,
    pub(crate) body: Vec<u8>,
}

/// Serves one connection after another until the test ends. Returns the address and the requests
/// seen.
pub(crate) fn serve(
    mut answer: impl FnMut(&Request) -> Answer + Send + 'static,
) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = seen.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let request = read(&mut stream);
            log.lock().unwrap().push(format!(
                "{} {}",
                request.line,
                request.bearer.clone().unwrap_or_default()
            ));
            let (status, headers, body) = answer(&request);
            let head = format!(
                "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    (address, seen)
}

pub(crate) fn read(stream: &mut TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let (mut length, mut bearer, mut encoding) = (0, None, Encoding::Identity);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "content-encoding" => encoding = Encoding::from_header(Some(value)).unwrap(),
            "authorization" => bearer = value.strip_prefix("Bearer ").map(str::to_owned),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let line = line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    Request {
        line,
        bearer,
        encoding,
        body,
    }
}

pub(crate) fn json(status: u16, body: &str) -> Answer {
    let kind = match status {
        200..=299 => "application/json",
        _ => "application/problem+json",
    };
    (status, format!("content-type: {kind}\r\n"), body.into())
}

pub(crate) const SESSION: &str = r#"{"access_token":"person","refresh_token":"r0","expires_at":"2026-03-02T05:00:00Z",
    "user":{"id":"01010101-0101-0101-0101-010101010101","display_name":"林某","role":"mediator",
    "org_id":"02020202-0202-0202-0202-020202020202","org_name":"调解委员会"}}"#;

pub(crate) fn enrolled(expires_at: &str) -> String {
    format!(
        r#"{{"device_id":"03030303-0303-0303-0303-030303030303","actor":"{}","access_token":"a1","refresh_token":"r1","expires_at":"{expires_at}"}}"#,
        "04".repeat(16)
    )
}

fn client(dir: &TempDir, address: &str) -> Client {
    Client::open(
        dir.path(),
        address,
        &Pocket::holding([5; 32]),
        Box::new(Seeded(1)),
    )
    .unwrap()
}

pub(crate) fn signed_in(dir: &TempDir, address: &str) -> Client {
    let client = client(dir, address);
    client
        .sign_in_and_enrol(("lin", "invented"), None, "一号机", &noon)
        .unwrap();
    client
}

#[test]
fn a_phone_signs_in_enrols_and_exchanges() {
    let mut office = Office::new(noon());
    let (address, seen) = serve(move |request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => json(201, &enrolled("2026-03-02T05:00:00Z")),
        "POST /sync/v1/exchange" => {
            let down = office.answer(&Body {
                encoding: request.encoding,
                bytes: request.body.clone(),
            });
            (
                200,
                format!("content-encoding: {}\r\n", down.encoding.name()),
                down.bytes,
            )
        }
        "GET /api/v1/keys" => json(
            200,
            &serde_json::to_string(&Keys::new(7).voucher()).unwrap(),
        ),
        other => panic!("{other}"),
    });
    let dir = tempfile::tempdir().unwrap();
    let client = signed_in(&dir, &address);
    let case = client
        .engine()
        .create_case(
            Origin {
                summary: "新碶中介费".into(),
                ..Origin::default()
            },
            noon(),
        )
        .unwrap()
        .case;
    let done = client.exchange(&noon).unwrap();
    assert_eq!((done.requests, done.moved.contains(&case)), (1, true));
    assert_eq!(client.engine().status().readiness, Readiness::UpToDate);
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen[..],
        [
            "POST /api/v1/session ",
            "POST /api/v1/devices person",
            "POST /sync/v1/exchange a1",
            "GET /api/v1/keys a1"
        ]
    );
}

#[test]
fn an_answer_of_before_is_a_fault_of_the_line_and_the_next_exchange_goes_through() {
    let mut office = Office::new(noon());
    let (mut before, mut asked) = (None, 0);
    let (address, _) = serve(move |request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => json(201, &enrolled("2026-03-02T05:00:00Z")),
        "POST /sync/v1/exchange" => {
            let down = office.answer(&Body {
                encoding: request.encoding,
                bytes: request.body.clone(),
            });
            asked += 1;
            let now = (
                200,
                format!("content-encoding: {}\r\n", down.encoding.name()),
                down.bytes,
            );
            let first: &Answer = before.get_or_insert_with(|| now.clone());
            if asked == 2 { first.clone() } else { now }
        }
        _ => json(503, r#"{"code":"unavailable","title":"请稍后再试"}"#),
    });
    let dir = tempfile::tempdir().unwrap();
    let client = signed_in(&dir, &address);
    client.exchange(&noon).unwrap();
    let origin = Origin {
        summary: "新碶中介费".into(),
        ..Origin::default()
    };
    client.engine().create_case(origin, noon()).unwrap();
    let error = client.exchange(&noon).unwrap_err();
    let ClientError::Link(error) = error else {
        panic!("{error:?}")
    };
    assert_eq!(error.reason().code, "line_garbled");
    assert_eq!(client.engine().status().waiting, 1);
    client.exchange(&noon).unwrap();
    let status = client.engine().status();
    assert_eq!((status.waiting, status.refused), (0, 0));
    assert_eq!(status.readiness, Readiness::UpToDate);
}

/// The server takes an identity, and its answer is lost with the line; the next exchange delivers
/// the very same bytes once more.
#[test]
fn an_identity_whose_receipt_was_lost_is_delivered_again_with_the_next_exchange() {
    let keys = Keys::new(7);
    let voucher = serde_json::to_string(&keys.voucher()).unwrap();
    let mut office = Office::new(noon());
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let delivered = bodies.clone();
    let (address, _) = serve(move |request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => json(
            201,
            &enrolled("2026-03-02T05:00:00Z").replace(
                "{\"device_id\"",
                &format!("{{\"sealing_key\":{voucher},\"device_id\""),
            ),
        ),
        "POST /sync/v1/exchange" => {
            let down = office.answer(&Body {
                encoding: request.encoding,
                bytes: request.body.clone(),
            });
            (
                200,
                format!("content-encoding: {}\r\n", down.encoding.name()),
                down.bytes,
            )
        }
        line if line.ends_with("/identity") => {
            let mut bodies = bodies.lock().unwrap();
            bodies.push(request.body.clone());
            match bodies.len() {
                1 => json(503, r#"{"code":"unavailable","title":"系统暂时繁忙"}"#),
                _ => json(200, r#"{"received_at":"2026-03-02T04:00:05Z"}"#),
            }
        }
        other => panic!("{other}"),
    });
    let dir = tempfile::tempdir().unwrap();
    let first = signed_in(&dir, &address);
    let case = {
        let mut engine = first.engine();
        let case = engine.create_case(Origin::default(), noon()).unwrap().case;
        let party = engine.add(case, masked_party(false), noon()).unwrap();
        engine
            .add_party_identity(case, party, &zhang(), noon())
            .unwrap();
        case
    };
    let done = first.exchange(&noon).unwrap();
    assert_eq!(done.identities, 0);
    assert_eq!(done.held_back.unwrap().code, "unavailable");
    assert_eq!(first.engine().status().readiness, Readiness::Waiting);
    drop(first);
    let woken = client(&dir, &address);
    let done = woken.exchange(&noon).unwrap();
    assert_eq!((done.identities, done.held_back), (1, None));
    assert_eq!(woken.engine().status().readiness, Readiness::UpToDate);
    assert_eq!(woken.engine().identities(case).unwrap().len(), 1);
    let delivered = delivered.lock().unwrap();
    assert_eq!(delivered[0], delivered[1]);
}

#[test]
fn tokens_are_renewed_before_they_run_out_and_kept_before_they_are_used() {
    let (address, seen) = serve(|request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => json(201, &enrolled("2026-03-02T04:00:10Z")),
        "POST /api/v1/session/refresh" => json(
            200,
            r#"{"access_token":"a2","refresh_token":"r2","expires_at":"2026-03-02T05:00:00Z"}"#,
        ),
        _ => json(503, r#"{"code":"unavailable","title":"系统暂时繁忙"}"#),
    });
    let dir = tempfile::tempdir().unwrap();
    let first = signed_in(&dir, &address);
    let busy = first.exchange(&noon);
    assert!(
        matches!(busy, Err(ClientError::Link(LinkError::Busy { ref reason, .. })) if reason.code == "unavailable")
    );
    drop(first);
    client(&dir, &address).exchange(&noon).unwrap_err();
    let seen = seen.lock().unwrap();
    assert_eq!(
        seen[2..],
        [
            "POST /api/v1/session/refresh ",
            "POST /sync/v1/exchange a2",
            "POST /sync/v1/exchange a2"
        ]
    );
}

#[test]
fn a_session_that_is_over_is_told_apart_from_a_revoked_phone() {
    for (code, is_revoked) in [("session_over", false), ("device_revoked", true)] {
        let (address, _) = serve(move |request| match request.line.as_str() {
            "POST /api/v1/session" => json(200, SESSION),
            "POST /api/v1/devices" => json(201, &enrolled("2026-03-02T05:00:00Z")),
            _ => json(401, &format!(r#"{{"code":"{code}","title":"请重新登录"}}"#)),
        });
        let dir = tempfile::tempdir().unwrap();
        let error = signed_in(&dir, &address).exchange(&noon).unwrap_err();
        match error {
            ClientError::Link(LinkError::Revoked(reason)) => {
                assert!(is_revoked && reason.code == code);
            }
            ClientError::Link(LinkError::SignedOut(reason)) => {
                assert!(!is_revoked && reason.code == code);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_busy_server_says_when_to_come_back() {
    let (address, _) = serve(|_| {
        let (status, headers, body) = json(
            429,
            r#"{"code":"too_many_attempts","title":"尝试次数过多"}"#,
        );
        (status, headers + "retry-after: 17\r\n", body)
    });
    let dir = tempfile::tempdir().unwrap();
    let error = client(&dir, &address)
        .sign_in_and_enrol(("lin", "x"), None, "一号机", &noon)
        .unwrap_err();
    let ClientError::Link(LinkError::Busy { retry_after, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(retry_after, Duration::from_secs(17));
}

#[test]
fn nobody_at_the_address_is_offline_and_what_was_written_waits() {
    let address = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let dir = tempfile::tempdir().unwrap();
    let error = client(&dir, &address)
        .sign_in_and_enrol(("lin", "x"), None, "一号机", &noon)
        .unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::Link(LinkError::Line {
                fault: LineFault::Unreachable,
                ..
            })
        ),
        "{error:?}"
    );
    assert!(matches!(
        client(&dir, &address).exchange(&noon),
        Err(ClientError::Engine(_))
    ));
}
