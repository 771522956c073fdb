//! Single rows of a case: put back to an earlier state, damaged where only this phone has the case,
//! and not what this version reads.

use super::{rows, scene};
use crate::{
    office::{Office, refused_as},
    phone::{Phone, noon, note},
    seed::Seeded,
};
use hejie_case::{act, ids::CaseId, record::Ask};
use hejie_device::{
    encryption::{EncryptedStore, RowName, RowOwner},
    engine::Standing,
    store::{Store, Table, Write},
};

/// The facts as they lie in the store.
fn facts_of(phone: &Phone, case: CaseId) -> Vec<u8> {
    let name = RowName {
        table: Table::Facts,
        owner: RowOwner::Case(case),
        number: 0,
    };
    let sealed = EncryptedStore::open(phone.disk.copy(), &*phone.pocket, Box::new(Seeded(9)));
    sealed.unwrap().get(name).unwrap().unwrap().to_vec()
}

/// Whatever it says of before, the server's word of now comes again; numbers go on behind what is
/// there, so that nothing that waits is written over.
#[test]
fn a_row_of_before_that_is_put_back_is_told_and_healed_and_writes_over_nothing() {
    let count = rows(&scene().2.disk.copy()).len();
    let mut put_back = Vec::new();
    for n in 0..count {
        for exchanges in [false, true] {
            let (mut office, mut a, mut b, case) = scene();
            let (table, key, old) = rows(&b.disk.copy()).remove(n);
            if exchanges {
                office.set_facts(case, 4, br#"{"version":4}"#.to_vec());
                b.exchange(&mut office);
            }
            b.note(case, "又一条");
            b.note(case, "第三条");
            if b.disk.get(table, key).unwrap().as_ref() == Some(&old) {
                continue;
            }
            put_back.push(table);
            b.disk.commit(vec![Write::Put(table, key, old)]).unwrap();
            b.die();
            let status = b.engine.status();
            let what = format!("{table:?} {n} {exchanges}");
            assert!(status.damaged > 0 || status.trouble.is_some(), "{what}");
            let mut wanted = vec!["乙未传的", "又一条", "甲写的", "第三条"];
            if b.engine.add(case, note(noon(), "第四条"), noon()).is_ok() {
                wanted.push("第四条");
            }
            wanted.sort_unstable();
            b.exchange(&mut office);
            b.exchange(&mut office);
            a.exchange(&mut office);
            assert_eq!(a.notes(case), wanted, "{what}");
            assert_eq!(a.view(case), b.view(case), "{what}");
            let version: &[u8] = if exchanges { b"4" } else { b"3" };
            assert_eq!(facts_of(&b, case)[11..12], *version, "{what}");
        }
    }
    for table in [Table::Own, Table::Case, Table::Document, Table::Facts] {
        assert!(put_back.contains(&table), "{put_back:?}");
    }
}

/// Flips a bit in a row, and wakes the phone up again; which row it was.
pub(crate) fn damage(phone: &mut Phone, n: usize) -> (Table, u64) {
    let damaged = flip(phone, n);
    phone.die();
    damaged
}

/// Flips a bit in a row, under the phone that runs.
pub(super) fn flip(phone: &mut Phone, n: usize) -> (Table, u64) {
    let (table, key, mut row) = rows(&phone.disk.copy()).remove(n);
    row.sealed[30] ^= 1;
    let put = vec![Write::Put(table, key, row)];
    phone.disk.commit(put).unwrap();
    (table, key.number)
}

/// The rows that belong to cases.
fn of_cases(phone: &Phone) -> Vec<usize> {
    let all = rows(&phone.disk.copy()).into_iter().enumerate();
    let of_cases = all.filter(|(_, (table, ..))| *table != Table::Own);
    of_cases.map(|(n, _)| n).collect()
}

pub(super) fn gone(phone: &Phone) -> u64 {
    phone.engine.status().lost.unwrap_or_default()
}

/// Its document was saved when it was begun; what was written since stands in the outbox alone.
#[test]
fn a_case_that_is_only_here_outlives_each_of_its_rows_and_what_is_gone_is_counted() {
    let begun = || {
        let mut phone = Phone::new(1);
        let case = phone.begin_case("只在本机");
        phone.note(case, "第一条");
        phone.note(case, "第二条");
        (phone, case)
    };
    let all = of_cases(&begun().0);
    assert!(all.len() >= 5, "case, document, and three changes");
    for n in all {
        let (mut phone, case) = begun();
        let row = damage(&mut phone, n);
        let (left, lost): (&[&str], u64) = match row {
            (Table::Outgoing, 1) => (&["第二条"], 1),
            (Table::Outgoing, 2) => (&["第一条"], 1),
            _ => (&["第一条", "第二条"], 0),
        };
        let what = format!("{row:?}");
        assert!(phone.engine.status().trouble.is_some(), "{what}");
        assert_eq!(phone.notes(case), left, "{what}");
        assert_eq!(gone(&phone), lost, "{what}");
        assert_eq!(phone.engine.cases()[0].title, "只在本机", "{what}");
        phone.note(case, "之后写的");
        let mut office = Office::new(noon());
        phone.exchange(&mut office);
        let there = office.rooms[&case].doc.view().unwrap();
        assert_eq!(there, phone.view(case), "{what}");
        assert_eq!(there.notes.len(), left.len() + 1, "{what}");
        let summary = &phone.engine.cases()[0];
        assert_eq!(summary.standing, Standing::OnServer, "{what}");
        assert_eq!(gone(&phone), lost, "told until it was read: {what}");
    }
}

#[test]
fn an_edit_that_stood_in_the_outbox_alone_is_counted_when_it_is_gone_though_its_document_reads() {
    let written = || {
        let (office, a, mut b, case) = scene();
        b.note(case, "又一条");
        b.note(case, "第三条");
        (office, a, b, case)
    };
    let mut counted = Vec::new();
    for n in of_cases(&written().2) {
        let (mut office, mut a, mut b, case) = written();
        let row = damage(&mut b, n);
        let before = gone(&b);
        counted.push(before);
        if before > 0 {
            let told = b.engine.status().trouble.unwrap();
            assert_eq!(told.code, "store_damaged");
            assert!(told.zh.contains("有 1 条") && told.zh.contains("险情"));
        }
        b.exchange(&mut office);
        b.exchange(&mut office);
        a.exchange(&mut office);
        let left = 4 - usize::try_from(before).unwrap();
        assert_eq!(a.notes(case).len(), left, "{row:?}");
        assert_eq!(a.view(case), b.view(case), "{row:?}");
        assert_eq!(gone(&b), before, "told until it was read: {row:?}");
    }
    counted.sort_unstable();
    assert_eq!(counted[counted.len() - 3..], [0, 1, 1]);
}

/// Its row in the outbox is gone, and what was written on it does not stand on anything any more.
#[test]
fn an_edit_that_stands_in_the_saved_document_alone_is_sent_from_there() {
    let (mut office, mut a, mut b, case) = scene();
    b.note(case, "又一条");
    b.note(case, "第三条");
    let all = rows(&b.disk.copy()).into_iter();
    let outgoing = all.filter(|(table, key, _)| *table == Table::Outgoing && key.number < 2);
    for (table, key, mut row) in outgoing {
        row.sealed[30] ^= 1;
        b.disk.commit(vec![Write::Put(table, key, row)]).unwrap();
    }
    b.die();
    assert_eq!(gone(&b), 1);
    b.exchange(&mut office);
    b.exchange(&mut office);
    a.exchange(&mut office);
    assert_eq!(a.notes(case), ["乙未传的", "甲写的", "第三条"]);
    assert_eq!(a.view(case), b.view(case));
}

#[test]
fn what_is_gone_at_one_time_and_at_another_is_counted_together() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("只在本机");
    phone.note(case, "第一条");
    phone.note(case, "第二条");
    for lost in 1..=2 {
        let all = rows(&phone.disk.copy());
        let mut tables = all.iter().map(|(table, ..)| *table);
        let last = tables.rposition(|table| table == Table::Outgoing);
        damage(&mut phone, last.unwrap());
        assert_eq!(gone(&phone), lost);
        phone.note(case, "再写一条");
    }
}

