//! Stores that are not as they were left: everything that reads goes on, what the server has comes
//! again, what is gone is told.

mod left;
pub(crate) mod row;
mod unread;

use crate::{
    office::Office,
    phone::{Phone, enrolment, noon, note, one_case_on_two_phones},
    seed::Seeded,
};
use hejie_case::ids::CaseId;
use hejie_device::{
    encryption::{EncryptedStore, RowChange, RowName, RowOwner},
    engine::{Engine, EngineError, Readiness, Standing},
    store::{EncryptedRow, Key, MemoryStore, Range, Store, Table, Write},
};

/// Two phones and the office with one case that has facts; the second phone has a note that nobody
/// has yet.
fn scene() -> (Office, Phone, Phone, CaseId) {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    a.note(case, "甲写的");
    a.exchange(&mut office);
    office.set_facts(case, 3, br#"{"version":3}"#.to_vec());
    b.exchange(&mut office);
    b.note(case, "乙未传的");
    (office, a, b, case)
}

pub(crate) fn rows(disk: &MemoryStore) -> Vec<(Table, Key, EncryptedRow)> {
    let of = |table| disk.scan(table, Range::All).unwrap().into_iter();
    Table::ALL
        .into_iter()
        .flat_map(|table| of(table).map(move |(key, row)| (table, key, row)))
        .collect()
}

/// After an exchange everybody has everything, and the phone is at rest.
fn assert_healed(office: &mut Office, a: &mut Phone, b: &mut Phone, case: CaseId, what: &str) {
    b.exchange(office);
    b.exchange(office);
    a.exchange(office);
    assert_eq!(a.notes(case), ["乙未传的", "甲写的"], "{what}");
    assert_eq!(a.view(case), b.view(case), "{what}");
    let status = b.engine.status();
    assert_eq!(
        (status.readiness, status.damaged),
        (Readiness::UpToDate, 0),
        "{what}"
    );
    assert_eq!(b.engine.cases()[0].standing, Standing::OnServer, "{what}");
    let facts = b.disk.scan(Table::Facts, Range::All).unwrap();
    assert_eq!(facts.len(), 1, "{what}");
}

#[test]
fn a_bit_flipped_in_any_row_is_told_and_healed() {
    let count = rows(&scene().2.disk.copy()).len();
    assert!(count >= 8, "own rows, case, document, facts and outbox");
    for n in 0..count {
        let (mut office, mut a, mut b, case) = scene();
        let (table, key, mut row) = rows(&b.disk.copy()).remove(n);
        let last = row.sealed.len() - 1;
        row.sealed[last] ^= 4;
        b.disk.commit(vec![Write::Put(table, key, row)]).unwrap();
        b.die();
        let status = b.engine.status();
        assert_ne!(status.readiness, Readiness::UpToDate, "{table:?}");
        let is_told = status.damaged > 0 || status.trouble.is_some();
        assert!(is_told, "{table:?}");
        assert_healed(&mut office, &mut a, &mut b, case, &format!("{table:?} {n}"));
        b.die();
        assert_eq!(b.engine.status().damaged, 0, "told once: {table:?}");
    }
}

#[test]
fn a_row_that_is_gone_or_of_before_is_told_and_healed() {
    let count = rows(&scene().2.disk.copy()).len();
    for n in 0..count {
        let (mut office, mut a, mut b, case) = scene();
        let (table, key, _) = rows(&b.disk.copy()).remove(n);
        b.disk.commit(vec![Write::Delete(table, key)]).unwrap();
        b.die();
        let status = b.engine.status();
        assert!(status.damaged > 0 || status.trouble.is_some(), "{table:?}");
        assert_healed(&mut office, &mut a, &mut b, case, &format!("{table:?} {n}"));
    }
}

#[test]
fn a_damaged_case_stops_no_other_and_its_list_says_so() {
    let (mut office, mut a, mut b, case) = scene();
    let other = b.begin_case("另一案");
    let (key, mut row) = document_of(&b, case);
    row.sealed[40] ^= 1;
    b.disk
        .commit(vec![Write::Put(Table::Document, key, row)])
        .unwrap();
    b.die();
    assert!(matches!(
        b.engine.case(case, noon()),
        Err(EngineError::Damaged(_))
    ));
    let refused = b.engine.add(case, note(noon(), "写不进"), noon());
    assert!(matches!(refused, Err(EngineError::Damaged(_))));
    b.note(other, "照常");
    let summaries = b.engine.cases();
    let summary = summaries.iter().find(|one| one.case == case).unwrap();
    assert_eq!(summary.standing, Standing::Damaged);
    assert_eq!(summary.reason.as_ref().unwrap().code, "case_damaged");
    assert_eq!(summary.waiting, 1);
    b.exchange(&mut office);
    b.exchange(&mut office);
    a.exchange(&mut office);
    assert_eq!(a.notes(case), ["乙未传的", "甲写的"]);
    assert_eq!(a.notes(other), ["照常"]);
}

/// The row of the document of this case, which is the one that its case alone has here.
fn document_of(phone: &Phone, case: CaseId) -> (Key, EncryptedRow) {
    let before = phone.disk.copy();
    let sealed = EncryptedStore::open(before.clone(), &*phone.pocket, Box::new(Seeded(9))).unwrap();
    let name = RowName {
        table: Table::Document,
        owner: RowOwner::Case(case),
        number: 0,
    };
    let wanted = sealed.get(name).unwrap().unwrap();
    let all = before.scan(Table::Document, Range::All).unwrap();
    all.into_iter()
        .find(|(_, row)| row.sealed.len() == wanted.len() + 24 + 16)
        .unwrap()
}

#[test]
fn a_document_that_is_damaged_while_the_phone_runs_is_fetched_again_too() {
    let (mut office, mut a, mut b, case) = scene();
    // What is written in last stays in memory; this one is read from the store.
    b.begin_case("另一件");
    let (key, mut row) = document_of(&b, case);
    row.sealed[40] ^= 1;
    b.disk
        .commit(vec![Write::Put(Table::Document, key, row)])
        .unwrap();
    assert!(matches!(
        b.engine.case(case, noon()),
        Err(EngineError::Damaged(_))
    ));
    let cases = b.engine.cases();
    let damaged = cases.iter().find(|one| one.case == case).unwrap();
    assert_eq!(damaged.standing, Standing::Damaged);
    assert_healed(&mut office, &mut a, &mut b, case, "running");
}

/// Only here stood what was written on a document that is gone, and its own row: nobody can write
/// it again but its author.
#[test]
fn unsent_edits_that_are_gone_with_their_document_are_counted_and_told() {
    let (mut office, mut a, mut b, case) = scene();
    b.note(case, "又一条");
    b.note(case, "第三条");
    let broken = rows(&b.disk.copy()).into_iter();
    let outgoing = b.disk.scan(Table::Outgoing, Range::All).unwrap();
    assert_eq!(outgoing.len(), 3);
    let kept = outgoing.iter().map(|(key, _)| *key).max().unwrap();
    for (table, key, mut row) in broken.filter(|(table, key, _)| match table {
        Table::Document => true,
        Table::Outgoing => *key != kept,
        _ => false,
    }) {
        let last = row.sealed.len() - 1;
        row.sealed[last] ^= 4;
        b.disk.commit(vec![Write::Put(table, key, row)]).unwrap();
    }
    b.die();
    let told = |phone: &Phone| {
        let status = phone.engine.status();
        let trouble = status.trouble.unwrap();
        assert_eq!(trouble.code, "store_damaged");
        assert!(
            trouble.zh.contains("有 2 条尚未上传的内容已丢失"),
            "{}",
            trouble.zh
        );
        assert_eq!(status.lost, Some(2));
    };
    told(&b);
    assert_eq!(b.engine.status().waiting, 1, "what reads goes on waiting");
    b.die();
    told(&b);
    b.exchange(&mut office);
    b.exchange(&mut office);
    a.exchange(&mut office);
    assert_eq!(a.view(case), b.view(case));
    told(&b);
    let status = b.engine.status();
    assert_eq!((status.damaged, status.waiting), (0, 0));
    b.engine.dismiss_trouble().unwrap();
    assert_eq!(b.engine.status().lost, None);
}

#[test]
fn a_case_that_is_only_here_is_built_again_from_its_outbox() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("只在本机");
    phone.note(case, "第一条");
    let (key, mut row) = phone
        .disk
        .scan(Table::Document, Range::All)
        .unwrap()
        .remove(0);
    row.sealed[40] ^= 1;
    phone
        .disk
        .commit(vec![Write::Put(Table::Document, key, row)])
        .unwrap();
    phone.die();
    assert_eq!(phone.notes(case), ["第一条"]);
    let mut office = Office::new(noon());
    phone.exchange(&mut office);
    assert_eq!(office.rooms[&case].doc.view().unwrap(), phone.view(case));
}

