//! Marks: a registry that was set back knows it by itself, and gives no case number twice.

use harness::{Calls, County, TestServer};
use hejie_registry::{mark, pool};
use hejie_server::mark::{Marks, SetBack};
use std::path::Path;

#[tokio::test]
async fn a_registry_that_was_set_back_begins_a_new_epoch_and_gives_no_number_twice() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, marks) = scene(beside.path()).await;
    assert_eq!(
        marks.check(&server.state.pool, server.now()).await.unwrap(),
        None
    );
    report(&server, &county, "A-1").await;
    set_aside(&server).await;
    report(&server, &county, "A-2").await;
    let last = report(&server, &county, "A-3").await;
    let pool = &server.state.pool;
    assert_eq!(marks.check(pool, server.now()).await.unwrap(), None);
    set_back(&server).await;
    let found = marks.check(&server.state.pool, server.now()).await.unwrap();
    assert!(
        matches!(
            found,
            Some(SetBack {
                epoch: 2,
                rows: 1..
            })
        ),
        "{found:?}"
    );
    assert_eq!(
        marks.check(&server.state.pool, server.now()).await.unwrap(),
        None
    );
    let next = report(&server, &county, "A-4").await;
    assert_eq!((last.as_str(), next.as_str()), ("000003", "000004"));
}

/// Cut off while it was written, say.
#[tokio::test]
async fn of_two_marks_one_that_does_not_read_stops_nothing_and_the_other_tells() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, marks) = scene(beside.path()).await;
    report(&server, &county, "A-1").await;
    set_aside(&server).await;
    report(&server, &county, "A-2").await;
    cut_off(beside.path());
    assert_eq!(report(&server, &county, "A-3").await, "000003");
    cut_off(beside.path());
    set_back(&server).await;
    let found = marks.check(&server.state.pool, server.now()).await.unwrap();
    assert!(matches!(found, Some(SetBack { epoch: 2, .. })), "{found:?}");
    assert_eq!(report(&server, &county, "A-4").await, "000004");
}

#[tokio::test]
async fn a_restore_within_the_minute_is_noticed_by_the_number_that_was_given_since() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, marks) = scene(beside.path()).await;
    report(&server, &county, "A-1").await;
    set_aside(&server).await;
    report(&server, &county, "A-2").await;
    report(&server, &county, "A-3").await;
    set_back(&server).await;
    let found = marks.check(&server.state.pool, server.now()).await.unwrap();
    assert!(matches!(found, Some(SetBack { epoch: 2, .. })), "{found:?}");
    assert_eq!(report(&server, &county, "A-4").await, "000004");
}

#[tokio::test]
async fn a_database_replaced_under_a_running_server_is_noticed_before_a_number_is_given() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, _) = scene(beside.path()).await;
    report(&server, &county, "A-1").await;
    set_aside(&server).await;
    report(&server, &county, "A-2").await;
    report(&server, &county, "A-3").await;
    set_back(&server).await;
    assert_eq!(report(&server, &county, "A-4").await, "000004");
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    assert_eq!(mark::read(&mut conn).await.unwrap().mark.epoch, 2);
}

#[tokio::test]
async fn a_number_that_was_noted_and_not_given_is_skipped_and_is_no_restore() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, marks) = scene(beside.path()).await;
    report(&server, &county, "A-1").await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let county_code = county.region.as_str();
    let drawn = marks
        .draw(&mut tx, county_code, 2026, server.now())
        .await
        .unwrap();
    marks.note(&drawn).await.unwrap();
    drop(tx);
    assert_eq!(drawn.number, 2);
    assert_eq!(
        marks.check(&server.state.pool, server.now()).await.unwrap(),
        None
    );
    assert_eq!(report(&server, &county, "A-2").await, "000003");
}

#[tokio::test]
async fn a_number_that_was_drawn_and_not_noted_is_the_next_one_again() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, marks) = scene(beside.path()).await;
    for _ in 0..3 {
        let mut tx = pool::begin(&server.state.pool).await.unwrap();
        let county_code = county.region.as_str();
        let drawn = marks.draw(&mut tx, county_code, 2026, server.now()).await;
        assert_eq!(drawn.unwrap().number, 1);
    }
    assert_eq!(report(&server, &county, "A-1").await, "000001");
}

