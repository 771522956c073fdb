//! What the server has and no backup: kept on the phone for so long, offered again when the
//! registry was set back, and never in the way.

use crate::{
    file::{bytes, parts_on, photo},
    office::Office,
    phone::{Disk, Fault, Phone, enrolment, noon, note},
    secret::{Keys, bytes_on_disk, masked_party, zhang},
    seed::{Pocket, Seeded},
};
use hejie_case::{
    document::Origin,
    ids::{CaseId, EntryId},
};
use hejie_device::{
    engine::{Engine, Reason, Whereabouts},
    store::{EncryptedRow, Key, MemoryStore, Range, Store, StoreError, Table, Write},
};
use hejie_wire::{limits, message::Destroyed};
use jiff::{SignedDuration, Timestamp};

/// A phone whose case the office knows, with an identity and an original that the server received
/// at noon.
struct Scene {
    office: Office,
    phone: Phone,
    case: CaseId,
    party: EntryId,
    evidence: EntryId,
}

fn scene() -> Scene {
    let (mut office, mut phone) = (Office::new(noon()), Phone::new(1));
    let voucher = Keys::new(7).voucher();
    phone.engine.learn_sealing_key(voucher, noon()).unwrap();
    let case = phone.begin_case("门锁被撬");
    let party = phone.engine.add(case, masked_party(false), noon()).unwrap();
    phone.exchange(&mut office);
    let captured = phone
        .engine
        .add_party_identity(case, party, &zhang(), noon());
    captured.unwrap();
    let taken = phone.engine.add_evidence(case, photo(), &bytes(), noon());
    let evidence = taken.unwrap();
    phone.exchange(&mut office);
    receive(&mut phone, noon());
    Scene {
        office,
        phone,
        case,
        party,
        evidence,
    }
}

/// The server receives everything that waits.
fn receive(phone: &mut Phone, at: Timestamp) {
    for sent in phone.engine.outgoing_identities().unwrap() {
        phone.engine.identity_received(&sent, at).unwrap();
    }
    for file in phone.engine.outgoing_files().unwrap() {
        phone.engine.file_received(&file, at).unwrap();
    }
}

impl Scene {
    fn exchange(&mut self) {
        self.phone.exchange(&mut self.office);
    }

    /// Originals and identities that are kept.
    fn kept(&self) -> (u64, u64) {
        let kept = self.phone.engine.kept_for_backup();
        (kept.files, kept.identities)
    }

    fn waiting(&self) -> u64 {
        self.phone.engine.status().waiting
    }

    /// What is gone stays told.
    fn is_gone_and_told(&mut self) {
        self.phone.die();
        assert_eq!((self.kept(), parts_on(&self.phone.disk)), ((0, 0), 0));
        assert!(bytes_on_disk(&self.phone.disk) < 700, "the mask alone");
        let file = self.phone.engine.files(self.case).unwrap().remove(0);
        let identity = self.phone.engine.identities(self.case).unwrap().remove(0);
        for told in [file.whereabouts, identity.whereabouts] {
            assert_eq!(told, Whereabouts::Received(noon()));
        }
        assert_eq!(self.waiting(), 0);
    }
}

