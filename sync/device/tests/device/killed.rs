//! A process killed with SIGKILL in the middle of writing: every edit that it said was done is there.

use crate::{
    phone::{enrolment, noon, note},
    seed::{Pocket, Seeded},
};
use hejie_case::{
    document::Origin,
    ids::{CaseId, EntryId},
};
use hejie_device::{engine::Engine, store::SqliteStore};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

const DIR: &str = "HEJIE_TEST_PHONE_DIR";
const ROUNDS: u64 = 8;

fn open(dir: &Path, seed: u64) -> Engine<SqliteStore> {
    let store = SqliteStore::open(&dir.join("phone.db")).unwrap();
    Engine::open(store, &Pocket::holding([3; 32]), Box::new(Seeded(seed))).unwrap()
}

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

/// Runs this test binary once more as a writer, reads so many ids from it, kills it, and reads what it had still said.
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
    let case: CaseId = engine.cases()[0].case;
    loop {
        let id = engine
            .add(case, note(noon(), "写到被杀为止"), noon())
            .unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "done {id}.").unwrap();
        out.flush().unwrap();
    }
}
