//! A case that grows: what is written costs what it is worth, and what stands behind the saved
//! document is never lost.

use crate::phone::{Fault, Phone, note, one_case_on_two_phones};
use hejie_case::ids::CaseId;
use hejie_device::store::{Range, Store, Table};

/// Bytes of the sealed document.
fn saved(phone: &Phone) -> usize {
    let rows = phone.disk.scan(Table::Document, Range::All).unwrap();
    rows.iter().map(|(_, row)| row.sealed.len()).sum()
}

fn texts(phone: &Phone, case: CaseId) -> usize {
    phone.view(case).notes.len()
}

#[test]
fn a_saved_document_is_not_written_again_with_every_entry() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("楼道堆物。");
    let mut sizes = Vec::new();
    for n in 0..600 {
        phone.note(case, &format!("第{n}次走访。"));
        sizes.push(saved(&phone));
    }
    sizes.dedup();
    assert!((2..=4).contains(&sizes.len()), "saved at {sizes:?} bytes");
    assert_eq!(texts(&phone, case), 600);
}

#[test]
fn a_phone_that_dies_reads_what_stands_behind_the_saved_document() {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("楼道堆物。");
    for n in 0..40 {
        phone.note(case, &format!("第{n}次走访。"));
        if n % 7 == 0 {
            phone.die();
        }
        assert_eq!(texts(&phone, case), n + 1);
    }
    let before = phone.view(case);
    phone.die();
    assert_eq!(phone.view(case), before);
}

#[test]
fn what_stands_behind_the_saved_document_is_sent_and_met_by_what_others_wrote() {
    let (mut office, mut a, mut b, case) = one_case_on_two_phones();
    for n in 0..5 {
        a.note(case, &format!("甲第{n}次走访。"));
        b.note(case, &format!("乙第{n}次走访。"));
    }
    a.die();
    a.exchange(&mut office);
    b.exchange(&mut office);
    a.exchange(&mut office);
    a.note(case, "之后写的。");
    a.die();
    a.exchange(&mut office);
    b.exchange(&mut office);
    assert_eq!((texts(&a, case), a.view(case)), (11, b.view(case)));
}

#[test]
fn what_a_commit_that_failed_had_written_is_read_from_the_store_and_not_from_memory() {
    for (fault, kept) in [(Fault::Before(0), 1), (Fault::After(0), 2)] {
        let mut phone = Phone::new(1);
        let case = phone.begin_case("楼道堆物。");
        phone.note(case, "之前写的。");
        phone.disk.fail(Some(fault));
        let now = phone.now;
        assert!(
            phone
                .engine
                .add(case, note(now, "写到一半。"), now)
                .is_err()
        );
        phone.disk.fail(None);
        assert_eq!(texts(&phone, case), kept, "{fault:?}");
        phone.note(case, "之后写的。");
        phone.die();
        assert_eq!(texts(&phone, case), kept + 1, "{fault:?}");
    }
}