fn later(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

#[test]
fn a_backup_that_was_begun_after_the_receipt_frees_the_phone_and_an_earlier_one_does_not() {
    let mut scene = scene();
    assert_eq!(
        (scene.waiting(), scene.kept()),
        (0, (1, 1)),
        "kept is not waiting"
    );
    scene.office.backed_up = Some(noon());
    scene.exchange();
    scene.phone.die();
    assert_eq!((scene.waiting(), scene.kept()), (0, (1, 1)));
    let kept = scene.phone.engine.original(scene.case, scene.evidence);
    assert_eq!(kept.unwrap(), Some(bytes()));
    scene.office.backed_up = Some(later(1));
    scene.exchange();
    scene.is_gone_and_told();
}

#[test]
fn without_any_report_the_days_free_the_phone() {
    let mut scene = scene();
    scene.office.now = later(24 * limits::KEPT_DAYS);
    scene.exchange();
    assert_eq!(scene.kept(), (1, 1));
    scene.office.now = later(24 * limits::KEPT_DAYS) + SignedDuration::from_secs(1);
    scene.exchange();
    scene.is_gone_and_told();
}

#[test]
fn beyond_the_bound_of_bytes_the_oldest_goes_first_and_identities_count() {
    let mut scene = scene();
    let size = bytes().len() as u64;
    scene.phone.engine.keep_at_most(2 * size).unwrap();
    assert_eq!(scene.kept(), (1, 1));
    for n in 1..4 {
        let taken = scene
            .phone
            .engine
            .add_evidence(scene.case, photo(), &bytes(), noon());
        taken.unwrap();
        receive(&mut scene.phone, later(n));
        assert!(scene.phone.engine.kept_for_backup().bytes <= 2 * size);
    }
    assert_eq!(scene.kept(), (2, 0));
    let first = scene.phone.engine.original(scene.case, scene.evidence);
    assert_eq!(first.unwrap(), None, "the oldest went");
    assert_eq!(parts_on(&scene.phone.disk), 6);
    scene.phone.engine.keep_at_most(0).unwrap();
    assert_eq!((scene.kept(), parts_on(&scene.phone.disk)), ((0, 0), 0));
}

#[test]
fn when_the_registry_was_set_back_all_that_is_kept_is_offered_again_before_a_backup_counts() {
    let mut scene = scene();
    scene.office.epoch = 2;
    // What this backup holds is the registry that lost them.
    scene.office.backed_up = Some(later(5));
    scene.exchange();
    scene.phone.die();
    assert_eq!((scene.waiting(), scene.kept()), (2, (0, 0)));
    let sent = scene.phone.engine.outgoing_identities().unwrap();
    assert_eq!(Keys::new(7).open(&sent[0]), zhang());
    let file = scene.phone.engine.outgoing_files().unwrap().remove(0);
    assert!(scene.phone.engine.file_part(&file, 0).is_ok());
    receive(&mut scene.phone, later(6));
    assert_eq!((scene.waiting(), scene.kept()), (0, (1, 1)));
    scene.exchange();
    assert_eq!(
        (scene.waiting(), scene.kept()),
        (0, (1, 1)),
        "nothing is offered a third time"
    );
    scene.office.backed_up = Some(later(7));
    scene.exchange();
    assert_eq!((scene.waiting(), scene.kept()), (0, (0, 0)));
}

#[test]
fn a_receipt_of_before_the_registry_was_set_back_does_not_count_as_one_of_after() {
    let mut scene = scene();
    let taken = scene
        .phone
        .engine
        .add_evidence(scene.case, photo(), &bytes(), noon());
    taken.unwrap();
    let file = scene.phone.engine.outgoing_files().unwrap().remove(0);
    // The file arrives, the registry is set back and heard of, and only then the receipt is kept.
    scene.office.epoch = 2;
    scene.exchange();
    scene.phone.engine.file_received(&file, noon()).unwrap();
    scene.exchange();
    let waiting = scene.phone.engine.outgoing_files().unwrap();
    assert!(waiting.iter().any(|again| again.evidence == file.evidence));
}

#[test]
fn an_identity_that_was_destroyed_by_order_leaves_and_is_not_asked_about() {
    let mut scene = scene();
    scene.office.destroyed = vec![Destroyed {
        case: scene.case,
        party: scene.party,
    }];
    scene.exchange();
    assert_eq!(scene.kept(), (1, 0));
    assert!(bytes_on_disk(&scene.phone.disk) < 700);
    scene.office.epoch = 2;
    scene.exchange();
    assert!(scene.phone.engine.outgoing_identities().unwrap().is_empty());
}

#[test]
fn a_refusal_that_only_says_that_the_server_knows_better_ends_what_was_offered_again() {
    for code in ["identity_destroyed", "identity_newer"] {
        let mut scene = scene();
        scene.office.epoch = 2;
        scene.exchange();
        let sent = scene.phone.engine.outgoing_identities().unwrap().remove(0);
        let reason = Reason {
            code: code.into(),
            zh: "已按指令销毁。".into(),
        };
        scene.phone.engine.identity_refused(&sent, reason).unwrap();
        let status = scene.phone.engine.status();
        assert_eq!(
            (status.refused, status.waiting),
            (0, 1),
            "the original waits"
        );
        assert_eq!(scene.kept(), (0, 0));
        let told = scene.phone.engine.identities(scene.case).unwrap().remove(0);
        assert_eq!(told.whereabouts, Whereabouts::Received(noon()));
    }
}

#[test]
fn a_case_that_leaves_takes_along_what_is_kept_of_it() {
    let mut scene = scene();
    scene.office.take_away(scene.phone.device(), scene.case);
    scene.exchange();
    assert_eq!(scene.kept(), (0, 0));
    assert_eq!(parts_on(&scene.phone.disk), 0);
    assert!(scene.phone.engine.files(scene.case).unwrap().is_empty());
    scene.phone.die();
    assert_eq!(
        (scene.kept(), bytes_on_disk(&scene.phone.disk)),
        ((0, 0), 0)
    );
}

#[test]
fn a_phone_that_dies_anywhere_while_it_offers_again_or_lets_go_halves_nothing() {
    for n in 0..4 {
        for fault in [Fault::Before(n), Fault::After(n)] {
            for epoch in [1, 2] {
                let mut scene = scene();
                (scene.office.epoch, scene.office.backed_up) = (epoch, Some(later(1)));
                scene.phone.disk.fail(Some(fault));
                let up = scene.phone.engine.begin_exchange(noon()).unwrap();
                let down = scene.office.answer(&up);
                let taken = scene
                    .phone
                    .engine
                    .take_answer(down.encoding, &down.bytes, noon());
                scene.phone.die();
                let (waiting, (files, _)) = (scene.waiting(), scene.kept());
                let parts = parts_on(&scene.phone.disk) as u64;
                let waits = scene.phone.engine.outgoing_files().unwrap().len() as u64;
                assert_eq!(parts, 3 * (files + waits), "{fault:?}, {epoch}");
                assert!(taken.is_err() || files == 0, "{fault:?}, {epoch}");
                assert!(epoch == 1 || files + waits == 1, "{fault:?}: lost");
                scene.exchange();
                assert!(epoch == 2 || waiting == 0, "{fault:?}");
            }
        }
    }
}

/// A store that holds so many bytes.
struct Small(Disk, usize);

impl Store for Small {
    fn get(&self, table: Table, key: Key) -> Result<Option<EncryptedRow>, StoreError> {
        self.0.get(table, key)
    }
    fn scan(&self, table: Table, range: Range) -> Result<Vec<(Key, EncryptedRow)>, StoreError> {
        self.0.scan(table, range)
    }
    fn versions(&self) -> Result<Vec<(Table, Key, u64)>, StoreError> {
        self.0.versions()
    }
    fn commit(&mut self, batch: Vec<Write>) -> Result<(), StoreError> {
        let before: MemoryStore = self.0.copy();
        self.0.commit(batch)?;
        let rows = |table| self.0.scan(table, Range::All).unwrap();
        let held = Table::ALL.into_iter().flat_map(rows);
        if held.map(|(_, row)| row.sealed.len()).sum::<usize>() > self.1 {
            self.0.put_back(before);
            return Err(StoreError::Full);
        }
        Ok(())
    }
}

#[test]
fn on_a_full_phone_what_is_kept_makes_room_for_new_work() {
    let disk = Disk::default();
    let store = Small(disk.clone(), bytes().len() * 5 / 2);
    let mut engine = Engine::open(store, &Pocket::default(), Box::new(Seeded(5))).unwrap();
    engine.enrol(enrolment(1, 1), noon()).unwrap();
    let case = engine.create_case(Origin::default(), noon()).unwrap().case;
    for n in 0..4 {
        engine
            .add_evidence(case, photo(), &bytes(), noon())
            .unwrap();
        let file = engine.outgoing_files().unwrap().remove(0);
        engine.file_received(&file, later(n)).unwrap();
    }
    engine.add(case, note(noon(), "又能写了"), noon()).unwrap();
    assert_eq!(engine.case(case, noon()).unwrap().view.evidence.len(), 4);
    assert!((1..=2).contains(&engine.kept_for_backup().files));
    assert_eq!(parts_on(&disk) as u64, 3 * engine.kept_for_backup().files);
}
