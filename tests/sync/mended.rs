//! A stored document is a cache of the log. One that is damaged, gone or of an earlier day is built
//! anew by itself: nothing of its case waits for an operator, a danger least of all.

use crate::{
    effects::connect,
    kin::assert_folded,
    phone::Phone,
    scene::{Scene, facts},
};
use harness::{TestServer, database, receiver::Receiver};
use hejie_case::{act, ids::CaseId, record::Ask};
use hejie_device::engine::Readiness;
use hejie_registry::{case, pool};
use hejie_server::{
    reconcile::{ReconcilerError, Refold},
    state::Settings,
};
use serde_json::json;
use sqlx::AssertSqlSafe;
use std::process::{Command, Output};
use tempfile::TempDir;

/// What may happen to a stored document.
const DAMAGES: [&str; 4] = [
    "update case_doc set snapshot = overlay(snapshot placing '\\x0000'::bytea from 40) where case_id = $1",
    "update case_doc set snapshot = ''::bytea where case_id = $1",
    "update case_doc set snapshot = substring(snapshot for 60) where case_id = $1",
    "update case_doc set snapshot = kept.snapshot from kept where kept.case_id = case_doc.case_id and case_doc.case_id = $1",
];

/// What may happen to a log: every merged change of a phone.
const LOG: &str = "update case_change set bytes = overlay(bytes placing '\\x0000'::bytea from 30)
                   where case_id = $1 and state = 'merged'";

struct World {
    scene: Scene,
    database: String,
    police: Receiver,
    phone: Phone,
    /// The data directory of the commands.
    data: TempDir,
}

impl World {
    /// A case with a history, of which the registry has a copy of an earlier day.
    async fn set() -> Self {
        let database = database::fresh().await;
        let scene = Scene::on(TestServer::with(Settings::default(), &database).await).await;
        let police = connect(&scene.server, &scene.county, "110").await;
        let phone = scene.mediator().await;
        let mut world = Self {
            scene,
            database,
            police,
            phone,
            data: tempfile::tempdir().unwrap(),
        };
        world
            .execute("create table kept as select * from case_doc where case_id = $1")
            .await;
        world.phone.note(world.scene.case, "损坏之前写的。");
        world.exchange().await;
        world
    }

    async fn execute(&self, statement: &str) {
        // A definition takes no parameters.
        let case = format!("'{}'", self.scene.case);
        sqlx::query(AssertSqlSafe(statement.replace("$1", &case)))
            .execute(&self.scene.server.state.pool)
            .await
            .unwrap();
    }

    /// An exchange, a reconciliation, and another exchange that brings what came of it.
    async fn exchange(&mut self) {
        self.phone.sync().await;
        self.scene.server.reconcile().await;
        self.phone.sync().await;
    }

    fn report_danger(&mut self) {
        let (what, now) = ("一方持刀。".into(), self.phone.now());
        let ask = Ask::Danger(act::ReportDanger { what });
        self.phone.engine.ask(self.scene.case, ask, now).unwrap();
    }

    async fn parked(&self) -> Option<String> {
        let mut conn = pool::acquire(&self.scene.server.state.pool).await.unwrap();
        let stored = case::lookup(&mut conn, self.scene.case).await.unwrap();
        stored.unwrap().parked
    }

    fn refold(&self, how: &str) -> (Option<i32>, String) {
        let done: Output = Command::new(env!("CARGO_BIN_EXE_hejie-worker"))
            .env("DATABASE_URL", &self.database)
            .env_remove("RUST_LOG")
            .args([
                "refold",
                how,
                "--case",
                &self.scene.case.to_string(),
                "--data",
            ])
            .arg(self.data.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        (done.status.code(), said)
    }
}

/// Shows E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_in_a_case_whose_stored_document_is_damaged_reaches_110_by_itself() {
    for damage in DAMAGES {
        let mut world = World::set().await;
        let case = world.scene.case;
        world.execute(damage).await;
        world.phone.note(case, "损坏之后写的。");
        world.report_danger();
        world.exchange().await;
        world.scene.server.send_due().await;
        let told = world.police.bodies();
        assert_eq!(told.len(), 1, "{damage}: {told:?}");
        assert_eq!(
            (&told[0]["kind"], &told[0]["case_id"]),
            (&json!("police_order"), &json!(case))
        );
        assert_eq!(world.parked().await, None, "{damage}");
        let status = world.phone.engine.status();
        assert_eq!(
            (status.waiting, status.readiness),
            (0, Readiness::UpToDate),
            "{damage}"
        );
        assert!(
            world.phone.engine.refusals().unwrap().is_empty(),
            "{damage}"
        );
        assert_eq!(world.phone.notes(case).len(), 2, "{damage}");
        assert_folded(&world.scene.server, case).await;
    }
}

