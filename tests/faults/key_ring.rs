//! The key ring of a county: made once, and never anew in silence.

use crate::{
    serve::{Served, directory, hejie, run},
    start::refused,
};
use harness::TestServer;
use hejie_server::{
    clock::Clock,
    entropy::RandomSource,
    private_postgres::{self, PrivatePostgres, StartOptions},
    secrets::KeyRing,
    state::Settings,
};
use std::{fs, path::PathBuf, process::Output};
use tempfile::TempDir;

const MASTER: &str = "3f2a9c41d05be877";

/// A registry that keeps an identity under a key, and the directory of the commands.
struct Scene {
    own: TempDir,
    postgres: PrivatePostgres,
}

impl Scene {
    async fn set() -> Self {
        let own = directory();
        let postgres = private_postgres::start(StartOptions::new(own.path()))
            .await
            .unwrap();
        harness::database::prepare(postgres.url()).await;
        let server = TestServer::with(Settings::default(), postgres.url()).await;
        let county = server.county().await;
        let order = county.channel(&server).order(&county.order("A-1")).await;
        assert_eq!(order.status, 201, "{}", order.json);
        let kept = "insert into party_secret (case_id, party_id, master_key_id, wrapped_key, ciphertext, hash_key_id,
                 sealed_hash, captured_at, received_at, by_user, by_device)
             select case_id, gen_random_uuid(), $1, 'wrapped', 'locked', $1, sha256('sealed'), now(), now(),
                 gen_random_uuid(), gen_random_uuid() from case_doc limit 1";
        let kept = sqlx::query(kept).bind(MASTER);
        let kept = kept.execute(&server.state.pool).await.unwrap();
        assert_eq!(kept.rows_affected(), 1);
        Self { own, postgres }
    }

    fn data(&self) -> PathBuf {
        self.own.path().join("commands")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = hejie(&self.data(), arguments);
        let command = command.env("DATABASE_URL", self.postgres.url());
        command.output().unwrap()
    }
}

fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_that_is_gone_is_not_made_anew_and_what_needs_which_key_is_said() {
    let scene = Scene::set().await;
    let listed = scene.run(&["key", "list"]);
    assert_eq!(listed.status.code(), Some(1));
    let database = Some(("DATABASE_URL", scene.postgres.url()));
    for said in [said(&listed), refused(&scene.data(), database)] {
        assert!(
            said.contains(&format!("master {MASTER} (1)")) && said.contains("keys.ring"),
            "{said}"
        );
    }
    let looked = scene.run(&["doctor", "--lang", "zh"]);
    let said = said(&looked);
    assert_eq!(looked.status.code(), Some(1), "{said}");
    let mut lines = said.lines();
    let line = lines.find(|line| line.contains("密钥环")).unwrap();
    assert!(
        line.starts_with("[缺失]") && line.contains(MASTER),
        "{line}"
    );
    assert!(!scene.data().join("keys").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_a_ring_lacks_are_listed_and_said_at_the_start() {
    let scene = Scene::set().await;
    let now = Clock::system().now();
    let place = KeyRing::place_in(&scene.data());
    KeyRing::load_or_create(&place, &RandomSource::system(), now).unwrap();
    let listed = scene.run(&["key", "list"]);
    let said_of_it = said(&listed);
    assert!(listed.status.success(), "{said_of_it}");
    let lacking = format!("! master      {MASTER}");
    assert!(said_of_it.contains(&lacking), "{said_of_it}");
    let mut serve = hejie(&scene.data(), &["serve", "--listen", "127.0.0.1:0"]);
    serve.env("DATABASE_URL", scene.postgres.url());
    let (status, log) = Served::spawn(serve).end(libc::SIGTERM);
    assert_eq!(status, Some(0));
    assert!(
        log.contains("lacks keys that rows need") && log.contains(MASTER),
        "{log}"
    );
}

/// Phones trust the ring of their enrolment.
#[test]
fn a_county_with_phones_does_not_start_without_the_ring_that_they_trust() {
    let data = directory();
    let loaded = run(data.path(), &["demo", "--size", "bare"]);
    assert!(loaded.status.success(), "{}", said(&loaded));
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
    let (keys, aside) = (data.path().join("keys"), data.path().join("aside"));
    fs::rename(&keys, &aside).unwrap();
    let why = refused(data.path(), None);
    assert!(why.contains("phones trust") && !keys.exists(), "{why}");
    fs::rename(&aside, &keys).unwrap();
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
}
