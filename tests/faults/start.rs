//! What `hejie serve` refuses to start with, and what it says to do.

use crate::serve::{Served, directory, hejie};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::Stdio,
};

/// What a server says that does not start; one that starts is ended, and fails the test.
pub(crate) fn refused(data: &Path, setting: Option<(&str, &str)>) -> String {
    let mut serve = hejie(data, &["serve", "--listen", "127.0.0.1:0"]);
    serve.envs(setting);
    let serve = serve.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = serve.spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let has_started = lines
        .map_while(Result::ok)
        .any(|line| line.contains("console"));
    if has_started {
        child.kill().unwrap();
    }
    let mut said = String::new();
    let mut errors = child.stderr.take().unwrap();
    errors.read_to_string(&mut said).unwrap();
    let ended = child.wait().unwrap();
    assert!(!has_started, "it started with {setting:?}: {said}");
    assert_eq!(ended.code(), Some(1), "{said}");
    said
}

/// The files in a folder, and below it, whose names begin like this; those of Postgres aside.
pub(crate) fn files_below(folder: &Path, beginning: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() && name != "postgres" {
            found.extend(files_below(&entry.path(), beginning));
        } else if name.starts_with(beginning) {
            found.push(entry.path());
        }
    }
    found
}

/// Shows E23.
#[test]
fn a_channel_that_nobody_set_up_is_refused_at_the_start_and_said_what_to_do() {
    let data = directory();
    for setting in ["HEJIE_CHANNELS_POLICE", "HEJIE_CHANNELS_PARTY_GOV_PLAC"] {
        let said = refused(data.path(), Some((setting, "nowhere")));
        assert!(
            said.contains("channels that do not exist: nowhere")
                && said.contains("hejie channel add"),
            "{said}"
        );
    }
    let said = refused(data.path(), Some(("HEJIE_CHANNELS_POLICE", "none")));
    assert!(
        said.contains("dangers would reach nobody") && said.contains("next:"),
        "{said}"
    );
}

#[test]
fn marks_none_of_which_reads_stop_the_start_and_say_what_to_do() {
    let data = directory();
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
    let marks = marks_in(data.path());
    assert_eq!(marks.len(), 2, "beside the database and beside the files");
    fs::write(&marks[0], "{\"epo").unwrap();
    let (status, log) = Served::start(data.path()).end(libc::SIGTERM);
    assert_eq!(status, Some(0));
    // The sentence and what the reader said of it.
    assert!(
        log.contains("a mark does not read: EOF while parsing"),
        "{log}"
    );
    for mark in &marks {
        fs::write(mark, "{\"epo").unwrap();
    }
    let said = refused(data.path(), None);
    assert!(
        said.contains("a mark does not read") && said.contains("may be moved away"),
        "{said}"
    );
    for mark in &marks {
        fs::rename(mark, mark.with_extension("aside")).unwrap();
    }
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
}

#[test]
fn settings_that_do_not_fit_are_named() {
    let data = directory();
    let refused = hejie(data.path(), &["migrate"])
        .env("HEJIE_WORKERS_COUNTT", "3")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("countt") && !said.contains("\n\n"), "{said}");
    for (variable, named) in [
        ("HEJIE_CHANNEL_POLICE", "HEJIE_CHANNELS_POLICE"),
        ("HEJIE_SERVER_BODY_KIB", "server.body_kib"),
        ("HEJIE_WORKERS_JOBS_PER_WORKER", "workers.jobs_per_worker"),
    ] {
        let mut migrate = hejie(data.path(), &["migrate"]);
        let refused = migrate.env(variable, "0").output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{variable}");
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(said.contains(named), "{said}");
    }
    let refused = hejie(data.path(), &["migrate"])
        .env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("DATABASE_URL"), "{said}");
}

/// The marks that a server left: beside its database and beside its files.
fn marks_in(data: &Path) -> Vec<PathBuf> {
    let listed = |directory: &Path| {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().path())
    };
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let beside = listed(data).filter(|path| name(path).starts_with("mark-"));
    let files = listed(&data.join("files").join("marks"));
    let all = beside.chain(files);
    all.filter(|path| name(path).ends_with(".json")).collect()
}