#[test]
fn a_phone_that_was_set_back_is_told_and_goes_on() {
    let (mut office, mut a, mut b, case) = scene();
    let old = b.disk.copy();
    b.note(case, "之后一");
    b.exchange(&mut office);
    b.note(case, "之后二，未传");
    b.note(case, "之后三，未传");
    b.disk.put_back(old);
    b.die();
    let status = b.engine.status();
    assert_eq!(
        (status.readiness, status.lost),
        (Readiness::EnrolAgain, Some(2))
    );
    let trouble = status.trouble.unwrap();
    assert_eq!(trouble.code, "phone_set_back");
    assert!(
        trouble.zh.contains("2 条") && trouble.zh.contains("重新登记"),
        "{}",
        trouble.zh
    );
    assert_eq!(b.notes(case), ["乙未传的", "甲写的"], "what is there reads");
    b.exchange(&mut office);
    assert_eq!(b.notes(case).len(), 3, "and what the server has comes");
    b.die();
    assert_eq!(
        b.engine.status().lost,
        Some(2),
        "told until it is done, and not counted twice"
    );
    b.engine.dismiss_trouble().unwrap();
    let status = b.engine.status();
    assert_eq!(
        (status.readiness, status.lost),
        (Readiness::EnrolAgain, Some(2)),
        "to have read it is not enough"
    );
    b.engine.enrol(enrolment(2, 0x52), noon()).unwrap();
    b.note(case, "重新登记后");
    b.exchange(&mut office);
    a.exchange(&mut office);
    assert_eq!(
        a.notes(case),
        ["之后一", "乙未传的", "甲写的", "重新登记后"]
    );
    let status = b.engine.status();
    assert_eq!(
        (status.readiness, status.trouble),
        (Readiness::UpToDate, None)
    );
}

