//! What was refused, at once or later: it stays with its author, with the reason, and the rest goes
//! on.

use crate::{
    office::{Office, refused_as},
    phone::{Phone, enrolment, noon, one_case_on_two_phones},
    secret::masked_party,
};
use hejie_case::{
    edit::NewEntry,
    record::{SealedText, StatementHead},
};
use hejie_device::engine::{EngineError, Intent, Readiness, Standing};
use hejie_wire::message::Refused;
use jiff::SignedDuration;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Shows PP8.
#[test]
fn a_refused_change_is_kept_with_its_reason_and_the_rest_is_written_again() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let count = AtomicUsize::new(0);
    office.judge = Box::new(move |_, _| {
        (count.fetch_add(1, Ordering::Relaxed) == 1).then(|| refused_as("not_your_text", None))
    });
    a.note(case, "一");
    a.now += SignedDuration::from_mins(1);
    let doomed = a.note(case, "二");
    a.rewrite(case, doomed, "二，改过");
    a.now += SignedDuration::from_mins(1);
    a.note(case, "三");
    a.exchange(&mut office);
    assert_eq!(a.notes(case), ["一", "三"]);
    let refusals = a.engine.refusals().unwrap();
    assert_eq!(
        refusals.len(),
        2,
        "the edit of the refused note falls with it"
    );
    assert_eq!(
        (
            refusals[0].reason.code.as_str(),
            refusals[1].reason.code.as_str()
        ),
        ("not_your_text", "unknown_entry")
    );
    assert_eq!(a.engine.cases()[0].refused, 2);
    assert_eq!(a.engine.status().waiting, 0);
    b.exchange(&mut office);
    assert_eq!(b.notes(case), ["一", "三"]);

    a.engine.retry(case, refusals[0].number, noon()).unwrap();
    a.engine.retry(case, refusals[1].number, noon()).unwrap();
    assert!(a.engine.refusals().unwrap().is_empty());
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert_eq!(b.notes(case), ["一", "三", "二，改过"]);
}

#[test]
fn a_case_whose_beginning_was_refused_leaves_its_whole_content_to_its_author() {
    let (mut office, mut a) = (Office::new(noon()), Phone::new(1));
    office.judge = Box::new(|_, _| Some(refused_as("role_may_not_register", None)));
    let case = a.begin_case("无法登记的事");
    a.note(case, "现场情况");
    a.exchange(&mut office);
    let refusals = a.engine.refusals().unwrap();
    assert!(
        matches!(&refusals[0].intent, Intent::Begin { origin, .. } if origin.summary == "无法登记的事")
    );
    assert_eq!(refusals.len(), 2);
    assert!(matches!(
        a.engine.case(case, noon()),
        Err(EngineError::Left(_))
    ));
}

#[test]
fn a_case_whose_beginning_was_refused_is_begun_again_by_hand_with_all_that_was_written_in_it() {
    let (mut office, mut a) = (Office::new(noon()), Phone::new(1));
    office.judge = Box::new(|_, _| Some(refused_as("unstorable", None)));
    let case = a.begin_case("先前未能登记的事");
    let note = a.note(case, "现场情况");
    a.rewrite(case, note, "现场情况，已核实");
    a.exchange(&mut office);
    let refusals = a.engine.refusals().unwrap();
    assert_eq!(refusals.len(), 3);
    let early = a.engine.retry(case, refusals[1].number, noon());
    assert!(
        matches!(early, Err(EngineError::Left(_))),
        "what was written in it waits for the case: {early:?}"
    );

    for refusal in refusals {
        a.engine.retry(case, refusal.number, noon()).unwrap();
    }
    a.die();
    let file = a.engine.case(case, noon()).unwrap();
    assert_eq!(file.view.intake.summary, "先前未能登记的事");
    assert_eq!(a.notes(case), ["现场情况，已核实"]);
    assert_eq!(a.engine.status().waiting, 3);
    assert!(a.engine.refusals().unwrap().is_empty());

    office.judge = Box::new(|_, _| None);
    a.exchange(&mut office);
    assert_eq!(a.engine.status().waiting, 0);
    assert_eq!(a.engine.status().refused, 0);
    assert_eq!(a.notes(case), ["现场情况，已核实"]);
}

#[test]
fn a_beginning_that_is_refused_again_is_kept_again() {
    let (mut office, mut a) = (Office::new(noon()), Phone::new(1));
    office.judge = Box::new(|_, _| Some(refused_as("unstorable", None)));
    let case = a.begin_case("还是登记不了的事");
    a.exchange(&mut office);
    for _ in 0..3 {
        let refusals = a.engine.refusals().unwrap();
        assert_eq!(refusals.len(), 1);
        a.engine.retry(case, refusals[0].number, noon()).unwrap();
        a.exchange(&mut office);
    }
    assert_eq!(a.engine.cases()[0].refused, 1);
}

