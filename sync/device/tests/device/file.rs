//! Originals of evidence: one step with their entry, sent in parts, gone when the server has them,
//! kept while it does not.

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
use hejie_wire::limits;

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

/// Takes a piece of evidence of so many bytes; the code of the refusal, if it is not taken.
fn take_of(phone: &mut Phone, case: CaseId, size: u64) -> Option<String> {
    let original = vec![7; usize::try_from(size).unwrap()];
    let taken = phone.engine.add_evidence(case, photo(), &original, noon());
    match taken {
        Err(EngineError::NotPossible(why)) => Some(why.code),
        taken => {
            taken.unwrap();
            None
        }
    }
}

fn hears(phone: &mut Phone, office: &mut Office, file_bytes: Option<u64>) {
    office.file_bytes = file_bytes;
    phone.exchange_once(office);
}

#[test]
fn an_original_is_taken_up_to_the_last_byte_that_the_server_takes_and_what_waits_stays() {
    let ((mut phone, case), mut office) = (scene(), Office::new(noon()));
    let most = 2 << 20;
    assert_eq!(take_of(&mut phone, case, most + 1), None);
    hears(&mut phone, &mut office, Some(most));
    phone.die();
    assert_eq!(phone.engine.file_bytes(), most);
    assert_eq!(take_of(&mut phone, case, most), None);
    assert_eq!(
        take_of(&mut phone, case, most + 1).unwrap(),
        "file_too_large"
    );
    assert_eq!(
        waiting(&phone).len(),
        2,
        "also what it took before it heard"
    );
    // A server that says nothing takes what is usual.
    hears(&mut phone, &mut office, None);
    phone.die();
    assert_eq!(phone.engine.file_bytes(), limits::FILE_BYTES);
    assert_eq!(take_of(&mut phone, case, most + 1), None);
}

/// It would lose whatever is not taken at the scene.
#[test]
fn no_server_keeps_a_phone_from_taking_evidence() {
    let ((mut phone, case), mut office) = (scene(), Office::new(noon()));
    for said in [0, 1, limits::LEAST_FILE_BYTES - 1] {
        hears(&mut phone, &mut office, Some(said));
        assert_eq!(phone.engine.file_bytes(), limits::FILE_BYTES, "{said}");
        assert_eq!(take_of(&mut phone, case, 256 << 10), None);
    }
    for said in [limits::LEAST_FILE_BYTES, u64::MAX] {
        hears(&mut phone, &mut office, Some(said));
        assert_eq!(phone.engine.file_bytes(), said);
        assert_eq!(take_of(&mut phone, case, 256 << 10), None);
    }
}
