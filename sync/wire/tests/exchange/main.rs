//! The session: what it sends, what it keeps, and how it ends on good and bad lines.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "in a test they are assertions, in its helpers too"
)]

mod phone;
mod server;

use hejie_case::ids::{CaseId, ChangeHash, DeviceId};
use hejie_wire::{
    digest::Digest,
    exchange::{Effect, End, Event, Keep, Session, Start, Waiting},
    limits,
    message::{CaseDown, Down, Refused, Up},
};
use phone::Phone;
use server::{Server, Trouble};
use uuid::Uuid;

fn case(n: u128) -> CaseId {
    CaseId(Uuid::from_u128(n))
}

fn waiting(case_no: u128, n: u8, size: usize) -> Waiting {
    Waiting {
        case: case(case_no),
        hash: server::hash_of(&vec![n; size]),
        bytes: vec![n; size],
        deposited: Vec::new(),
    }
}

fn session(waiting: Vec<Waiting>, digest: Digest) -> Session {
    let device = DeviceId(Uuid::from_u128(7));
    Session::new(Start {
        device,
        cursor: None,
        digest,
        waiting,
        clock: None,
        attest: Vec::new(),
        limit_bytes: limits::DEFAULT_LIMIT_BYTES,
    })
}

fn sent(effect: Option<Effect>) -> Up {
    match effect {
        Some(Effect::Send(up)) => *up,
        other => panic!("expected a request, not {other:?}"),
    }
}

fn kept(effect: Option<Effect>) -> Vec<Keep> {
    match effect {
        Some(Effect::Keep(keep)) => keep,
        other => panic!("expected something to keep, not {other:?}"),
    }
}

fn refused(change: Option<ChangeHash>, passing: bool) -> Refused {
    Refused {
        change,
        code: "no".into(),
        zh: "不行".into(),
        passing,
        told: false,
    }
}

fn answer(cases: Vec<CaseDown>) -> Box<Down> {
    Box::new(Down {
        cases,
        ..Server::default().quiet()
    })
}

#[test]
fn a_session_with_nothing_to_say_takes_one_request() {
    let mut session = session(vec![], Digest::EMPTY);
    let up = sent(session.handle(Event::Begun));
    assert!(up.cases.is_empty() && up.holdings.is_none());
    let keep = kept(session.handle(Event::Answered(answer(vec![]))));
    assert!(matches!(keep[..], [Keep::Cursor(_)]));
    assert_eq!(
        session.handle(Event::Kept(Digest::EMPTY)),
        Some(Effect::End(End::UpToDate))
    );
}

/// Shows PP4.
#[test]
fn no_more_than_one_piece_is_on_its_way() {
    let all: Vec<_> = (0..100).map(|n| waiting(1, n, 1_000)).collect();
    let mut session = session(all.clone(), Digest::EMPTY);
    let mut arrived = Vec::new();
    let mut effect = session.handle(Event::Begun);
    while let Some(Effect::Send(up)) = effect {
        let changes: Vec<_> = up.cases.iter().flat_map(|c| c.changes.clone()).collect();
        assert!(changes.iter().map(|c| c.len()).sum::<usize>() <= limits::CHUNK_BYTES);
        let accepted = changes.iter().map(|c| server::hash_of(c)).collect();
        arrived.extend(changes);
        assert_eq!(
            up.more,
            arrived.len() < all.len(),
            "a closing waits for the rest (E27)"
        );
        session.handle(Event::Answered(answer(vec![CaseDown {
            accepted,
            ..CaseDown::new(case(1))
        }])));
        effect = session.handle(Event::Kept(Digest::EMPTY));
    }
    assert_eq!(effect, Some(Effect::End(End::UpToDate)));
    assert!(
        arrived
            .iter()
            .map(|c| c.as_slice())
            .eq(all.iter().map(|w| w.bytes.as_slice()))
    );
}

