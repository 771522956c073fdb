//! Self-healing (PP6): either side set back to an earlier day, and a change that was refused after
//! it had been acknowledged.

use crate::{
    hostile::up,
    phone::{Phone, read},
    scene::{Scene, act, author, facts},
    secret::handler,
};
use harness::TestServer;
use hejie_case::{
    act::{self, DeskAct},
    facts::Duty,
    ids::CaseId,
    reason::Reason,
};
use hejie_device::engine::Readiness;
use hejie_registry::{log, log::quarantine::quarantine, pool};
use hejie_wire::message::{Holdings, Up};
use sqlx::AssertSqlSafe;

/// Shows PP6.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_set_back_to_an_earlier_day_gets_its_own_work_again() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let backup = phone.disk.copy();
    phone.note(scene.case, "备份之后写下的。");
    phone.sync().await;
    phone.wake_up_with(backup);
    assert_eq!(phone.notes(scene.case), [""; 0]);
    phone
        .enrol_again(&scene.server, &scene.county.mediator)
        .await;
    phone.sync().await;
    assert_eq!(phone.notes(scene.case), ["备份之后写下的。"]);
    phone.note(scene.case, "换了编号以后写下的。");
    settled(&scene, &mut phone).await;
    assert_eq!(phone.notes(scene.case).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_set_back_that_writes_at_once_loses_nothing() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let backup = phone.disk.copy();
    phone.note(scene.case, "备份之后写下的。");
    phone.sync().await;
    phone.wake_up_with(backup);
    phone.note(scene.case, "不知道自己是旧的。");
    phone.sync().await;
    assert_eq!(
        scene.state().await.0.len(),
        1,
        "a number that was used is not used again"
    );
    let status = phone.engine.status();
    assert_eq!(status.readiness, Readiness::EnrolAgain);
    assert_eq!(status.trouble.unwrap().code, "phone_set_back");
    assert!(phone.engine.refusals().unwrap().is_empty());
    phone
        .enrol_again(&scene.server, &scene.county.mediator)
        .await;
    settled(&scene, &mut phone).await;
    assert_eq!(phone.notes(scene.case).len(), 2);
}

/// Shows M24. The backup was made before the phone sent them, or the answer never came.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_took_under_the_former_actor_is_not_written_a_second_time() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = handler(&scene).await;
    let assign = DeskAct::Assign(act::Assign {
        target: author(&scene.county.second_mediator),
        duty: Duty::Co,
    });
    let assigned = act(&scene, &scene.county.dispatcher, scene.case, assign).await;
    assert_eq!(assigned, None);
    let mut other = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    let note = phone.note(scene.case, "起初。");
    settled(&scene, &mut phone).await;
    phone.rewrite(scene.case, note, "起初。双方到场。");
    phone.note(scene.case, "已送达。");
    phone.reports(scene.case, "一方持刀。");
    let backup = phone.disk.copy();
    settled(&scene, &mut phone).await;
    settled(&scene, &mut other).await;
    other.rewrite(scene.case, note, "起初。双方到场。已劝离。");
    settled(&scene, &mut other).await;
    phone.wake_up_with(backup);
    phone
        .enrol_again(&scene.server, &scene.county.mediator)
        .await;
    settled(&scene, &mut phone).await;
    settled(&scene, &mut phone).await;
    assert_eq!(
        phone.notes(scene.case),
        ["起初。双方到场。已劝离。", "已送达。"]
    );
    assert!(phone.engine.refusals().unwrap().is_empty(), "it is there");
    let facts = facts(&scene.server, scene.case).await;
    assert_eq!(facts.holds.len(), 1);
    assert_eq!(facts.open_conflicts().count(), 0);
}

/// Shows M24. What the phone wrote behind it stands on what the server has.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_whose_answer_was_lost_before_the_phone_was_set_up_anew_stands_once() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let note = phone.note(scene.case, "起初。");
    settled(&scene, &mut phone).await;
    phone.rewrite(scene.case, note, "起初。双方到场。");
    assert_eq!(phone.ask().await.status, 200);
    phone.engine.exchange_failed();
    phone.rewrite(scene.case, note, "起初。双方到场。已劝离。");
    for _ in 0..2 {
        let person = &scene.county.mediator;
        phone.enrol_again(&scene.server, person).await;
    }
    settled(&scene, &mut phone).await;
    assert_eq!(phone.notes(scene.case), ["起初。双方到场。已劝离。"]);
    assert!(phone.engine.refusals().unwrap().is_empty());
}

