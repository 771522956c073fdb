//! The database of this test binary: made on the cluster that `HEJIE_TEST_DATABASE_URL` names, or
//! on a private one.

use hejie_registry::{pool, situation};
use hejie_server::private_postgres::{self, PrivatePostgres, StartOptions};
use std::{
    env, fs,
    path::PathBuf,
    process,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

/// Names a cluster with a database `postgres`:
/// `postgres://user@host/postgres?host=/socket/directory`.
pub const CLUSTER: &str = "HEJIE_TEST_DATABASE_URL";

/// The address of this binary's database, with the schema up to date.
pub fn url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    // A thread of its own, because the runtime of the test that comes first ends with that test.
    URL.get_or_init(|| thread::spawn(make).join().expect("the test database"))
}

/// The address of a new database of this binary's cluster, for a test that must not share what is
/// due with others.
pub async fn fresh() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let (_, name) = names();
    let cluster = with_database(url(), "postgres");
    let admin = pool::connect(&cluster, 1)
        .await
        .expect("the cluster answers");
    create(
        &admin,
        &cluster,
        &format!("{name}_{}", COUNT.fetch_add(1, Ordering::SeqCst)),
    )
    .await
}

fn make() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let cluster = cluster().await;
        let (prefix, name) = names();
        let admin = pool::connect(&cluster, 1)
            .await
            .expect("the cluster answers");
        drop_left_over(&admin, &prefix).await;
        create(&admin, &cluster, &name).await
    })
}

/// Makes a database with the schema and the catalogue, and returns its address.
async fn create(admin: &pool::PgPool, cluster: &str, name: &str) -> String {
    execute(admin, format!("create database {name}")).await;
    let url = with_database(cluster, name);
    prepare(&url).await;
    url
}

/// Brings an empty database to the schema and the catalogue.
pub async fn prepare(url: &str) {
    let own = pool::connect(url, 1).await.unwrap();
    pool::migrate(&own).await.expect("the migrations");
    let mut conn = pool::acquire(&own).await.unwrap();
    situation::publish_shipped(&mut conn)
        .await
        .expect("the catalogue");
}

/// The address of another database of the same cluster.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url
        .split_once('?')
        .map_or((url, None), |(base, query)| (base, Some(query)));
    let (server, _) = base
        .rsplit_once('/')
        .expect("the cluster's address names a database");
    query.map_or_else(
        || format!("{server}/{name}"),
        |query| format!("{server}/{name}?{query}"),
    )
}

async fn cluster() -> String {
    if let Ok(url) = env::var(CLUSTER) {
        return url;
    }
    // It lives as long as the process and dies with it; the directory is used again by the next
    // run.
    static PRIVATE: OnceLock<PrivatePostgres> = OnceLock::new();
    let directory = target().join("test-postgres").join(binary());
    fs::create_dir_all(&directory).unwrap();
    let started = private_postgres::start(StartOptions::new(directory))
        .await
        .expect("a private Postgres");
    PRIVATE.get_or_init(|| started).url().to_owned()
}

/// Drops the databases of runs of this binary that are over.
async fn drop_left_over(admin: &pool::PgPool, prefix: &str) {
    let all: Vec<(String,)> = sqlx::query_as("select datname::text from pg_database")
        .fetch_all(admin)
        .await
        .unwrap();
    for (name,) in all {
        let pid = name
            .strip_prefix(prefix)
            .and_then(|rest| rest.split('_').next()?.parse::<u32>().ok());
        if pid.is_some_and(|pid| !PathBuf::from(format!("/proc/{pid}")).exists()) {
            execute(
                admin,
                format!("drop database if exists {name} with (force)"),
            )
            .await;
        }
    }
}

async fn execute(admin: &pool::PgPool, statement: String) {
    sqlx::query(sqlx::AssertSqlSafe(statement))
        .execute(admin)
        .await
        .unwrap();
}

fn names() -> (String, String) {
    let prefix = format!("hejie_test_{}_", binary());
    let name = format!("{prefix}{}", process::id());
    (prefix, name)
}

/// The name of this binary without the hash that cargo adds.
fn binary() -> String {
    let path = env::current_exe().unwrap();
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    name.rsplit_once('-')
        .map_or(name.clone(), |(name, _)| name.to_owned())
        .replace('-', "_")
}

/// The build's target directory, in which this binary lies as `debug/deps/name-hash`.
pub fn target() -> PathBuf {
    env::current_exe()
        .unwrap()
        .ancestors()
        .nth(3)
        .unwrap()
        .to_owned()
}
