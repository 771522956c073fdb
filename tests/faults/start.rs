//! What `hejie serve` refuses to start with, and what it says to do.

use crate::serve::{Served, directory, hejie};
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::Stdio,
};

/// What a server says that does not start; one that starts is ended, and fails the test.
fn refused(data: &Path, setting: Option<(&str, &str)>) -> String {
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
fn a_mark_that_does_not_read_stops_the_start_and_says_what_to_do() {
    let data = directory();
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
    let is_mark = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("mark-") && name.ends_with(".json")
    };
    let files = fs::read_dir(data.path()).unwrap();
    let mark = files.map(|file| file.unwrap().path()).find(is_mark);
    let mark = mark.expect("a server that ran leaves its mark");
    fs::write(&mark, "{\"epo").unwrap();
    let said = refused(data.path(), None);
    assert!(
        said.contains("a mark does not read") && said.contains("may be moved away"),
        "{said}"
    );
    fs::rename(&mark, mark.with_extension("aside")).unwrap();
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
}
