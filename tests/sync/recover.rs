//! A registry that was set back to a backup: what phones hold and the server once signed comes
//! back, under the names of its authors.

mod put_out;

use crate::{
    batch::unsigned,
    effects::connect,
    phone::Phone,
    scene::{Scene, act, facts},
};
use harness::{Answer, Calls, TestServer};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Level, Status, first_version},
    ids::CaseId,
    record::{Ask, CloseKind},
};
use hejie_device::engine::Readiness;
use hejie_registry::{case::recovery, pool};
use jiff::SignedDuration;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// What was registered after the backup.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_registered_after_the_backup_comes_back_with_number_people_and_words() {
    let scene = Scene::on(TestServer::pushing().await).await;
    connect(&scene.server, &scene.county, "plac").await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    scene.grant(late, &scene.county.second_mediator).await;
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    mediator.note(late, "调解员写的。");
    grid.note(late, "网格员写的。");
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let before = facts(&scene.server, late).await;
    let told = outbox(&scene.server).await;
    assert!(!told.is_empty());
    backup.restore(&scene.server).await;
    assert!(!is_known(&scene.server, late).await);
    all_exchange(&scene, &mut [&mut mediator]).await;
    let after = facts(&scene.server, late).await;
    assert_eq!(
        (&after.case_no, &after.public_code),
        (&before.case_no, &before.public_code)
    );
    assert_eq!(after.assignments, before.assignments);
    assert_eq!(mediator.notes(late).len(), 2);
    assert_eq!(unsigned(&scene, late).await, 0);
    assert_eq!(
        outbox(&scene.server).await,
        told,
        "every effect has the key that it had"
    );
    let desk = scene.county.dispatcher(&scene.server).await;
    let detail = desk.get(&format!("/api/v1/cases/{late}")).await;
    assert_eq!(detail.status, 200, "{}", detail.json);
    let authors: BTreeSet<String> = detail.json["notes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|note| note["author_name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(authors.len(), 2, "{authors:?}");
    let next = scene.another_case("A-3").await;
    assert_ne!(facts(&scene.server, next).await.case_no, before.case_no);
}

