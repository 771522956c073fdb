//! What `hejie serve` refuses to start with, and what it says to do.

use crate::serve::{Served, directory, hejie, run};
use std::{fs, path::PathBuf};

/// Shows E23.
#[test]
fn a_channel_that_nobody_set_up_is_refused_at_the_start_and_said_what_to_do() {
    let data = directory();
    let started_with = |setting: &str, name: &str| {
        let mut serve = hejie(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
        let refused = serve.env(setting, name).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{setting}={name}");
        String::from_utf8_lossy(&refused.stderr).into_owned()
    };
    for setting in ["HEJIE_CHANNELS_POLICE", "HEJIE_CHANNELS_PARTY_GOV_PLAC"] {
        let said = started_with(setting, "nowhere");
        assert!(
            said.contains("channels that do not exist: nowhere")
                && said.contains("hejie channel add"),
            "{said}"
        );
    }
    let said = started_with("HEJIE_CHANNELS_POLICE", "none");
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
    let refused = run(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("a mark does not read") && said.contains("may be moved away"),
        "{said}"
    );
    fs::rename(&mark, mark.with_extension("aside")).unwrap();
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
}
