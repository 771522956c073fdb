//! The commands of docs/operations.md for backup and restore, as they stand there.

use crate::serve::{Served, directory, hejie, run};
use hejie_server::private_postgres;
use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The line of the operations that begins with a program.
fn documented(program: &str) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations.md");
    let page = fs::read_to_string(page).unwrap();
    let is_it = |line: &&str| line.starts_with(&format!("{program} -h SOCKET"));
    page.lines().find(is_it).unwrap().to_owned()
}

/// Does what a line says.
fn follow(line: &str, socket: &str, dump: &Path) {
    let line = line.replace("SOCKET", socket);
    let line = line.replace("DUMP", dump.to_str().unwrap());
    let binaries = private_postgres::find_binaries(None, None).unwrap().folder;
    let path = format!("{}:{}", binaries.display(), env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    let done = shell.args(["-c", &line]).env("PATH", path).output();
    let done = done.unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{line}: {said}");
}

fn add_org(data: &Path, name: &str) {
    let org = ["account", "add-org", name, "--kind", "county"];
    let added = run(data, &[&org[..], &["--region", "990101"]].concat());
    let said = String::from_utf8_lossy(&added.stderr);
    assert!(added.status.success(), "{said}");
}

fn orgs(data: &Path) -> String {
    let listed = run(data, &["account", "orgs"]);
    String::from_utf8_lossy(&listed.stdout).into_owned()
}

fn socket_in(data: &Path) -> PathBuf {
    data.canonicalize().unwrap().join("postgres/run")
}

#[test]
fn a_dump_of_the_private_postgres_is_made_beside_the_server_and_restored_without_it() {
    let own = directory();
    let (data, dump) = (own.path(), own.path().join("county.sql"));
    let server = Served::start(data);
    add_org(data, "和安县");
    let socket = socket_in(data);
    follow(&documented("pg_dump"), socket.to_str().unwrap(), &dump);
    add_org(data, "后来的县");
    let beside = run(data, &["postgres"]);
    let said = String::from_utf8_lossy(&beside.stderr);
    assert_eq!(beside.status.code(), Some(1), "{said}");
    assert!(said.contains("another hejie is running"), "{said}");
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));

    let mut alone = hejie(data, &["postgres"]);
    let mut alone = alone.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(alone.stdout.take().unwrap()).lines();
    let socket = lines.find_map(|line| {
        let line = line.unwrap();
        line.contains("socket")
            .then(|| line.split(' ').next_back().unwrap().to_owned())
    });
    follow(&documented("psql"), &socket.unwrap(), &dump);
    let pid = i32::try_from(alone.id()).unwrap();
    // SAFETY: plain numbers; the process is our child and has not been waited for.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
    assert!(alone.wait().unwrap().success());

    let server = Served::start(data);
    let restored = orgs(data);
    assert!(
        restored.contains("和安县") && !restored.contains("后来的县"),
        "{restored}"
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
