//! Phones and the office: what was written arrives, what was refused stays visible, what differs
//! heals.

use crate::{
    office::{Office, refused_as},
    phone::{Phone, enrolment, noon, one_case_on_two_phones},
};
use hejie_case::ids::CaseId;
use hejie_device::{
    engine::{EngineError, Readiness, Standing},
    store::{Range, Store, Table},
};
use hejie_wire::{codec, message::Refused};

#[test]
fn a_case_begun_on_a_phone_reaches_the_others() {
    let (_, a, b, case) = one_case_on_two_phones();
    assert_eq!(a.view(case), b.view(case));
    assert_eq!(a.engine.cases()[0].standing, Standing::OnServer);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
    assert!(a.engine.unsent(case).unwrap().is_empty());
}

#[test]
fn an_exchange_where_nothing_changed_is_one_small_request() {
    let (mut office, mut a, _, _) = one_case_on_two_phones();
    let before = office.requests;
    let up = a.engine.begin_exchange(a.now).unwrap();
    let down = office.answer(&up);
    assert!(
        !a.engine
            .take_answer(down.encoding, &down.bytes, noon())
            .unwrap()
            .again
    );
    assert_eq!(office.requests, before + 1);
    assert!(
        up.bytes.len() + down.bytes.len() < 300,
        "{} + {}",
        up.bytes.len(),
        down.bytes.len()
    );
}

/// Shows PP2.
#[test]
fn two_phones_that_wrote_offline_converge_in_either_order() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let shared = a.note(case, "双方在派出所大厅");
    a.exchange(&mut office);
    b.exchange(&mut office);
    a.rewrite(case, shared, "双方在派出所大厅，甲方情绪激动");
    b.rewrite(case, shared, "下午双方在派出所大厅");
    b.note(case, "网格员上门回访");
    b.exchange(&mut office);
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert_eq!(a.view(case), b.view(case));
    assert_eq!(
        a.view(case).notes[&shared].value.text,
        "下午双方在派出所大厅，甲方情绪激动"
    );
}

/// Shows PP7.
#[test]
fn an_edit_made_during_an_exchange_stays_pending() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    a.note(case, "之前");
    let up = a.engine.begin_exchange(a.now).unwrap();
    a.note(case, "之中");
    let down = office.answer(&up);
    assert!(
        a.engine
            .take_answer(down.encoding, &down.bytes, noon())
            .unwrap()
            .again
    );
    let status = a.engine.status();
    assert_eq!((status.readiness, status.waiting), (Readiness::Waiting, 1));
    a.exchange(&mut office);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn a_lost_answer_does_nothing_twice() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    a.note(case, "只写了一次");
    let up = a.engine.begin_exchange(a.now).unwrap();
    office.answer(&up);
    a.engine.exchange_failed();
    b.exchange(&mut office);
    b.note(case, "看到了");
    b.exchange(&mut office);
    a.die();
    a.exchange(&mut office);
    assert_eq!(a.notes(case), ["只写了一次", "看到了"]);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

/// Shows PP9.
#[test]
fn work_done_before_losing_a_case_arrives_and_then_the_case_leaves() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    b.note(case, "已写好的回访");
    office.take_away(b.device(), case);
    b.exchange(&mut office);
    let summary = &b.engine.cases()[0];
    assert_eq!((summary.standing, summary.waiting), (Standing::Left, 0));
    assert_eq!(summary.reason.as_ref().unwrap().code, "no_longer_assigned");
    assert!(matches!(
        b.engine.case(case, noon()),
        Err(EngineError::Left(_))
    ));
    a.exchange(&mut office);
    assert_eq!(a.notes(case), ["已写好的回访"]);
    assert_eq!(b.engine.status().readiness, Readiness::UpToDate);
}

/// Shows PP6.
#[test]
fn a_server_restored_to_an_earlier_point_gets_back_what_it_lost() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let point = office.log_len();
    a.note(case, "甲写的");
    b.note(case, "乙写的");
    a.exchange(&mut office);
    b.exchange(&mut office);
    a.exchange(&mut office);
    let whole = a.view(case);
    office.restore(point);
    a.note(case, "恢复以后");
    for _ in 0..2 {
        a.exchange(&mut office);
        b.exchange(&mut office);
    }
    assert_eq!(a.notes(case).len(), whole.notes.len() + 1);
    assert_eq!(a.view(case), b.view(case));
    assert_eq!(office.rooms[&case].doc.view().unwrap(), a.view(case));
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

