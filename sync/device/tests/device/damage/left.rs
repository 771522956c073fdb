//! Damaged cases that do not come again, since the server does not know them as this person's: they
//! leave, and what waits of them goes up or is kept with its reason.

use super::{
    row::{damage, flip},
    rows, scene,
};
use crate::{
    office::{Office, refused_as},
    phone::{Phone, enrolment},
};
use hejie_case::ids::CaseId;
use hejie_device::{
    engine::Standing,
    store::{Key, Table},
};

/// A phone with an unsent note in a case that the office does not count as this person's any more,
/// and of which it says nothing before it is asked.
fn taken_in_silence() -> (Office, Phone, Phone, CaseId) {
    let (mut office, a, b, case) = scene();
    office.take_away(b.device(), case);
    office.tells_on_asking = true;
    (office, a, b, case)
}

/// Where a row of this table stands; of the phone's own, the ledger.
fn first(phone: &Phone, table: Table) -> usize {
    let all = rows(&phone.disk.copy());
    let is_wanted = |(of, key, _): &(Table, Key, _)| {
        *of == table && (table != Table::Own || key.group == [0; 16])
    };
    all.iter().position(is_wanted).unwrap()
}

fn assert_left(phone: &Phone, what: &str) {
    let status = phone.engine.status();
    assert_eq!((status.damaged, status.waiting), (0, 0), "{what}");
    assert_eq!(phone.engine.cases()[0].standing, Standing::Left, "{what}");
}

/// A ledger that does not open makes all cases doubtful, also those that the server does not count.
#[test]
fn a_damaged_case_that_the_server_does_not_count_leaves_and_what_waits_goes_up() {
    for enrolled_anew in [false, true] {
        let (mut office, mut a, mut b, case) = taken_in_silence();
        let ledger = first(&b, Table::Own);
        damage(&mut b, ledger);
        assert_eq!(b.engine.status().damaged, 1);
        if enrolled_anew {
            b.engine.enrol(enrolment(2, 0x52), b.now).unwrap();
        }
        b.exchange(&mut office);
        assert_left(&b, &format!("{enrolled_anew}"));
        assert!(b.engine.refusals().unwrap().is_empty());
        a.exchange(&mut office);
        assert_eq!(a.notes(case), ["乙未传的", "甲写的"]);
        let own = b.engine.enrolment().unwrap().actor;
        let mut notes = a.view(case).notes.into_values();
        assert!(notes.any(|note| note.author == own), "{enrolled_anew}");
    }
}

/// Under the actor of before nobody would take it, and there is nothing left to write it on.
#[test]
fn what_waits_of_a_damaged_case_that_leaves_is_kept_where_it_cannot_be_written_again() {
    let (mut office, _, mut b, _) = taken_in_silence();
    let document = first(&b, Table::Document);
    damage(&mut b, document);
    b.engine.enrol(enrolment(2, 0x52), b.now).unwrap();
    b.exchange(&mut office);
    assert_left(&b, "no document");
    assert_eq!(b.engine.refusals().unwrap().len(), 1);
}

#[test]
fn a_case_that_left_and_whose_own_row_is_gone_is_not_awaited() {
    let (mut office, _, mut b, case) = scene();
    office.judge = Box::new(|_, _| Some(refused_as("role_may_not", None)));
    b.exchange(&mut office);
    office.take_away(b.device(), case);
    b.exchange(&mut office);
    let own = first(&b, Table::Case);
    damage(&mut b, own);
    assert_left(&b, "found by its refusal");
    b.exchange(&mut office);
    assert_left(&b, "after an exchange");
    assert_eq!(b.engine.refusals().unwrap().len(), 1);
}

/// What stays of one that left may also be all that is left of one that is here.
#[test]
fn a_case_that_is_taken_for_one_that_left_comes_again_when_the_server_counts_it() {
    let (mut office, mut a, mut b, case) = scene();
    office.judge = Box::new(|_, _| Some(refused_as("role_may_not", None)));
    b.exchange(&mut office);
    for table in [Table::Case, Table::Document, Table::Facts] {
        let n = first(&b, table);
        flip(&mut b, n);
    }
    b.die();
    assert!(b.engine.case(case, b.now).is_err());
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert_eq!(b.view(case), a.view(case));
    assert_eq!(b.engine.cases()[0].standing, Standing::OnServer);
}
