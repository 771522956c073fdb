//! Several servers on one registry: what they share, and what a server is told that shares it not.

use crate::{
    account::{password_in, sign_in},
    key_ring::said,
    serve::{Served, directory, hejie},
    start::files_below,
};
use hejie_server::{
    private_postgres::{self, PrivatePostgres, StartOptions},
    secrets::KeyRing,
};
use std::{
    fs,
    path::PathBuf,
    process::{Command, Output},
};
use tempfile::TempDir;

/// A database of the county, and the data directories of its servers below one folder.
struct Servers {
    own: TempDir,
    postgres: PrivatePostgres,
}

impl Servers {
    async fn begin() -> Self {
        let own = directory();
        let postgres = private_postgres::start(StartOptions::new(own.path()));
        let postgres = postgres.await.unwrap();
        Self { own, postgres }
    }

    fn data(&self, server: &str) -> PathBuf {
        self.own.path().join(server)
    }

    /// A command of a server that has the ring of the first one; with the folder of files of the
    /// first one too, or with one of its own.
    fn command(&self, server: &str, line: &str, has_own_folder: bool) -> Command {
        let words: Vec<&str> = line.split(' ').collect();
        let mut command = hejie(&self.data(server), &words);
        let first = self.data("first");
        command.env("DATABASE_URL", self.postgres.url());
        command.env("HEJIE_KEYS_RING", KeyRing::place_in(&first));
        if !has_own_folder {
            command.env("HEJIE_FILES_DIRECTORY", first.join("files"));
        }
        command
    }

    fn run(&self, server: &str, line: &str) -> Output {
        self.command(server, line, false).output().unwrap()
    }

    fn apart(&self, server: &str, line: &str) -> Output {
        self.command(server, line, true).output().unwrap()
    }

    fn done(&self, server: &str, line: &str) -> String {
        let ended = self.run(server, line);
        assert!(ended.status.success(), "{line}: {}", said(&ended));
        said(&ended)
    }

    fn serve(&self, server: &str) -> Served {
        Served::spawn(self.command(server, "serve --listen 127.0.0.1:0", false))
    }

    /// A mediator, and the password.
    fn mediator(&self, server: &str) -> String {
        self.done(
            server,
            "account add-org 和安县 --kind county --region 990101",
        );
        let add = "account add wang.tj --name 王调解 --org 和安县 --role mediator";
        password_in(&self.done(server, add))
    }
}

/// The name of the folder that the registry notes, as a refusal says it.
fn noted_in(said: &str) -> String {
    let (_, rest) = said.split_once("hejie marks accept ").unwrap();
    rest.chars().take(36).collect()
}

/// Behind a load balancer every second request comes to the other one.
#[tokio::test(flavor = "multi_thread")]
async fn servers_that_share_ring_and_folder_take_each_others_tokens_and_keep_out_whom_one_put_out()
{
    let county = Servers::begin().await;
    let first = county.serve("first");
    let second = county.serve("second");
    let password = county.mediator("first");
    let at_first = sign_in(&first, &password).await.unwrap();
    let at_second = at_first.at(&second);
    for _ in 0..3 {
        assert_eq!(at_first.outcome().await, "");
        assert_eq!(at_second.outcome().await, "");
    }
    county.done("second", "account disable wang.tj");
    assert_eq!(at_first.outcome().await, "account_closed");
    let shared = county.data("first").join("files");
    assert_eq!(files_below(&shared, "account.").len(), 1);
    for server in [first, second] {
        assert_eq!(server.end(libc::SIGTERM).0, Some(0));
    }
}

/// What it noted there no other server would read, and after a restore who was put out would be in.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_a_folder_of_its_own_is_refused_and_so_are_its_commands_and_the_doctor_says_so()
 {
    let county = Servers::begin().await;
    county.mediator("first");
    for line in [
        "serve --listen 127.0.0.1:0",
        "account disable wang.tj",
        "account set-password wang.tj",
        "channel disable 110",
        "refold",
    ] {
        let refused = county.apart("second", line);
        let said = said(&refused);
        assert_eq!(refused.status.code(), Some(1), "{line}: {said}");
        assert!(
            said.contains("files.directory") && said.contains("hejie marks accept"),
            "{line}: {said}"
        );
    }
    let listed = county.apart("second", "account list");
    assert!(said(&listed).contains("启用 active"), "{}", said(&listed));
    let looked = county.apart("second", "doctor --lang zh");
    let line = said(&looked);
    let mut lines = line.lines();
    let line = lines
        .find(|line| line.contains("原件与标记的目录"))
        .unwrap();
    assert_eq!(looked.status.code(), Some(1));
    assert!(line.starts_with("[缺失]"), "{line}");
    let looked = said(&county.run("second", "doctor --lang zh"));
    assert!(looked.contains("[正常] 原件与标记的目录"), "{looked}");
}

/// As a disk that is not mounted looks; and one that is gone for good.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_gone_is_missed_until_another_is_accepted_which_gets_what_the_server_kept()
{
    let county = Servers::begin().await;
    county.mediator("first");
    county.done("first", "account disable wang.tj");
    let files = county.data("first").join("files");
    fs::rename(&files, county.data("aside")).unwrap();
    let refused = county.run("first", "serve --listen 127.0.0.1:0");
    let why = said(&refused);
    assert_eq!(refused.status.code(), Some(1), "{why}");
    let noted = noted_in(&why);
    let mistyped = "0d9c6f0e-5a0b-4c7e-9a55-3f0a4c1d2e77";
    let mistyped = county.run("first", &format!("marks accept {mistyped}"));
    assert_eq!(mistyped.status.code(), Some(1), "{}", said(&mistyped));
    county.done("first", &format!("marks accept {noted}"));
    assert_eq!(files_below(&files, "account.").len(), 1);
    assert_eq!(county.serve("first").end(libc::SIGTERM).0, Some(0));
    let again = county.done("first", &format!("marks accept {noted}"));
    assert!(again.contains("无需确认"), "{again}");
    // The folder that was lost is none of the registry's any more.
    fs::remove_dir_all(&files).unwrap();
    fs::rename(county.data("aside"), &files).unwrap();
    let refused = county.run("first", "account enable wang.tj");
    assert_eq!(refused.status.code(), Some(1), "{}", said(&refused));
}