/// What waited before and still waits is not gone.
#[test]
fn one_commit_that_is_gone_is_told_and_counted() {
    let (_, _, mut b, case) = scene();
    let before = b.disk.copy();
    b.note(case, "又一条");
    b.disk.put_back(before);
    b.die();
    assert_eq!(b.engine.status().trouble.unwrap().code, "phone_set_back");
    assert_eq!(gone(&b), 1);
    assert_eq!(b.notes(case), ["乙未传的", "甲写的"]);
}

/// Nothing in the store says that there was a case; the mark beside the key says how much waited.
#[test]
fn edits_of_a_case_of_which_every_row_was_taken_away_are_counted() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("只在本机");
    phone.note(case, "第一条");
    let all = rows(&phone.disk.copy()).into_iter();
    let of_case = all.filter(|(table, ..)| *table != Table::Own);
    let taken = of_case.map(|(table, key, _)| Write::Delete(table, key));
    phone.disk.commit(taken.collect()).unwrap();
    phone.die();
    assert!(phone.engine.cases().is_empty());
    assert_eq!(gone(&phone), 2);
}

/// The row of the case would have said how much waits.
#[test]
fn an_edit_that_is_gone_together_with_the_row_of_its_case_is_counted() {
    let (_, _, mut b, case) = scene();
    b.note(case, "又一条");
    let all = rows(&b.disk.copy()).into_iter();
    let both = all.filter(|(table, key, _)| match table {
        Table::Case => true,
        Table::Outgoing => key.number == 1,
        _ => false,
    });
    for (table, key, mut row) in both {
        row.sealed[30] ^= 1;
        b.disk.commit(vec![Write::Put(table, key, row)]).unwrap();
    }
    b.die();
    assert_eq!(gone(&b), 1);
}

