//! Postgres goes away in the middle of an exchange: a clear answer, nothing half done, and
//! everything arrives afterwards.

use crate::scene::Scene;
use harness::TestServer;
use hejie_registry::{
    log,
    pool::{self, PgPool},
};
use hejie_server::{
    private_postgres::{self, StartOptions},
    state::Settings,
};
use sqlx::{AssertSqlSafe, Executor};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_between_two_cases_loses_nothing_and_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let postgres = private_postgres::start(StartOptions::new(directory.path()))
        .await
        .unwrap();
    let url = postgres.url().to_owned();
    harness::database::prepare(&url).await;
    let scene = Scene::on(TestServer::with(Settings::default(), &url).await).await;
    let other = scene.another_case("A-2").await;
    let (first, second) = (scene.case.min(other), scene.case.max(other));
    let mut phone = scene.mediator().await;
    phone.note(first, "先到的。");
    phone.note(second, "后到的。");

    let aside = pool::connect(&url, 2).await.unwrap();
    let mut blocking = pool::begin(&aside).await.unwrap();
    log::lock_case(&mut blocking, second).await.unwrap();
    let (answer, ()) = tokio::join!(phone.ask(), async {
        while acknowledged(&aside).await < 1 {
            tokio::task::yield_now().await;
        }
        postgres.stop().await.unwrap();
    });
    assert_eq!(answer.outcome(), (503, "database_away"));
    phone.engine.exchange_failed();
    assert_eq!(phone.ask().await.outcome(), (503, "database_away"));
    phone.engine.exchange_failed();
    drop(blocking);

    let postgres = private_postgres::start(StartOptions::new(directory.path()))
        .await
        .unwrap();
    assert_eq!(postgres.url(), url, "the address stays");
    phone.sync().await;
    assert_eq!(phone.engine.status().waiting, 0);
    assert_eq!(acknowledged(&aside).await, 2);
    scene.server.state.pool.close().await;
    aside.close().await;
    postgres.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_whose_disk_is_full_is_away_for_a_while_and_no_case_is_blamed_for_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "双方到场。");
    fill(&scene, "insert on case_change").await;
    let answer = phone.ask().await;
    assert_eq!(answer.outcome(), (503, "database_away"));
    assert!(answer.text("/title").contains("立即拨打110"));
    phone.engine.exchange_failed();
    free(&scene, "case_change").await;
    fill(&scene, "insert on incident").await;
    let channel = county.channel(server);
    let answer = channel.order(&county.order("A-2")).await;
    assert_eq!(answer.outcome(), (503, "database_away"));
    free(&scene, "incident").await;
    assert_eq!(channel.order(&county.order("A-2")).await.status, 201);

    phone.sync().await;
    fill(&scene, "update on case_change").await;
    for _ in 0..6 {
        server.state.reconciler.sweep().await.unwrap();
        server.reconcile().await;
    }
    free(&scene, "case_change").await;
    let unmerged = "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
    assert_eq!(scene.count(unmerged).await, 1);
    server.state.reconciler.sweep().await.unwrap();
    server.reconcile().await;
    assert_eq!(scene.count(unmerged).await, 0, "nobody had to look at it");
}

/// Lets Postgres say of something that its disk is full.
async fn fill(scene: &Scene, what: &str) {
    let full = format!(
        "create or replace function full_disk() returns trigger language plpgsql as
             $$ begin raise 'could not extend file: No space left on device' using errcode = '53100'; end $$;
         create trigger full_disk before {what} for each row execute function full_disk()"
    );
    let pool = &scene.server.state.pool;
    pool.execute(AssertSqlSafe(full)).await.unwrap();
}

async fn free(scene: &Scene, table: &str) {
    let free = format!("drop trigger full_disk on {table}");
    let pool = &scene.server.state.pool;
    pool.execute(AssertSqlSafe(free)).await.unwrap();
}

/// Changes of phones that the log has.
async fn acknowledged(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from case_change where device_id is not null")
        .fetch_one(pool)
        .await
        .unwrap()
}