/// Shows PP8.
#[test]
fn a_change_that_is_put_off_stays_and_is_not_pressed() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    office.judge = Box::new(|_, _| {
        Some(Refused {
            passing: true,
            ..refused_as("busy", None)
        })
    });
    a.note(case, "稍后再传");
    let before = office.requests;
    a.exchange(&mut office);
    assert_eq!(office.requests, before + 1);
    let summary = &a.engine.cases()[0];
    assert_eq!((summary.waiting, summary.refused), (1, 0));
    assert_eq!(summary.reason.as_ref().unwrap().code, "busy");
    office.judge = Box::new(|_, _| None);
    a.exchange(&mut office);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
    assert_eq!(a.engine.cases()[0].reason, None);
}

#[test]
fn a_change_refused_after_it_was_acknowledged_comes_back_to_its_author() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    a.note(case, "好");
    a.exchange(&mut office);
    let receipt = {
        let id = a.engine.new_entry_id(noon()).unwrap();
        let edit = hejie_case::edit::Edit::Add {
            id,
            entry: crate::phone::note(noon(), "坏"),
        };
        a.engine.edit(case, edit, noon()).unwrap()
    };
    a.exchange(&mut office);
    office.quarantine(case, &refused_as("unmergeable", Some(receipt.change)));
    a.note(case, "之后");
    a.exchange(&mut office);
    assert_eq!(a.notes(case), ["之后", "好"]);
    let refusals = a.engine.refusals().unwrap();
    assert_eq!(refusals[0].reason.code, "unmergeable");
    assert!(matches!(&refusals[0].intent, Intent::Bytes { bytes, .. } if !bytes.is_empty()));
    b.exchange(&mut office);
    assert_eq!(b.view(case), a.view(case));

    a.engine.retry(case, refusals[0].number, noon()).unwrap();
    a.exchange(&mut office);
    b.exchange(&mut office);
    let notes = a.notes(case);
    let again = notes.iter().find(|note| note.contains("重新记录")).unwrap();
    assert!(
        again.ends_with("\n坏"),
        "its own number was given since: {again}"
    );
    assert_eq!((notes.len(), a.engine.status().refused), (3, 0));
    assert_eq!(b.view(case), a.view(case));
}

/// Only its bytes are left: they go up as they are first, and are not pressed.
#[test]
fn a_change_of_which_only_the_bytes_are_left_is_tried_again_as_it_is_and_then_in_its_words() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    a.note(case, "只剩字节的一条");
    a.exchange(&mut office);
    let change = office.later_changes(case)[0];
    office.quarantine(case, &refused_as("unmergeable", Some(change)));
    a.exchange(&mut office);
    assert!(a.notes(case).is_empty());
    let first = a.engine.refusals().unwrap();
    let receipt = a.engine.retry(case, first[0].number, noon()).unwrap();
    assert_eq!(receipt.change, change, "the same bytes");
    assert_eq!(a.notes(case), ["只剩字节的一条"]);
    a.exchange(&mut office);
    assert!(
        a.notes(case).is_empty(),
        "the office does not change its mind"
    );

    let second = a.engine.refusals().unwrap();
    assert_eq!(second.len(), 1);
    let receipt = a.engine.retry(case, second[0].number, noon()).unwrap();
    assert_ne!(receipt.change, change);
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
    assert!(b.notes(case)[0].ends_with("\n只剩字节的一条"));
    assert!(a.engine.refusals().unwrap().is_empty());
}

/// Its number was given again, so that it cannot go up as it is.
#[test]
fn a_removal_of_which_only_the_bytes_are_left_says_in_words_that_something_was_taken_out() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    let note = a.note(case, "好话，坏话。");
    a.exchange(&mut office);
    a.rewrite(case, note, "好话。");
    a.exchange(&mut office);
    let removal = office.later_changes(case)[1];
    office.quarantine(case, &refused_as("unmergeable", Some(removal)));
    a.note(case, "之后");
    a.exchange(&mut office);
    let refusals = a.engine.refusals().unwrap();
    a.engine.retry(case, refusals[0].number, noon()).unwrap();
    let notes = a.notes(case);
    let again = notes.iter().find(|note| note.contains("重新记录")).unwrap();
    assert!(again.ends_with("\n（删去3处）"), "{again}");
}

/// A note of its words would leave something of it out.
#[test]
fn a_change_of_which_only_the_bytes_are_left_and_whose_words_are_sealed_stays_as_it_is() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    let party = a.engine.add(case, masked_party(false), noon()).unwrap();
    let head = StatementHead {
        party,
        taken_at: noon(),
        supplement_to: None,
    };
    let sealed = SealedText {
        key_id: "2026-1".into(),
        ciphertext: "c2VjcmV0".into(),
    };
    let statement = NewEntry::Statement(head, sealed.into());
    a.engine.add(case, statement, noon()).unwrap();
    a.exchange(&mut office);
    let bad = office.later_changes(case)[1];
    office.quarantine(case, &refused_as("unmergeable", Some(bad)));
    a.note(case, "之后");
    a.exchange(&mut office);
    let before = a.engine.refusals().unwrap();
    let tried = a.engine.retry(case, before[0].number, noon());
    assert!(
        matches!(&tried, Err(EngineError::NotPossible(why)) if why.code == "only_bytes"),
        "{tried:?}"
    );
    assert_eq!(a.engine.refusals().unwrap(), before);
    assert_eq!(a.notes(case).len(), 1);
}

