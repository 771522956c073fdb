//! Rows that open and do not read: what they hold can never be used, and they stop nothing else.

use super::{
    row::{damage, gone},
    rows, scene,
};
use crate::{
    file::photo,
    office::{Office, refused_as},
    phone::{Disk, Phone, noon},
    secret::{Keys, masked_party, zhang},
    seed::Seeded,
};
use hejie_case::ids::CaseId;
use hejie_device::{
    encryption::{EncryptedStore, RowChange, RowName, RowOwner},
    engine::EngineError,
    store::Table,
};

/// The store of a phone, opened beside its engine.
fn sealed(phone: &Phone) -> EncryptedStore<Disk> {
    EncryptedStore::open(phone.disk.clone(), &*phone.pocket, Box::new(Seeded(9))).unwrap()
}

/// Puts what opens and does not read in place of a row, and wakes the phone up again.
fn write_junk(phone: &mut Phone, case: CaseId, (table, number): (Table, u64)) {
    let owner = RowOwner::Case(case);
    let name = RowName {
        table,
        owner,
        number,
    };
    let junk = RowChange::Put(name, b"{}".to_vec());
    sealed(phone).commit(vec![junk]).unwrap();
    phone.die();
}

/// Neither what was meant nor the change reads: it can never go up, and keeps nothing else back.
#[test]
fn an_unsent_change_that_opens_and_does_not_read_is_counted_and_stops_no_other() {
    for only_here in [false, true] {
        let (mut office, mut a, mut b, shared) = scene();
        let case = match only_here {
            true => b.begin_case("只在本机"),
            false => shared,
        };
        b.note(case, "读不出的");
        let numbers = sealed(&b).numbers(Table::Outgoing, RowOwner::Case(case));
        let unread = (Table::Outgoing, *numbers.last().unwrap());
        b.note(case, "之后的");
        let other = b.begin_case("另一案");
        b.note(other, "另一案的");
        write_junk(&mut b, case, unread);
        b.exchange(&mut office);
        let there = office.rooms[&other].doc.view().unwrap();
        assert_eq!(there, b.view(other), "{only_here}");
        b.exchange(&mut office);
        a.exchange(&mut office);
        let wanted: &[&str] = match only_here {
            true => &["之后的"],
            false => &["之后的", "乙未传的", "甲写的"],
        };
        assert_eq!(a.notes(case), wanted, "{only_here}");
        assert_eq!(a.view(case), b.view(case), "{only_here}");
        let status = b.engine.status();
        assert_eq!((status.waiting, status.damaged), (0, 0), "{only_here}");
        assert_eq!(gone(&b), 1, "{only_here}");
    }
}

/// The seal tells nothing of it: it shows when somebody reads the case.
#[test]
fn a_document_that_opens_and_does_not_read_is_fetched_again_once_somebody_has_looked_at_it() {
    let (mut office, _, mut b, case) = scene();
    b.exchange(&mut office);
    write_junk(&mut b, case, (Table::Document, 0));
    let read = b.engine.case(case, noon());
    assert!(matches!(read, Err(EngineError::Damaged(_))), "{read:?}");
    b.exchange(&mut office);
    assert_eq!(b.notes(case), ["乙未传的", "甲写的"]);
}

/// The row of a case opens, and is not what this version reads: what there is of the case besides
/// says which one it was.
#[test]
fn a_case_whose_row_does_not_read_is_found_by_its_other_rows() {
    let unread = |phone: &mut Phone, case| write_junk(phone, case, (Table::Case, 0));
    let mut phone = Phone::new(1);
    let case = phone.begin_case("只在本机");
    phone.note(case, "第一条");
    unread(&mut phone, case);
    assert_eq!(phone.notes(case), ["第一条"]);
    phone.note(case, "第二条");
    let mut office = Office::new(noon());
    phone.exchange(&mut office);
    assert_eq!(office.rooms[&case].doc.view().unwrap(), phone.view(case));
    assert_eq!(phone.notes(case), ["第一条", "第二条"]);

    let (mut office, mut a, mut b, case) = scene();
    unread(&mut b, case);
    b.exchange(&mut office);
    b.note(case, "之后写的");
    b.exchange(&mut office);
    a.exchange(&mut office);
    assert_eq!(a.notes(case), ["之后写的", "乙未传的", "甲写的"]);
    assert_eq!(a.view(case), b.view(case));
}

/// A phone that holds an identity, an original, and a note that was refused.
fn beside() -> (Office, Phone, CaseId) {
    let (mut office, _, mut phone, case) = scene();
    let keys = Keys::new(7);
    let voucher = keys.voucher();
    phone.engine.learn_sealing_key(voucher, noon()).unwrap();
    office.judge = Box::new(|_, _| Some(refused_as("role_may_not", None)));
    phone.exchange(&mut office);
    office.judge = Box::new(|_, _| None);
    let engine = &mut phone.engine;
    let party = engine.add(case, masked_party(false), noon()).unwrap();
    let captured = engine.add_party_identity(case, party, &zhang(), noon());
    captured.unwrap();
    let photo = engine.add_evidence(case, photo(), b"jpeg", noon());
    photo.unwrap();
    (office, phone, case)
}

#[test]
fn an_identity_original_or_refusal_that_does_not_read_is_told_and_stops_nothing_else() {
    for table in [Table::Secret, Table::File, Table::Refusal] {
        for opens in [true, false] {
            let (mut office, mut phone, case) = beside();
            let what = format!("{table:?} {opens}");
            match opens {
                true => {
                    let number = sealed(&phone).numbers(table, RowOwner::Case(case))[0];
                    write_junk(&mut phone, case, (table, number));
                }
                false => {
                    let all = rows(&phone.disk.copy()).into_iter();
                    let n = all.map(|(of, ..)| of).position(|of| of == table);
                    damage(&mut phone, n.unwrap());
                }
            }
            let told = phone.engine.status().trouble.unwrap();
            assert_eq!(told.code, "store_damaged", "{what}");
            let is_beside = table != Table::Refusal;
            assert_eq!(
                told.zh.contains("有 1 份原件或身份信息"),
                is_beside,
                "{what}"
            );
            assert_eq!(gone(&phone), u64::from(!is_beside), "{what}");
            phone.note(case, "之后写的");
            phone.exchange(&mut office);
            assert_eq!(phone.notes(case), ["之后写的", "甲写的"], "{what}");
            phone.die();
            let again = phone.engine.status().trouble.unwrap();
            assert_eq!(
                again.zh, told.zh,
                "told until it was read, and once: {what}"
            );
        }
    }
}
