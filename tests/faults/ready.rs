//! `/readyz` says what is so, and not what was.

use crate::processes::until;
use harness::{Calls, TestServer};
use hejie_registry::pool;
use hejie_server::{
    private_postgres::{self, StartOptions},
    state::Settings,
};
use std::os::unix::process::ExitStatusExt;

/// As one whose disk is full, for what it would have to write aside.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_not_ready_while_its_database_has_no_room_and_the_doctor_says_so() {
    let directory = crate::serve::directory();
    let postgres = private_postgres::start(StartOptions::new(directory.path()))
        .await
        .unwrap();
    harness::database::prepare(postgres.url()).await;
    let server = TestServer::with(Settings::default(), postgres.url()).await;
    let ready = async || server.anonymous().get("/readyz").await;
    let doctor = || {
        let data = directory.path().join("commands");
        let mut command = crate::serve::hejie(&data, &["doctor", "--lang", "zh"]);
        let ended = command.env("DATABASE_URL", postgres.url()).output();
        String::from_utf8_lossy(&ended.unwrap().stdout).into_owned()
    };
    assert_eq!(ready().await.status, 200);
    assert!(doctor().contains("[正常] 数据库写入"), "{}", doctor());
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    for limit in [
        "alter system set temp_file_limit = '64kB'",
        "select pg_reload_conf()",
    ] {
        sqlx::query(limit).execute(&mut *conn).await.unwrap();
    }
    let mut answer = ready().await;
    while answer.status == 200 {
        answer = ready().await;
    }
    assert_eq!(answer.outcome(), (503, "database_away"));
    assert!(answer.text("/title").contains("110"));
    assert!(doctor().contains("[缺失] 数据库写入"), "{}", doctor());
}

/// A Postgres that was asked to end goes on serving who is in, and lets nobody else in.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_not_ready_while_its_database_is_going_down() {
    let directory = crate::serve::directory();
    let postgres = private_postgres::start(StartOptions::new(directory.path()))
        .await
        .unwrap();
    harness::database::prepare(postgres.url()).await;
    let server = TestServer::with(Settings::default(), postgres.url()).await;
    let ready = async || server.anonymous().get("/readyz").await;
    assert_eq!(ready().await.status, 200);
    let mut inside = pool::acquire(&server.state.pool).await.unwrap();

    let pid = i32::try_from(postgres.pid()).unwrap();
    // SAFETY: a signal to a child of this process.
    assert_eq!(unsafe { libc::kill(pid, libc::SIGTERM) }, 0);
    let mut answer = ready().await;
    while answer.status == 200 {
        answer = ready().await;
    }
    assert_eq!(answer.outcome(), (503, "unavailable"));
    sqlx::query("select 1").execute(&mut *inside).await.unwrap();
    let together = tokio::join!(ready(), ready(), ready());
    let together = [together.0, together.1, together.2];
    assert!(together.iter().all(|answer| answer.status == 503));

    drop(inside);
    server.state.pool.close().await;
    let ended = postgres.died().await;
    assert!(ended.success() || ended.signal().is_some(), "{ended}");
    until("the database is gone", || {
        !directory
            .path()
            .join("postgres/data/postmaster.pid")
            .exists()
    });
}
