//! A process killed with SIGKILL in the middle of writing: every edit that it said was done is
//! there.

use crate::{
    phone::{enrolment, noon, note},
    seed::Seeded,
};
use hejie_case::{
    document::Origin,
    ids::{CaseId, EntryId},
};
use hejie_device::{
    encryption::{KeyStore, KeyStoreError, Mark, MarkStore, MasterKey},
    engine::Engine,
    store::SqliteStore,
};
use std::{
    fs,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

const DIR: &str = "HEJIE_TEST_PHONE_DIR";
const ROUNDS: u64 = 8;
/// Kills of the second scene.
const KILLS: usize = 200;

/// A key that is known, and a mark in a file of its own that outlives the process: written whole or
/// not at all, and not synced.
#[derive(Clone)]
struct FilePocket(PathBuf);

impl KeyStore for FilePocket {
    fn load(&self) -> Result<Option<MasterKey>, KeyStoreError> {
        Ok(Some(MasterKey::new([3; 32])))
    }

    fn save(&self, _: &MasterKey) -> Result<(), KeyStoreError> {
        Ok(())
    }

    fn marks(&self) -> Box<dyn MarkStore> {
        Box::new(self.clone())
    }
}

impl MarkStore for FilePocket {
    fn load(&self) -> Result<Option<Mark>, KeyStoreError> {
        match fs::read(&self.0) {
            Ok(bytes) => Ok(Some(Mark::of_bytes(&bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(KeyStoreError(error.into())),
        }
    }

    fn save(&self, mark: &Mark) -> Result<(), KeyStoreError> {
        let whole = self.0.with_extension("new");
        let write = || {
            fs::write(&whole, mark.to_bytes())?;
            fs::rename(&whole, &self.0)
        };
        write().map_err(|error| KeyStoreError(error.into()))
    }
}

fn open(dir: &Path, seed: u64) -> Engine<SqliteStore> {
    let store = SqliteStore::open_or_salvage(&dir.join("phone.db")).unwrap();
    let pocket = FilePocket(dir.join("pocket"));
    Engine::open(store, &pocket, Box::new(Seeded(seed))).unwrap()
}

/// Shows PP1.
#[test]
fn every_acknowledged_edit_survives_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let case = {
        let mut engine = open(dir.path(), 1);
        engine.enrol(enrolment(1, 1), noon()).unwrap();
        engine.create_case(Origin::default(), noon()).unwrap().case
    };
    let mut said: Vec<EntryId> = Vec::new();
    for round in 0..ROUNDS {
        said.extend(ids_said_until_killed(dir.path(), 3 + 5 * round as usize));
        let engine = open(dir.path(), 1 << 20);
        let notes = engine.case(case, noon()).unwrap().view.notes;
        assert!(
            said.iter().all(|id| notes.contains_key(id)),
            "round {round}"
        );
        let waiting = engine.status().waiting;
        assert_eq!(waiting, 1 + notes.len() as u64, "document and outbox agree");
    }
}

/// A mark that trails by one commit is no alarm, whenever the writer is killed: between commit and
/// mark, or while it opens.
#[test]
fn two_hundred_kills_raise_no_alarm_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path(), 1).enrol(enrolment(1, 1), noon()).unwrap();
    let mut said: Vec<EntryId> = Vec::new();
    for kills in 0..KILLS {
        let mut engine = open(dir.path(), (2 << 30) + kills as u64 * 1000);
        let status = engine.status();
        assert_eq!((status.trouble, status.damaged), (None, 0), "kill {kills}");
        if let Some(case) = engine.cases().last().map(|summary| summary.case) {
            let notes = engine.case(case, noon()).unwrap().view.notes;
            assert!(said.iter().all(|id| notes.contains_key(id)), "kill {kills}");
        }
        if kills % 20 == 0 {
            // A long case takes long to write, and it is the kills that count.
            engine.create_case(Origin::default(), noon()).unwrap();
            said.clear();
        }
        drop(engine);
        said.extend(ids_said_until_killed(dir.path(), kills % 4));
    }
}

/// Runs this test binary once more as a writer, reads so many ids from it, kills it, and reads what
/// it had still said.
fn ids_said_until_killed(dir: &Path, wanted: usize) -> Vec<EntryId> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "killed::writes_until_killed",
            "--exact",
            "--ignored",
            "--nocapture",
        ])
        .env(DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = ids(&mut child);
    let mut said: Vec<EntryId> = lines.by_ref().take(wanted).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    said.extend(lines);
    assert!(said.len() >= wanted);
    said
}

/// A line that was cut in the middle was not said.
fn ids(child: &mut Child) -> impl Iterator<Item = EntryId> + use<> {
    let lines: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    lines
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("done ")?.strip_suffix('.')?.parse().ok())
}

#[test]
#[ignore = "played by the test above, which starts and kills it"]
fn writes_until_killed() {
    let Some(dir) = std::env::var_os(DIR) else {
        return;
    };
    let seed = u64::from(std::process::id()) << 24;
    let mut engine = open(Path::new(&dir), seed);
    let case: CaseId = engine.cases().last().unwrap().case;
    loop {
        let id = engine
            .add(case, note(noon(), "写到被杀为止"), noon())
            .unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "done {id}.").unwrap();
        out.flush().unwrap();
    }
}