#[test]
fn a_change_larger_than_a_piece_goes_alone() {
    let mut session = session(
        vec![waiting(1, 1, 100_000), waiting(1, 2, 10)],
        Digest::EMPTY,
    );
    assert_eq!(sent(session.handle(Event::Begun)).cases[0].changes.len(), 1);
}

#[test]
fn a_change_put_off_stays_waiting_and_is_not_sent_twice_in_one_session() {
    let mut session = session(vec![waiting(1, 1, 10)], Digest::EMPTY);
    sent(session.handle(Event::Begun));
    let later = CaseDown {
        refused: vec![refused(None, true)],
        ..CaseDown::new(case(1))
    };
    kept(session.handle(Event::Answered(answer(vec![later]))));
    assert_eq!(
        session.handle(Event::Kept(Digest::EMPTY)),
        Some(Effect::End(End::PutOff))
    );
}

#[test]
fn a_change_that_the_answer_does_not_mention_stays_waiting() {
    let mut session = session(vec![waiting(1, 1, 10)], Digest::EMPTY);
    sent(session.handle(Event::Begun));
    kept(session.handle(Event::Answered(answer(vec![]))));
    assert_eq!(
        session.handle(Event::Kept(Digest::EMPTY)),
        Some(Effect::End(End::PutOff))
    );
}

#[test]
fn a_refusal_takes_what_was_written_behind_it_along_until_it_is_made_anew() {
    let (good, bad, behind, other) = (
        waiting(1, 1, 9),
        waiting(1, 2, 9),
        waiting(1, 3, 9),
        waiting(2, 4, 9),
    );
    let mut session = session(
        vec![good.clone(), bad.clone(), behind, other.clone()],
        Digest::EMPTY,
    );
    sent(session.handle(Event::Begun));
    let one = CaseDown {
        accepted: vec![good.hash],
        refused: vec![refused(Some(bad.hash), false)],
        ..CaseDown::new(case(1))
    };
    let two = CaseDown {
        accepted: vec![other.hash],
        ..CaseDown::new(case(2))
    };
    let keep = kept(session.handle(Event::Answered(answer(vec![one, two]))));
    assert!(keep.contains(&Keep::Refused(case(1), refused(Some(bad.hash), false))));
    assert!(keep.contains(&Keep::Accepted(case(2), vec![other.hash])));
    let anew = waiting(1, 5, 9);
    session.handle(Event::Rewrote(case(1), vec![anew.clone()]));
    let up = sent(session.handle(Event::Kept(Digest::EMPTY)));
    assert_eq!(up.cases.len(), 1);
    assert_eq!(up.cases[0].changes[0].as_slice(), anew.bytes);
}

#[test]
fn an_edit_made_during_an_exchange_is_sent_by_it_and_never_taken_for_sent() {
    let mut session = session(vec![], Digest::EMPTY);
    sent(session.handle(Event::Begun));
    session.handle(Event::Wrote(waiting(1, 1, 10)));
    kept(session.handle(Event::Answered(answer(vec![]))));
    assert_eq!(
        sent(session.handle(Event::Kept(Digest::EMPTY))).cases.len(),
        1
    );
}

#[test]
fn an_answer_that_comes_twice_or_unasked_does_nothing() {
    let mut session = session(vec![], Digest::EMPTY);
    assert_eq!(session.handle(Event::Answered(answer(vec![]))), None);
    sent(session.handle(Event::Begun));
    kept(session.handle(Event::Answered(answer(vec![]))));
    assert_eq!(session.handle(Event::Answered(answer(vec![]))), None);
    session.handle(Event::Kept(Digest::EMPTY));
    assert_eq!(session.handle(Event::Answered(answer(vec![]))), None);
    assert_eq!(session.handle(Event::NoAnswer), None);
}

