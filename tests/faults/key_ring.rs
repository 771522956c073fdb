//! The key ring of a county: made once, never anew in silence, and no other in its place.

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
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};
use tempfile::TempDir;

const MASTER: &str = "3f2a9c41d05be877";

/// A registry that keeps an identity under a key, and the directory of the commands.
struct Scene {
    own: TempDir,
    postgres: PrivatePostgres,
}

impl Scene {
    /// A registry of phones alone, under a ring of its own.
    async fn with_phones() -> Self {
        let (own, postgres) = Self::begin().await;
        let scene = Self { own, postgres };
        let loaded = scene.run(&["demo", "--size", "bare"]);
        assert!(loaded.status.success(), "{}", said(&loaded));
        scene
    }

    async fn begin() -> (TempDir, PrivatePostgres) {
        let own = directory();
        let postgres = private_postgres::start(StartOptions::new(own.path()));
        let postgres = postgres.await.unwrap();
        (own, postgres)
    }

    async fn set() -> Self {
        let (own, postgres) = Self::begin().await;
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

    fn place(&self) -> PathBuf {
        KeyRing::place_in(&self.data())
    }

    /// Makes a new ring where there is none; returns the name of its root.
    fn make_ring(&self) -> String {
        make_ring(&self.place())
    }

    /// What a server says that does not start.
    fn refused(&self) -> String {
        refused(&self.data(), Some(("DATABASE_URL", self.postgres.url())))
    }

    /// Starts a server and ends it; returns its log.
    fn serves(&self) -> String {
        self.serves_from(&self.data())
    }

    fn serves_from(&self, data: &Path) -> String {
        let mut serve = hejie(data, &["serve", "--listen", "127.0.0.1:0"]);
        serve.env("DATABASE_URL", self.postgres.url());
        serve.env("HEJIE_FILES_DIRECTORY", self.data().join("files"));
        let (status, log) = Served::spawn(serve).end(libc::SIGTERM);
        assert_eq!(status, Some(0));
        log
    }

    /// The status of the doctor, and its line of the ring.
    fn doctor(&self) -> (Option<i32>, String) {
        let looked = self.run(&["doctor", "--lang", "zh"]);
        (looked.status.code(), line_of_ring(&said(&looked)))
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.runs(&self.data(), arguments)
    }

    fn runs(&self, data: &Path, arguments: &[&str]) -> Output {
        let mut command = hejie(data, arguments);
        let command = command.env("DATABASE_URL", self.postgres.url());
        let command = command.env("HEJIE_FILES_DIRECTORY", self.data().join("files"));
        command.output().unwrap()
    }
}

fn make_ring(place: &Path) -> String {
    let (entropy, now) = (RandomSource::system(), Clock::system().now());
    let made = KeyRing::load_or_create(place, &entropy, now).unwrap();
    made.ring().unwrap().root()
}

fn line_of_ring(said: &str) -> String {
    let mut lines = said.lines();
    lines
        .find(|line| line.contains("密钥环"))
        .unwrap()
        .to_owned()
}

pub(crate) fn said(output: &Output) -> String {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_that_is_gone_is_not_made_anew_and_what_needs_which_key_is_said() {
    let scene = Scene::set().await;
    let listed = scene.run(&["key", "list"]);
    assert_eq!(listed.status.code(), Some(1));
    for said in [said(&listed), scene.refused()] {
        assert!(
            said.contains(&format!("master {MASTER} (1)")) && said.contains("keys.ring"),
            "{said}"
        );
    }
    let (status, line) = scene.doctor();
    assert_eq!(status, Some(1), "{line}");
    assert!(
        line.starts_with("[缺失]") && line.contains(MASTER),
        "{line}"
    );
    assert!(!scene.data().join("keys").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_that_lacks_keys_which_rows_need_is_refused_until_they_are_given_up() {
    let scene = Scene::set().await;
    let root = scene.make_ring();
    let listed = said(&scene.run(&["key", "list"]));
    let lacking = format!("! master      {MASTER}  缺失");
    assert!(listed.contains(&lacking), "{listed}");
    let why = scene.refused();
    let way_out = format!("hejie key accept {root}");
    assert!(
        why.contains(&format!("master {MASTER} (1)")) && why.contains(&way_out),
        "{why}"
    );
    let (status, line) = scene.doctor();
    assert_eq!(status, Some(1));
    assert!(
        line.starts_with("[缺失]") && line.contains(MASTER),
        "{line}"
    );

    let accepted = scene.run(&["key", "accept", &root]);
    assert!(accepted.status.success(), "{}", said(&accepted));
    assert!(said(&accepted).contains(MASTER));
    let log = scene.serves();
    assert!(
        log.contains("lacks keys that rows need") && log.contains(MASTER),
        "{log}"
    );
    let listed = said(&scene.run(&["key", "list"]));
    let gone = format!("! master      {MASTER}  已销毁或放弃");
    assert!(listed.contains(&gone), "{listed}");
}

/// What phones seal to the keys that they trust would be refused for good, and no row tells.
#[tokio::test(flavor = "multi_thread")]
async fn the_ring_of_another_county_is_refused_where_phones_alone_depend_on_theirs() {
    let scene = Scene::with_phones().await;
    let aside = scene.own.path().join("aside");
    fs::rename(scene.place(), &aside).unwrap();
    let other = scene.make_ring();
    let listed = said(&scene.run(&["key", "list"]));
    assert!(listed.contains("手机信任此根密钥，不在此环中"), "{listed}");
    let why = scene.refused();
    assert!(
        why.contains("phones trust the root key") && why.contains(&other),
        "{why}"
    );
    let (status, line) = scene.doctor();
    assert_eq!(status, Some(1));
    assert!(
        line.starts_with("[缺失]") && line.contains(&other),
        "{line}"
    );
    let rotated = scene.run(&["key", "rotate", "sealing"]);
    assert_eq!(rotated.status.code(), Some(1));

    fs::copy(scene.place(), scene.own.path().join("other")).unwrap();
    fs::rename(&aside, scene.place()).unwrap();
    scene.serves();
    let (_, line) = scene.doctor();
    assert!(line.starts_with("[正常]"), "{line}");

    fs::rename(scene.own.path().join("other"), scene.place()).unwrap();
    let mistyped = scene.run(&["key", "accept", MASTER]);
    assert_eq!(mistyped.status.code(), Some(1));
    let accepted = scene.run(&["key", "accept", &other]);
    assert!(said(&accepted).contains("enrolled anew"));
    scene.serves();
}

/// Both make a ring where there is none. The first of them is the registry's.
#[tokio::test(flavor = "multi_thread")]
async fn of_servers_that_begin_with_rings_of_their_own_the_first_stays_and_the_others_are_told_how_to_go_on()
 {
    let (own, postgres) = Scene::begin().await;
    let first = Scene { own, postgres };
    let root = first.make_ring();
    let [second, third] = ["second", "third"].map(|data| first.own.path().join(data));
    let other = make_ring(&KeyRing::place_in(&second));
    first.serves();
    let url = Some(("DATABASE_URL", first.postgres.url()));
    let why = refused(&second, url);
    let way_out = format!("hejie key accept {other}");
    assert!(
        why.contains(&root) && why.contains("copy the ring") && why.contains(&way_out),
        "{why}"
    );
    let why = refused(&third, url);
    assert!(
        why.contains(&root) && why.contains("no second one is made"),
        "{why}"
    );
    let place = KeyRing::place_in(&third);
    assert!(!place.exists());
    let looked = first.runs(&third, &["doctor", "--lang", "zh"]);
    let line = line_of_ring(&said(&looked));
    assert!(line.starts_with("[缺失]") && line.contains(&root), "{line}");
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::copy(first.place(), place).unwrap();
    first.serves_from(&third);

    let accepted = first.runs(&second, &["key", "accept", &other]);
    assert!(accepted.status.success(), "{}", said(&accepted));
    first.serves_from(&second);
    assert!(first.refused().contains(&other));
}

/// As it may come out of the safe.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_before_the_sealing_key_that_phones_have_is_refused() {
    let scene = Scene::with_phones().await;
    let copy = scene.own.path().join("copy");
    fs::copy(scene.place(), &copy).unwrap();
    let rotated = said(&scene.run(&["key", "rotate", "sealing"]));
    let key = rotated.lines().find_map(|line| line.rsplit_once(": "));
    let (_, key) = key.unwrap();
    fs::rename(&copy, scene.place()).unwrap();
    let why = scene.refused();
    assert!(why.contains(&format!("sealing {key}")), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_stays_is_said_to_stay_and_why() {
    let scene = Scene::with_phones().await;
    let listed = said(&scene.run(&["key", "list"]));
    let current = listed.lines().find(|line| line.contains("master")).unwrap();
    let current = current.split_whitespace().nth(2).unwrap();
    for (key, why) in [("3f2a9c41", "没有密钥"), (current, "正在使用")] {
        let retired = scene.run(&["key", "retire", key]);
        assert_eq!(retired.status.code(), Some(1));
        assert!(said(&retired).contains(why), "{}", said(&retired));
    }
}

/// Who only looks changes nothing.
#[test]
fn listing_keys_makes_no_ring_and_says_what_does() {
    let data = directory();
    let listed = run(data.path(), &["key", "list"]);
    let place = KeyRing::place_in(data.path());
    assert_eq!(listed.status.code(), Some(1), "{}", said(&listed));
    assert!(said(&listed).contains("hejie key make") && !place.exists());
    let made = run(data.path(), &["key", "make"]);
    assert!(made.status.success() && place.exists(), "{}", said(&made));
    let listed = said(&run(data.path(), &["key", "list"]));
    assert!(
        listed.contains("* root") && !listed.contains("T0"),
        "{listed}"
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
    let looked = run(data.path(), &["doctor", "--lang", "zh"]);
    let line = line_of_ring(&said(&looked));
    assert_eq!(
        looked.status.code(),
        Some(1),
        "no database runs then: {line}"
    );
    assert!(
        line.starts_with("[缺失]") && line.contains("hejie postgres"),
        "{line}"
    );
    fs::rename(&aside, &keys).unwrap();
    assert_eq!(Served::start(data.path()).end(libc::SIGTERM).0, Some(0));
}