/// The phone of an author does not come back.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_somebody_whose_phone_is_gone_come_back_from_a_colleagues() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let backup = Backup::of(&scene.server).await;
    grid.note(scene.case, "备份之后，网格员写的。");
    all_exchange(&scene, &mut [&mut grid, &mut mediator]).await;
    mediator.note(scene.case, "备份之后，调解员写的。");
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    drop(grid);
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(mediator.notes(scene.case).len(), 2);
    let written = "select count(*) from case_change where case_id = $1 and user_id is not null and state = 'merged'";
    assert_eq!(scene.count(written).await, 2);
    let people = "select count(distinct user_id) from case_change where case_id = $1";
    assert_eq!(scene.count(people).await, 2);
    // Nobody here can sign for the phone that is gone: what the server signed stands for it.
    let attested = "select count(*) from case_change where case_id = $1 and attested";
    assert!(scene.count(attested).await > 0);
    assert_eq!(unsigned(&scene, scene.case).await, 0);
    assert_eq!(mediator.state(scene.case), scene.state().await);
    assert_eq!(mediator.engine.status().readiness, Readiness::UpToDate);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_after_the_backup_stands_again_and_every_phone_agrees() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let now = mediator.now();
    mediator.engine.sign_for(scene.case, now).unwrap();
    all_exchange(&scene, &mut [&mut mediator]).await;
    let before = facts(&scene.server, scene.case).await;
    assert_ne!(before.stage.status(), Status::Dispatched);
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    let after = facts(&scene.server, scene.case).await;
    assert_eq!(after.stage, before.stage);
    assert_eq!(after.assignments, before.assignments);
    assert!(after.version >= first_version(2), "none is given twice");
    assert_eq!(mediator.state(scene.case), scene.state().await);
    assert_eq!(claims(&scene).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_desk_ruled_after_the_restore_a_person_decides_between_both() {
    let (scene, mut mediator) = signed_for_before_and_ruled_on_after_a_restore().await;
    let stands = facts(&scene.server, scene.case).await;
    // What the phone asked was ruled on once more; what the desk ruled stays.
    assert_eq!(stands.stage.status(), Status::SignedFor);
    assert!(stands.colour_override.is_some());
    let desk = scene.county.supervisor(&scene.server).await;
    let claim = only_claim(&desk).await;
    assert_eq!(claim["case_no"], stands.case_no.as_str());
    let ruled = &claim["present"]["steps"];
    assert!(
        ruled[0]["event_zh"] == "颜色调整",
        "what the desk did since stands on its side: {ruled}"
    );
    assert_eq!(ruled[0]["words"], "现场聚集。");
    let take = json!({"take": true, "claim": claim["claim"], "base_version": claim["version"]});
    let path = format!("/api/v1/cases/{}/recovery", scene.case);
    let answer = desk.post(&path, take).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    scene.server.reconcile().await;
    let taken = facts(&scene.server, scene.case).await;
    assert_eq!(
        taken.colour_override, None,
        "what was signed before the restore stands"
    );
    assert_eq!(taken.stage.status(), Status::SignedFor);
    assert!(taken.version > stands.version);
    let kept = "select count(*) from recovery_claim where case_id = $1 and not taken";
    assert_eq!(scene.count(kept).await, 1, "what it replaced is kept");
    assert_eq!(claims(&scene).await, 0);
    let again = json!({"take": true, "claim": claim["claim"], "base_version": taken.version});
    let answer = desk.post(&path, again).await;
    assert_eq!((answer.status, code(&answer)), (409, "nothing_to_recover"));
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(mediator.state(scene.case), scene.state().await);
    assert_eq!(claims(&scene).await, 0, "nobody is asked a second time");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_may_leave_what_was_decided_after_the_restore() {
    let (scene, mut mediator) = signed_for_before_and_ruled_on_after_a_restore().await;
    let before = facts(&scene.server, scene.case).await;
    let desk = scene.county.supervisor(&scene.server).await;
    let path = format!("/api/v1/cases/{}/recovery", scene.case);
    let claim = only_claim(&desk).await["claim"].clone();
    let keep = |version| json!({"take": false, "claim": claim, "base_version": version});
    let stale = desk.post(&path, keep(before.version - 1)).await;
    assert_eq!((stale.status, code(&stale)), (409, "stale"));
    let answer = desk.post(&path, keep(before.version)).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    all_exchange(&scene, &mut [&mut mediator]).await;
    let after = facts(&scene.server, scene.case).await;
    assert_eq!(after.colour_override, before.colour_override);
    assert_eq!(claims(&scene).await, 0);
    let decided =
        "select count(*) from audit_log where case_id = $1 and action = 'decide_recovery_claim'";
    assert_eq!(scene.count(decided).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mediator_decides_nothing_about_a_restore() {
    let (scene, _) = signed_for_before_and_ruled_on_after_a_restore().await;
    let desk = scene.county.mediator(&scene.server).await;
    let list = desk.get("/api/v1/recovery-claims").await;
    assert_eq!(list.status, 403);
    let path = format!("/api/v1/cases/{}/recovery", scene.case);
    let take = json!({"take": true, "claim": "00".repeat(32), "base_version": 1});
    assert_eq!(desk.post(&path, take).await.status, 403);
}

/// A case that a phone signed for before the restore, and of which a desk ruled on the colour after
/// it; the phone has shown its proof.
async fn signed_for_before_and_ruled_on_after_a_restore() -> (Scene, Phone) {
    ruled_on_after_a_restore(|_, _| {}).await
}

/// As [`signed_for_before_and_ruled_on_after_a_restore`], where the phone did this too.
async fn ruled_on_after_a_restore(does: impl FnOnce(&mut Phone, CaseId)) -> (Scene, Phone) {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let now = mediator.now();
    mediator.engine.sign_for(scene.case, now).unwrap();
    does(&mut mediator, scene.case);
    all_exchange(&scene, &mut [&mut mediator]).await;
    scene.server.advance(SignedDuration::from_secs(1));
    backup.restore(&scene.server).await;
    let ruled = DeskAct::OverrideColour(act::OverrideColour {
        level: Level::Red,
        why: "现场聚集。".into(),
        until: Some(scene.server.now() + SignedDuration::from_hours(24)),
    });
    let supervisor = &scene.county.supervisor;
    assert_eq!(act(&scene, supervisor, scene.case, ruled).await, None);
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(claims(&scene).await, 1, "neither is dropped");
    (scene, mediator)
}

/// Shows E23d, LW20.
#[tokio::test(flavor = "multi_thread")]
async fn who_reported_violence_stays_unknown_to_the_desk_that_decides_between_two_states() {
    let (scene, _mediator) = ruled_on_after_a_restore(|phone, case| {
        let what = "孩子手臂有新伤。".into();
        let report = Ask::ReportViolence(act::ReportViolence { what });
        phone.engine.ask(case, report, phone.now()).unwrap();
    })
    .await;
    let desk = scene.county.supervisor(&scene.server).await;
    let claim = only_claim(&desk).await;
    let steps = claim["proved"]["steps"].as_array().unwrap();
    let author_of = |event: &str| {
        let step = steps.iter().find(|step| step["event_zh"] == event);
        step.unwrap_or_else(|| panic!("{event} among {steps:#?}"))["by_name"].clone()
    };
    assert_eq!(author_of("签收"), "调解丙");
    assert_eq!(author_of("强制报告"), "已保密");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_did_not_notice_learns_it_from_the_first_phone() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    let before = facts(&scene.server, late).await;
    backup.restore_unnoticed(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(facts(&scene.server, late).await.case_no, before.case_no);
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    assert_eq!(hejie_registry::epoch::current(&mut conn).await.unwrap(), 2);
}

/// A police order, three pushes and the results of two closings, all of after the backup.
#[tokio::test(flavor = "multi_thread")]
async fn every_effect_of_after_the_backup_has_the_key_that_it_had() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let mut mediator = scene.mediator().await;
    for code in ["110", "plac", "centre", "territory"] {
        connect(&scene.server, &scene.county, code).await;
    }
    let backup = Backup::of(&scene.server).await;
    let (closed, dangerous) = (
        scene.another_case("A-2").await,
        scene.another_case("A-3").await,
    );
    all_exchange(&scene, &mut [&mut mediator]).await;
    let now = mediator.now();
    for case in [scene.case, closed] {
        mediator.engine.sign_for(case, now).unwrap();
        let (place, reason) = (None, None);
        let (outcome, feedback) = (CloseKind::Reconciled, "双方自行和解。".into());
        for ask in [
            Ask::Arrive(act::Arrive { place, reason }),
            Ask::AskClose(act::AskClose { outcome, feedback }),
        ] {
            mediator.engine.ask(case, ask, now).unwrap();
        }
    }
    let what = "一方持刀。".into();
    let danger = Ask::Danger(act::ReportDanger { what });
    mediator.engine.ask(dangerous, danger, now).unwrap();
    all_exchange(&scene, &mut [&mut mediator]).await;
    for case in [scene.case, closed] {
        let status = facts(&scene.server, case).await.stage.status();
        assert_eq!(status, Status::Closed);
    }
    let before = told(&scene.server).await;
    let kinds: BTreeSet<&str> = before.iter().map(|(_, _, kind)| kind.as_str()).collect();
    let all = ["feedback", "police_order", "push"];
    assert_eq!(kinds, BTreeSet::from(all));
    backup.restore(&scene.server).await;
    assert_ne!(told(&scene.server).await, before);
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(told(&scene.server).await, before);
    assert_eq!(facts(&scene.server, dangerous).await.holds.len(), 1);
}

/// Everybody exchanges, the server reconciles, everybody exchanges again.
pub async fn all_exchange(scene: &Scene, phones: &mut [&mut Phone]) {
    for _ in 0..3 {
        for phone in phones.iter_mut() {
            phone.sync().await;
            scene.server.reconcile().await;
        }
    }
}

/// Whether the registry has this case.
pub async fn is_known(server: &TestServer, case: CaseId) -> bool {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    recovery::grounds(&mut conn, case).await.unwrap().is_some()
}

/// The only claim that the desk is shown.
async fn only_claim(desk: &impl Calls) -> Value {
    let list = desk.get("/api/v1/recovery-claims").await;
    assert_eq!(list.status, 200, "{}", list.json);
    let [claim] = &list.json.as_array().unwrap()[..] else {
        panic!("{}", list.json);
    };
    claim.clone()
}

fn code(answer: &Answer) -> &str {
    answer.json["code"].as_str().unwrap_or_default()
}

/// How many claims wait for a desk.
pub async fn claims(scene: &Scene) -> usize {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let region = &scene.county.region;
    recovery::list_claims(&mut conn, region)
        .await
        .unwrap()
        .len()
}

/// The keys of every message to channels.
pub async fn outbox(server: &TestServer) -> BTreeSet<uuid::Uuid> {
    let ids = sqlx::query_scalar("select id from outbox");
    let ids: Vec<uuid::Uuid> = ids.fetch_all(&server.state.pool).await.unwrap();
    ids.into_iter().collect()
}

/// Every message of the outbox: its key, its case and its kind.
async fn told(server: &TestServer) -> BTreeSet<(uuid::Uuid, uuid::Uuid, String)> {
    let rows = sqlx::query_as("select id, case_id, kind from outbox");
    let rows: Vec<(uuid::Uuid, uuid::Uuid, String)> =
        rows.fetch_all(&server.state.pool).await.unwrap();
    rows.into_iter().collect()
}

/// A copy of every table, as a backup of the database is one.
pub struct Backup(Vec<Table>);

/// A table, and its columns but for those that Postgres fills by itself.
type Table = (String, String);

impl Backup {
    /// Takes it.
    pub async fn of(server: &TestServer) -> Self {
        let pool = &server.state.pool;
        let tables: Vec<Table> = sqlx::query_as(
            "select t.tablename::text, string_agg(quote_ident(c.column_name), ', ')
             from pg_tables t join information_schema.columns c
                 on (c.table_schema, c.table_name) = (t.schemaname, t.tablename)
             where t.schemaname = 'public' and t.tablename not like '\\_sqlx%' and c.is_generated = 'NEVER'
             group by t.tablename",
        )
        .fetch_all(pool)
        .await
        .unwrap();
        run(server, "create schema kept".into()).await;
        for (table, _) in &tables {
            run(
                server,
                format!("create table kept.{table} as table public.{table}"),
            )
            .await;
        }
        Self(tables)
    }

    /// Takes it anew, in the place of this one.
    pub async fn anew(self, server: &TestServer) -> Self {
        run(server, "drop schema kept cascade".into()).await;
        Self::of(server).await
    }

    /// Puts the database back; the server, started again, sees by its marks that it was.
    pub async fn restore(&self, server: &TestServer) {
        let marks = &server.state.marks;
        let pool = &server.state.pool;
        marks.check(pool, server.now()).await.unwrap();
        self.put_back(server).await;
        let found = server.state.reconciler.look_at_marks().await.unwrap();
        assert!(found.is_some(), "the marks do not tell");
    }

    /// Puts the database back, and the marks are gone with it.
    pub async fn restore_unnoticed(&self, server: &TestServer) {
        self.put_back(server).await;
        run(
            server,
            "update county_epoch set registry = gen_random_uuid()".into(),
        )
        .await;
    }

    /// Puts the database back, and nobody has looked yet.
    pub async fn put_back(&self, server: &TestServer) {
        let mut conn = server.state.pool.acquire().await.unwrap();
        let mut statements = vec!["set session_replication_role = replica".to_owned()];
        statements.extend(
            self.0
                .iter()
                .map(|(table, _)| format!("delete from public.{table}")),
        );
        statements.extend(self.0.iter().map(|(table, columns)| {
            format!("insert into public.{table} ({columns}) select {columns} from kept.{table}")
        }));
        statements.push("set session_replication_role = default".to_owned());
        for statement in statements {
            sqlx::query(AssertSqlSafe(statement))
                .execute(&mut *conn)
                .await
                .unwrap();
        }
    }
}

async fn run(server: &TestServer, statement: String) {
    sqlx::query(AssertSqlSafe(statement))
        .execute(&server.state.pool)
        .await
        .unwrap();
}
