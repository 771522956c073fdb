//! Workers that are stopped, or die, whatever they are given: no change and no case is to blame for
//! that.

use crate::scene::{Scene, act, facts};
use harness::{
    Calls, TestServer,
    unruly::{UnrulyWorker, Whom},
};
use hejie_case::{
    act::{self, DeskAct},
    facts::Level,
    ids::CaseId,
};
use hejie_server::events::Hint;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::time::Duration;

/// Long enough for a worker to be started on a busy machine.
const HASTY: Duration = Duration::from_secs(5);
/// Longer than any scene lasts.
const PATIENT: Duration = Duration::from_secs(600);

const WAITING: &str =
    "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
const SET_ASIDE: &str =
    "select count(*) from case_change where case_id = $1 and state = 'quarantined'";

async fn scene(unruly: &UnrulyWorker, wall: Duration) -> Scene {
    Scene::on(TestServer::working_with(unruly.pool(3, wall)).await).await
}

/// Why the case is parked, as a desk reads it.
async fn parked(scene: &Scene) -> Value {
    let desk = scene.county.supervisor(&scene.server).await;
    let shown = desk.get(&format!("/api/v1/cases/{}", scene.case)).await;
    shown.json["trouble"]["parked"].clone()
}

/// As the server does every minute.
async fn sweep(scene: &Scene) {
    scene.server.advance(SignedDuration::from_mins(1));
    scene.server.state.reconciler.sweep().await.unwrap();
    scene.server.reconcile().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_waits_while_workers_are_stopped_and_is_merged_afterwards() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, HASTY).await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "机器停顿时的一条。");
    phone.sync().await;
    unruly.stop(Whom::All);
    scene.server.reconcile().await;
    assert_eq!(
        (scene.count(WAITING).await, scene.count(SET_ASIDE).await),
        (1, 0)
    );
    assert_eq!(parked(&scene).await, Value::Null);

    unruly.let_be();
    sweep(&scene).await;
    assert_eq!(
        (scene.count(WAITING).await, scene.count(SET_ASIDE).await),
        (0, 0)
    );
    phone.sync().await;
    assert_eq!(phone.notes(scene.case).len(), 1);
    assert!(phone.engine.refusals().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_moment_comes_while_workers_are_stopped_is_not_parked() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, HASTY).await;
    let before = facts(&scene.server, scene.case).await.version;
    scene.server.advance(SignedDuration::from_hours(24 * 40));
    unruly.stop(Whom::All);
    sweep(&scene).await;
    assert_eq!(parked(&scene).await, Value::Null);
    unruly.let_be();
    sweep(&scene).await;
    assert!(facts(&scene.server, scene.case).await.version > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_sent_while_workers_are_stopped_is_refused_by_nobody_and_comes_again() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, HASTY).await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "机器停顿时送出的一条。");
    unruly.stop(Whom::All);
    let answer = phone.ask().await;
    assert_eq!(answer.status, 503, "{}", answer.json);
    unruly.let_be();
    phone.sync().await;
    assert!(phone.engine.refusals().unwrap().is_empty());
    assert_eq!(scene.count(WAITING).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_not_to_blame_for_a_case_that_workers_die_of_without_it_too() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, PATIENT).await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "与此无关的一条。");
    phone.sync().await;
    unruly.harm(Whom::All);
    scene.server.reconcile().await;
    assert_eq!(parked(&scene).await, Value::Null, "once is no proof");
    for _ in 0..1 + 2 + 4 + 8 {
        sweep(&scene).await;
    }
    assert_eq!(parked(&scene).await, json!("worker_died"), "and is seen");
    assert_eq!(
        (scene.count(WAITING).await, scene.count(SET_ASIDE).await),
        (1, 0)
    );
    unruly.let_be();
    for _ in 0..16 {
        assert_eq!(scene.count(WAITING).await, 1, "not before its time");
        sweep(&scene).await;
    }
    assert_eq!(parked(&scene).await, Value::Null);
    assert_eq!(scene.count(WAITING).await, 0);
}