/// The smallest schedule of `schedules` with seed 2: both have a change of one actor under one
/// number.
#[test]
fn a_phone_heals_that_built_on_what_its_author_wrote_again_after_the_server_was_restored() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let point = office.log_len();
    a.note(case, "将被拒绝");
    a.note(case, "甲写的");
    a.exchange(&mut office);
    b.exchange(&mut office);
    b.note(case, "乙在其后写的");
    b.exchange(&mut office);
    office.restore(point);
    office.forget_what_it_judged();
    let mut is_first = true;
    office.judge = Box::new(move |_, _| {
        std::mem::take(&mut is_first).then(|| refused_as("not_allowed", None))
    });
    a.exchange(&mut office);
    office.judge = Box::new(|_, _| None);
    let refused = a.engine.refusals().unwrap();
    assert_eq!(refused.len(), 2, "{refused:?}");
    // Its author enters the words again, under the numbers that the lost ones had.
    a.note(case, "甲重写的");
    a.exchange(&mut office);
    for _ in 0..2 {
        b.exchange(&mut office);
        a.exchange(&mut office);
    }
    for phone in [&a, &b] {
        assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
        assert_eq!(office.rooms[&case].doc.view().unwrap(), phone.view(case));
    }
    let kept = b.engine.refusals().unwrap();
    assert_eq!(kept.len(), 1, "what B had written on it is kept: {kept:?}");
    assert_eq!(office.claims.len(), 2, "what B holds of A is handed in");
}

#[test]
fn words_of_a_colleague_that_the_server_lost_are_relayed_once_and_count_when_their_author_sends_them()
 {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let point = office.log_len();
    a.note(case, "甲写的");
    a.exchange(&mut office);
    b.exchange(&mut office);
    office.restore(point);
    b.exchange(&mut office);
    assert_eq!(office.claims.len(), 1);
    assert!(b.notes(case).is_empty(), "nobody vouches for them yet");
    let requests = office.requests;
    b.exchange(&mut office);
    assert_eq!(
        office.requests,
        requests + 1,
        "there is nothing left to say"
    );
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert!(office.claims.is_empty());
    assert_eq!(b.notes(case), ["甲写的"]);
    assert_eq!(b.engine.status().readiness, Readiness::UpToDate);
}

/// The office takes them only later.
#[test]
fn words_of_a_colleague_that_wait_to_be_relayed_are_handed_in_though_the_case_is_taken_away() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let point = office.log_len();
    a.note(case, "甲写的");
    a.exchange(&mut office);
    b.exchange(&mut office);
    drop(a);
    office.restore(point);
    office.is_full = true;
    b.exchange(&mut office);
    office.take_away(b.device(), case);
    b.exchange(&mut office);
    assert!(matches!(
        b.engine.case(case, b.now),
        Err(EngineError::Left(_))
    ));
    b.die();
    office.is_full = false;
    b.exchange(&mut office);
    assert_eq!(office.claims.len(), 1);
    let of_relays = b.disk.scan(Table::Relay, Range::All).unwrap();
    assert_eq!(of_relays.len(), 0, "nothing of the case stays on the phone");
    let requests = office.requests;
    b.exchange(&mut office);
    assert_eq!(office.requests, requests + 1);
}

#[test]
fn what_was_accepted_stays_when_what_stands_behind_it_falls_with_a_colleagues_lost_words() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let point = office.log_len();
    let lost = a.note(case, "甲写的");
    let up = a.begin().unwrap();
    office.answer(&up);
    a.engine.exchange_failed();
    b.note(case, "乙先写的");
    b.exchange(&mut office);
    b.rewrite(case, lost, "甲写的，乙补的");
    b.exchange(&mut office);
    office.restore(point);
    b.note(case, "乙后写的");
    b.exchange(&mut office);
    assert_eq!(b.notes(case), ["乙先写的", "乙后写的"]);
    assert_eq!(b.engine.refusals().unwrap().len(), 1);
    for _ in 0..2 {
        a.exchange(&mut office);
        b.exchange(&mut office);
    }
    assert_eq!(a.view(case), b.view(case));
    assert_eq!(a.notes(case).len(), 3);
    for phone in [&a, &b] {
        assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
    }
}

