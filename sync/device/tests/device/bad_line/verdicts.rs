//! What the server itself says: little of it ends anything, and the phone does with each code what
//! the table says.

use super::{Bad, Scene, photo, reason_of};
use crate::{
    line::{json, serve},
    phone::noon,
    secret::{masked_party, zhang},
};
use hejie_case::reason::Explain;
use hejie_device::{
    client::PhoneEngine,
    http::{LineFault, Link, LinkError},
};
use hejie_wire::{
    code::{self, PROBLEMS},
    problem::{Verdict, verdict},
};
use std::collections::BTreeSet;

/// What is said of the content itself, or of who may write it. Whatever passes by itself, and
/// whatever another try, a new session or an update of the app mends, ends nothing.
const FINAL: [&str; 15] = [
    "identity_destroyed",
    "identity_id_number",
    "identity_name_missing",
    "identity_newer",
    "identity_telephone",
    "identity_too_long",
    "identity_unprintable",
    "identity_unreadable",
    "invalid",
    "not_a_member",
    "not_allowed",
    "sealing_key_unknown",
    "too_large",
    "unstorable",
    "upload_differs",
];

/// Final unless what it belongs to is on its way to the server.
const EARLY: [&str; 3] = ["evidence_unknown", "not_found", "party_unknown"];

fn codes(of: Verdict) -> BTreeSet<&'static str> {
    let named = PROBLEMS.iter().filter(|(_, verdict)| *verdict == of);
    named.map(|(code, _)| *code).collect()
}

#[test]
fn every_word_of_the_table_stands_there_once_and_few_are_final() {
    let words: BTreeSet<_> = PROBLEMS.iter().map(|(code, _)| code).collect();
    assert_eq!(words.len(), PROBLEMS.len());
    assert_eq!(codes(Verdict::Final), BTreeSet::from(FINAL));
    assert_eq!(codes(Verdict::Early), BTreeSet::from(EARLY));
    assert_eq!(verdict("not_heard_of"), None);
    let faults: BTreeSet<_> = LineFault::ALL.iter().map(|fault| fault.code()).collect();
    assert_eq!(faults.len(), LineFault::ALL.len());
}

/// The answer of the server with this code, as it stands on the line.
fn said(code: &str) -> Bad {
    let body = format!("{{\"code\":\"{code}\",\"title\":\"no\"}}");
    let head = "409 No\r\ncontent-type: application/problem+json\r\ncontent-length";
    Bad::Head(format!("{head}: {}\r\n\r\n{body}", body.len()).leak())
}

#[test]
fn an_identity_is_given_up_for_a_final_word_alone() {
    for (code, verdict) in PROBLEMS {
        let scene = Scene::signed_in("2026-03-02T05:00:00Z");
        let case = scene.case();
        {
            let mut engine = scene.client.engine();
            let party = engine.add(case, masked_party(false), noon()).unwrap();
            engine
                .add_party_identity(case, party, &zhang(), noon())
                .unwrap();
        }
        *scene.bad.lock().unwrap() = Some(("/identity", said(code)));
        // Whether the exchange itself goes on is the business of other tests.
        let _ = scene.client.exchange(&noon);
        let status = scene.client.engine().status();
        let is_final = *verdict == Verdict::Final;
        assert_eq!(status.refused, u64::from(is_final), "{code}");
        *scene.bad.lock().unwrap() = None;
        match verdict {
            Verdict::Final | Verdict::Revoked => continue,
            Verdict::SignIn => scene.sign_in().unwrap(),
            Verdict::Early | Verdict::Wait | Verdict::Again | Verdict::Update => {}
        }
        // The server may end the connection of before in the moment in which it is used again.
        let done = scene.client.exchange(&noon);
        let done = done.or_else(|_| scene.client.exchange(&noon)).unwrap();
        assert_eq!(done.identities, 1, "{code}");
    }
}

/// A word that this version does not know holds the one piece, and nothing behind it; so does a
/// failure of the server, which may be one at this piece.
#[test]
fn of_two_originals_and_two_identities_the_one_that_is_held_stops_the_other_in_nothing() {
    for code in [
        "not_heard_of",
        code::INTERNAL,
        code::TIMED_OUT,
        code::SEALING_KEY_ABSENT,
    ] {
        one_of_two_is_held(code);
    }
}

