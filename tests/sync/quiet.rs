//! Cost follows change, not holdings (PP3), at caseloads that are written into the registry by
//! hand.

use crate::{
    database::seed_case,
    phone::{Phone, read, send},
    scene::author,
};
use harness::{Person, TestServer};
use hejie_case::ids::CaseId;
use hejie_wire::{
    attest::Statement,
    codec::{Encoding, encode_up},
    digest::{Digest, case_digest},
    message::{Cursor, PROTOCOL, Up},
};
use jiff::SignedDuration;

/// Shows PP3.
#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_where_nothing_changed_costs_one_request_and_a_kilobyte_however_much_is_held() {
    let server = TestServer::start().await;
    let county = server.county().await;
    let people = [
        &county.mediator,
        &county.second_mediator,
        &county.grid_worker,
    ];
    for (person, held) in people.into_iter().zip([10, 100, 1_000]) {
        let cases = hold(&server, person, held).await;
        let phone = Phone::enrol(&server, person).await;
        let (cursor, received) = read_everything(&server, &phone).await;
        assert_eq!(received, held);
        let no_facts = Statement::hash_of(b"{}");
        let digest = cases
            .iter()
            .map(|case| case_digest(*case, Some(&no_facts), &[]))
            .collect();
        let up = request(&phone, Some(cursor), digest);
        let sent = encode_up(&up, Encoding::Zstd).unwrap().bytes.len();
        let answer = send(&phone.agent, &up).await;
        let down = read(&answer);
        assert_eq!(
            (down.more, down.cases.len(), down.forget.len()),
            (false, 0, 0)
        );
        assert_eq!(down.digest, digest, "both sides hold the same");
        let bytes = sent + answer.bytes.len();
        println!("{held} cases held, nothing changed: {bytes} bytes");
        assert!(bytes <= 1024, "{bytes} bytes at {held} cases");
    }
}

async fn hold(server: &TestServer, person: &Person, count: usize) -> Vec<CaseId> {
    let mut cases = Vec::with_capacity(count);
    for _ in 0..count {
        let case = CaseId::new(server.now(), server.state.entropy.bytes());
        seed_case(&server.state.pool, case, &[author(person)]).await;
        cases.push(case);
    }
    cases
}

/// Reads page after page as a new phone does; returns the last cursor and how many cases came.
async fn read_everything(server: &TestServer, phone: &Phone) -> (Cursor, usize) {
    let (mut cursor, mut received) = (None, 0);
    loop {
        let down = read(&send(&phone.agent, &request(phone, cursor, Digest::EMPTY)).await);
        received += down.cases.len();
        if !down.more {
            return (down.cursor, received);
        }
        cursor = Some(down.cursor);
        server.advance(SignedDuration::from_secs(1));
    }
}

fn request(phone: &Phone, cursor: Option<Cursor>, digest: Digest) -> Up {
    Up {
        v: PROTOCOL,
        device: phone.device(),
        token: None,
        cursor,
        digest,
        cases: vec![],
        more: false,
        clock: None,
        holdings: None,
        attest: vec![],
        proofs: vec![],
        relayed: vec![],
        claims: None,
        limit_bytes: 256 << 10,
    }
}