#[test]
fn a_digest_that_differs_makes_the_session_name_its_holdings_once() {
    let mine = Digest([1; 16]);
    let mut session = session(vec![], mine);
    sent(session.handle(Event::Begun));
    session.handle(Event::Answered(answer(vec![])));
    assert_eq!(session.handle(Event::Kept(mine)), Some(Effect::List(None)));
    let up = sent(session.handle(Event::Listed(vec![(case(1), mine.short())])));
    assert_eq!(up.holdings.unwrap().held, [(case(1), mine.short())]);
    session.handle(Event::Answered(answer(vec![])));
    assert_eq!(
        session.handle(Event::Kept(mine)),
        Some(Effect::End(End::Differs))
    );
}

#[test]
fn many_holdings_are_named_part_by_part() {
    let mine = Digest([1; 16]);
    let all: Vec<_> = (1..=45_000).map(|n| (case(n), mine.short())).collect();
    let mut session = session(vec![], mine);
    sent(session.handle(Event::Begun));
    session.handle(Event::Answered(answer(vec![])));
    let mut effect = session.handle(Event::Kept(mine));
    let mut parts = Vec::new();
    while let Some(Effect::List(after)) = effect {
        let part = all
            .iter()
            .copied()
            .filter(|(c, _)| after.is_none_or(|a| *c > a));
        let up = sent(session.handle(Event::Listed(
            part.take(limits::HOLDINGS_PER_UP + 1).collect(),
        )));
        parts.push(up.holdings.unwrap());
        session.handle(Event::Answered(answer(vec![])));
        effect = session.handle(Event::Kept(Digest::EMPTY));
    }
    assert_eq!(effect, Some(Effect::End(End::UpToDate)));
    assert_eq!(parts.len(), 3);
    assert!(parts.iter().flat_map(|p| &p.held).eq(&all));
    assert!(
        parts
            .windows(2)
            .all(|two| two[0].through == two[1].after && two[0].through.is_some())
    );
    assert_eq!((parts[0].after, parts[2].through), (None, None));
}

#[test]
fn on_a_line_that_loses_every_third_message_everything_arrives_once() {
    let (mut server, mut trouble) = (Server::default(), Trouble::every(3));
    let (mut one, mut two) = (Phone::default(), Phone::default());
    for n in 0..40_u8 {
        let phone = if n % 2 == 0 { &mut one } else { &mut two };
        phone.write(case(u128::from(n % 5)), vec![n; 34]);
        phone.sync(&mut server, &mut trouble);
    }
    for phone in [&mut one, &mut two] {
        while phone.sync(&mut server, &mut trouble) == End::NoAnswer {}
        assert!(phone.outbox.is_empty());
    }
    one.sync(&mut server, &mut Trouble::none());
    assert_eq!(one.held, two.held);
    assert_eq!(server.cases, one.held);
    assert_eq!(server.cases.values().map(Vec::len).sum::<usize>(), 40);
}

#[test]
fn a_server_set_back_to_an_earlier_day_gets_the_lost_changes_again() {
    let mut server = Server::default();
    let mut phone = Phone::default();
    phone.write(case(1), vec![1; 34]);
    assert_eq!(phone.sync(&mut server, &mut Trouble::none()), End::UpToDate);
    let backup = server.clone();
    phone.write(case(1), vec![2; 34]);
    phone.write(case(2), vec![3; 34]);
    assert_eq!(phone.sync(&mut server, &mut Trouble::none()), End::UpToDate);
    let before = server.cases.clone();
    server = backup;
    assert_eq!(phone.sync(&mut server, &mut Trouble::none()), End::UpToDate);
    assert_eq!(server.cases, before);
}

#[test]
fn a_phone_set_back_to_an_earlier_day_is_brought_up_again() {
    let mut server = Server::default();
    let (mut phone, mut other) = (Phone::default(), Phone::default());
    other.write(case(1), vec![1; 34]);
    other.sync(&mut server, &mut Trouble::none());
    phone.sync(&mut server, &mut Trouble::none());
    // The cursor is newer than what is held: what a half-restored phone looks like.
    phone.held.clear();
    assert_eq!(phone.sync(&mut server, &mut Trouble::none()), End::UpToDate);
    assert_eq!(phone.held, server.cases);
}