/// What others wrote comes without the whole, and is no reason to take the case for mended.
#[test]
fn a_damaged_case_into_which_others_write_meanwhile_comes_again_whole() {
    for n in of_cases(&scene().2) {
        let (mut office, mut a, mut b, case) = scene();
        let row = damage(&mut b, n);
        a.note(case, "甲又写的");
        a.exchange(&mut office);
        b.exchange(&mut office);
        b.exchange(&mut office);
        a.exchange(&mut office);
        let mut wanted = ["乙未传的", "甲写的", "甲又写的"];
        wanted.sort_unstable();
        assert_eq!(a.notes(case), wanted, "{row:?}");
        assert_eq!(a.view(case), b.view(case), "{row:?}");
        assert_eq!(facts_of(&b, case), br#"{"version":3}"#, "{row:?}");
        assert_eq!(b.engine.status().damaged, 0, "{row:?}");
    }
}

#[test]
fn words_that_were_refused_and_are_gone_are_counted_too() {
    let (mut office, _, mut b, case) = scene();
    office.judge = Box::new(|_, _| Some(refused_as("role_may_not", None)));
    b.exchange(&mut office);
    assert_eq!(b.engine.refusals().unwrap().len(), 1);
    let all = rows(&b.disk.copy()).into_iter();
    let mut tables = all.map(|(table, ..)| table);
    let n = tables.position(|table| table == Table::Refusal).unwrap();
    damage(&mut b, n);
    let status = b.engine.status();
    assert_eq!((status.refused, status.lost), (0, Some(1)));
    assert_eq!(b.notes(case), ["甲写的"]);
}

/// Shows E23.
#[test]
fn a_danger_that_waits_rings_whichever_row_of_its_case_is_damaged() {
    let report = |phone: &mut Phone, case: CaseId| {
        phone.note(case, "先到场");
        let what = "一方持刀。".into();
        let asked = phone
            .engine
            .ask(case, Ask::Danger(act::ReportDanger { what }), noon());
        asked.unwrap();
    };
    let shared = || {
        let (_, _, mut b, case) = scene();
        report(&mut b, case);
        b
    };
    let only_here = || {
        let mut phone = Phone::new(1);
        let case = phone.begin_case("只在本机");
        report(&mut phone, case);
        phone
    };
    for begun in [&shared as &dyn Fn() -> Phone, &only_here] {
        for n in of_cases(&begun()) {
            let mut phone = begun();
            if flip(&mut phone, n).0 == Table::Outgoing {
                let alarm = phone.engine.status().alarm.map(|alarm| alarm.code);
                assert_eq!(alarm.as_deref(), Some("danger_not_told"), "while it runs");
            }
            let mut phone = begun();
            let row = damage(&mut phone, n);
            let status = phone.engine.status();
            match status.alarm {
                Some(alarm) => assert_eq!(alarm.code, "danger_not_told"),
                None => {
                    assert_eq!((row, gone(&phone)), ((Table::Outgoing, 2), 1));
                    let told = status.trouble.unwrap().zh;
                    assert!(told.contains("110"), "nobody knows of it any more: {told}");
                }
            }
        }
    }
}
