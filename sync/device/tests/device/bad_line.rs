//! Lines on which something else than the server answers, or nothing: whatever was asked for,
//! nothing is final, nothing is lost, the session stays, and everything goes through when the line
//! is good again.

mod verdicts;

use crate::{
    line::{Answer, Request, SESSION, enrolled, json, read},
    office::Office,
    phone::noon,
    secret::{Keys, masked_party, zhang},
    seed::{Pocket, Seeded},
};
use hejie_case::{document::Origin, ids::CaseId, record::EvidenceKind};
use hejie_device::{
    client::{Client, ClientError},
    engine::{NewEvidence, Readiness, Reason},
    http::{Link, LinkError},
};
use hejie_wire::{codec::Body, message::CONTENT_TYPE};
use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// How long a line of a test may be silent: longer than a busy machine lets a good server wait.
const PATIENCE: Duration = Duration::from_secs(3);

const LOGIN_PAGE: &str = "<html><body>请先登录无线网络</body></html>";

/// What comes back in the server's place, and what the phone makes of it.
const BAD: [(&str, Bad, &str); 18] = [
    (
        "302",
        Bad::Head("302 Found\r\nlocation: http://portal.example/\r\ncontent-length: 0\r\n\r\n"),
        "line_portal",
    ),
    (
        "307",
        Bad::Head("307 Moved\r\nlocation: http://portal.example/\r\ncontent-length: 0\r\n\r\n"),
        "line_portal",
    ),
    ("511", Bad::Page(511), "line_portal"),
    ("200 page", Bad::Page(200), "line_portal"),
    ("400 page", Bad::Page(400), "line_foreign"),
    ("401 page", Bad::Page(401), "line_foreign"),
    ("403 page", Bad::Page(403), "line_foreign"),
    ("404 page", Bad::Page(404), "line_foreign"),
    ("413 page", Bad::Page(413), "line_foreign"),
    ("502 page", Bad::Page(502), "line_foreign"),
    (
        "json that is no problem",
        Bad::Head(
            "401 No\r\ncontent-type: application/json\r\ncontent-length: 38\r\n\r\n{\"code\":\"device_revoked\",\"title\":\"no\"}",
        ),
        "line_foreign",
    ),
    (
        "200 of another kind",
        Bad::Head("200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}"),
        "line_foreign",
    ),
    (
        "no type",
        Bad::Head("400 No\r\ncontent-length: 0\r\n\r\n"),
        "line_foreign",
    ),
    (
        "gzip in name",
        Bad::Head(
            "413 No\r\ncontent-type: application/problem+json\r\ncontent-encoding: gzip\r\ncontent-length: 33\r\n\r\n{\"code\":\"too_large\",\"title\":\"no\"}",
        ),
        "line_garbled",
    ),
    (
        "cut body",
        Bad::Head("200 OK\r\ncontent-length: 500\r\n\r\n{\"acc"),
        "line_cut",
    ),
    ("cut at once", Bad::Head(""), "line_cut"),
    ("silence", Bad::Silence, "line_silent"),
    (
        "a later server's word",
        Bad::Head(
            "409 No\r\ncontent-type: application/problem+json\r\ncontent-length: 36\r\n\r\n{\"code\":\"not_heard_of\",\"title\":\"no\"}",
        ),
        "not_heard_of",
    ),
];

#[derive(Clone, Copy)]
enum Bad {
    /// These bytes behind the protocol's name, and then the end.
    Head(&'static str),
    /// A page with this status.
    Page(u16),
    /// Nothing, for long.
    Silence,
}

/// A server that answers well but for one kind of request, which meets a bad line.
struct Scene {
    bad: Arc<Mutex<Option<(&'static str, Bad)>>>,
    client: Client,
    _dir: TempDir,
}

impl Scene {
    fn new(expires_at: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let bad: Arc<Mutex<Option<(&'static str, Bad)>>> = Arc::default();
        let (shared, expires) = (bad.clone(), expires_at.to_owned());
        thread::spawn(move || {
            let mut office = Office::new(noon());
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = read(&mut stream);
                let bad = *shared.lock().unwrap();
                match bad.filter(|(path, _)| request.line.contains(path)) {
                    Some((_, bad)) => answer_badly(stream, bad),
                    None => answer(&mut stream, good(&request, &mut office, &expires)),
                }
            }
        });
        let dir = tempfile::tempdir().unwrap();
        let link = Link::with_patience(&address, PATIENCE);
        let pocket = Pocket::holding([5; 32]);
        let client = Client::open_over(dir.path(), link, &pocket, Box::new(Seeded(1))).unwrap();
        Self {
            bad,
            client,
            _dir: dir,
        }
    }

