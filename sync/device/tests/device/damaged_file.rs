//! The file of a phone damaged, cut, emptied, taken away, and its log with it: the phone opens, and
//! what is missing is told.

use crate::{
    phone::{enrolment, noon, note},
    seed::{Pocket, Seeded},
};
use hejie_case::{document::Origin, ids::CaseId};
use hejie_device::{
    encryption::Mark,
    engine::{Engine, Readiness},
    store::SqliteStore,
};
use std::{fs, path::Path};
use tempfile::TempDir;

const FILES: [&str; 2] = ["phone.db", "phone.db-wal"];
const NOTES: usize = 30;

/// A phone with a case and notes, as its files lie when it was closed, or when it is killed: then
/// the last notes are in the log alone.
struct Scene {
    pocket: Pocket,
    files: Vec<(&'static str, Vec<u8>)>,
    case: CaseId,
    /// Changes that nobody else has.
    waiting: u64,
}

fn open(dir: &Path, pocket: &Pocket, seed: u64) -> Engine<SqliteStore> {
    let store = SqliteStore::open_or_salvage(&dir.join("phone.db")).unwrap();
    Engine::open(store, pocket, Box::new(Seeded(seed))).unwrap()
}

impl Scene {
    fn killed() -> Self {
        Self::new(true)
    }

    fn closed() -> Self {
        Self::new(false)
    }

    fn new(killed: bool) -> Self {
        let (dir, pocket) = (tempfile::tempdir().unwrap(), Pocket::default());
        let mut engine = open(dir.path(), &pocket, 1);
        engine.enrol(enrolment(1, 1), noon()).unwrap();
        let case = engine.create_case(Origin::default(), noon()).unwrap().case;
        for n in 0..NOTES {
            if n == NOTES / 2 {
                drop(engine);
                engine = open(dir.path(), &pocket, 2);
            }
            engine
                .add(case, note(noon(), &format!("第{n}条")), noon())
                .unwrap();
        }
        let read =
            |name: &&'static str| (*name, fs::read(dir.path().join(name)).unwrap_or_default());
        let waiting = engine.status().waiting;
        let mut engine = Some(engine);
        if !killed {
            engine.take();
        }
        let files = FILES
            .iter()
            .map(read)
            .filter(|(_, bytes)| !bytes.is_empty());
        let files = files.collect();
        drop(engine);
        Self {
            pocket,
            files,
            case,
            waiting,
        }
    }

    /// The files once more, one of them changed; none takes it away. The mark is that of the phone
    /// as it was left.
    fn with(&self, file: &str, change: impl Fn(&mut Vec<u8>) -> bool) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, bytes) in &self.files {
            let mut bytes = bytes.clone();
            if *name != file || change(&mut bytes) {
                fs::write(dir.path().join(name), bytes).unwrap();
            }
        }
        dir
    }

    /// Opens it; whatever is missing must be told. Whether anything was.
    fn is_told(&self, dir: &TempDir, what: &str) -> bool {
        let mark = self.pocket.mark();
        let engine = open(dir.path(), &self.pocket, 3);
        let status = engine.status();
        let notes = engine
            .case(self.case, noon())
            .map_or(0, |case| case.view.notes.len());
        let is_told = status.trouble.is_some() || status.damaged > 0;
        assert!(
            is_told || (notes, status.waiting) == (NOTES, self.waiting),
            "{what}: {notes} notes and {} changes that wait, and nobody is told",
            status.waiting
        );
        if is_told {
            assert_ne!(status.readiness, Readiness::UpToDate, "{what}");
        }
        drop(engine);
        let again = open(dir.path(), &self.pocket, 4);
        let later = again.status();
        assert_eq!(
            (later.trouble, later.waiting),
            (status.trouble, status.waiting),
            "{what}: told until it is done"
        );
        drop(again);
        self.pocket.set_mark(mark);
        is_told
    }
}

/// Places over a file, the same in every run.
fn places(length: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count).map(move |n| (n * 2_654_435_761 + 977) % length)
}

#[test]
fn files_as_they_were_left_are_whole() {
    let scene = Scene::killed();
    assert!(!scene.is_told(&scene.with("", |_| true), "untouched"));
}

#[test]
fn bits_flipped_in_the_file_are_told_or_harmless() {
    let scene = Scene::closed();
    let told = places(scene.files[0].1.len(), 40).filter(|place| {
        let dir = scene.with("phone.db", |bytes| {
            bytes[*place] ^= 0x10;
            true
        });
        scene.is_told(&dir, &format!("bit at {place}"))
    });
    assert!(told.count() > 5);
}

