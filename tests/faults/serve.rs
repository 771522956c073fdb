//! `hejie serve` as a process: its starts, its ends, and what it says when it cannot.

use crate::processes::{living_in, until};
use hejie_server::private_postgres::{StartOptions, start};
use std::{
    fs::{self, Permissions},
    io::{BufRead, BufReader, Read},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A running server.
pub(crate) struct Served {
    child: Child,
    pub(crate) address: String,
    database: String,
}

pub(crate) fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o711)).unwrap();
    directory
}

pub(crate) fn hejie(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hejie-worker"));
    command
        .env_remove("DATABASE_URL")
        .env_remove("HEJIE_DATA")
        .env_remove("RUST_LOG");
    command.args(arguments).arg("--data").arg(data);
    command
}

pub(crate) fn run(data: &Path, arguments: &[&str]) -> Output {
    hejie(data, arguments).output().unwrap()
}

/// Runs a command that succeeds; returns what it said.
pub(crate) fn done(data: &Path, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let ended = run(data, &words);
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{line}: {said}");
    String::from_utf8_lossy(&ended.stdout).into_owned()
}

/// Runs a command that fails; returns what it said.
pub(crate) fn fails(data: &Path, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let ended = run(data, &words);
    assert_eq!(ended.status.code(), Some(1), "{line}");
    String::from_utf8_lossy(&ended.stderr).into_owned()
}

fn postgres_of(data: &Path) -> PathBuf {
    data.canonicalize().unwrap().join("postgres/data")
}

impl Served {
    pub(crate) fn start(data: &Path) -> Self {
        Self::spawn(hejie(data, &["serve", "--listen", "127.0.0.1:0"]))
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        // Its own group, as a terminal would have it; errors are read only when there are some.
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut address, mut database) = (None, None);
        for line in lines.map_while(Result::ok) {
            let last = line
                .split_whitespace()
                .last()
                .unwrap_or_default()
                .to_owned();
            match &line {
                line if line.contains("console") => address = Some(last),
                line if line.contains("database") => database = Some(last),
                _ => {}
            }
            if database.is_some() {
                break;
            }
        }
        let Some((address, database)) = address.zip(database) else {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("the server did not start: {said}");
        };
        Self {
            child,
            address,
            database,
        }
    }

    pub(crate) async fn ready(&self) -> u16 {
        reqwest::get(format!("{}/readyz", self.address))
            .await
            .unwrap()
            .status()
            .as_u16()
    }

    /// The address of its private database.
    pub(crate) fn database(&self) -> &str {
        &self.database
    }

    fn send(&self, signal: libc::c_int) {
        let pid = i32::try_from(self.child.id()).unwrap();
        // SAFETY: plain numbers; the process is our child and has not been waited for.
        assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
    }

    pub(crate) fn end(mut self, signal: libc::c_int) -> (Option<i32>, String) {
        self.send(signal);
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (self.child.wait().unwrap().code(), said)
    }
}

#[tokio::test]
async fn a_server_starts_from_nothing_ends_in_order_and_starts_again() {
    let data = directory();
    let loaded = run(data.path(), &["demo", "--size", "bare"]);
    assert!(
        loaded.status.success(),
        "{}",
        String::from_utf8_lossy(&loaded.stderr)
    );
    for signal in [libc::SIGTERM, libc::SIGINT] {
        let server = Served::start(data.path());
        assert_eq!(server.ready().await, 200);
        assert!(server.database.contains("/postgres/run"));
        assert_eq!(server.end(signal).0, Some(0));
        assert!(living_in(&postgres_of(data.path())).is_empty());
    }
    let accounts = run(data.path(), &["account", "list"]);
    assert!(String::from_utf8_lossy(&accounts.stdout).contains("tiaojie1"));
}

