//! What was taken back from people and given back to them, beside servers that look at the marks
//! meanwhile, and whose clocks differ.

use crate::{
    recover::Backup,
    scene::{Scene, author},
};
use harness::{Person, TestServer, county::PASSWORD, race::until_waiting};
use hejie_registry::pool::{self, Transaction};
use hejie_server::{files::FileStore, identity::account, mark::Marks};
use jiff::{SignedDuration, Timestamp};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The look has read what was closed, and stands before another account when this one is opened.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_let_in_while_a_server_looks_at_the_marks_is_not_put_out_by_that_look() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let mut people = [&county.second_mediator, &county.grid_worker];
    people.sort_by_key(|person| person.id.0);
    let [before, person] = people;
    close(&scene, person, server.now()).await;
    // Noted and not committed, so that the look has something to do first.
    let mut broken_off = pool::begin(&server.state.pool).await.unwrap();
    let (marks, now) = (&server.state.marks, server.now());
    account::close(marks, &mut broken_off, before.id, now)
        .await
        .unwrap();
    drop(broken_off);
    server.advance(SignedDuration::from_secs(1));

    let mut held = pool::begin(&server.state.pool).await.unwrap();
    sqlx::query("select id from app_user where id = $1 for update")
        .bind(before.id.0)
        .execute(&mut *held)
        .await
        .unwrap();
    let (found, ()) = tokio::join!(marks.check(&server.state.pool, server.now()), async {
        until_waiting(server, 1).await;
        open(&scene, marks, person, server.now()).await;
        pool::commit(held).await.unwrap();
    });
    assert_eq!(found.unwrap(), None);
    let answer = person.sign_in(server, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(before.sign_in(server, PASSWORD).await.status, 401);
}

/// One of two servers is some minutes ahead.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_acts_the_later_one_stands_though_the_clock_of_the_earlier_was_ahead() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, person) = (&scene.server, &scene.county.second_mediator);
    let (marks, ahead) = (&server.state.marks, SignedDuration::from_mins(5));
    let backup = Backup::of(server).await;
    close(&scene, person, server.now() + ahead).await;
    open(&scene, marks, person, server.now()).await;
    look(&scene, marks).await;
    let answer = person.sign_in(server, PASSWORD).await;
    assert_eq!(answer.status, 200, "opened last: {}", answer.json);

    open(&scene, marks, person, server.now() + ahead * 2).await;
    close(&scene, person, server.now()).await;
    scene.another_case("A-2").await;
    backup.restore(server).await;
    assert_eq!(
        person.sign_in(server, PASSWORD).await.status,
        401,
        "closed last"
    );
}

/// As above.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_passwords_the_later_one_lets_in_though_the_clock_of_the_earlier_was_ahead() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, person) = (&scene.server, &scene.county.dispatcher);
    let (marks, ahead) = (&server.state.marks, SignedDuration::from_mins(5));
    for (password, at) in [
        ("和安县-2027", server.now() + ahead),
        ("和安县-2028", server.now()),
    ] {
        let hash = server
            .state
            .identity
            .passwords
            .hash(password.to_owned().into(), [3; 16]);
        let (hash, mut tx) = (
            hash.await.unwrap(),
            pool::begin(&server.state.pool).await.unwrap(),
        );
        account::replace_password(marks, &mut tx, person.id, &hash, at)
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
    }
    look(&scene, marks).await;
    let answer = person.sign_in(server, "和安县-2028").await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

/// The other server reads beside the files alone what this one wrote; there nothing can be read, or
/// only this cannot be written.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_again_where_other_servers_could_not_read_it() {
    for spoil in [full, occupied] {
        let (own, shared) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let scene = Scene::on(TestServer::alone().await).await;
        let (server, person) = (&scene.server, &scene.county.second_mediator);
        let files = FileStore::in_directory(shared.path()).unwrap();
        let marks = Marks::new(Some(own.path().to_owned()), files);
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        account::close(&marks, &mut tx, person.id, server.now())
            .await
            .unwrap();
        pool::commit(tx).await.unwrap();
        server.advance(SignedDuration::from_secs(1));
        spoil(shared.path(), person);
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        let opened = account::open(&marks, &mut tx, person.id, server.now()).await;
        assert!(opened.is_err());
    }
}

/// The server dies between the note beside the marks and the commit; the backup of before says that
/// account and role are good, and nothing may tell that it was restored.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_to_be_given_back_and_was_not_committed_is_not_given_by_a_restore() {
    for is_looked_at in [false, true] {
        let scene = Scene::on(TestServer::alone().await).await;
        let (server, county) = (&scene.server, &scene.county);
        let (closed, ended) = (&county.second_mediator, &county.grid_worker);
        let marks = &server.state.marks;
        let backup = Backup::of(server).await;
        take(&scene, closed, ended).await;
        drop(given_back(&scene, closed, ended).await);
        if is_looked_at {
            look(&scene, marks).await;
        }
        backup.put_back(server).await;
        look(&scene, marks).await;
        assert_put_out(server, closed, ended).await;

        // Given back now, they are.
        let tx = given_back(&scene, closed, ended).await;
        pool::commit(tx).await.unwrap();
        look(&scene, marks).await;
        assert_let_in(server, [closed, ended]).await;
    }
}