#[test]
fn a_store_that_is_gone_beside_its_key_is_no_new_phone() {
    let (mut office, mut a, mut b, case) = scene();
    b.disk.put_back(MemoryStore::default());
    b.die();
    let status = b.engine.status();
    assert_eq!(
        (status.readiness, status.lost),
        (Readiness::NotEnrolled, Some(1))
    );
    assert_eq!(status.trouble.unwrap().code, "store_gone");
    b.engine.enrol(enrolment(2, 0x52), noon()).unwrap();
    b.exchange(&mut office);
    a.exchange(&mut office);
    assert_eq!(b.view(case), a.view(case));
    assert_eq!(b.engine.status().readiness, Readiness::UpToDate);
}

#[test]
fn a_phone_that_does_not_know_its_owner_any_more_keeps_its_unsent_work() {
    let (mut office, mut a, mut b, case) = scene();
    let own = b.disk.scan(Table::Own, Range::All).unwrap();
    let ledger = own.iter().find(|(key, _)| key.group == [0; 16]).unwrap().0;
    for (key, mut row) in own.into_iter().filter(|(key, _)| *key != ledger) {
        row.sealed[30] ^= 1;
        b.disk
            .commit(vec![Write::Put(Table::Own, key, row)])
            .unwrap();
    }
    b.die();
    let status = b.engine.status();
    assert_eq!(
        (status.readiness, status.waiting),
        (Readiness::NotEnrolled, 1)
    );
    b.engine.enrol(enrolment(2, 0x52), noon()).unwrap();
    assert_healed(&mut office, &mut a, &mut b, case, "owner");
}

