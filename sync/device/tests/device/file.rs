//! Originals of evidence: one step with their entry, sent in parts, gone when the server has them, kept while it does not.

use crate::{
    office::Office,
    phone::{Disk, Fault, Phone, noon},
};
use hejie_case::{
    ids::{CaseId, EntryId},
    record::EvidenceKind,
};
use hejie_device::{
    engine::{EngineError, NewEvidence, OutgoingFile, PART_BYTES, Reason, Whereabouts},
    store::{Range, Store, Table},
};

pub(crate) fn photo() -> NewEvidence {
    NewEvidence {
        kind: EvidenceKind::Photo,
        mime: "image/jpeg".into(),
        taken_at: noon(),
        place: None,
        origin: "现场拍摄".into(),
        caption: "门锁".into(),
    }
}

/// Two parts and a half, no two of them alike.
pub(crate) fn bytes() -> Vec<u8> {
    (0..PART_BYTES * 5 / 2)
        .map(|i| (i / 7 % 251) as u8)
        .collect()
}

fn scene() -> (Phone, CaseId) {
    let mut phone = Phone::new(1);
    let case = phone.begin_case("门锁被撬");
    (phone, case)
}

fn take(phone: &mut Phone, case: CaseId) -> EntryId {
    phone
        .engine
        .add_evidence(case, photo(), &bytes(), noon())
        .unwrap()
}

fn waiting(phone: &Phone) -> Vec<OutgoingFile> {
    phone.engine.outgoing_files().unwrap()
}

pub(crate) fn parts_on(disk: &Disk) -> usize {
    disk.scan(Table::Part, Range::All).unwrap().len()
}

/// Shows R016, PP12.
#[test]
fn an_original_is_sent_in_parts_and_waits_no_more_when_the_server_has_it_whole() {
    let (mut phone, case) = scene();
    let before = phone.engine.status().waiting;
    let evidence = take(&mut phone, case);
    phone.die();
    let status = phone.engine.status();
    assert_eq!((status.waiting, status.files), (before + 2, 1));
    let file = waiting(&phone).remove(0);
    let told = phone.engine.case(case, noon()).unwrap().view.evidence[&evidence].clone();
    assert_eq!(told.value.evidence.sha256, file.hash.to_string());
    let mut sent = Vec::new();
    while (sent.len() as u64) < file.size {
        let part = phone.engine.file_part(&file, sent.len() as u64).unwrap();
        assert!(part.len() <= PART_BYTES);
        // The line breaks in the middle of every part.
        sent.extend_from_slice(&part[..part.len().div_ceil(2)]);
    }
    assert_eq!(sent, bytes());
    assert_eq!(
        phone.engine.original(case, evidence).unwrap(),
        Some(bytes())
    );
    phone.engine.file_received(&file, noon()).unwrap();
    phone.die();
    let status = phone.engine.status();
    assert_eq!((status.waiting, status.files), (before + 1, 0));
    assert!(waiting(&phone).is_empty());
    let known = phone.engine.files(case).unwrap().remove(0);
    assert_eq!(known.whereabouts, Whereabouts::Received(noon()));
    let kept = phone.engine.original(case, evidence).unwrap();
    assert_eq!(kept, Some(bytes()), "no backup holds it yet");
}

#[test]
fn a_phone_that_dies_anywhere_between_taking_and_receipt_loses_nothing_and_halves_nothing() {
    for n in 0..4 {
        for fault in [Fault::Before(n), Fault::After(n)] {
            let (mut phone, case) = scene();
            phone.disk.fail(Some(fault));
            let taken = phone
                .engine
                .add_evidence(case, photo(), &bytes(), noon())
                .is_ok();
            let received = waiting(&phone)
                .first()
                .is_some_and(|file| phone.engine.file_received(file, noon()).is_ok());
            phone.die();
            let entries = phone.engine.case(case, noon()).unwrap().view.evidence.len();
            let files = phone.engine.files(case).unwrap();
            assert_eq!(entries, files.len(), "{fault:?}: one step, or none");
            assert!(!taken || entries == 1, "{fault:?}: promised and lost");
            assert_eq!(parts_on(&phone.disk), 3 * files.len(), "{fault:?}");
            let waits = waiting(&phone).len() == 1;
            assert!(!received || !waits, "{fault:?}");
            if let Some(file) = files.first() {
                let original = phone.engine.original(case, file.evidence).unwrap();
                assert_eq!(original, Some(bytes()), "{fault:?}");
            }
        }
    }
}

#[test]
fn what_the_server_does_not_take_keeps_its_bytes_until_it_is_dismissed() {
    let (mut phone, case) = scene();
    let evidence = take(&mut phone, case);
    let file = waiting(&phone).remove(0);
    let reason = Reason {
        code: "not_a_member".into(),
        zh: "您不再负责本案。".into(),
    };
    phone.engine.file_refused(&file, reason.clone()).unwrap();
    phone.die();
    assert_eq!(
        (waiting(&phone).len(), phone.engine.status().refused),
        (0, 1)
    );
    let refused = phone.engine.refused_files().unwrap().remove(0);
    assert_eq!(refused.whereabouts, Whereabouts::Refused(reason));
    assert_eq!(
        phone.engine.original(case, evidence).unwrap(),
        Some(bytes())
    );
    phone.engine.dismiss_file(case, evidence).unwrap();
    assert_eq!(
        (parts_on(&phone.disk), phone.engine.status().refused),
        (0, 0)
    );
    assert!(phone.engine.dismiss_file(case, evidence).is_err());
}

#[test]
fn a_case_that_leaves_lets_what_waits_be_sent_and_keeps_nothing_afterwards() {
    let (mut phone, case) = scene();
    let mut office = Office::new(noon());
    for _ in 0..2 {
        take(&mut phone, case);
    }
    phone.exchange(&mut office);
    let files = waiting(&phone);
    phone.engine.file_received(&files[0], noon()).unwrap();
    office.take_away(phone.device(), case);
    phone.exchange(&mut office);
    assert_eq!(phone.engine.files(case).unwrap().len(), 1);
    assert_eq!(waiting(&phone), &files[1..]);
    phone.engine.file_received(&files[1], noon()).unwrap();
    assert!(phone.engine.files(case).unwrap().is_empty());
    assert_eq!(parts_on(&phone.disk), 0);
}

#[test]
fn an_empty_file_is_no_evidence_and_nothing_is_written() {
    let (mut phone, case) = scene();
    let before = phone.engine.status();
    let refused = phone.engine.add_evidence(case, photo(), &[], noon());
    let Err(EngineError::NotPossible(reason)) = refused else {
        panic!("taken")
    };
    assert_eq!(reason.code, "file_empty");
    assert_eq!(phone.engine.status(), before);
}
