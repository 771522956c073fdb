//! What recovery never does: revive who or what was put out of service, or take a case from a phone because the registry does not know it.

use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, is_known},
    relayed::sync_unattested,
    scene::{Scene, act, author, facts},
};
use harness::{Person, TestServer};
use hejie_case::{
    facts::Duty,
    ids::UserId,
    rule::{Act, Target},
};
use hejie_registry::pool;
use hejie_server::{identity::account, settling};
use jiff::SignedDuration;

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_brings_words_back_and_revives_no_account_no_role_and_no_phone() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (closed, ended) = (&scene.county.second_mediator, &scene.county.grid_worker);
    let mut mediator = scene.mediator().await;
    let mut of_closed = Phone::enrol(&scene.server, closed).await;
    let backup = Backup::of(&scene.server).await;
    let mut of_ended = Phone::enrol(&scene.server, ended).await;
    for person in [closed, ended] {
        let assign = Act::Assign(Target { to: author(person) }, Duty::Co);
        let refused = act(&scene, &scene.county.dispatcher, scene.case, assign).await;
        assert_eq!(refused, None);
    }
    all_exchange(&scene, &mut [&mut of_closed, &mut of_ended]).await;
    of_closed.note(scene.case, "后来停用的人写的。");
    of_ended.note(scene.case, "后来离岗的人写的。");
    all_exchange(&scene, &mut [&mut of_closed, &mut of_ended, &mut mediator]).await;
    backup.restore(&scene.server).await;
    close(&scene, closed).await;
    end_role(&scene, ended).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(mediator.notes(scene.case).len(), 2);
    for person in [closed, ended] {
        assert_eq!(
            written_by(&scene, person.id).await,
            1,
            "under its author's name"
        );
        assert!(!is_member(&scene, person.id).await, "{}", person.login);
    }
    assert_eq!(of_closed.ask().await.status, 401);
    assert_eq!(of_ended.ask().await.status, 401);
    let phones = "select count(*) from device where id = $1";
    assert_eq!(count(&scene, phones, of_ended.device().0).await, 0);
    let open = "select count(*) from app_user where id = $1 and active";
    assert_eq!(count(&scene, open, closed.id.0).await, 0);
    assert_eq!(mediator.state(scene.case), scene.state().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_the_registry_does_not_know_stays_on_a_phone_that_cannot_prove_it() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    sync_unattested(&mut mediator).await;
    mediator.note(late, "备份之后写的。");
    sync_unattested(&mut mediator).await;
    assert_eq!(mediator.engine.proof(late).unwrap(), None);
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert!(!is_known(&scene.server, late).await);
    assert_eq!(mediator.notes(late), ["备份之后写的。"]);
    let cases = mediator.engine.cases();
    let summary = cases.iter().find(|one| one.case == late).unwrap();
    let told = summary.reason.as_ref().map(|reason| reason.code.as_str());
    assert_eq!(told, Some("case_unprovable"));
    assert_eq!(facts(&scene.server, scene.case).await.version, 1);
}

async fn close(scene: &Scene, person: &Person) {
    let now = scene.server.now();
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::close(&mut tx, person.id, now).await.unwrap();
    pool::commit(tx).await.unwrap();
    follow(scene, person).await;
}

async fn end_role(scene: &Scene, person: &Person) {
    scene.server.advance(SignedDuration::from_secs(1));
    let now = scene.server.now();
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::end_role(&mut tx, &author(person), now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    follow(scene, person).await;
}

async fn follow(scene: &Scene, person: &Person) {
    let state = &scene.server.state;
    settling::follow(&state.pool, &state.clock, person.id)
        .await
        .unwrap();
    scene.server.settle().await;
}

async fn written_by(scene: &Scene, user: UserId) -> i64 {
    let query = "select count(*) from case_change where user_id = $1 and state = 'merged'";
    count(scene, query, user.0).await
}

async fn is_member(scene: &Scene, user: UserId) -> bool {
    let query = "select count(*) from case_member where user_id = $1 and until_at is null";
    count(scene, query, user.0).await > 0
}

async fn count(scene: &Scene, query: &'static str, id: uuid::Uuid) -> i64 {
    sqlx::query_scalar(query)
        .bind(id)
        .fetch_one(&scene.server.state.pool)
        .await
        .unwrap()
}
