//! One original or identity that the server fails at, or whose parts it lost: it begins anew or
//! waits, and stops nothing else.

use crate::{
    file::photo,
    line::{Answer, Request, SESSION, enrolled, json, serve, signed_in},
    phone::noon,
};
use hejie_case::{document::Origin, ids::FileHash};
use hejie_device::{
    client::{Client, ClientError},
    engine::PART_BYTES,
    http::LinkError,
};
use hejie_wire::{chunk, codec};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

const OFFSET: &str = r#"{"code":"upload_offset","title":"上传位置不一致"}"#;
const INTERNAL: &str = r#"{"code":"internal","title":"系统出错"}"#;

/// A server that opens a session, and makes of everything else what it is told to.
fn server(
    mut answer: impl FnMut(&Request) -> Answer + Send + 'static,
) -> (String, Arc<Mutex<Vec<String>>>) {
    serve(move |request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => json(201, &enrolled("2026-03-02T05:00:00Z")),
        _ => answer(request),
    })
}

/// A phone with a case and these originals, the first of them the oldest.
fn phone(dir: &TempDir, address: &str, originals: &[Vec<u8>]) -> Client {
    let client = signed_in(dir, address);
    let case = client.engine().create_case(Origin::default(), noon());
    let case = case.unwrap().case;
    for original in originals {
        let taken = client
            .engine()
            .add_evidence(case, photo(), original, noon());
        taken.unwrap();
    }
    client
}

fn name(original: &[u8]) -> String {
    FileHash(Sha256::digest(original).into()).to_string()
}

fn stands(status: u16, offset: usize) -> Answer {
    (status, format!("upload-offset: {offset}\r\n"), Vec::new())
}

fn whole() -> Answer {
    let received = "upload-offset: 1\r\nhejie-received-at: 2026-03-02T04:00:06Z\r\n";
    (204, received.into(), Vec::new())
}

/// The store of the server was put back from a backup, so that the first part is gone.
#[test]
fn an_upload_of_which_the_server_lost_a_part_begins_anew_and_arrives() {
    let original = vec![7; PART_BYTES * 2];
    let (mut held, mut lost) = (0, false);
    let (address, seen) = server(move |request| {
        held += request.body.len();
        match request.line.starts_with("POST") {
            true => stands(201, held),
            false if held < PART_BYTES * 2 => stands(204, held),
            false if std::mem::replace(&mut lost, true) => whole(),
            false => {
                held = 0;
                json(409, OFFSET)
            }
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let client = phone(&dir, &address, &[original]);
    assert_eq!(client.send_files(&noon).unwrap(), 1);
    assert_eq!(client.engine().status().files, 0);
    let parts = seen.lock().unwrap();
    let parts = parts.iter().filter(|line| line.starts_with("PATCH"));
    assert_eq!(parts.count(), 4, "each part twice");
}

#[test]
fn an_original_that_the_server_loses_each_time_waits_and_stops_no_other() {
    let (bad, good) = (vec![7; 10], vec![8; 10]);
    let lost = name(&bad);
    let (address, _) = server(move |request| match request.line.starts_with("POST") {
        true => stands(201, 0),
        false if request.line.contains(&lost) => json(409, OFFSET),
        false => whole(),
    });
    let dir = tempfile::tempdir().unwrap();
    let client = phone(&dir, &address, &[bad, good]);
    let error = client.send_files(&noon).unwrap_err();
    assert!(
        matches!(error, ClientError::Link(LinkError::Held(_))),
        "{error:?}"
    );
    let status = client.engine().status();
    assert_eq!((status.files, status.refused), (1, 0));
}

/// It takes a part and loses it with the next one, again and again.
#[test]
fn an_original_of_which_the_server_loses_a_part_each_time_waits_and_stops_no_other() {
    let (bad, good) = (vec![7; PART_BYTES * 2], vec![8; 10]);
    let (lost, mut parts) = (name(&bad), 0);
    let (address, _) = server(move |request| match request.line.starts_with("POST") {
        true => stands(201, 0),
        false if request.line.contains(&lost) => {
            parts += 1;
            match parts % 2 {
                1 => stands(204, PART_BYTES),
                _ if parts < MANY => json(409, OFFSET),
                _ => whole(),
            }
        }
        false => whole(),
    });
    let dir = tempfile::tempdir().unwrap();
    let client = phone(&dir, &address, &[bad, good]);
    let error = client.send_files(&noon).unwrap_err();
    assert!(
        matches!(error, ClientError::Link(LinkError::Held(_))),
        "{error:?}"
    );
    let status = client.engine().status();
    assert_eq!((status.files, status.refused), (1, 0));
}

#[test]
fn a_deposited_original_of_which_the_server_loses_a_part_each_time_waits_and_stops_no_other() {
    let (bad, good) = (vec![7; PART_BYTES * 2], vec![8; 10]);
    let (lost, mut parts) = (name(&bad), 0);
    let (address, _) = server(move |request| match request.line.as_str() {
        "POST /sync/v1/deposit" => keeps(request),
        line if line.contains(&lost) => {
            parts += 1;
            received(match parts % 2 {
                1 => PART_BYTES,
                _ if parts < MANY => 0,
                _ => PART_BYTES * 2,
            })
        }
        _ => received(10),
    });
    let dir = tempfile::tempdir().unwrap();
    let client = phone(&dir, &address, &[bad, good]);
    let error = client.deposit(&noon).unwrap_err();
    assert!(
        matches!(error, ClientError::Link(LinkError::Held(_))),
        "{error:?}"
    );
    let told = client.engine().status().deposited.unwrap();
    assert_eq!((told.changes, told.originals), (3, 1));
}

/// More parts than a phone sends of one that is lost each time.
const MANY: usize = 40;

/// It keeps what a phone out of service hands in of changes.
fn keeps(request: &Request) -> Answer {
    let up = codec::decode_up(request.encoding, &request.body).unwrap();
    let changes = up.cases.iter().flat_map(|case| &case.changes);
    let kept = changes.map(|bytes| chunk::admit(bytes).unwrap().hash.to_string());
    let kept: Vec<String> = kept.collect();
    let answer = serde_json::json!({ "kept": kept, "refused": 0, "full": false });
    json(200, &answer.to_string())
}

/// So much of an original is there.
fn received(bytes: usize) -> Answer {
    json(200, &format!(r#"{{"received":{bytes},"full":false}}"#))
}

/// A phone out of service has one way to hand in all that it has.
#[test]
fn one_piece_of_a_deposit_at_which_the_server_fails_holds_up_no_other() {
    let (bad, good) = (vec![7; 10], vec![8; 10]);
    // Whichever of the two comes first.
    for (fails_at_changes, failing) in [(true, &bad), (false, &bad), (false, &good)] {
        let failing = name(failing);
        let (address, _) = server(move |request| match request.line.as_str() {
            "POST /sync/v1/deposit" if fails_at_changes => json(500, INTERNAL),
            "POST /sync/v1/deposit" => keeps(request),
            line if !fails_at_changes && line.contains(&failing) => json(500, INTERNAL),
            _ => received(10),
        });
        let dir = tempfile::tempdir().unwrap();
        let client = phone(&dir, &address, &[bad.clone(), good.clone()]);
        let error = client.deposit(&noon).unwrap_err();
        assert!(
            matches!(&error, ClientError::Link(error) if error.reason().code == "internal"),
            "{error:?}"
        );
        let told = client.engine().status().deposited.unwrap();
        let (changes, originals) = match fails_at_changes {
            true => (0, 2),
            false => (3, 1),
        };
        assert_eq!((told.changes, told.originals), (changes, originals));
    }
}
