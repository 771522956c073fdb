//! `hejie refold` as a command: what is not as the log says is seen, told in words, and repaired.

use crate::serve::{directory, hejie};
use harness::{County, TestServer};
use hejie_case::ids::CaseId;
use hejie_registry::pool::PgPool;
use hejie_server::{
    private_postgres::{self, PrivatePostgres, StartOptions},
    state::Settings,
};
use std::process::Output;
use tempfile::TempDir;

/// A registry with two cases that 110 reported, and the directory of the commands.
struct Scene {
    own: TempDir,
    postgres: PrivatePostgres,
    pool: PgPool,
    cases: [CaseId; 2],
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
        let cases = [
            reported(&server, &county, "A-1").await,
            reported(&server, &county, "A-2").await,
        ];
        server.reconcile().await;
        Self {
            own,
            postgres,
            pool: server.state.pool.clone(),
            cases,
        }
    }

    async fn damage(&self, statement: &'static str) {
        let done = sqlx::query(statement)
            .bind(self.cases[0].0)
            .execute(&self.pool)
            .await
            .unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
    }

    fn refold(&self, arguments: &[&str]) -> Refolded {
        let arguments = [&["refold"], arguments].concat();
        let mut command = hejie(&self.own.path().join("commands"), &arguments);
        let ended = command.env("DATABASE_URL", self.postgres.url()).output();
        Refolded::of(&ended.unwrap())
    }
}

async fn reported(server: &TestServer, county: &County, number: &str) -> CaseId {
    let answer = county.channel(server).order(&county.order(number)).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.text("/case_id").parse().unwrap()
}

/// How the command ended, and what it said.
#[derive(Debug)]
struct Refolded {
    status: Option<i32>,
    said: String,
}

impl Refolded {
    fn of(output: &Output) -> Self {
        let said = [&output.stdout[..], &output.stderr[..]].concat();
        Self {
            status: output.status.code(),
            said: String::from_utf8_lossy(&said).into_owned(),
        }
    }

    fn is_clean(&self, summary: &str) {
        assert_eq!(self.status, Some(0), "{}", self.said);
        assert!(self.said.contains(summary), "{}", self.said);
    }

    fn finds(&self, case: CaseId, words: &str, summary: &str) {
        assert_eq!(self.status, Some(3), "{}", self.said);
        let mut lines = self.said.lines();
        let line = lines.find(|line| line.contains(&case.to_string()));
        assert!(
            line.is_some_and(|line| line.contains(words)),
            "{}",
            self.said
        );
        assert!(self.said.contains(summary), "{}", self.said);
    }
}

const DIFFERS: &str = "与变更日志不符 / differs";

/// What may be wrong with the registry, and what is said of it.
const DAMAGES: [(&str, &str, &str); 8] = [
    (
        "update case_reg set status = 'mediating' where case_id = $1",
        DIFFERS,
        "1 differ (1 equal",
    ),
    (
        "delete from case_event where case_id = $1",
        DIFFERS,
        "1 differ (1 equal",
    ),
    (
        "insert into risk_factor (case_id, id, code, points, zh) values ($1, 99, 'invented', 5, '凭空而来')",
        DIFFERS,
        "1 differ (1 equal",
    ),
    (
        "update case_doc set heads = array[sha256('of nothing')] where case_id = $1",
        "heads equal: false",
        "1 differ (1 equal",
    ),
    (
        "update case_doc set view = jsonb_set(view, '{intake}', '7') where case_id = $1",
        "heads equal: true, unreadable: view",
        "1 differ (1 equal",
    ),
    (
        "update case_doc set heads = array['\\x0102'::bytea] where case_id = $1",
        "unreadable: heads",
        "1 differ (1 equal",
    ),
    (
        "update case_doc set known_heads = array[null::bytea] where case_id = $1",
        "unreadable: known_heads",
        "1 differ (1 equal",
    ),
    (
        "update case_doc set parked_reason = 'settling_failed' where case_id = $1",
        "已搁置 / parked: settling_failed",
        "(1 equal, 1 parked",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_from_the_log_is_found_told_and_repaired() {
    let scene = Scene::set().await;
    scene.refold(&["--verify"]).is_clean("2 cases, 0 differ");
    for (damage, words, summary) in DAMAGES {
        scene.damage(damage).await;
        let [bad, good] = scene.cases.map(|case| case.to_string());
        for _ in 0..2 {
            let found = scene.refold(&["--verify"]);
            found.finds(scene.cases[0], words, summary);
        }
        let other = scene.refold(&["--verify", "--case", &good]);
        other.is_clean("1 cases, 0 differ");
        scene
            .refold(&["--repair", "--case", &bad])
            .is_clean("1 cases");
        scene
            .refold(&["--verify"])
            .is_clean("2 cases, 0 differ (2 equal");
    }
}

/// They stand in no log.
#[tokio::test(flavor = "multi_thread")]
async fn facts_that_do_not_read_are_named_and_no_repair_calls_them_clean() {
    let scene = Scene::set().await;
    scene
        .damage("update case_doc set facts = facts - 'version' where case_id = $1")
        .await;
    for how in ["--verify", "--repair"] {
        let found = scene.refold(&[how]);
        found.finds(scene.cases[0], "case_doc.facts", "1 unreadable)");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_does_not_read_is_found_and_no_repair_calls_it_clean() {
    let scene = Scene::set().await;
    scene
        .damage("update case_change set bytes = '\\x0102' where case_id = $1")
        .await;
    for how in ["--verify", "--repair"] {
        let found = scene.refold(&[how]);
        found.finds(scene.cases[0], "无法读取 / unreadable", "1 unreadable)");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_was_acknowledged_and_not_merged_is_found() {
    let scene = Scene::set().await;
    let late = "insert into case_change (case_id, hash, position, actor, actor_seq, start_op, max_op, deps, bytes,
            received_at, state)
        select case_id, sha256('late'), position + 100, actor, actor_seq + 100, start_op, max_op, deps, bytes,
            received_at, 'acknowledged'
        from case_change where case_id = $1 order by position limit 1";
    scene.damage(late).await;
    let words = "未并入 / acknowledged and not merged";
    let found = scene.refold(&["--verify"]);
    found.finds(scene.cases[0], words, "(1 equal, 0 parked, 1 waiting");
}