#[test]
fn a_case_that_the_restored_server_never_heard_of_is_offered_from_its_beginning() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    a.note(case, "一");
    a.exchange(&mut office);
    office.restore(0);
    a.exchange(&mut office);
    assert_eq!(office.rooms[&case].doc.view().unwrap(), a.view(case));
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn a_restored_phone_writes_its_unsent_work_again_under_its_new_actor() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let note = a.note(case, "未传");
    a.rewrite(case, note, "未传，改过");
    a.engine.enrol(enrolment(1, 0x51), noon()).unwrap();
    assert_eq!(a.notes(case), ["未传，改过"]);
    assert_eq!(a.view(case).notes[&note].author, enrolment(1, 0x51).actor);
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert_eq!(a.view(case), b.view(case));
    assert!(a.engine.refusals().unwrap().is_empty());
}

#[test]
fn a_hostile_change_stops_at_the_gate_and_only_for_its_case() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let other = a.begin_case("另一案");
    a.exchange(&mut office);
    b.exchange(&mut office);
    a.note(other, "照常");
    a.exchange(&mut office);
    office.smuggle(case, b"\x85\x6f\x4a\x83 not a change".to_vec());
    b.note(case, "我写的");
    b.exchange(&mut office);
    assert_eq!(b.notes(other), ["照常"]);
    assert_eq!(b.notes(case), ["我写的"]);
    assert_eq!(b.engine.status().waiting, 0);
}

#[test]
fn facts_of_a_newer_server_are_kept_as_they_came() {
    are_kept_unread(r#"{"version":7,"stage":{"status":"unheard_of"}}"#);
}

/// A phone that took what it knows of them would show a case without its agreement.
#[test]
fn facts_of_before_rounds_were_values_are_kept_as_they_came_and_not_read_in_half() {
    are_kept_unread(
        r#"{"case_id":"01912345-0000-7000-8000-000000000001","version":7,"stage":{"status":"mediating"},
            "case_no":"990101-2026-000001","public_code":"2A3B4C5D6E","source":{"channel":"110","external_no":null},
            "region":"990101102","registered_at":"2026-03-02T01:00:00Z","accepted_at":"2026-03-02T02:00:00Z",
            "situation":"N03-02","difficulty":"simple","colour":{"level":"blue","score":2,"reasons":[]},
            "assignments":[],"deadlines":[],"rulings":{},"conflicts":{},"agreement":null,"trail":[]}"#,
    );
}

/// The phone keeps these facts, of version 7, shows none, and asks on their version.
fn are_kept_unread(facts: &str) {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    office.set_facts(case, 7, facts.as_bytes().to_vec());
    a.exchange(&mut office);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
    assert!(a.engine.case(case, noon()).unwrap().facts.is_none());
    let id = a
        .engine
        .ask(case, hejie_case::record::Ask::Accept, noon())
        .unwrap();
    assert_eq!(a.view(case).requests[&id].value.base_version, 7);
}

/// Shows PP4.
#[test]
fn much_work_goes_up_in_small_pieces() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    for n in 0..40 {
        let text: String = (0..500)
            .map(|i| char::from_u32(0x4e00 + (n * 500 + i) % 20_000).unwrap())
            .collect();
        a.note(case, &text);
    }
    let before = office.requests;
    a.exchange(&mut office);
    assert!(office.requests - before >= 3);
    assert_eq!(office.rooms[&case].doc.view().unwrap().notes.len(), 40);
}

/// The cases of the next request, in their order.
fn next_cases(phone: &mut Phone) -> Vec<CaseId> {
    let body = phone.begin().unwrap();
    let up = codec::decode_up(body.encoding, &body.bytes).unwrap();
    up.cases.iter().map(|up| up.case).collect()
}

/// Otherwise it might take the place of what would be taken, in every request.
#[test]
fn what_is_put_off_each_time_comes_behind_everything_else_and_what_was_too_much_does_not() {
    for (code, is_behind) in [("intake_incomplete", true), ("too_much_at_once", false)] {
        let (mut office, mut phone) = (Office::new(noon()), Phone::new(1));
        let (first, second) = (phone.begin_case("先"), phone.begin_case("后"));
        assert_eq!(next_cases(&mut phone), [first, second]);
        office.judge = Box::new(move |case, _| {
            let refused = Refused {
                passing: true,
                ..refused_as(code, None)
            };
            (case == first).then_some(refused)
        });
        phone.exchange_once(&mut office);
        phone.note(second, "到场。");
        let expected = if is_behind {
            [second, first]
        } else {
            [first, second]
        };
        assert_eq!(next_cases(&mut phone), expected, "{code}");
    }
}
