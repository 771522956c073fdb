//! `hejie doctor` and the start of a server, where something that they need is not there.

use crate::serve::{Served, directory, hejie};
use hejie_server::private_postgres::{self, StartOptions};
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

/// An address in use is none of its faults where the server itself is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_on_a_database_of_its_own_name_is_no_obstacle_to_the_doctor() {
    let own = directory();
    let postgres = private_postgres::start(StartOptions::new(own.path()));
    let postgres = postgres.await.unwrap();
    let data = own.path().join("commands");
    let mut serve = hejie(&data, &["serve", "--listen", "127.0.0.1:0"]);
    serve.env("DATABASE_URL", postgres.url());
    let server = Served::spawn(serve);
    let address = server.address.strip_prefix("http://").unwrap();
    let mut command = hejie(&data, &["doctor", "--lang", "zh"]);
    command.env("DATABASE_URL", postgres.url());
    let ended = command.env("HEJIE_LISTEN", address).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    assert!(
        said.contains(&format!("[正常] 监听端口: {address} (hejie)")),
        "{said}"
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
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
