//! Whatever a phone sends is signed with the key that it drew for its enrolment.

use crate::phone::{Phone, enrolment, noon};
use hejie_case::{act, record::Ask};
use hejie_wire::{
    batch::DeviceKey,
    codec::{self, Body},
    message::Up,
};
use std::collections::BTreeSet;

/// A phone that was enrolled with a key that it drew.
fn keyed(n: u8) -> (Phone, DeviceKey) {
    let mut phone = Phone::new(n);
    let key = renewed(&mut phone, n, n);
    (phone, key)
}

fn renewed(phone: &mut Phone, n: u8, actor: u8) -> DeviceKey {
    let key = phone.engine.new_device_key().unwrap();
    phone.engine.enrol(enrolment(n, actor), noon()).unwrap();
    key
}

fn read(body: &Body) -> Up {
    codec::decode_up(body.encoding, &body.bytes).unwrap()
}

/// Whether changes are sent, all of them signed with this key.
fn is_signed(up: &Up, key: DeviceKey) -> bool {
    let stands = |signature, batch| key.verifies(&batch, &signature);
    !up.cases.is_empty()
        && up.cases.iter().all(|case| {
            case.signature
                .is_some_and(|signature| stands(signature, case.batch(up.device)))
        })
}

#[test]
fn every_request_and_every_deposit_is_signed() {
    let (mut phone, key) = keyed(1);
    let (one, other) = (phone.begin_case("第一件"), phone.begin_case("第二件"));
    phone.note(one, "甲");
    phone.note(other, "乙");
    let request = read(&phone.begin().unwrap());
    assert_eq!(request.cases.len(), 2);
    assert!(is_signed(&request, key));
    let deposit = phone.engine.begin_deposit(&BTreeSet::new()).unwrap();
    assert!(is_signed(&read(&deposit.unwrap().body), key));
}

#[test]
fn a_phone_that_dies_wakes_up_with_its_key() {
    let (mut phone, key) = keyed(1);
    phone.begin_case("第一件");
    phone.die();
    assert!(is_signed(&read(&phone.begin().unwrap()), key));
}

#[test]
fn a_phone_enrolled_anew_signs_its_unsent_work_with_the_new_key() {
    let (mut phone, old) = keyed(1);
    let case = phone.begin_case("第一件");
    // All else waits until the phone has heard what the server took before.
    let what = "一方持刀。".into();
    let danger = Ask::Danger(act::ReportDanger { what });
    phone.engine.ask(case, danger, noon()).unwrap();
    let new = renewed(&mut phone, 1, 0x51);
    assert_ne!(new, old);
    let request = read(&phone.begin().unwrap());
    assert!(is_signed(&request, new));
    assert!(!is_signed(&request, old));
}

#[test]
fn a_key_that_was_drawn_for_an_enrolment_that_failed_signs_nothing() {
    let (mut phone, key) = keyed(1);
    phone.begin_case("第一件");
    phone.engine.new_device_key().unwrap();
    assert!(is_signed(&read(&phone.begin().unwrap()), key));
    phone.die();
    assert!(is_signed(&read(&phone.begin().unwrap()), key));
}

/// The client sends the public half with the enrolment, and nothing of the secret one.
#[cfg(feature = "native")]
#[test]
fn the_server_gets_the_public_half_with_the_enrolment() {
    use crate::line::{SESSION, enrolled, json, serve, signed_in};
    use hejie_case::document::Origin;
    use std::sync::{Arc, Mutex};

    let (told, sent) = (Arc::new(Mutex::new(None)), Arc::new(Mutex::new(None)));
    let (tell, send) = (told.clone(), sent.clone());
    let (address, _) = serve(move |request| match request.line.as_str() {
        "POST /api/v1/session" => json(200, SESSION),
        "POST /api/v1/devices" => {
            let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
            assert_eq!(body.as_object().unwrap().len(), 2, "name and key");
            *tell.lock().unwrap() = Some(body["public_key"].as_str().unwrap().to_owned());
            json(201, &enrolled("2026-03-02T05:00:00Z"))
        }
        _ => {
            let (encoding, bytes) = (request.encoding, request.body.clone());
            *send.lock().unwrap() = Some(read(&Body { encoding, bytes }));
            json(503, r#"{"code":"unavailable","title":"暂不可用"}"#)
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let client = signed_in(&dir, &address);
    client
        .engine()
        .create_case(Origin::default(), noon())
        .unwrap();
    client.exchange(&noon).unwrap_err();
    let key = told.lock().unwrap().take().unwrap().parse().unwrap();
    let up = sent.lock().unwrap().take().unwrap();
    assert!(is_signed(&up, key));
}
