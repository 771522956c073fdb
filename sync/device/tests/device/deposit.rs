//! A phone that is out of service hands in what it had not sent, once, and keeps it.

use crate::{
    damage::{row::damage, rows},
    line::{Answer, Request, SESSION, enrolled, json, serve, signed_in},
    office::refused_as,
    phone::{Phone, enrolment, noon, one_case_on_two_phones},
};
use hejie_case::{
    act,
    document::Origin,
    ids::CaseId,
    record::{Ask, EvidenceKind},
};
use hejie_device::{
    client::{Client, ClientError},
    engine::{NewEvidence, Reason},
    http::LinkError,
    store::Table,
};
use hejie_wire::{
    chunk,
    codec::{self, Body},
    limits,
    message::{Refused, Up},
};
use std::collections::BTreeSet;
use tempfile::TempDir;

/// A server that says with this code that the phone is out of service, and makes of a deposit what
/// it is told to.
fn closed(
    code: &'static str,
    mut deposit: impl FnMut(&Up) -> Answer + Send + 'static,
) -> (String, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    serve(move |request: &Request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => json(201, &enrolled("2026-03-02T05:00:00Z")),
        "POST /sync/v1/exchange" => {
            json(401, &format!(r#"{{"code":"{code}","title":"账号已停用"}}"#))
        }
        "POST /sync/v1/deposit" => {
            let body = Body {
                encoding: request.encoding,
                bytes: request.body.clone(),
            };
            deposit(&codec::decode_up(body.encoding, &body.bytes).unwrap())
        }
        other => panic!("{other}"),
    })
}

fn hashes(up: &Up) -> Vec<String> {
    let changes = up.cases.iter().flat_map(|case| &case.changes);
    changes
        .map(|bytes| chunk::admit(bytes).unwrap().hash.to_string())
        .collect()
}

fn kept(hashes: &[String], full: bool) -> Answer {
    let answer = serde_json::json!({ "kept": hashes, "refused": 0, "full": full });
    json(200, &answer.to_string())
}

fn begun(dir: &TempDir, address: &str) -> (Client, CaseId) {
    let client = signed_in(dir, address);
    let case = begin(&client, "新碶中介费");
    (client, case)
}

fn begin(client: &Client, summary: &str) -> CaseId {
    let origin = Origin {
        summary: summary.into(),
        ..Origin::default()
    };
    let created = client.engine().create_case(origin, noon());
    created.unwrap().case
}

fn is_revoked(error: &ClientError, code: &str) -> bool {
    matches!(error, ClientError::Link(LinkError::Revoked(reason)) if reason.code == code)
}

#[test]
fn an_exchange_that_meets_a_closed_door_hands_in_what_waits_by_itself_and_once() {
    for code in ["device_revoked", "account_closed", "role_ended"] {
        let (address, seen) = closed(code, |up| kept(&hashes(up), false));
        let dir = tempfile::tempdir().unwrap();
        let (client, case) = begun(&dir, &address);
        for _ in 0..2 {
            let error = client.exchange(&noon).unwrap_err();
            assert!(is_revoked(&error, code), "{error:?}");
        }
        let seen = seen.lock().unwrap();
        let deposits = seen.iter().filter(|line| line.contains("deposit"));
        assert_eq!(
            deposits.collect::<Vec<_>>(),
            ["POST /sync/v1/deposit r1"],
            "by the refresh token, which opens nothing any more"
        );
        let unsent = client.engine().unsent(case).unwrap();
        assert_eq!(unsent.len(), 1);
        assert_eq!(unsent[0].deposited.as_ref().unwrap().code, "deposited");
        assert_eq!(client.engine().status().waiting, 1, "it is still here");
    }
}

#[test]
fn a_session_that_only_ended_deposits_nothing() {
    let (address, seen) = closed("password_changed", |_| panic!("nothing is deposited"));
    let dir = tempfile::tempdir().unwrap();
    let (client, _) = begun(&dir, &address);
    let error = client.exchange(&noon).unwrap_err();
    assert!(
        !matches!(error, ClientError::Link(LinkError::Revoked(_))),
        "{error:?}"
    );
    assert!(!seen.lock().unwrap().iter().any(|l| l.contains("deposit")));
}

#[test]
fn a_deposit_whose_line_breaks_is_made_with_the_next_exchange_or_by_hand() {
    let mut tries = 0;
    let (address, _) = closed("account_closed", move |up| {
        tries += 1;
        match tries {
            1 => json(503, r#"{"code":"unavailable","title":"系统暂时繁忙"}"#),
            _ => kept(&hashes(up), false),
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let (client, case) = begun(&dir, &address);
    let error = client.exchange(&noon).unwrap_err();
    assert!(is_revoked(&error, "account_closed"), "{error:?}");
    assert_eq!(client.engine().unsent(case).unwrap()[0].deposited, None);
    assert_eq!(client.deposit(&noon).unwrap(), 1);
    assert_eq!(client.deposit(&noon).unwrap(), 0);
}

/// A change that the server does not keep stands in nobody's way, and is offered again the next
/// time only.
#[test]
fn what_is_not_kept_stops_nothing_and_a_full_door_ends_it() {
    let mut first = None;
    let (address, seen) = closed("account_closed", move |up| {
        let hashes = hashes(up);
        let bad = first.get_or_insert_with(|| hashes[0].clone()).clone();
        let good: Vec<String> = hashes.into_iter().filter(|hash| *hash != bad).collect();
        kept(&good, false)
    });
    let dir = tempfile::tempdir().unwrap();
    let (client, _) = begun(&dir, &address);
    let second = begin(&client, "另一起");
    assert_eq!(client.deposit(&noon).unwrap(), 1);
    let unsent = client.engine().unsent(second).unwrap();
    let deposits = seen.lock().unwrap();
    assert_eq!(deposits.iter().filter(|l| l.contains("deposit")).count(), 1);
    drop(deposits);
    assert_eq!(unsent.len(), 1);

    let (address, seen) = closed("account_closed", |_| kept(&[], true));
    let dir = tempfile::tempdir().unwrap();
    let (client, case) = begun(&dir, &address);
    assert_eq!(client.deposit(&noon).unwrap(), 0);
    assert_eq!(client.engine().unsent(case).unwrap()[0].deposited, None);
    let deposits = seen.lock().unwrap();
    assert_eq!(deposits.iter().filter(|l| l.contains("deposit")).count(), 1);
}

/// A server that keeps the originals of a phone out of service, and loses its answer to the first
/// part.
fn keeps_files() -> (String, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
    let (mut held, mut lost) = (0, false);
    serve(move |request: &Request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => json(201, &enrolled("2026-03-02T05:00:00Z")),
        "POST /sync/v1/exchange" => json(401, r#"{"code":"account_closed","title":"账号已停用"}"#),
        "POST /sync/v1/deposit" => {
            let up = codec::decode_up(request.encoding, &request.body).unwrap();
            kept(&hashes(&up), false)
        }
        line => {
            let (path, offset) = line.split_once("&offset=").unwrap();
            assert!(
                path.starts_with("POST /sync/v1/deposit/files?case_id="),
                "{path}"
            );
            if offset.parse() == Ok(held) {
                held += request.body.len();
            }
            if !std::mem::replace(&mut lost, true) {
                return json(503, r#"{"code":"unavailable","title":"系统暂时繁忙"}"#);
            }
            json(200, &format!(r#"{{"received":{held},"full":false}}"#))
        }
    })
}

#[test]
fn an_original_that_waits_goes_through_the_same_door_from_where_it_was_cut_off_and_once() {
    let (address, seen) = keeps_files();
    let dir = tempfile::tempdir().unwrap();
    let (client, case) = begun(&dir, &address);
    let photo = NewEvidence {
        kind: EvidenceKind::Photo,
        mime: "image/jpeg".into(),
        taken_at: noon(),
        place: None,
        origin: "现场拍摄".into(),
        caption: "门锁".into(),
    };
    let original = vec![7; 300_000];
    let taken = client.engine().add_evidence(case, photo, &original, noon());
    let evidence = taken.unwrap();
    let error = client.exchange(&noon).unwrap_err();
    assert!(is_revoked(&error, "account_closed"), "{error:?}");
    assert_eq!(client.deposit(&noon).unwrap(), 1);
    assert_eq!(client.deposit(&noon).unwrap(), 0, "each goes up once");
    let parts = seen.lock().unwrap();
    let parts = parts.iter().filter(|line| line.contains("/deposit/files?"));
    let offsets: Vec<&str> = parts.map(|line| line.rsplit('=').next().unwrap()).collect();
    assert_eq!(offsets, ["0 r1", "0 r1", "131072 r1", "262144 r1"]);
    let still = client.engine().original(case, evidence).unwrap();
    assert_eq!(still, Some(original), "it stays on the phone");
    let told = client.engine().status().deposited.unwrap();
    assert_eq!((told.changes, told.originals, told.left), (2, 1, 0));
    assert!(told.reason.zh.contains("没有遗漏"), "{}", told.reason.zh);
    begin(&client, "停用后又写下的一起");
    let told = client.engine().status().deposited.unwrap();
    assert_eq!(told.left, 1);
    assert!(told.reason.zh.contains("还有1项没有交出"));
}

/// A person may see there that it was right.
#[test]
fn an_original_that_the_server_had_refused_is_handed_in_too() {
    let (address, _) = keeps_files();
    let dir = tempfile::tempdir().unwrap();
    let (client, case) = begun(&dir, &address);
    let photo = NewEvidence {
        kind: EvidenceKind::Photo,
        mime: "image/jpeg".into(),
        taken_at: noon(),
        place: None,
        origin: "现场拍摄".into(),
        caption: "门锁".into(),
    };
    let taken = client.engine().add_evidence(case, photo, &[7; 100], noon());
    let evidence = taken.unwrap();
    let waiting = client.engine().outgoing_files().unwrap().remove(0);
    let reason = Reason {
        code: "too_large".into(),
        zh: "文件过大。".into(),
    };
    client.engine().file_refused(&waiting, reason).unwrap();
    assert_eq!(client.engine().status().deposited, None);
    client.exchange(&noon).unwrap_err();
    client.deposit(&noon).unwrap();
    assert_eq!(client.deposit(&noon).unwrap(), 0, "each goes up once");
    let told = client.engine().status().deposited.unwrap();
    assert_eq!((told.originals, told.left), (1, 0));
    assert_eq!(
        client.engine().status().refused,
        1,
        "and it is still refused"
    );
    let still = client.engine().original(case, evidence).unwrap();
    assert_eq!(still, Some(vec![7; 100]));
}

/// What is handed in is read like a request on a bad line: no larger than a piece, but for a change
/// that is larger by itself.
#[test]
fn what_is_handed_in_goes_in_parts_that_a_bad_line_carries() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("新碶中介费");
    for n in 0..6 {
        phone.note(case, &unlike(n, 2_500));
    }
    let (mut skip, mut parts) = (BTreeSet::new(), Vec::new());
    while let Some(part) = phone.engine.begin_deposit(&skip).unwrap() {
        skip.extend(part.changes.iter().copied());
        parts.push(part.changes.len());
        let up = codec::decode_up(part.body.encoding, &part.body.bytes).unwrap();
        let changes = up.cases.iter().flat_map(|case| &case.changes);
        let bytes: usize = changes.map(|change| change.len()).sum();
        assert!(bytes <= limits::CHUNK_BYTES, "{bytes}");
    }
    assert_eq!(parts.iter().sum::<usize>(), 7);
    assert!(parts.len() > 1, "{parts:?}");
}

/// Words that do not compress.
fn unlike(seed: u32, length: u32) -> String {
    let at = |n: u32| (seed * length + n).wrapping_mul(2_654_435_761) % 20_000;
    let letters = (0..length).filter_map(|n| char::from_u32(0x4E00 + at(n)));
    letters.collect()
}

/// An account that opens again needs no new enrolment.
#[test]
fn a_phone_that_the_server_answers_again_does_not_say_any_more_that_its_work_was_handed_in() {
    let (mut office, mut phone, _, case) = one_case_on_two_phones();
    phone.note(case, "没来得及");
    let part = phone.engine.begin_deposit(&BTreeSet::new()).unwrap();
    let handed_in = part.unwrap().changes;
    phone.engine.take_deposited(&handed_in, noon()).unwrap();
    assert_eq!(phone.engine.status().deposited.unwrap().changes, 1);
    office.judge = Box::new(|_, _| {
        Some(Refused {
            passing: true,
            ..refused_as("busy", None)
        })
    });
    phone.exchange(&mut office);
    assert_eq!(phone.engine.status().waiting, 1);
    assert_eq!(phone.engine.status().deposited, None);
    phone.die();
    assert_eq!(phone.engine.status().deposited, None);
}

/// Whether it is written again at once or when a damaged case has come again: a desk need not look
/// at it any more.
#[test]
fn work_that_was_handed_in_and_is_written_again_says_so_however_much_later() {
    for damaged in [false, true] {
        let (mut office, mut phone, _, case) = one_case_on_two_phones();
        phone.note(case, "没来得及");
        let part = phone.engine.begin_deposit(&BTreeSet::new()).unwrap();
        let handed_in = part.unwrap().changes;
        phone.engine.take_deposited(&handed_in, noon()).unwrap();
        if damaged {
            let mut tables = rows(&phone.disk.copy()).into_iter().map(|(of, ..)| of);
            let document = tables.position(|of| of == Table::Document);
            damage(&mut phone, document.unwrap());
            assert_eq!(phone.engine.status().damaged, 1);
        } else {
            office.judge = Box::new(|_, _| {
                Some(Refused {
                    passing: true,
                    ..refused_as("busy", None)
                })
            });
            phone.exchange(&mut office);
            office.judge = Box::new(|_, _| None);
        }
        phone.engine.enrol(enrolment(1, 9), noon()).unwrap();
        let mut said = BTreeSet::new();
        loop {
            let body = phone.begin().unwrap();
            let up = codec::decode_up(body.encoding, &body.bytes).unwrap();
            let again = up.cases.iter().flat_map(|up| &up.deposited);
            said.extend(again.map(|again| again.deposited));
            let down = office.answer(&body);
            let taken = phone.engine.take_answer(down.encoding, &down.bytes, noon());
            if !taken.unwrap().again {
                break;
            }
        }
        assert_eq!(said, handed_in, "{damaged}");
        assert_eq!(phone.engine.status().waiting, 0, "{damaged}");
    }
}

/// There may not be room for everything, and a desk calls 110 for what it finds.
#[test]
fn what_may_hold_a_danger_is_handed_in_before_all_else() {
    let mut phone = Phone::new(1);
    let (before, dangerous) = (phone.begin_case("门锁被撬"), phone.begin_case("邻里争执"));
    let what = "一方持刀。".into();
    let reported = phone
        .engine
        .ask(dangerous, Ask::Danger(act::ReportDanger { what }), noon());
    reported.unwrap();
    let part = phone
        .engine
        .begin_deposit(&BTreeSet::new())
        .unwrap()
        .unwrap();
    let up = codec::decode_up(part.body.encoding, &part.body.bytes).unwrap();
    let cases: Vec<CaseId> = up.cases.iter().map(|up| up.case).collect();
    assert_eq!(cases, [dangerous, before]);
}