/// Shows M24, E23. It rings until the server has it, and the words behind it are not doubled.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_waits_for_nothing_when_the_phone_is_set_up_anew() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    let note = phone.note(scene.case, "起初。");
    settled(&scene, &mut phone).await;
    phone.rewrite(scene.case, note, "起初。双方到场。");
    assert_eq!(phone.ask().await.status, 200);
    phone.engine.exchange_failed();
    phone.reports(scene.case, "一方持刀。");
    let person = &scene.county.mediator;
    phone.enrol_again(&scene.server, person).await;
    let alarm = phone.engine.status().alarm.unwrap();
    assert_eq!(alarm.code, "danger_not_told");
    let answer = phone.ask().await;
    let told = "select count(*) from outbox where kind = 'police_order' and case_id = $1";
    assert_eq!(scene.count(told).await, 1, "with the first request");
    phone.take(&answer);
    assert_eq!(phone.engine.status().alarm, None);
    settled(&scene, &mut phone).await;
    assert_eq!(phone.notes(scene.case), ["起初。双方到场。"]);
}

/// Shows PP6.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_set_back_to_an_earlier_day_gets_the_work_of_its_phones_again() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    mediator.note(scene.case, "备份之前。");
    settled(&scene, &mut mediator).await;
    back_up(&scene).await;
    mediator.note(scene.case, "备份之后，调解员。");
    grid.note(scene.case, "备份之后，网格员。");
    settled(&scene, &mut mediator).await;
    settled(&scene, &mut grid).await;
    restore(&scene).await;
    settled(&scene, &mut mediator).await;
    settled(&scene, &mut grid).await;
    settled(&scene, &mut mediator).await;
    assert_eq!(mediator.notes(scene.case).len(), 3);
    assert_eq!(mediator.state(scene.case), grid.state(scene.case));
}

/// Shows PP8.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_refused_after_it_was_acknowledged_comes_back_to_its_author_with_the_reason() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "好的。");
    settled(&scene, &mut phone).await;
    phone.note(scene.case, "坏的。");
    phone.sync().await;
    refuse_the_last(&scene).await;
    phone.sync().await;
    let refusals = phone.engine.refusals().unwrap();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].reason.code, "merge_failed");
    settled(&scene, &mut phone).await;
    assert_eq!(phone.notes(scene.case), ["好的。"]);
}

/// Exchanges, lets the server reconcile, exchanges again: both sides must hold the same then.
async fn settled(scene: &Scene, phone: &mut Phone) {
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
    assert_eq!(phone.state(scene.case), scene.state().await);
    assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
}

/// What a restored backup brings back, for this one case.
const KEPT: [&str; 4] = ["case_change", "case_object", "feed", "feed_head"];

async fn back_up(scene: &Scene) {
    for table in KEPT.iter().chain(&["case_doc"]) {
        execute(
            scene,
            format!("create table kept_{table} as select * from {table}"),
        )
        .await;
    }
}

async fn restore(scene: &Scene) {
    for table in KEPT {
        execute(scene, format!("delete from {table}")).await;
        execute(
            scene,
            format!("insert into {table} select * from kept_{table}"),
        )
        .await;
    }
    let columns =
        "snapshot = k.snapshot, heads = k.heads, known_heads = k.known_heads, facts = k.facts,
        facts_version = k.facts_version, view = k.view, digest = k.digest, work_heads = k.work_heads,
        work_facts = k.work_facts, work_digest = k.work_digest";
    execute(
        scene,
        format!("update case_doc d set {columns} from kept_case_doc k where k.case_id = d.case_id"),
    )
    .await;
}

async fn execute(scene: &Scene, statement: String) {
    sqlx::query(AssertSqlSafe(statement))
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
}

async fn refuse_the_last(scene: &Scene) {
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    let head = log::lock_case(&mut tx, scene.case).await.unwrap().unwrap();
    let why = Reason {
        code: "merge_failed".into(),
        zh: "无法合并".into(),
    };
    let moves = quarantine(&mut tx, scene.case, &head.known_heads, &why)
        .await
        .unwrap();
    log::touch_case(&mut tx, scene.case, &moves, scene.server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
}

/// A phone may be unable to read it, or the server to send it, for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_does_not_heal_keeps_none_behind_it_from_being_sent() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let other = scene.another_case("A-2").await;
    phone.sync().await;
    let (large, small) = (scene.case.min(other), scene.case.max(other));
    let words: String = (0x4E00..0x7000).filter_map(char::from_u32).collect();
    phone.note(large, &words);
    settled(&scene, &mut phone).await;
    assert_eq!(whole(&mut phone).await, [small], "the smallest first");
    let damaged = "update case_doc set snapshot = substring(snapshot from 1 for octet_length(snapshot) - 1) where case_id = $1";
    let damaged = sqlx::query(damaged).bind(small.0);
    damaged.execute(&scene.server.state.pool).await.unwrap();
    assert_eq!(whole(&mut phone).await, [large], "it takes no room");
}

/// The cases that a phone is sent that holds none of them, and asks for as little as it may.
async fn whole(phone: &mut Phone) -> Vec<CaseId> {
    let asked = Up {
        holdings: Some(Holdings::part(None, [])),
        limit_bytes: 1,
        ..up(phone)
    };
    let down = read(&phone.send(&asked).await);
    phone.engine.exchange_failed();
    let whole = down.cases.iter().filter(|down| down.snapshot.is_some());
    whole.map(|down| down.case).collect()
}
