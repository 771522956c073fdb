//! `hejie doctor` and the start of a server, where something that they need is not there.

use crate::serve::{Served, directory, hejie};
use std::path::Path;

/// The status of the doctor, and what it said.
fn doctor(data: &Path, setting: (&str, &str)) -> (Option<i32>, String) {
    let mut command = hejie(data, &["doctor", "--lang", "zh"]);
    let ended = command.env(setting.0, setting.1).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    (ended.status.code(), said)
}

#[test]
fn a_database_that_cannot_be_reached_is_missing_and_its_cases_are_not_guessed_at() {
    let data = directory();
    let away = ("DATABASE_URL", "postgres://x@127.0.0.1:1/x");
    let (status, said) = doctor(data.path(), away);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("[缺失] 数据库连接"), "{said}");
    assert!(
        !said.contains("refold") && !said.contains("可以运行"),
        "{said}"
    );
}

/// They alone need it: everything else goes on.
#[test]
fn a_folder_that_takes_no_large_requests_is_named_by_the_doctor_and_at_the_start() {
    let data = directory();
    let gone = data.path().join("gone");
    let shown = gone.to_str().unwrap();
    let (_, said) = doctor(data.path(), ("TMPDIR", shown));
    let mut lines = said.lines();
    let line = lines.find(|line| line.contains("临时目录")).unwrap();
    assert!(line.starts_with("[注意]") && line.contains(shown), "{line}");
    let mut serve = hejie(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    serve.env("TMPDIR", &gone);
    let (status, log) = Served::spawn(serve).end(libc::SIGTERM);
    assert_eq!(status, Some(0));
    assert!(
        log.contains("takes no large requests") && log.contains(shown),
        "{log}"
    );
}