#[tokio::test]
async fn a_server_that_is_killed_leaves_nothing_and_starts_again() {
    let data = directory();
    for _ in 0..3 {
        let server = Served::start(data.path());
        assert_eq!(server.ready().await, 200);
        assert_eq!(server.end(libc::SIGKILL).0, None);
    }
    until("no Postgres is left", || {
        living_in(&postgres_of(data.path())).is_empty()
    });
    let server = Served::start(data.path());
    assert_eq!(server.ready().await, 200);
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[tokio::test]
async fn commands_work_beside_a_running_server() {
    let data = directory();
    let server = Served::start(data.path());
    let added = run(
        data.path(),
        &[
            "account",
            "add-org",
            "和安县",
            "--kind",
            "county",
            "--region",
            "990101",
        ],
    );
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    let added = run(
        data.path(),
        &[
            "account",
            "add",
            "Li.DD",
            "--name",
            "李督导",
            "--org",
            "和安县",
            "--role",
            "supervisor",
        ],
    );
    let duty = [
        "account",
        "on-duty",
        "li.dd",
        "--org",
        "和安县",
        "--role",
        "supervisor",
    ];
    assert!(run(data.path(), &duty).status.success());
    let said = String::from_utf8_lossy(&added.stdout);
    let password = said
        .lines()
        .find_map(|line| line.strip_prefix("密码 / password: "))
        .unwrap();
    let body = serde_json::json!({ "login": "li.dd", "password": password });
    let sign_in = || {
        reqwest::Client::new()
            .post(format!("{}/api/v1/session", server.address))
            .json(&body)
            .send()
    };
    assert_eq!(sign_in().await.unwrap().status(), 200);
    assert!(
        run(data.path(), &["account", "disable", "li.dd"])
            .status
            .success()
    );
    assert_eq!(sign_in().await.unwrap().status(), 401);
    assert_eq!(
        run(data.path(), &["refold", "--verify"]).status.code(),
        Some(0)
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[test]
fn a_second_server_on_the_data_says_who_is_there_and_what_to_do() {
    let data = directory();
    let server = Served::start(data.path());
    let second = run(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(
        said.contains("another hejie is running") && said.contains("--data"),
        "{said}"
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[test]
fn an_address_in_use_is_told_before_anything_is_started() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let data = directory();
    let refused = run(
        data.path(),
        &[
            "serve",
            "--listen",
            &taken.local_addr().unwrap().to_string(),
        ],
    );
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        said.contains("cannot listen") && said.contains("next:"),
        "{said}"
    );
    assert!(!data.path().join("postgres").exists());
}

#[test]
fn a_server_whose_postgres_dies_ends_and_says_so() {
    let data = directory();
    let server = Served::start(data.path());
    let postmaster = fs::read_to_string(postgres_of(data.path()).join("postmaster.pid")).unwrap();
    let pid: i32 = postmaster.lines().next().unwrap().parse().unwrap();
    // SAFETY: plain numbers; the process is the server's Postgres.
    unsafe { libc::kill(pid, libc::SIGKILL) };
    let mut server = server;
    let mut said = String::new();
    server
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(server.child.wait().unwrap().code(), Some(1));
    assert!(said.contains("Postgres ended by itself"), "{said}");
}

#[tokio::test]
async fn a_county_is_founded_from_the_command_line() {
    let data = directory();
    let server = Served::start(data.path());
    let lines = [
        "account add-org 和安县 --kind county --region 990101",
        "account add-org 调委会 --kind committee --region 990101001 --parent 和安县",
        "account add wang.tj --name 王调解 --org 调委会 --role mediator",
        "account on-duty wang.tj --org 调委会 --role mediator --hours 12",
        "channel add 110 --title 110 --org 和安县",
        "channel set-webhook 110 http://127.0.0.1:9/",
        "device list wang.tj",
        "channel list",
        "account orgs",
    ];
    let mut all = String::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let done = run(data.path(), &words);
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{line}: {said}");
        all.push_str(&String::from_utf8_lossy(&done.stdout));
    }
    for told in [
        "messages for 110 go to: http://127.0.0.1:9/",
        "110          110  和安县  启用 active  http://127.0.0.1:9/",
        "990101001    committee       调委会  上级 under 和安县",
    ] {
        assert!(all.contains(told), "{told}: {all}");
    }
    let unknown = run(
        data.path(),
        &[
            "account",
            "grant",
            "nobody",
            "--org",
            "和安县",
            "--role",
            "court",
        ],
    );
    assert_eq!(unknown.status.code(), Some(1));
    let misspelt = run(
        data.path(),
        &[
            "account",
            "grant",
            "wang.tj",
            "--org",
            "和安县",
            "--role",
            "curt",
        ],
    );
    assert_eq!(misspelt.status.code(), Some(2));
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[tokio::test]
async fn a_console_that_listens_does_not_delay_the_end() {
    let data = directory();
    let demo = run(data.path(), &["demo", "--size", "bare"]);
    assert!(demo.status.success());
    let server = Served::start(data.path());
    let (client, address) = (reqwest::Client::new(), &server.address);
    let body = serde_json::json!({ "login": "dudao", "password": "hejie-demo-2026" });
    let session = client
        .post(format!("{address}/api/v1/session"))
        .json(&body)
        .send();
    let session: serde_json::Value = session.await.unwrap().json().await.unwrap();
    let token = session["access_token"].as_str().unwrap();
    let events = client
        .get(format!("{address}/api/v1/events"))
        .bearer_auth(token)
        .send();
    let mut events = events.await.unwrap();
    assert!(events.chunk().await.unwrap().is_some());
    let (status, said) = server.end(libc::SIGTERM);
    assert_eq!(status, Some(0));
    assert!(!said.contains("cut off"), "{said}");
    while let Ok(Some(_)) = events.chunk().await {}
}

#[tokio::test]
async fn a_database_of_ones_own_is_used_instead() {
    let (own, data) = (directory(), directory());
    let postgres = start(StartOptions::new(own.path())).await.unwrap();
    let mut command = hejie(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    command.env("DATABASE_URL", postgres.url());
    let server = Served::spawn(command);
    assert_eq!(server.ready().await, 200);
    assert_eq!(server.database, "DATABASE_URL");
    assert!(!data.path().join("postgres").exists());
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