#[test]
fn a_page_of_nothing_and_a_file_cut_short_are_told() {
    let scene = Scene::closed();
    let length = scene.files[0].1.len();
    for page in 0..length / 4096 {
        let dir = scene.with("phone.db", |bytes| {
            bytes[page * 4096..(page + 1) * 4096].fill(0);
            true
        });
        scene.is_told(&dir, &format!("page {page}"));
        let dir = scene.with("phone.db", |bytes| {
            bytes.truncate(page * 4096 + 100);
            true
        });
        scene.is_told(&dir, &format!("cut in page {page}"));
    }
}

#[test]
fn a_log_that_is_damaged_cut_or_taken_away_is_told() {
    let scene = Scene::killed();
    let length = scene.files[1].1.len();
    for place in places(length, 25) {
        let flipped = scene.with("phone.db-wal", |bytes| {
            bytes[place] ^= 0x10;
            true
        });
        scene.is_told(&flipped, &format!("bit of the log at {place}"));
        let cut = scene.with("phone.db-wal", |bytes| {
            bytes.truncate(place);
            true
        });
        assert!(
            scene.is_told(&cut, &format!("log cut at {place}")),
            "cut at {place} of {length}"
        );
    }
    assert!(scene.is_told(&scene.with("phone.db-wal", |_| false), "no log"));
}

#[test]
fn a_file_that_is_missing_or_empty_beside_its_key_is_told() {
    let scene = Scene::closed();
    for what in ["missing", "empty", "foreign"] {
        let dir = scene.with("phone.db", |bytes| {
            *bytes = match what {
                "foreign" => "不是数据库".repeat(2000).into_bytes(),
                _ => Vec::new(),
            };
            what != "missing"
        });
        assert!(scene.is_told(&dir, what), "{what}");
    }
}

#[test]
fn a_damaged_file_stays_beside_the_new_one() {
    let scene = Scene::closed();
    let dir = scene.with("phone.db", |bytes| {
        bytes[4096..6144].fill(0xa5);
        true
    });
    scene.is_told(&dir, "broken page");
    assert!(dir.path().join("phone.db.damaged1").exists());
    assert!(!dir.path().join("phone.db.new").exists());
}

/// The log that is still there belongs to the old file: played into the new one it would bring
/// pages of before back.
#[test]
fn a_phone_that_is_killed_while_the_new_file_gets_its_name_has_all_that_was_carried_over() {
    let scene = Scene::killed();
    let carried = scene.with("", |_| true);
    let mut engine = open(carried.path(), &scene.pocket, 3);
    let last = note(noon(), "最后一条");
    engine.add(scene.case, last, noon()).unwrap();
    drop(engine);
    let dir = scene.with("phone.db", |_| false);
    let at = |name| dir.path().join(name);
    assert!(at("phone.db-wal").exists());
    fs::copy(carried.path().join("phone.db"), at("phone.db.new")).unwrap();
    let engine = open(dir.path(), &scene.pocket, 4);
    let notes = engine.case(scene.case, noon()).unwrap().view.notes;
    assert_eq!(notes.len(), NOTES + 1);
    assert_eq!(engine.status().trouble, None);
    assert!(at("phone.db.damaged1-wal").exists() && !at("phone.db.new").exists());
}

/// What it said of before is not known any more, but that there was a phone is.
#[test]
fn a_file_that_is_gone_beside_a_mark_that_does_not_read_may_have_held_anything() {
    let scene = Scene::closed();
    let dir = scene.with("phone.db", |_| false);
    scene.pocket.set_mark(Some(Mark::of_bytes(b"no mark")));
    let status = open(dir.path(), &scene.pocket, 3).status();
    assert_eq!(status.lost, None);
    let told = status.trouble.unwrap();
    assert_eq!(told.code, "store_gone");
    assert!(told.zh.contains("可能有"), "{}", told.zh);
}

#[test]
fn a_file_of_which_nothing_reads_is_no_new_phone_though_no_mark_was_ever_kept() {
    let scene = Scene::closed();
    let dir = scene.with("phone.db", |bytes| {
        *bytes = "不是数据库".repeat(2000).into_bytes();
        true
    });
    scene.pocket.set_mark(None);
    let status = open(dir.path(), &scene.pocket, 3).status();
    assert_eq!(status.trouble.unwrap().code, "store_gone");
}
