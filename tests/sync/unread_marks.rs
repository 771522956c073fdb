//! Files beside the marks that do not read any more: of what was taken back from people, and of
//! what was given back to them.

use crate::{recover::Backup, scene::Scene};
use harness::{Person, TestServer, county::PASSWORD};
use hejie_registry::pool;
use hejie_server::{files::FileStore, identity::account, mark::Marks};
use jiff::SignedDuration;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A server with marks whose places a test can reach, and two people whose accounts are closed and
/// opened.
struct World {
    scene: Scene,
    own: TempDir,
    shared: TempDir,
    marks: Marks,
}

impl World {
    async fn set() -> Self {
        let (own, shared) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let files = FileStore::in_directory(shared.path()).unwrap();
        Self {
            scene: Scene::on(TestServer::alone().await).await,
            marks: Marks::new(Some(own.path().to_owned()), files),
            own,
            shared,
        }
    }

    fn server(&self) -> &TestServer {
        &self.scene.server
    }

    fn person(&self) -> &Person {
        &self.scene.county.second_mediator
    }

    fn other(&self) -> &Person {
        &self.scene.county.dispatcher
    }

    async fn close(&self, person: &Person) {
        self.server().advance(SignedDuration::from_secs(1));
        let mut tx = pool::begin(&self.server().state.pool).await.unwrap();
        account::close(&self.marks, &mut tx, person.id, self.server().now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }

    async fn open(&self, person: &Person) {
        self.server().advance(SignedDuration::from_secs(1));
        let pool = &self.server().state.pool;
        let mut tx = pool::begin(pool).await.unwrap();
        account::open(&self.marks, &mut tx, person.id, self.server().now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
        self.marks.confirm_lifts(pool).await.unwrap();
    }

    async fn look(&self) {
        self.server().advance(SignedDuration::from_secs(1));
        let found = self
            .marks
            .check(&self.server().state.pool, self.server().now());
        assert_eq!(found.await.unwrap(), None);
    }

    async fn lets_in(&self, person: &Person) -> bool {
        person.sign_in(self.server(), PASSWORD).await.status == 200
    }

    /// Where each of both places has a file.
    fn places(&self, name: &str) -> [PathBuf; 2] {
        let own = fs::read_dir(self.own.path()).unwrap().flatten();
        let mut own = own.map(|one| one.path()).filter(|path| path.is_dir());
        let marks = fs::read_dir(self.shared.path().join("marks")).unwrap();
        let mut shared = marks
            .flatten()
            .map(|one| one.path())
            .filter(|at| at.is_dir());
        [
            own.next().unwrap().join(name),
            shared.next().unwrap().join("revoked").join(name),
        ]
    }
}

fn closing(of: &Person) -> String {
    format!("account.{}.json", of.id.0)
}

fn opening(of: &Person) -> String {
    format!("lifted.account.{}.json", of.id.0)
}

fn cut_off(file: &Path) {
    assert!(file.is_file(), "{}", file.display());
    fs::write(file, "{\"at\": \"20").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_that_no_place_reads_stands_because_the_registry_knows_it_and_is_written_again()
{
    let world = World::set().await;
    let backup = Backup::of(world.server()).await;
    world.close(world.person()).await;
    world.open(world.person()).await;
    world
        .places(&opening(world.person()))
        .iter()
        .for_each(|at| cut_off(at));
    world.look().await;
    assert!(world.lets_in(world.person()).await);

    backup.put_back(world.server()).await;
    world.look().await;
    assert!(world.lets_in(world.person()).await, "it reads again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_that_one_place_reads_is_written_again_into_the_other() {
    let world = World::set().await;
    world.close(world.person()).await;
    world.open(world.person()).await;
    let [own, shared] = world.places(&opening(world.person()));
    cut_off(&own);
    world.look().await;
    assert!(world.lets_in(world.person()).await);
    assert_eq!(fs::read(own).unwrap(), fs::read(shared).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_shown_to_be_let_in_stays_out_alone_until_somebody_lets_them_in_anew() {
    let world = World::set().await;
    let (person, other) = (world.person(), world.other());
    let backup = Backup::of(world.server()).await;
    for one in [person, other] {
        world.close(one).await;
        world.open(one).await;
    }
    world
        .places(&opening(person))
        .iter()
        .for_each(|at| cut_off(at));
    backup.put_back(world.server()).await;
    world.look().await;
    assert!(!world.lets_in(person).await);
    assert!(world.lets_in(other).await, "nobody else is put out");

    world.open(person).await;
    world.look().await;
    assert!(world.lets_in(person).await);
}

/// The account was opened once and closed again after that; the backup says that it is good.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_that_no_place_reads_is_not_lifted_by_an_opening_of_before() {
    let world = World::set().await;
    let (person, other) = (world.person(), world.other());
    let backup = Backup::of(world.server()).await;
    world.close(person).await;
    world.open(person).await;
    world.close(person).await;
    world.close(other).await;
    world.open(other).await;
    world
        .places(&closing(person))
        .iter()
        .for_each(|at| cut_off(at));
    backup.put_back(world.server()).await;
    world.look().await;
    assert!(!world.lets_in(person).await);
    assert!(world.lets_in(other).await, "nobody else is put out");

    world.open(person).await;
    world.look().await;
    assert!(world.lets_in(person).await, "both files read again");
}

/// The disk fails at one file: a folder in its place fails alike whenever it is read.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_at_which_the_disk_fails_keeps_nobody_else_in_who_was_put_out() {
    let world = World::set().await;
    let (person, other) = (world.person(), world.other());
    let backup = Backup::of(world.server()).await;
    world.close(person).await;
    world.open(person).await;
    world.close(other).await;
    let [own, shared] = world.places(&opening(person));
    for at in [&own, &shared] {
        fs::remove_file(at).unwrap();
    }
    fs::create_dir(&own).unwrap();
    world.look().await;
    assert!(world.lets_in(person).await, "the registry knows it");
    backup.put_back(world.server()).await;
    world.look().await;
    assert!(!world.lets_in(other).await, "put out again");
}