#[tokio::test]
async fn after_the_last_number_of_six_digits_comes_one_of_seven() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, marks) = scene(beside.path()).await;
    report(&server, &county, "A-1").await;
    execute(&server, "update case_counter set last = 999998".into()).await;
    assert_eq!(report(&server, &county, "A-2").await, "999999");
    assert_eq!(report(&server, &county, "A-3").await, "1000000");
    set_aside(&server).await;
    assert_eq!(report(&server, &county, "A-4").await, "1000001");
    set_back(&server).await;
    marks.check(&server.state.pool, server.now()).await.unwrap();
    assert_eq!(report(&server, &county, "A-5").await, "1000002");
    let desk = county.supervisor(&server).await;
    let found = desk.get("/api/v1/cases?q=2026-1000000").await;
    let first = &found.json["items"][0]["case_no"];
    assert!(
        first.as_str().unwrap().ends_with("-2026-1000000"),
        "{}",
        found.json
    );
}

#[tokio::test]
async fn either_mark_alone_is_enough() {
    for lost in [Lost::BesideDatabase, Lost::BesideFiles] {
        let (beside, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (server, county, _) = scene(beside.path()).await;
        report(&server, &county, "A-1").await;
        set_aside(&server).await;
        report(&server, &county, "A-2").await;
        report(&server, &county, "A-3").await;
        set_back(&server).await;
        let marks = match lost {
            Lost::BesideDatabase => {
                Marks::new(Some(empty.path().to_owned()), server.state.files.clone())
            }
            Lost::BesideFiles => Marks::new(
                Some(beside.path().to_owned()),
                hejie_server::files::FileStore::in_memory(),
            ),
        };
        let found = marks.check(&server.state.pool, server.now()).await.unwrap();
        assert!(matches!(found, Some(SetBack { epoch: 2, .. })), "{found:?}");
        assert_eq!(report(&server, &county, "A-4").await, "000004");
    }
}

#[tokio::test]
async fn the_mark_of_another_registry_says_nothing() {
    let beside = tempfile::tempdir().unwrap();
    let (server, county, _) = scene(beside.path()).await;
    report(&server, &county, "A-1").await;
    report(&server, &county, "A-2").await;
    let other = TestServer::alone().await;
    let marks = Marks::new(Some(beside.path().to_owned()), other.state.files.clone());
    assert_eq!(
        marks.check(&other.state.pool, other.now()).await.unwrap(),
        None
    );
    let mut conn = pool::acquire(&other.state.pool).await.unwrap();
    assert_eq!(mark::read(&mut conn).await.unwrap().mark.epoch, 1);
}

enum Lost {
    BesideDatabase,
    BesideFiles,
}

/// A server of its own whose marks lie in a directory as well.
async fn scene(beside: &Path) -> (TestServer, County, Marks) {
    let server = TestServer::marked(beside).await;
    let county = server.county().await;
    let marks = server.state.marks.clone();
    (server, county, marks)
}

/// The last part of the number that the case of an order gets.
async fn report(server: &TestServer, county: &County, external_no: &str) -> String {
    let answer = county
        .channel(server)
        .order(&county.order(external_no))
        .await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let number = answer.text("/case_no").to_owned();
    number.rsplit('-').next().unwrap().to_owned()
}

/// What a backup keeps of how far the registry went.
const KEPT: [&str; 2] = ["feed_head", "case_counter"];

async fn set_aside(server: &TestServer) {
    for table in KEPT {
        execute(
            server,
            format!("create table kept_{table} as select * from {table}"),
        )
        .await;
    }
}

async fn set_back(server: &TestServer) {
    for table in KEPT {
        execute(server, format!("delete from {table}")).await;
        execute(
            server,
            format!("insert into {table} select * from kept_{table}"),
        )
        .await;
    }
}

async fn execute(server: &TestServer, statement: String) {
    sqlx::query(sqlx::AssertSqlSafe(statement))
        .execute(&server.state.pool)
        .await
        .unwrap();
}

/// The mark beside the database does not read any more.
fn cut_off(beside: &Path) {
    let files = std::fs::read_dir(beside)
        .unwrap()
        .map(|file| file.unwrap().path());
    let marks: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    assert!(!marks.is_empty());
    for mark in marks {
        std::fs::write(mark, "{\"epoch\": 1, \"ro").unwrap();
    }
}