/// A command that was broken off may be repeated, and the repetition too.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_stays_though_it_is_given_again_and_that_is_broken_off() {
    for is_confirmed in [false, true] {
        let scene = Scene::on(TestServer::alone().await).await;
        let (server, county) = (&scene.server, &scene.county);
        let (closed, ended) = (&county.second_mediator, &county.grid_worker);
        let marks = &server.state.marks;
        take(&scene, closed, ended).await;
        let tx = given_back(&scene, closed, ended).await;
        pool::commit(tx).await.unwrap();
        if is_confirmed {
            marks.confirm_lifts(&server.state.pool).await.unwrap();
        }
        server.advance(SignedDuration::from_secs(1));
        drop(given_back(&scene, closed, ended).await);
        look(&scene, marks).await;
        assert_let_in(server, [closed, ended]).await;

        // Taken back after that, it is.
        take(&scene, closed, ended).await;
        look(&scene, marks).await;
        assert_put_out(server, closed, ended).await;
    }
}

/// What they had back once was taken again.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_once_tells_of_no_later_time_that_it_was_given() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let (closed, ended) = (&county.second_mediator, &county.grid_worker);
    let marks = &server.state.marks;
    take(&scene, closed, ended).await;
    let tx = given_back(&scene, closed, ended).await;
    pool::commit(tx).await.unwrap();
    look(&scene, marks).await;
    let backup = Backup::of(server).await;
    take(&scene, closed, ended).await;
    drop(given_back(&scene, closed, ended).await);
    backup.put_back(server).await;
    look(&scene, marks).await;
    assert_put_out(server, closed, ended).await;
}

/// Nobody has looked between the commit and the restore.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_back_and_confirmed_after_the_commit_is_not_taken_by_a_restore() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let (closed, ended) = (&county.second_mediator, &county.grid_worker);
    let marks = &server.state.marks;
    let backup = Backup::of(server).await;
    take(&scene, closed, ended).await;
    let tx = given_back(&scene, closed, ended).await;
    pool::commit(tx).await.unwrap();
    marks.confirm_lifts(&server.state.pool).await.unwrap();
    backup.put_back(server).await;
    look(&scene, marks).await;
    assert_let_in(server, [closed, ended]).await;
}

/// Puts a file where the folder of what was taken back was: nothing can be written there.
fn full(files: &Path, _: &Person) {
    let folder = revoked(files);
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, b"").unwrap();
}

/// Puts a folder where the file would be that opens a person's account again.
fn occupied(files: &Path, person: &Person) {
    let name = format!("lifted.account.{}.json", person.id.0);
    fs::create_dir(revoked(files).join(name)).unwrap();
}

/// The folder of what was taken back.
fn revoked(files: &Path) -> PathBuf {
    let marks = fs::read_dir(files.join("marks")).unwrap();
    let folders = marks.map(|found| found.unwrap().path().join("revoked"));
    let mut folders = folders.filter(|folder| folder.is_dir());
    folders.next().unwrap()
}

async fn assert_let_in(server: &TestServer, people: [&Person; 2]) {
    for person in people {
        let answer = person.sign_in(server, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
}

async fn assert_put_out(server: &TestServer, closed: &Person, ended: &Person) {
    let of_closed = closed.sign_in(server, PASSWORD).await;
    assert_eq!(of_closed.outcome(), (401, "wrong_credentials"));
    assert_eq!(ended.sign_in(server, PASSWORD).await.status, 403);
}

async fn close(scene: &Scene, person: &Person, at: Timestamp) {
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::close(&scene.server.state.marks, &mut tx, person.id, at)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
}

async fn open(scene: &Scene, marks: &Marks, person: &Person, at: Timestamp) {
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::open(marks, &mut tx, person.id, at).await.unwrap();
    pool::commit(tx).await.unwrap();
}

/// Closes an account and ends a role, and lets a second pass before and after.
async fn take(scene: &Scene, closed: &Person, ended: &Person) {
    let server = &scene.server;
    server.advance(SignedDuration::from_secs(1));
    close(scene, closed, server.now()).await;
    end_role(scene, ended).await;
    server.advance(SignedDuration::from_secs(1));
}

async fn end_role(scene: &Scene, person: &Person) {
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    let (marks, now) = (&scene.server.state.marks, scene.server.now());
    account::end_role(marks, &mut tx, &author(person), now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
}

/// An account is opened and a role is given again, in a transaction that is not committed.
async fn given_back(scene: &Scene, closed: &Person, ended: &Person) -> Transaction {
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    let (marks, now) = (&scene.server.state.marks, scene.server.now());
    account::open(marks, &mut tx, closed.id, now).await.unwrap();
    account::give_role(marks, &mut tx, &author(ended), now)
        .await
        .unwrap();
    tx
}

async fn look(scene: &Scene, marks: &Marks) {
    scene.server.advance(SignedDuration::from_secs(1));
    let found = marks.check(&scene.server.state.pool, scene.server.now());
    assert_eq!(found.await.unwrap(), None);
}
