//! One run of requests and answers: what goes up when, what is put off, and how it ends.

use crate::{
    office::{Office, refused_as},
    phone::{Phone, noon, one_case_on_two_phones},
};
use hejie_device::engine::{EngineError, ExchangeOutcome, Readiness};
use hejie_wire::{
    codec::{self, Body, Encoding},
    digest::Digest,
    limits,
    message::{Down, Refused, Up},
};

/// One request and its answer, which is altered on its way.
fn exchange(phone: &mut Phone, office: &mut Office, alter: impl FnOnce(&mut Down)) -> (Up, bool) {
    let body = phone.begin().unwrap();
    let answer = office.answer(&body);
    let mut down = codec::decode_down(answer.encoding, &answer.bytes).unwrap();
    alter(&mut down);
    let answer = codec::encode_down(&down, Encoding::Zstd).unwrap();
    let again = take(phone, &answer).unwrap().again;
    (codec::decode_up(body.encoding, &body.bytes).unwrap(), again)
}

fn take(phone: &mut Phone, answer: &Body) -> Result<ExchangeOutcome, EngineError> {
    let now = phone.now;
    phone
        .engine
        .take_answer(answer.encoding, &answer.bytes, now)
}

/// The requests of a run, over a line that alters nothing.
fn run(phone: &mut Phone, office: &mut Office) -> Vec<Up> {
    let mut requests = Vec::new();
    loop {
        let (up, again) = exchange(phone, office, |_| ());
        requests.push(up);
        assert!(requests.len() < 100, "the run does not come to an end");
        if !again {
            return requests;
        }
    }
}

/// The sizes of the changes in a request.
fn sizes(up: &Up) -> Vec<usize> {
    let changes = up.cases.iter().flat_map(|case| &case.changes);
    changes.map(|bytes| bytes.len()).collect()
}

fn text(n: u32, length: u32) -> String {
    let character = |i| char::from_u32(0x4e00 + (n * length + i) % 20_000).unwrap();
    (0..length).map(character).collect()
}

/// Shows PP4.
#[test]
fn no_more_than_one_piece_is_on_its_way_and_each_says_whether_more_follows() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    let other = a.begin_case("另一案");
    for n in 0..40 {
        a.note([case, other][n as usize % 2], &text(n, 500));
    }
    let requests = run(&mut a, &mut office);
    let (last, before) = requests.split_last().unwrap();
    assert!(before.len() >= 2, "{} requests", requests.len());
    for up in &requests {
        assert!(sizes(up).iter().sum::<usize>() <= limits::CHUNK_BYTES);
    }
    assert!(
        before.iter().all(|up| up.more) && !last.more,
        "a closing waits for the rest (E27)"
    );
    let sent: usize = requests.iter().map(|up| sizes(up).len()).sum();
    assert_eq!(sent, 41, "each change once, and the beginning of a case");
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn a_change_larger_than_a_piece_goes_alone() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    a.note(case, &text(0, 12_000));
    a.note(case, "短的");
    let requests = run(&mut a, &mut office);
    assert!(sizes(&requests[0])[0] > limits::CHUNK_BYTES);
    assert_eq!(
        requests
            .iter()
            .map(|up| sizes(up).len())
            .collect::<Vec<_>>(),
        [1, 1]
    );
}

#[test]
fn a_change_that_the_answer_does_not_mention_stays_waiting_for_the_next_run() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    a.note(case, "没有回音");
    let (_, again) = exchange(&mut a, &mut office, |down| {
        down.cases.clear();
        // As if the server did not have it.
        down.digest = Digest::EMPTY;
    });
    assert!(again, "the two sides differ");
    let (up, _) = exchange(&mut a, &mut office, |down| down.cases.clear());
    assert!(
        up.cases.is_empty() && up.more,
        "it is not pressed, and not forgotten"
    );
    assert_eq!(a.engine.status().readiness, Readiness::Waiting);
    let requests = run(&mut a, &mut office);
    assert_eq!(sizes(&requests[0]).len(), 1);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn a_case_that_is_put_off_holds_up_no_other_and_nothing_is_called_complete() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    let complete_at = a.engine.status().complete_at;
    office.judge = Box::new(move |of, _| {
        (of == case).then(|| Refused {
            passing: true,
            ..refused_as("busy", None)
        })
    });
    a.now += jiff::SignedDuration::from_mins(1);
    a.note(case, &text(0, 4_000));
    let other = a.begin_case("另一案");
    a.note(other, &text(1, 4_000));
    let requests = run(&mut a, &mut office);
    assert_eq!(
        requests.iter().map(|up| up.cases.len()).collect::<Vec<_>>(),
        [2, 1]
    );
    assert!(requests.iter().all(|up| up.more));
    let status = a.engine.status();
    assert_eq!((status.waiting, status.complete_at), (1, complete_at));
}

#[test]
fn what_waits_because_its_number_was_used_is_not_pressed_and_holds_up_the_closing() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    office.judge = Box::new(|_, _| Some(refused_as("number_used", None)));
    a.note(case, &text(0, 4_000));
    a.note(case, &text(1, 4_000));
    let other = a.begin_case("另一案");
    let requests = run(&mut a, &mut office);
    assert_eq!(requests[0].cases.len(), 1);
    assert_eq!(requests[1].cases[0].case, other);
    assert!(requests[1].more, "a closing waits for what the phone keeps");
}

#[test]
fn an_answer_that_comes_twice_or_unasked_does_nothing() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    a.note(case, "只算一次");
    let answer = office.answer(&a.begin().unwrap());
    take(&mut a, &answer).unwrap();
    let before = a.engine.status();
    assert!(matches!(take(&mut a, &answer), Err(EngineError::NoRequest)));
    a.begin().unwrap();
    assert!(matches!(
        take(&mut a, &answer),
        Err(EngineError::OtherAnswer)
    ));
    assert_eq!(a.engine.status(), before);
}

#[test]
fn sides_that_differ_name_their_holdings_once_in_a_run() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    let differ = |down: &mut Down| {
        down.digest = Digest([7; 16]);
        down.cases.clear();
    };
    for _ in 0..2 {
        let (up, again) = exchange(&mut a, &mut office, differ);
        assert!(up.holdings.is_none() && again);
        let (up, again) = exchange(&mut a, &mut office, differ);
        let holdings = up.holdings.unwrap();
        assert_eq!(
            holdings
                .held
                .iter()
                .map(|(held, _)| *held)
                .collect::<Vec<_>>(),
            [case]
        );
        assert!(!again, "the next run tries again");
        assert_eq!(a.engine.status().readiness, Readiness::Healing);
    }
    run(&mut a, &mut office);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn what_is_written_between_two_requests_of_a_run_goes_up_with_the_next() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    a.note(case, &text(0, 6_000));
    let (_, again) = exchange(&mut a, &mut office, |down| down.more = true);
    assert!(again);
    a.note(case, "刚写的");
    let (up, again) = exchange(&mut a, &mut office, |_| ());
    assert_eq!((sizes(&up).len(), up.more, again), (1, false, false));
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
    assert_eq!(a.now, noon());
}
