//! Commands that are killed when they have written what lies beside the database, and nothing of
//! them is committed.

use crate::{
    account::{password_in, sign_in},
    channel::{order, secret_in},
    serve::{Served, directory, hejie},
    start::{files_below, refused},
};
use hejie_server::{
    private_postgres::{self, PrivatePostgres, StartOptions},
    secrets::KeyRing,
};
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};
use std::{fs, path::PathBuf, process::Stdio};
use tempfile::TempDir;

/// A database of its own, which goes on while commands and servers end.
struct Scene {
    own: TempDir,
    postgres: PrivatePostgres,
}

impl Scene {
    /// A county with a mediator and a channel; with the password of one and the secret of the
    /// other.
    async fn found() -> (Self, String, String) {
        let own = directory();
        let postgres = private_postgres::start(StartOptions::new(own.path()));
        let postgres = postgres.await.unwrap();
        let scene = Self { own, postgres };
        scene.done("account add-org 和安县 --kind county --region 990101");
        let said = scene.done("account add wang.tj --name 王调解 --org 和安县 --role mediator");
        let password = password_in(&said);
        let secret = secret_in(&scene.done("channel add 110 --title 110 --org 和安县"));
        (scene, password, secret)
    }

    fn data(&self) -> PathBuf {
        self.own.path().join("commands")
    }

    fn command(&self, line: &str) -> std::process::Command {
        let words: Vec<&str> = line.split(' ').collect();
        let mut command = hejie(&self.data(), &words);
        command.env("DATABASE_URL", self.postgres.url());
        command
    }

    fn done(&self, line: &str) -> String {
        let ended = self.command(line).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{line}: {said}");
        String::from_utf8_lossy(&ended.stdout).into_owned()
    }

    fn serve(&self) -> Served {
        Served::spawn(self.command("serve --listen 127.0.0.1:0"))
    }

    /// Kills a command at its commit, which Postgres gives up then.
    async fn break_off(&self, line: &str) {
        let mut other = PgConnection::connect(self.postgres.url()).await.unwrap();
        other.execute(KEEP_WAITING).await.unwrap();
        let mut command = self.command(line);
        let command = command.stdout(Stdio::null()).stderr(Stdio::null());
        let mut command = command.spawn().unwrap();
        let mut waiting: Option<i32> = None;
        while waiting.is_none() {
            assert_eq!(command.try_wait().unwrap(), None, "{line} has ended");
            let asked = sqlx::query_scalar(WAITING).fetch_optional(&mut other);
            waiting = asked.await.unwrap();
        }
        command.kill().unwrap();
        command.wait().unwrap();
        let given_up = sqlx::query("select pg_terminate_backend($1, 10000)");
        given_up.bind(waiting).execute(&mut other).await.unwrap();
        other.execute(LET_GO).await.unwrap();
    }
}

/// Whoever adds to the audit log waits at the commit.
const KEEP_WAITING: &str = "
    create function keep_waiting() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(7); return null; end $$;
    create constraint trigger keep_waiting after update on audit_head deferrable initially deferred
        for each row execute function keep_waiting();
    select pg_advisory_lock(7);";
const WAITING: &str = "select pid from pg_locks where locktype = 'advisory' and not granted";
const LET_GO: &str = "drop trigger keep_waiting on audit_head; drop function keep_waiting;
    select pg_advisory_unlock(7);";

#[tokio::test(flavor = "multi_thread")]
async fn a_password_whose_replacement_was_broken_off_stays_good() {
    let (scene, password, _) = Scene::found().await;
    let server = scene.serve();
    let session = sign_in(&server, &password).await.unwrap();
    scene.break_off("account set-password wang.tj").await;
    let noted = files_below(&scene.data(), "password.");
    assert_eq!(noted.len(), 2, "it had been kept in both places");
    assert_eq!(session.outcome().await, "");
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));

    // Its start looks at the marks.
    let server = scene.serve();
    assert!(sign_in(&server, &password).await.is_ok());
    assert!(files_below(&scene.data(), "password.").is_empty());
    assert!(files_below(&scene.data(), "sessions.").is_empty());
    let another = password_in(&scene.done("account set-password wang.tj"));
    assert!(sign_in(&server, &another).await.is_ok());
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_whose_secret_was_to_be_replaced_in_a_command_that_was_broken_off_stays_in_service()
 {
    let (scene, _, secret) = Scene::found().await;
    scene.break_off("channel rotate-secret 110").await;
    assert_eq!(files_below(&scene.data(), "channel-secret.").len(), 2);
    let server = scene.serve();
    assert_eq!(order(&server, &secret).await, 201);
    scene.done("channel disable 110");
    scene.done("channel enable 110");
    assert_eq!(order(&server, &secret).await, 200);
    let another = secret_in(&scene.done("channel rotate-secret 110"));
    assert_eq!(order(&server, &another).await, 200);
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// Whoever signs in adds to the audit log, which goes on only from where it ended.
#[tokio::test(flavor = "multi_thread")]
async fn a_sealing_key_that_a_phone_got_after_a_rotation_was_broken_off_is_not_lost_by_an_older_ring()
 {
    let (scene, password, _) = Scene::found().await;
    let server = scene.serve();
    let place = KeyRing::place_in(&scene.data());
    let copy = scene.own.path().join("copy");
    fs::copy(&place, &copy).unwrap();
    scene.break_off("key rotate sealing").await;
    let enrolled = sign_in(&server, &password).await.unwrap().enrol().await;
    let key = enrolled["sealing_key"]["key_id"].as_str().unwrap();
    let listed = scene.done("key list");
    let mut current = listed.lines().filter(|line| line.starts_with("* sealing"));
    assert!(current.next().unwrap().contains(key), "{listed}");
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
    fs::rename(&copy, &place).unwrap();
    let why = refused(&scene.data(), Some(("DATABASE_URL", scene.postgres.url())));
    assert!(why.contains(&format!("sealing {key}")), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_retirement_was_broken_off_is_retired_when_that_is_asked_for_once_more() {
    let (scene, password, _) = Scene::found().await;
    let server = scene.serve();
    let rotated = scene.done("key rotate hash");
    assert!(rotated.contains("new key"), "{rotated}");
    let place = KeyRing::place_in(&scene.data());
    let mut ring: Value = serde_json::from_slice(&fs::read(&place).unwrap()).unwrap();
    let old = ring["hash"][0]["id"].as_str().unwrap().to_owned();
    // So that nothing is on its way under the old one any more.
    ring["hash"][1]["made_at"] = "2026-01-01T00:00:00Z".into();
    fs::write(&place, serde_json::to_vec(&ring).unwrap()).unwrap();
    scene.break_off(&format!("key retire {old}")).await;
    assert!(sign_in(&server, &password).await.is_ok());
    assert!(scene.done("key list").contains(&old));
    scene.done(&format!("key retire {old}"));
    assert!(!scene.done("key list").contains(&old));
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
