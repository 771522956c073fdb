//! A limit on the size of files, as a quota sets it: the phone says that it is full, keeps what it
//! said was kept, and goes on.

use crate::{
    phone::{enrolment, noon, note},
    seed::{Pocket, Seeded},
};
use hejie_case::document::Origin;
use hejie_device::{
    encryption::EncryptionError,
    engine::{Engine, EngineError},
    store::{SqliteStore, StoreError},
};
use std::{path::Path, process::Command};

const DIR: &str = "HEJIE_TEST_FULL_DIR";

fn open(dir: &Path, seed: u64) -> Engine<SqliteStore> {
    let store = SqliteStore::open_or_salvage(&dir.join("phone.db")).unwrap();
    Engine::open(store, &Pocket::holding([3; 32]), Box::new(Seeded(seed))).unwrap()
}

#[test]
fn a_limit_on_the_size_of_files_is_told_as_a_full_phone() {
    let dir = tempfile::tempdir().unwrap();
    let mut engine = open(dir.path(), 1);
    engine.enrol(enrolment(1, 1), noon()).unwrap();
    let case = engine.create_case(Origin::default(), noon()).unwrap().case;
    drop(engine);
    // 400 kB; the signal that would end the process is ignored, as it is in an app.
    let script = "trap '' XFSZ; ulimit -f 800; exec \"$0\" full::writes_until_full --exact --ignored --nocapture";
    let told = Command::new("sh")
        .args(["-c", script])
        .arg(std::env::current_exe().unwrap())
        .env(DIR, dir.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&told.stdout);
    let kept = told
        .lines()
        .find_map(|line| line.strip_prefix("full after "));
    let kept: usize = kept.unwrap_or_else(|| panic!("{told}")).parse().unwrap();
    assert!(kept > 2);
    let mut engine = open(dir.path(), 3);
    assert_eq!(engine.case(case, noon()).unwrap().view.notes.len(), kept);
    engine.add(case, note(noon(), "又能写了"), noon()).unwrap();
}

#[test]
#[ignore = "played by the test above under a limit"]
fn writes_until_full() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let mut engine = open(Path::new(&dir), 2);
    let case = engine.cases()[0].case;
    for kept in 0.. {
        match engine.add(case, note(noon(), &format!("写到满为止{kept}")), noon()) {
            Ok(_) => {}
            Err(EngineError::Encryption(EncryptionError::Store(StoreError::Full))) => {
                let still = engine.case(case, noon()).unwrap().view.notes.len();
                assert_eq!(still, kept, "what was kept still reads");
                println!("full after {kept}");
                return;
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}
