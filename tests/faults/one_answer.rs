//! What a command says that was half done: one answer, which is so.

use crate::{
    account::password_in,
    key_ring::said,
    serve::{Served, directory, done, run},
};
use sqlx::{Connection, PgConnection};
use std::path::Path;

fn mediator(data: &Path) {
    done(data, "account add-org 和安县 --kind county --region 990101");
    let office = "--org 和安县 --role mediator";
    let said = done(data, &format!("account add wang.tj --name 王调解 {office}"));
    password_in(&said);
}

async fn spoil(server: &Served, sql: &'static str) {
    let mut conn = PgConnection::connect(server.database()).await.unwrap();
    for statement in sql.split(";;") {
        sqlx::query(statement).execute(&mut conn).await.unwrap();
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

/// The disk fills up between the commit and what follows from it.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_whose_cases_do_not_follow_is_said_to_be_done_and_what_is_left() {
    let data = directory();
    let server = Served::start(data.path());
    mediator(data.path());
    spoil(&server, "alter table case_member rename to aside").await;
    let closed = run(data.path(), &words("account disable wang.tj"));
    let told = said(&closed);
    assert_eq!(closed.status.code(), Some(4), "{told}");
    assert!(
        told.contains("已停用账号") && told.contains("已办成，但涉及案件"),
        "{told}"
    );
    spoil(&server, "alter table aside rename to case_member").await;
    let again = done(data.path(), "account disable wang.tj");
    assert!(again.contains("先前已停用"), "{again}");
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// As a database says it whose disk is full at the commit.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_fails_is_said_to_be_unsure_with_the_full_disk_and_nothing_is_said_to_be_done()
 {
    let data = directory();
    let server = Served::start(data.path());
    mediator(data.path());
    let full = "create function full_disk() returns trigger language plpgsql as $$
            begin raise exception 'could not extend file' using errcode = '53100'; end $$;;
         create constraint trigger full_disk after update on app_user
            deferrable initially deferred for each row execute function full_disk()";
    spoil(&server, full).await;
    for line in ["account disable wang.tj", "account set-password wang.tj"] {
        let ended = run(data.path(), &words(line));
        let told = said(&ended);
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert!(ended.stdout.is_empty(), "{told}");
        assert!(
            told.contains("不能确定是否已办成") && told.contains("数据库所在的磁盘已满"),
            "{told}"
        );
    }
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// As after a restore to before the password was replaced.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_opened_and_whose_password_was_withdrawn_is_said_to_need_another() {
    let data = directory();
    let server = Served::start(data.path());
    mediator(data.path());
    done(data.path(), "account disable wang.tj");
    let opened = done(data.path(), "account enable wang.tj");
    assert!(!opened.contains("set-password"), "{opened}");
    spoil(
        &server,
        "update app_user set password_hash = '-' where login = 'wang.tj'",
    )
    .await;
    let opened = done(data.path(), "account enable wang.tj");
    assert!(
        opened.contains("本已启用") && opened.contains("hejie account set-password wang.tj"),
        "{opened}"
    );
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}

/// Neither place takes anything: nothing is noted, and nothing is done.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_noted_anywhere_is_not_done_and_only_that_is_said() {
    let data = directory();
    let server = Served::start(data.path());
    let data = data.path();
    mediator(data);
    let marks = std::fs::read_dir(data.join("files/marks")).unwrap();
    let registry = marks
        .map(|entry| entry.unwrap())
        .find(|entry| entry.path().is_dir())
        .unwrap();
    let name = registry.file_name().into_string().unwrap();
    // Whoever runs the test may write everywhere, but not into a file as if it were a folder.
    for place in [
        registry.path().join("revoked"),
        data.join(format!("revoked-{name}")),
    ] {
        std::fs::remove_dir_all(&place).ok();
        std::fs::write(place, "").unwrap();
    }
    for line in ["account disable wang.tj", "account set-password wang.tj"] {
        let ended = run(data, &words(line));
        let told = said(&ended);
        assert_eq!(ended.status.code(), Some(1), "{told}");
        assert!(ended.stdout.is_empty(), "{told}");
        assert!(told.contains("登记库的标记无法读写"), "{told}");
    }
    assert!(done(data, "account list").contains("启用 active"));
    assert_eq!(server.end(libc::SIGTERM).0, Some(0));
}