#[test]
fn unsent_work_of_a_case_that_left_stays_visible() {
    let (mut office, _, mut b, case) = one_case_on_two_phones();
    office.take_away(b.device(), case);
    office.judge = Box::new(|_, _| {
        Some(Refused {
            passing: true,
            ..refused_as("busy", None)
        })
    });
    b.note(case, "没来得及");
    b.exchange(&mut office);
    assert_eq!(b.engine.cases()[0].standing, Standing::Left);
    assert_eq!(b.engine.unsent(case).unwrap().len(), 1);
    office.judge = Box::new(|_, _| Some(refused_as("not_a_member", None)));
    b.exchange(&mut office);
    assert!(b.engine.unsent(case).unwrap().is_empty());
    let refusals = b.engine.refusals().unwrap();
    assert!(matches!(&refusals[0].intent, Intent::Edit { .. }));
    assert_eq!(refusals[0].reason.code, "not_a_member");
}

#[test]
fn work_that_was_built_on_a_colleagues_refused_change_is_written_again_without_it() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    let id = a.engine.new_entry_id(noon()).unwrap();
    let bad = hejie_case::edit::Edit::Add {
        id,
        entry: crate::phone::note(noon(), "坏"),
    };
    let receipt = a.engine.edit(case, bad, noon()).unwrap();
    a.exchange(&mut office);
    b.exchange(&mut office);
    office.quarantine(case, &refused_as("unmergeable", Some(receipt.change)));
    b.note(case, "我的记录");
    for _ in 0..2 {
        b.exchange(&mut office);
        a.exchange(&mut office);
    }
    assert_eq!(b.notes(case), ["我的记录"]);
    assert_eq!(a.view(case), b.view(case));
    assert!(b.engine.refusals().unwrap().is_empty());
    assert_eq!(b.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn the_work_of_a_phone_that_was_set_back_waits_until_it_is_enrolled_anew() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    office.judge = Box::new(|_, _| Some(refused_as("number_used", None)));
    a.note(case, "备份之后");
    a.exchange(&mut office);
    let summary = &a.engine.cases()[0];
    assert_eq!((summary.waiting, summary.refused), (1, 0));
    assert_eq!(summary.reason.as_ref().unwrap().code, "number_used");
    let status = a.engine.status();
    assert_eq!(status.readiness, Readiness::EnrolAgain);
    assert_eq!(status.trouble.unwrap().code, "phone_set_back");
    a.die();
    assert_eq!(a.engine.status().readiness, Readiness::EnrolAgain);
    office.judge = Box::new(|_, _| None);
    a.engine.enrol(enrolment(1, 0x51), noon()).unwrap();
    a.exchange(&mut office);
    assert_eq!(office.rooms[&case].doc.view().unwrap(), a.view(case));
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn what_was_taken_out_of_a_case_leaves_every_phone() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    a.note(case, "坏");
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert_eq!(b.notes(case), ["坏"]);
    let bad = office.later_changes(case)[0];
    office.quarantine(case, &refused_as("unmergeable", Some(bad)));
    b.exchange(&mut office);
    a.exchange(&mut office);
    assert!(b.notes(case).is_empty() && a.notes(case).is_empty());
    assert_eq!(
        (
            a.engine.refusals().unwrap().len(),
            b.engine.refusals().unwrap().len()
        ),
        (1, 0)
    );
    assert_eq!(b.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn what_stands_behind_a_number_that_was_used_waits_with_it() {
    let (mut office, mut a, _, case) = one_case_on_two_phones();
    let count = AtomicUsize::new(0);
    office.judge = Box::new(move |_, _| {
        let is_first = count.fetch_add(1, Ordering::Relaxed) == 0;
        let code = if is_first {
            "number_used"
        } else {
            "follows_refused"
        };
        Some(refused_as(code, None))
    });
    a.note(case, "一");
    a.note(case, "二");
    let before = a.engine.unsent(case).unwrap();
    a.exchange(&mut office);
    assert_eq!(
        a.engine.unsent(case).unwrap(),
        before,
        "nothing is written anew by itself"
    );
    assert!(a.engine.refusals().unwrap().is_empty());
    office.judge = Box::new(|_, _| None);
    a.engine.enrol(enrolment(1, 0x51), noon()).unwrap();
    a.exchange(&mut office);
    assert_eq!(office.rooms[&case].doc.view().unwrap().notes.len(), 2);
    assert_eq!(a.engine.status().readiness, Readiness::UpToDate);
}