    fn signed_in(expires_at: &str) -> Self {
        let scene = Self::new(expires_at);
        scene.sign_in().unwrap();
        scene
    }

    fn sign_in(&self) -> Result<(), ClientError> {
        self.client
            .sign_in_and_enrol(("lin", "invented"), None, "一号机", &noon)
    }

    fn case(&self) -> CaseId {
        let mut engine = self.client.engine();
        engine.create_case(Origin::default(), noon()).unwrap().case
    }

    /// Runs this on each bad line, for requests with this in their path; then the line is good
    /// again.
    fn on_each_bad_line(&self, path: &'static str, what: impl Fn(&Client) -> Reason) {
        for (name, bad, code) in BAD {
            *self.bad.lock().unwrap() = Some((path, bad));
            let reason = what(&self.client);
            assert_eq!(reason.code, code, "{name}");
            assert!(!reason.zh.is_empty(), "{name}");
        }
        *self.bad.lock().unwrap() = None;
    }
}

fn good(request: &Request, office: &mut Office, expires_at: &str) -> Answer {
    let voucher = serde_json::to_string(&Keys::new(7).voucher()).unwrap();
    match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/session/refresh" => json(
            200,
            r#"{"access_token":"a2","refresh_token":"r2","expires_at":"2026-03-02T05:00:00Z"}"#,
        ),
        "POST /api/v1/devices" => json(
            201,
            &enrolled(expires_at).replace(
                "{\"device_id\"",
                &format!("{{\"sealing_key\":{voucher},\"device_id\""),
            ),
        ),
        "POST /sync/v1/exchange" => {
            let down = office.answer(&Body {
                encoding: request.encoding,
                bytes: request.body.clone(),
            });
            let kind = format!(
                "content-type: {CONTENT_TYPE}\r\ncontent-encoding: {}\r\n",
                down.encoding.name()
            );
            (200, kind, down.bytes)
        }
        line if line.ends_with("/identity") => {
            json(200, r#"{"received_at":"2026-03-02T04:00:05Z"}"#)
        }
        line if line.starts_with("POST") => (201, "upload-offset: 0\r\n".into(), Vec::new()),
        _ => (
            204,
            format!(
                "upload-offset: {}\r\nhejie-received-at: 2026-03-02T04:00:06Z\r\n",
                request.body.len()
            ),
            Vec::new(),
        ),
    }
}

fn answer(stream: &mut TcpStream, (status, headers, body): Answer) {
    let head = format!(
        "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body).unwrap();
}

fn answer_badly(mut stream: TcpStream, bad: Bad) {
    match bad {
        Bad::Head("") => {}
        Bad::Head(rest) => stream
            .write_all(format!("HTTP/1.1 {rest}").as_bytes())
            .unwrap(),
        Bad::Page(status) => {
            let kind = "content-type: text/html; charset=utf-8\r\n".into();
            answer(&mut stream, (status, kind, LOGIN_PAGE.into()));
        }
        // Kept open by a thread of its own until the phone has given up.
        Bad::Silence => drop(thread::spawn(move || {
            let _ = std::io::Read::read(&mut stream, &mut [0]);
        })),
    }
}

fn reason_of(error: ClientError) -> Reason {
    match error {
        ClientError::Link(error) => {
            let is_final = matches!(
                error,
                LinkError::Refused(_) | LinkError::SignedOut(_) | LinkError::Revoked(_)
            );
            assert!(!is_final, "{error:?}");
            error.reason()
        }
        other => panic!("{other:?}"),
    }
}

fn photo() -> NewEvidence {
    NewEvidence {
        kind: EvidenceKind::Photo,
        mime: "image/jpeg".into(),
        taken_at: noon(),
        place: None,
        origin: "现场拍摄".into(),
        caption: "门锁".into(),
    }
}

#[test]
fn signing_in_on_a_bad_line_says_what_is_wrong_with_the_line() {
    let scene = Scene::new("2026-03-02T05:00:00Z");
    scene.on_each_bad_line("/session", |_| reason_of(scene.sign_in().unwrap_err()));
    assert_eq!(
        scene.client.engine().status().readiness,
        Readiness::NotEnrolled
    );
    scene.sign_in().unwrap();
}

#[test]
fn changes_stay_in_the_outbox_on_a_bad_line() {
    let scene = Scene::signed_in("2026-03-02T05:00:00Z");
    scene.case();
    scene.on_each_bad_line("/sync/", |client| {
        let reason = reason_of(client.exchange(&noon).unwrap_err());
        let status = client.engine().status();
        assert_eq!((status.waiting, status.refused), (1, 0));
        reason
    });
    scene.client.exchange(&noon).unwrap();
    assert_eq!(
        scene.client.engine().status().readiness,
        Readiness::UpToDate
    );
}

#[test]
fn a_bad_line_signs_nobody_out() {
    let scene = Scene::signed_in("2026-03-02T04:00:10Z");
    scene.case();
    scene.on_each_bad_line("/refresh", |client| {
        reason_of(client.exchange(&noon).unwrap_err())
    });
    scene.client.exchange(&noon).unwrap();
    assert_eq!(
        scene.client.engine().status().readiness,
        Readiness::UpToDate
    );
}

#[test]
fn an_original_waits_on_a_bad_line() {
    let scene = Scene::signed_in("2026-03-02T05:00:00Z");
    let case = scene.case();
    scene
        .client
        .engine()
        .add_evidence(case, photo(), b"photo", noon())
        .unwrap();
    scene.client.exchange(&noon).unwrap();
    for path in ["POST /api/v1/cases", "PATCH /api/v1/cases"] {
        scene.on_each_bad_line(path, |client| {
            let reason = reason_of(client.send_files(&noon).unwrap_err());
            let status = client.engine().status();
            assert_eq!((status.files, status.refused), (1, 0));
            reason
        });
    }
    assert_eq!(scene.client.send_files(&noon).unwrap(), 1);
    assert_eq!(
        scene.client.engine().status().readiness,
        Readiness::UpToDate
    );
}

#[test]
fn an_identity_waits_on_a_bad_line() {
    let scene = Scene::signed_in("2026-03-02T05:00:00Z");
    let case = scene.case();
    {
        let mut engine = scene.client.engine();
        let party = engine.add(case, masked_party(false), noon()).unwrap();
        engine
            .add_party_identity(case, party, &zhang(), noon())
            .unwrap();
    }
    scene.on_each_bad_line("/identity", |client| {
        let reason = client.exchange(&noon).unwrap().held_back.unwrap();
        let status = client.engine().status();
        assert_eq!((status.waiting, status.refused), (1, 0));
        reason
    });
    assert_eq!(scene.client.exchange(&noon).unwrap().identities, 1);
    assert_eq!(
        scene.client.engine().status().readiness,
        Readiness::UpToDate
    );
}

#[test]
fn what_was_refused_is_sent_again_when_its_author_says_so() {
    let scene = Scene::signed_in("2026-03-02T05:00:00Z");
    let case = scene.case();
    let party = {
        let mut engine = scene.client.engine();
        let party = engine.add(case, masked_party(false), noon()).unwrap();
        engine
            .add_party_identity(case, party, &zhang(), noon())
            .unwrap();
        party
    };
    let no = "409 No\r\ncontent-type: application/problem+json\r\ncontent-length: 38\r\n\r\n{\"code\":\"identity_newer\",\"title\":\"no\"}";
    *scene.bad.lock().unwrap() = Some(("/identity", Bad::Head(no)));
    scene.client.exchange(&noon).unwrap();
    assert_eq!(scene.client.engine().status().refused, 1);
    *scene.bad.lock().unwrap() = None;
    scene.client.engine().retry_identity(case, party).unwrap();
    assert_eq!(scene.client.exchange(&noon).unwrap().identities, 1);
    assert!(scene.client.engine().retry_identity(case, party).is_err());
}
