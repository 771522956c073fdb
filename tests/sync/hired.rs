//! Somebody who was hired after the backup: on the restored registry nobody knows them, until their
//! account is added again under its id.

use crate::{
    batch::unsigned,
    effects::origin,
    phone::{Phone, exchange},
    recover::{Backup, all_exchange, is_known},
    scene::{Scene, act, author, facts},
};
use harness::{Calls, Person, TestServer, county::PASSWORD};
use hejie_case::{
    act::{self, DeskAct},
    facts::Duty,
    ids::CaseId,
    role::Role,
};
use hejie_device::engine::Readiness;

/// A case that somebody began who was hired after the backup, on the registry as it was before.
struct Hired {
    scene: Scene,
    person: Person,
    phone: Phone,
    colleague: Phone,
    case: CaseId,
}

impl Hired {
    async fn set() -> Self {
        let scene = Scene::on(TestServer::alone().await).await;
        let mut colleague = scene.mediator().await;
        let backup = Backup::of(&scene.server).await;
        let person = scene.county.hire(&scene.server, Role::Mediator).await;
        let mut phone = Phone::enrol(&scene.server, &person).await;
        let began = phone.engine.create_case(origin(&scene.county), phone.now());
        let case = began.unwrap().case;
        phone.note(case, "备份之后，已送达。");
        phone.sync().await;
        scene.server.reconcile().await;
        let to = author(&scene.county.mediator);
        let joins = DeskAct::Assign(act::Assign {
            target: to,
            duty: Duty::Co,
        });
        let desk = &scene.county.dispatcher;
        assert_eq!(act(&scene, desk, case, joins).await, None);
        all_exchange(&scene, &mut [&mut phone, &mut colleague]).await;
        phone.note(case, "未发送。");
        backup.restore(&scene.server).await;
        Self {
            scene,
            person,
            phone,
            colleague,
            case,
        }
    }

    /// The account is added again, and the person enrols the phone.
    async fn comes_back(&mut self) {
        let Self { scene, person, .. } = self;
        scene.county.hire_again(&scene.server, person).await;
        self.phone.enrol_again(&scene.server, person).await;
    }

    async fn assert_whole(&mut self) {
        let (scene, case) = (&self.scene, self.case);
        let mut notes = self.phone.notes(case);
        notes.sort();
        assert_eq!(notes, ["备份之后，已送达。", "未发送。"]);
        assert_eq!(self.phone.state(case).0.len(), 1);
        assert_eq!(self.phone.engine.status().readiness, Readiness::UpToDate);
        assert!(self.phone.engine.refusals().unwrap().is_empty());
        let by = facts(&scene.server, case).await.assignments;
        assert!(by.iter().any(|seat| seat.user == self.person.id));
        assert_eq!(unsigned(scene, case).await, 0);
        let theirs = sqlx::query_scalar::<_, i64>(
            "select count(*) from case_change where case_id = $1 and user_id = $2 and state = 'merged'",
        )
        .bind(case.0)
        .bind(self.person.id.0)
        .fetch_one(&scene.server.state.pool)
        .await
        .unwrap();
        assert_eq!(theirs, 3, "the beginning and both notes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_hired_after_the_backup_comes_back_with_the_id_of_then() {
    let mut hired = Hired::set().await;
    let refused = hired.phone.engine.begin_exchange(hired.phone.now());
    let refused = hired.phone.agent.send(exchange(refused.unwrap())).await;
    assert_eq!(refused.status, 401, "{}", refused.json);
    hired.phone.engine.exchange_failed();
    let stranger = hired.person.sign_in(&hired.scene.server, PASSWORD).await;
    assert_eq!(stranger.outcome(), (401, "wrong_credentials"));
    hired.comes_back().await;
    all_exchange(&hired.scene, &mut [&mut hired.phone]).await;
    hired.assert_whole().await;
}

/// A colleague's phone proves the case before the account is there.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_colleague_proved_while_the_author_was_unknown_is_the_authors_once_they_are_back() {
    let mut hired = Hired::set().await;
    all_exchange(&hired.scene, &mut [&mut hired.colleague]).await;
    assert!(is_known(&hired.scene.server, hired.case).await);
    hired.comes_back().await;
    let (own, other) = (&mut hired.phone, &mut hired.colleague);
    all_exchange(&hired.scene, &mut [own, other]).await;
    hired.assert_whole().await;
    assert_eq!(hired.colleague.notes(hired.case).len(), 2);
}

/// What is kept beside the marks of the password of then takes nothing from the one that the
/// account is added with, at no later look.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_hired_after_the_backup_and_had_another_password_since_can_sign_in_when_added_again()
 {
    let scene = Scene::on(TestServer::alone().await).await;
    let server = &scene.server;
    let backup = Backup::of(server).await;
    let person = scene.county.hire(server, Role::Mediator).await;
    server.advance(jiff::SignedDuration::from_secs(1));
    let hash = server
        .state
        .identity
        .passwords
        .hash("和安县-2027".to_owned().into(), [3; 16])
        .await
        .unwrap();
    let mut tx = hejie_registry::pool::begin(&server.state.pool)
        .await
        .unwrap();
    hejie_server::identity::account::replace_password(
        &server.state.marks,
        &mut tx,
        person.id,
        &hash,
        server.now(),
    )
    .await
    .unwrap();
    hejie_registry::pool::commit(tx).await.unwrap();
    scene.another_case("A-2").await;
    backup.restore(server).await;
    server.advance(jiff::SignedDuration::from_secs(1));
    scene.county.hire_again(server, &person).await;
    assert_eq!(person.sign_in(server, PASSWORD).await.status, 200);
    server
        .state
        .marks
        .check(&server.state.pool, server.now())
        .await
        .unwrap();
    let answer = person.sign_in(server, PASSWORD).await;
    assert_eq!(answer.status, 200, "a minute later: {}", answer.json);
}