/// Each is made anew from the other before anything else happens to the store.
#[test]
fn whose_phone_it_is_outlives_first_one_of_its_rows_and_then_the_other() {
    let own = scene().2.disk.scan(Table::Own, Range::All).unwrap();
    let keys: Vec<Key> = own.into_iter().map(|(key, _)| key).collect();
    for pair in keys.iter().flat_map(|a| keys.iter().map(move |b| [*a, *b])) {
        let mut b = scene().2;
        for key in pair {
            if let Some(mut row) = b.disk.get(Table::Own, key).unwrap() {
                row.sealed[30] ^= 1;
                b.disk
                    .commit(vec![Write::Put(Table::Own, key, row)])
                    .unwrap();
            }
            b.die();
        }
        assert!(b.engine.enrolment().is_some(), "{pair:?}");
    }
}

/// What waits is written under the new actor when the case has come, and not on what is left of it.
#[test]
fn unsent_work_of_a_damaged_case_outlives_a_new_enrolment() {
    let (mut office, mut a, mut b, case) = scene();
    let (key, mut row) = document_of(&b, case);
    row.sealed[40] ^= 1;
    b.disk
        .commit(vec![Write::Put(Table::Document, key, row)])
        .unwrap();
    b.die();
    b.engine.enrol(enrolment(2, 0x52), noon()).unwrap();
    assert_eq!(b.engine.status().waiting, 1);
    assert_healed(&mut office, &mut a, &mut b, case, "enrolled anew");
    assert!(b.engine.refusals().unwrap().is_empty());
    let own = b.engine.enrolment().unwrap().actor;
    let notes = a.view(case).notes.into_values();
    let mut authors = notes.map(|note| note.author);
    assert!(authors.any(|author| author == own));
}

/// The row opens and its intent does not read (as one with a position that is no number once did):
/// its change is sent as it is.
#[test]
fn an_outbox_row_that_does_not_read_is_sent_by_its_bytes() {
    let (mut office, mut a, mut b, case) = scene();
    let name = |number| RowName {
        table: Table::Outgoing,
        owner: RowOwner::Case(case),
        number,
    };
    let mut sealed = EncryptedStore::open(b.disk.clone(), &*b.pocket, Box::new(Seeded(9))).unwrap();
    let number = sealed.numbers(Table::Outgoing, RowOwner::Case(case))[0];
    let value = sealed.get(name(number)).unwrap().unwrap();
    let end = value.iter().position(|byte| *byte == b'\n').unwrap();
    let broken = [br#"{"lat":null}"#, &value[end..]].concat();
    sealed
        .commit(vec![RowChange::Put(name(number), broken)])
        .unwrap();
    b.die();
    assert_healed(&mut office, &mut a, &mut b, case, "unreadable");
}

#[test]
fn what_was_told_of_damage_is_dismissed_by_its_reader() {
    let (_, _, mut b, _) = scene();
    let key = b.disk.scan(Table::Own, Range::All).unwrap()[0].0;
    b.disk.commit(vec![Write::Delete(Table::Own, key)]).unwrap();
    b.die();
    assert_eq!(b.engine.status().trouble.unwrap().code, "store_damaged");
    b.engine.dismiss_trouble().unwrap();
    b.die();
    assert_eq!(b.engine.status().trouble, None);
    let engine = Engine::open(b.disk.clone(), &*b.pocket, Box::new(Seeded(8))).unwrap();
    assert!(engine.enrolment().is_some());
}
