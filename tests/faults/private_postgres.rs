//! The private Postgres: cold, warm, shared, killed, as root and as nobody.

use crate::processes::{is_root, kill_9, living_in, play, seeded, until};
use hejie_server::private_postgres::{PrivatePostgres, StartError, StartOptions, start};
use rand::RngExt;
use sqlx::{Connection, PgConnection};
use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    thread,
    time::Duration,
};
use tempfile::TempDir;

const NOBODY: u32 = 65534;

/// A directory that every account can reach. A plain temporary directory is closed, which is the
/// other case to test.
fn open_directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o711)).unwrap();
    directory
}

async fn started(directory: &Path) -> PrivatePostgres {
    start(StartOptions::new(directory)).await.unwrap()
}

async fn remember(postgres: &PrivatePostgres) -> i64 {
    let mut connection = PgConnection::connect(postgres.url()).await.unwrap();
    sqlx::query("create table if not exists kept (n bigint)")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("insert into kept values (1)")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query_scalar("select count(*) from kept")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

async fn cold_then_warm(directory: &Path) {
    let postgres = started(directory).await;
    assert!(postgres.is_new());
    assert_eq!(remember(&postgres).await, 1);
    postgres.stop().await.unwrap();
    assert!(living_in(&directory.join("postgres/data")).is_empty());

    let postgres = started(directory).await;
    assert!(!postgres.is_new());
    assert_eq!(remember(&postgres).await, 2);
}

#[tokio::test]
async fn data_are_kept_from_a_cold_start_to_a_warm_one() {
    cold_then_warm(open_directory().path()).await;
}

#[tokio::test]
async fn a_directory_that_only_its_owner_can_reach_will_do() {
    cold_then_warm(tempfile::tempdir().unwrap().path()).await;
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_will_do() {
    let directory = open_directory();
    cold_then_warm(&directory.path().join("和安".repeat(20))).await;
}

#[tokio::test]
async fn only_a_socket_listens_and_only_its_owner_reaches_it() {
    let directory = open_directory();
    let postgres = started(directory.path()).await;
    let mut connection = PgConnection::connect(postgres.url()).await.unwrap();
    let listening: String = sqlx::query_scalar("show listen_addresses")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(listening, "");
    let safety: Vec<String> = [
        "show fsync",
        "show data_checksums",
        "show synchronous_commit",
    ]
    .map(String::from)
    .to_vec();
    for setting in safety {
        let value: String = sqlx::query_scalar(sqlx::AssertSqlSafe(setting))
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(value, "on");
    }
    for name in ["postgres", "postgres/run"] {
        let mode = fs::metadata(directory.path().join(name))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700, "{name}");
    }
}

#[tokio::test]
async fn a_second_server_on_the_directory_is_told_so() {
    let directory = open_directory();
    let first = started(directory.path()).await;
    let error = start(StartOptions::new(directory.path()))
        .await
        .unwrap_err();
    assert!(matches!(error, StartError::InUse(_)), "{error}");
    assert_eq!(remember(&first).await, 1);
}

#[tokio::test]
async fn a_server_that_dies_by_itself_is_noticed() {
    let directory = open_directory();
    let postgres = started(directory.path()).await;
    let pid = i32::try_from(postgres.pid()).unwrap();
    // SAFETY: the process is our own child and has not been waited for.
    unsafe { libc::kill(pid, libc::SIGQUIT) };
    postgres.died().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_it_leaves_no_orphan_and_a_good_cluster() {
    killed_again_and_again(&open_directory(), None, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_a_closed_directory_it_leaves_no_orphan_either() {
    killed_again_and_again(&tempfile::tempdir().unwrap(), None, 5).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_as_nobody_it_leaves_no_orphan_either() {
    if !is_root() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    chown(directory.path(), Some(NOBODY), Some(NOBODY)).unwrap();
    killed_again_and_again(&directory, Some(NOBODY), 5).await;
}

async fn killed_again_and_again(directory: &TempDir, as_user: Option<u32>, rounds: u32) {
    let mut random = seeded();
    let data = directory
        .path()
        .canonicalize()
        .unwrap()
        .join("postgres/data");
    for round in 1..=rounds {
        let mut child = play(
            "private_postgres::supervise_until_killed",
            &[("HEJIE_DIRECTORY", directory.path())],
            as_user,
        );
        thread::sleep(Duration::from_millis(random.random_range(0..900)));
        if round == rounds {
            until("the cluster is made", || data.exists());
        }
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "round {round}: it ended by itself");
        kill_9(child);
        if random.random_bool(0.5) {
            until("nobody lives in the cluster", || {
                living_in(&data).is_empty()
            });
        }
    }
    until("nobody lives in the cluster", || {
        living_in(&data).is_empty()
    });
    let postgres = started(directory.path()).await;
    let kept = remember(&postgres).await;
    println!("{kept} rows kept over {rounds} kills");
    postgres.stop().await.unwrap();
}

/// Not a test: the process that is killed above. It writes without end, so that every kill hits a
/// busy server.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "played by other tests in a process of its own"]
async fn supervise_until_killed() {
    let Some(directory) = std::env::var_os("HEJIE_DIRECTORY") else {
        return;
    };
    let postgres = started(Path::new(&directory)).await;
    loop {
        remember(&postgres).await;
    }
}