fn one_of_two_is_held(code: &str) {
    let scene = Scene::signed_in("2026-03-02T05:00:00Z");
    let case = scene.case();
    for n in 0..2_u8 {
        let mut engine = scene.client.engine();
        let party = engine.add(case, masked_party(false), noon()).unwrap();
        engine
            .add_party_identity(case, party, &zhang(), noon())
            .unwrap();
        engine
            .add_evidence(case, photo(), &[n; 10], noon())
            .unwrap();
    }
    let held = engine_first(&scene, |engine| {
        let first = engine.outgoing_identities().unwrap().remove(0);
        format!("/parties/{}/", first.party)
    });
    *scene.bad.lock().unwrap() = Some((held, said(code)));
    let done = scene.client.exchange(&noon).unwrap();
    assert_eq!(done.held_back.unwrap().code, code);
    assert_eq!(done.identities, 1);

    let held = engine_first(&scene, |engine| {
        let first = engine.outgoing_files().unwrap().remove(0);
        format!("/files/{}", first.hash)
    });
    *scene.bad.lock().unwrap() = Some((held, said(code)));
    let error = scene.client.send_files(&noon).unwrap_err();
    assert_eq!(reason_of(error).code, code);
    let status = scene.client.engine().status();
    assert_eq!((status.files, status.waiting, status.refused), (1, 2, 0));

    *scene.bad.lock().unwrap() = None;
    assert_eq!(scene.client.exchange(&noon).unwrap().identities, 1);
    assert_eq!(scene.client.send_files(&noon).unwrap(), 1);
    assert_eq!(scene.client.engine().status().waiting, 0);
}

#[test]
fn an_original_that_is_refused_for_good_stops_no_other() {
    let scene = Scene::signed_in("2026-03-02T05:00:00Z");
    let case = scene.case();
    for n in 0..2_u8 {
        let mut engine = scene.client.engine();
        engine
            .add_evidence(case, photo(), &[n; 10], noon())
            .unwrap();
    }
    scene.client.exchange(&noon).unwrap();
    let first = engine_first(&scene, |engine| {
        let first = engine.outgoing_files().unwrap().remove(0);
        format!("/files/{}", first.hash)
    });
    *scene.bad.lock().unwrap() = Some((first, said("too_large")));
    assert_eq!(scene.client.send_files(&noon).unwrap(), 1);
    let status = scene.client.engine().status();
    assert_eq!((status.files, status.refused), (0, 1));
}

/// A part of the path of what goes first.
fn engine_first(scene: &Scene, of: impl Fn(&PhoneEngine) -> String) -> &'static str {
    of(&scene.client.engine()).leak()
}

/// A later server says more than this version knows; the status tells what to do.
#[test]
fn a_word_that_is_not_in_the_table_is_judged_by_its_status_and_ends_nothing() {
    for (status, kind) in [
        (401, "signed out"),
        (408, "busy"),
        (429, "busy"),
        (500, "busy"),
        (503, "busy"),
        (400, "held"),
        (403, "held"),
        (404, "held"),
        (409, "held"),
        (413, "held"),
        (422, "held"),
    ] {
        let (address, _) =
            serve(move |_| json(status, r#"{"code":"not_heard_of","title":"请稍后再试"}"#));
        let error = Link::new(&address).sign_in("lin", "x", None).unwrap_err();
        assert_eq!(error.reason().code, "not_heard_of", "{status}");
        let found = match error {
            LinkError::SignedOut(_) => "signed out",
            LinkError::Busy { .. } => "busy",
            LinkError::Held(_) => "held",
            other => panic!("{status}: {other:?}"),
        };
        assert_eq!(found, kind, "{status}");
    }
}

#[test]
fn an_answer_that_is_no_message_is_a_fault_of_the_line() {
    let scene = Scene::signed_in("2026-03-02T05:00:00Z");
    scene.case();
    let junk = Bad::Head("200 OK\r\ncontent-length: 4\r\n\r\njunk");
    *scene.bad.lock().unwrap() = Some(("/sync/", junk));
    let error = scene.client.exchange(&noon).unwrap_err();
    assert_eq!(reason_of(error).code, "line_garbled");
    *scene.bad.lock().unwrap() = None;
    scene.client.exchange(&noon).unwrap();
    assert_eq!(scene.client.engine().status().waiting, 0);
}