/// On a machine of two processors each try holds up every other case.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_workers_die_of_is_tried_after_ever_longer_pauses_whoever_writes_meanwhile() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, PATIENT).await;
    let mut phone = scene.mediator().await;
    let mut tried = Vec::new();
    for minute in 0..=31 {
        phone.note(scene.case, "等待期间写的。");
        phone.refresh().await;
        phone.sync().await;
        unruly.harm(Whom::All);
        let before = unruly.started();
        sweep(&scene).await;
        if unruly.started() > before {
            tried.push(minute);
        }
        unruly.let_be();
    }
    assert_eq!(tried, [0, 1, 3, 7, 15, 31]);

    // A desk waits for no pause; what it settles is tried at once the next time.
    let red = DeskAct::OverrideColour(act::OverrideColour {
        level: Level::Red,
        why: "现场聚集。".into(),
        until: None,
    });
    let supervisor = &scene.county.supervisor;
    assert_eq!(act(&scene, supervisor, scene.case, red).await, None);
    assert_eq!(scene.count(WAITING).await, 0);
    for is_tried in [true, true, false, true] {
        phone.note(scene.case, "之后写的。");
        phone.sync().await;
        unruly.harm(Whom::All);
        let before = unruly.started();
        sweep(&scene).await;
        assert_eq!(unruly.started() > before, is_tried);
        unruly.let_be();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_job_hangs_takes_one_worker_for_one_time_and_its_next_try_waits() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, HASTY).await;
    let other = scene.another_case("A-2").await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "使工作进程停住的一条。");
    phone.sync().await;
    unruly.stop(Whom::All);
    let before = unruly.started();
    sweep(&scene).await;
    assert_eq!(unruly.started() - before, 1, "one worker, once");
    unruly.let_be();

    phone.note(scene.case, "又写一条。");
    phone.note(other, "另一案的一条。");
    phone.sync().await;
    scene.server.reconcile().await;
    let waiting = "select count(*) from case_change where state = 'acknowledged' and $1 = case_id";
    let of = async |case: CaseId| {
        let query = sqlx::query_scalar::<_, i64>(waiting).bind(case.0);
        query.fetch_one(&scene.server.state.pool).await.unwrap()
    };
    assert_eq!((of(scene.case).await, of(other).await), (2, 0));
    sweep(&scene).await;
    assert_eq!(of(scene.case).await, 0);
}

/// What is due by the clock alone leaves no change that waits: it is seen as a parked case, and
/// tried again all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_clock_is_overdue_because_its_job_hangs_is_seen_and_settled_in_the_end() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, HASTY).await;
    let before = facts(&scene.server, scene.case).await.version;
    scene.server.advance(SignedDuration::from_hours(24 * 40));
    // It failed four times before.
    sqlx::query("update case_doc set failed_tries = 4")
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
    unruly.stop(Whom::All);
    sweep(&scene).await;
    assert_eq!(parked(&scene).await, json!("job_timed_out"));
    unruly.let_be();
    for _ in 0..16 {
        sweep(&scene).await;
    }
    assert_eq!(parked(&scene).await, Value::Null);
    assert!(facts(&scene.server, scene.case).await.version > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_workers_die_of_and_do_not_without_it_goes_to_quarantine_alone() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, PATIENT).await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "使工作进程崩溃的一条。");
    phone.sync().await;
    unruly.harm(Whom::Next);
    scene.server.reconcile().await;
    assert_eq!(
        (scene.count(WAITING).await, scene.count(SET_ASIDE).await),
        (0, 1)
    );
    assert_eq!(parked(&scene).await, Value::Null);
    phone.sync().await;
    let refused = phone.engine.refusals().unwrap();
    assert_eq!(refused[0].reason.code, "worker_died");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_job_hangs_holds_up_no_other() {
    let unruly = UnrulyWorker::new();
    let scene = scene(&unruly, PATIENT).await;
    let other = scene.another_case("A-2").await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "其一。");
    phone.note(other, "其二。");
    phone.sync().await;
    unruly.stop(Whom::Next);
    let reconciler = scene.server.state.reconciler.clone();
    let mut hints = scene.server.state.events.listen();
    let running = tokio::spawn(async move { reconciler.run().await });
    let moved = async {
        loop {
            if let Hint::Moved(moved) = hints.recv().await.unwrap() {
                return moved.case_id;
            }
        }
    };
    let moved = tokio::time::timeout(PATIENT / 10, moved).await.unwrap();
    assert!([scene.case, other].contains(&moved));
    let waiting = "select count(*) from case_change where state = 'acknowledged' and $1 <> case_id";
    let query = sqlx::query_scalar(waiting).bind(moved.0);
    let waiting: i64 = query.fetch_one(&scene.server.state.pool).await.unwrap();
    assert_eq!(waiting, 1, "the other one hangs");
    running.abort();
}
