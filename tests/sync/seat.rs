//! In which role somebody writes in a case: in that in which they are in it, whatever role their
//! phone was enrolled in.

use crate::{
    hostile::up,
    phone::{Phone, read},
    scene::{Scene, act, author},
};
use harness::{Person, TestServer};
use hejie_case::{
    act::{self, DeskAct},
    edit::NewEntry,
    facts::Duty,
    reason::Explain,
    role::{Author, Role},
};
use hejie_device::engine::EngineError;
use hejie_registry::{log, pool};
use hejie_server::identity::account;

/// Somebody gets a second role and helps in the case in it; returns the phone that they had before.
async fn helps_as(scene: &Scene, person: &Person, seat: Author) -> Phone {
    let mut phone = Phone::enrol(&scene.server, person).await;
    let (marks, now) = (&scene.server.state.marks, scene.server.now());
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::give_role(marks, &mut tx, &seat, now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    let assign = DeskAct::Assign(act::Assign {
        target: seat,
        duty: Duty::Co,
    });
    let refused = act(scene, &scene.county.dispatcher, scene.case, assign).await;
    assert_eq!(refused, None);
    phone.sync().await;
    phone
}

fn plan() -> NewEntry {
    NewEntry::Plan("先分别谈，再当面谈。".into())
}

/// What they are in the case was looked at before; what they wrote waits for the case.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_somebody_who_is_put_out_while_they_wait_for_the_case_are_not_acknowledged() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "换人之后才送到的。");
    let request = up(&mut phone);
    let mut held = pool::begin(&scene.server.state.pool).await.unwrap();
    let locked = log::lock_case(&mut held, scene.case).await.unwrap();
    assert!(locked.is_some());
    let (answer, ()) = tokio::join!(phone.send(&request), async {
        while waiting(&scene).await == 0 {
            tokio::task::yield_now().await;
        }
        let out = "delete from case_member where case_id = $1 and user_id = $2";
        sqlx::query(out)
            .bind(scene.case.0)
            .bind(scene.county.mediator.id.0)
            .execute(&mut *held)
            .await
            .unwrap();
        pool::commit(held).await.unwrap();
    });
    let down = read(&answer);
    assert_eq!(down.cases[0].accepted, []);
    assert_eq!(down.cases[0].refused[0].reason.code, "unknown_case");
    let waiting = "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
    assert_eq!(scene.count(waiting).await, 0);
}

/// How many wait for the row of a case.
async fn waiting(scene: &Scene) -> i64 {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%case_doc%'";
    let counted = sqlx::query_scalar(query).fetch_one(&scene.server.state.pool);
    counted.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grid_worker_who_helps_as_a_mediator_writes_what_a_mediator_may() {
    let scene = Scene::on(TestServer::alone().await).await;
    let person = &scene.county.grid_worker;
    let seat = Author {
        user: person.id,
        ..author(&scene.county.mediator)
    };
    let mut phone = helps_as(&scene, person, seat).await;
    let now = phone.now();
    phone.engine.add(scene.case, plan(), now).unwrap();
    phone.sync().await;
    scene.server.reconcile().await;
    assert_eq!(phone.engine.refusals().unwrap(), []);
    assert_eq!(scene.count_of(person).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mediator_who_helps_as_a_grid_worker_is_told_at_once_what_a_grid_worker_may_not_write() {
    let scene = Scene::on(TestServer::alone().await).await;
    let person = &scene.county.second_mediator;
    let seat = Author {
        user: person.id,
        role: Role::GridWorker,
        org: scene.county.grid_worker.org,
    };
    let mut phone = helps_as(&scene, person, seat).await;
    let now = phone.now();
    let refused = phone.engine.add(scene.case, plan(), now).unwrap_err();
    assert!(matches!(&refused, EngineError::MayNot(why) if why.code() == "role_may_not"));
    assert_eq!(phone.engine.unsent(scene.case).unwrap(), []);
    phone.observe(scene.case, "走访所见。");
    phone.sync().await;
    scene.server.reconcile().await;
    assert_eq!(scene.count_of(person).await, 1);
}
