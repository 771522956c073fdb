//! What the server itself says: little of it ends anything, and the phone does with each code what the table says.

use super::{Bad, Scene};
use crate::{
    phone::noon,
    secret::{masked_party, zhang},
};
use hejie_device::http::LineFault;
use hejie_wire::problem::{VERDICTS, Verdict, verdict};
use std::collections::BTreeSet;

/// What is said of the content itself, or of who may write it. Whatever passes by itself, and whatever another try, a new session or an
/// update of the app mends, ends nothing.
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
    let named = VERDICTS.iter().filter(|(_, verdict)| *verdict == of);
    named.map(|(code, _)| *code).collect()
}

#[test]
fn every_word_of_the_table_stands_there_once_and_few_are_final() {
    let words: BTreeSet<_> = VERDICTS.iter().map(|(code, _)| code).collect();
    assert_eq!(words.len(), VERDICTS.len());
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
    for (code, verdict) in VERDICTS {
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
        assert_eq!(
            scene.client.exchange(&noon).unwrap().identities,
            1,
            "{code}"
        );
    }
}