/// A desk decides on a case whose document is damaged, and another case is merged into it.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_decides_on_a_case_whose_stored_document_is_damaged() {
    let world = World::set().await;
    let (scene, case) = (&world.scene, world.scene.case);
    let other = scene.another_case("A-2").await;
    world.execute(DAMAGES[0]).await;
    let by = crate::scene::author(&scene.county.dispatcher);
    let decision = hejie_server::reconcile::JointDecision {
        base: None,
        by,
        why: "同一纠纷。",
        desk: None,
    };
    let merged = scene
        .server
        .state
        .reconciler
        .merge(other, case, decision)
        .await;
    assert_eq!(merged.unwrap(), Ok(()));
    let kin = facts(&scene.server, other).await.kin;
    assert_eq!(kin.merged.unwrap().into, case);
    assert_eq!(world.parked().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_is_new_is_never_given_a_damaged_document_and_gets_the_case_soon() {
    for damage in DAMAGES[..3].iter().copied() {
        let world = World::set().await;
        let (scene, case) = (&world.scene, world.scene.case);
        world.execute(damage).await;
        let mut new = Phone::enrol(&scene.server, &scene.county.mediator).await;
        new.sync().await;
        assert!(new.engine.case(case, new.now()).is_err(), "{damage}");
        scene.server.reconcile().await;
        new.sync().await;
        assert_eq!(new.notes(case), ["损坏之前写的。"], "{damage}");
        assert_eq!(new.state(case), scene.state().await, "{damage}");
        let status = new.engine.status();
        assert_eq!(status.readiness, Readiness::UpToDate, "{damage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_case_whose_log_cannot_be_read_either_is_parked_and_it_stops_no_other() {
    let mut world = World::set().await;
    let other = world.scene.another_case("A-2").await;
    world.exchange().await;
    world.execute(DAMAGES[0]).await;
    world
        .execute("create table kept_log as select * from case_change where case_id = $1")
        .await;
    world.execute(LOG).await;
    world.report_danger();
    world.phone.note(other, "他案照常。");
    world.exchange().await;
    assert_eq!(world.parked().await.as_deref(), Some("log_unreadable"));
    let unmerged = "select count(*) from case_change where state = 'acknowledged'";
    let waiting: i64 = sqlx::query_scalar(unmerged)
        .fetch_one(&world.scene.server.state.pool)
        .await
        .unwrap();
    assert_eq!(waiting, 1, "the danger alone waits");
    let (status, said) = world.refold("--repair");
    assert_eq!(status, Some(3), "{said}");
    assert!(said.contains("无法读取"), "{said}");

    // The log comes back from a backup: an operator says so, and the danger goes out.
    let back = "update case_change set bytes = k.bytes from kept_log k where k.case_id = case_change.case_id and k.hash = case_change.hash";
    world.execute(back).await;
    let (status, said) = world.refold("--repair");
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("已修复") && said.contains("log_unreadable"),
        "{said}"
    );
    assert!(
        said.contains("1 repaired, 0 differ still (0 equal, 0 parked"),
        "{said}"
    );
    let (status, said) = world.refold("--verify");
    assert_eq!((status, said.lines().count()), (Some(0), 1), "{said}");
    // By the clock of the command, which is later than that of the scene.
    let owed = "select count(*) from outbox where case_id = $1 and kind = 'police_order'";
    assert_eq!(world.scene.count(owed).await, 1);
    assert_eq!(world.parked().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn refolding_finds_a_damaged_document_that_nobody_read_yet_and_says_that_it_mended_it() {
    let world = World::set().await;
    world.execute(DAMAGES[0]).await;
    let (status, said) = world.refold("--verify");
    assert_eq!(status, Some(3), "{said}");
    assert!(said.contains("heads equal: false"), "{said}");
    let (status, said) = world.refold("--repair");
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("已修复 / repaired; it was: 与变更日志不符"),
        "{said}"
    );
    let (status, said) = world.refold("--verify");
    assert_eq!(status, Some(0), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_repaired_is_told_and_ends_the_command_with_a_status() {
    let world = World::set().await;
    let reconciler = &world.scene.server.state.reconciler;
    let nowhere = CaseId(uuid::Uuid::from_u128(7));
    let unknown = reconciler.refold(nowhere, Refold::Repair).await;
    assert!(matches!(unknown, Err(ReconcilerError::UnknownCase)));
    // A change that merges and lies in the log without the signature of its phone stays so,
    // whatever is repaired.
    world
        .execute("delete from case_batch where case_id = $1")
        .await;
    world
        .execute("update case_reg set score = 99 where case_id = $1")
        .await;
    let (status, said) = world.refold("--repair");
    assert_eq!(status, Some(3), "{said}");
    assert!(
        said.contains("修复未完成") && said.contains("1 unsigned"),
        "{said}"
    );
}
