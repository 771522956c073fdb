//! What recovery never does: revive who or what was put out of service, or take a case from a phone
//! because the registry does not know it.

use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, is_known},
    relayed::sync_unattested,
    scene::{Scene, act, author, facts},
};
use harness::{Calls, Person, TestServer, client::Signed, county::PASSWORD};
use hejie_case::{
    act::{self, DeskAct},
    facts::Duty,
    ids::UserId,
};
use hejie_registry::pool;
use hejie_server::{files::FileStore, identity::account, mark::Marks, reconcile};
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
        let assign = DeskAct::Assign(act::Assign {
            target: author(person),
            duty: Duty::Co,
        });
        let refused = act(&scene, &scene.county.dispatcher, scene.case, assign).await;
        assert_eq!(refused, None);
    }
    all_exchange(&scene, &mut [&mut of_closed, &mut of_ended]).await;
    of_closed.note(scene.case, "后来停用的人写的。");
    of_ended.observe(scene.case, "后来离岗的人写的。");
    all_exchange(&scene, &mut [&mut of_closed, &mut of_ended, &mut mediator]).await;
    backup.restore(&scene.server).await;
    close(&scene, closed).await;
    end_role(&scene, ended).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    let view = mediator
        .engine
        .case(scene.case, mediator.now())
        .unwrap()
        .view;
    assert_eq!((view.notes.len(), view.risks.len()), (1, 1));
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

/// The backup says that all of it is good.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_put_out_after_the_backup_does_not_come_in_when_it_is_restored() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let (closed, ended) = (&county.second_mediator, &county.grid_worker);
    let mut of_closed = Phone::enrol(server, closed).await;
    let mut of_ended = scene.grid_worker().await;
    let (mut lost, mut own) = (scene.mediator().await, scene.mediator().await);
    let mut kept = scene.mediator().await;
    let out = signed_in(server, &county.supervisor).await;
    let stays = signed_in(server, &county.supervisor).await;
    let old = signed_in(server, &county.dispatcher).await;
    let backup = Backup::of(server).await;
    server.advance(SignedDuration::from_secs(1));
    close(&scene, closed).await;
    end_role(&scene, ended).await;
    let path = format!(
        "/api/v1/users/{}/devices/{}",
        county.mediator.id,
        lost.device()
    );
    assert_eq!(stays.delete(&path).await.status, 204);
    let path = format!("/api/v1/devices/{}", own.device());
    assert_eq!(kept.agent.delete(&path).await.status, 204);
    assert_eq!(out.delete("/api/v1/session").await.status, 204);
    replace_password(server, &county.dispatcher, "和安县-2027").await;
    scene.another_case("A-2").await;

    backup.restore(server).await;
    assert_eq!(of_closed.ask().await.outcome(), (401, "account_closed"));
    assert_eq!(of_ended.ask().await.outcome(), (401, "role_ended"));
    assert_eq!(lost.ask().await.outcome(), (401, "device_revoked"));
    assert_eq!(own.ask().await.outcome(), (401, "device_revoked"));
    let me = async |of: &Signed| of.get("/api/v1/me").await;
    assert_eq!(me(&out).await.outcome(), (401, "session_over"));
    assert_eq!(me(&old).await.outcome(), (401, "password_changed"));
    for person in [closed, &county.dispatcher] {
        let answer = person.sign_in(server, PASSWORD).await;
        assert_eq!(answer.outcome(), (401, "wrong_credentials"));
    }
    assert_eq!(ended.sign_in(server, PASSWORD).await.status, 403);
    assert!(
        !is_member(&scene, ended.id).await,
        "cases follow who is there"
    );
    assert_eq!(kept.ask().await.status, 200, "nobody else is put out");
    assert_eq!(me(&stays).await.status, 200);
    let logged = "select count(*) from audit_log where action = 'revoke_again'";
    let logged: i64 = sqlx::query_scalar(logged)
        .fetch_one(&server.state.pool)
        .await
        .unwrap();
    assert!(logged >= 6, "{logged}");
    replace_password(server, &county.dispatcher, "和安县-2028").await;
    let again = county.dispatcher.sign_in(server, "和安县-2028").await;
    assert_eq!(again.status, 200, "{}", again.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_let_in_again_after_the_backup_is_not_put_out_by_a_restore() {
    let scene = Scene::on(TestServer::alone().await).await;
    let server = &scene.server;
    let (closed, ended) = (&scene.county.second_mediator, &scene.county.grid_worker);
    let (before, in_role) = (
        signed_in(server, closed).await,
        signed_in(server, ended).await,
    );
    let backup = Backup::of(server).await;
    server.advance(SignedDuration::from_secs(1));
    close(&scene, closed).await;
    end_role(&scene, ended).await;
    server.advance(SignedDuration::from_secs(1));
    let (marks, now) = (&server.state.marks, server.now());
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::open(marks, &mut tx, closed.id, now).await.unwrap();
    account::give_role(marks, &mut tx, &author(ended), now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    scene.another_case("A-2").await;

    backup.restore(server).await;
    for (session, why) in [(before, "account_closed"), (in_role, "role_ended")] {
        let me = session.get("/api/v1/me").await;
        assert_eq!(me.outcome(), (401, why), "what ended then stays ended");
    }
    for person in [closed, ended] {
        let answer = person.sign_in(server, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.json);
    }
    server.advance(SignedDuration::from_secs(1));
    let found = marks.check(&server.state.pool, server.now()).await;
    assert_eq!(found.unwrap(), None);
    for person in [closed, ended] {
        let answer = person.sign_in(server, PASSWORD).await;
        assert_eq!(answer.status, 200, "a later look changes nothing");
    }
}

/// Each of them is kept beside the marks.
#[tokio::test(flavor = "multi_thread")]
async fn of_passwords_that_were_replaced_one_after_the_other_the_last_one_lets_in() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, person) = (&scene.server, &scene.county.dispatcher);
    let backup = Backup::of(server).await;
    let last = "和安县-2028";
    for password in ["和安县-2027", last] {
        server.advance(SignedDuration::from_secs(1));
        replace_password(server, person, password).await;
    }
    let (marks, pool) = (&server.state.marks, &server.state.pool);
    assert_eq!(marks.check(pool, server.now()).await.unwrap(), None);
    let answer = person.sign_in(server, last).await;
    assert_eq!(answer.status, 200, "{}", answer.json);

    scene.another_case("A-2").await;
    backup.restore(server).await;
    for password in [PASSWORD, "和安县-2027", last] {
        let answer = person.sign_in(server, password).await;
        assert_eq!(answer.outcome(), (401, "wrong_credentials"));
    }
    server.advance(SignedDuration::from_secs(1));
    replace_password(server, person, last).await;
    assert_eq!(marks.check(pool, server.now()).await.unwrap(), None);
    let answer = person.sign_in(server, last).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closing_that_was_broken_off_before_its_commit_is_carried_out_at_the_next_look() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, person) = (&scene.server, &scene.county.second_mediator);
    let session = signed_in(server, person).await;
    let (marks, now) = (&server.state.marks, server.now());
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::close(marks, &mut tx, person.id, now)
        .await
        .unwrap();
    drop(tx);
    assert_eq!(session.get("/api/v1/me").await.status, 200);
    marks.check(&server.state.pool, now).await.unwrap();
    let me = session.get("/api/v1/me").await;
    assert_eq!(me.outcome(), (401, "account_closed"));
}

/// What lies in the data directory is enough, and what lies beside the files.
#[tokio::test(flavor = "multi_thread")]
async fn either_place_of_the_marks_alone_keeps_who_was_put_out() {
    for is_beside_files in [true, false] {
        let (beside, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let scene = Scene::on(TestServer::marked(beside.path()).await).await;
        let (server, person) = (&scene.server, &scene.county.second_mediator);
        let session = signed_in(server, person).await;
        let backup = Backup::of(server).await;
        server.advance(SignedDuration::from_secs(1));
        close(&scene, person).await;
        backup.put_back(server).await;
        assert_eq!(session.get("/api/v1/me").await.status, 200);
        let marks = if is_beside_files {
            Marks::new(Some(empty.path().to_owned()), server.state.files.clone())
        } else {
            Marks::new(Some(beside.path().to_owned()), FileStore::in_memory())
        };
        marks.check(&server.state.pool, server.now()).await.unwrap();
        let me = session.get("/api/v1/me").await;
        assert_eq!(me.outcome(), (401, "account_closed"));
    }
}

async fn signed_in(server: &TestServer, person: &Person) -> Signed {
    let token = person.token(server).await;
    Signed(server.anonymous().0.with_token(&token))
}

async fn replace_password(server: &TestServer, person: &Person, password: &str) {
    let passwords = &server.state.identity.passwords;
    let hash = passwords.hash(password.to_owned().into(), [3; 16]).await;
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let (marks, hash) = (&server.state.marks, hash.unwrap());
    account::replace_password(marks, &mut tx, person.id, &hash, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
}

async fn close(scene: &Scene, person: &Person) {
    let now = scene.server.now();
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::close(&scene.server.state.marks, &mut tx, person.id, now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    follow(scene, person).await;
}

pub(crate) async fn end_role(scene: &Scene, person: &Person) {
    scene.server.advance(SignedDuration::from_secs(1));
    let now = scene.server.now();
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::end_role(&scene.server.state.marks, &mut tx, &author(person), now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    follow(scene, person).await;
}

async fn follow(scene: &Scene, person: &Person) {
    let state = &scene.server.state;
    reconcile::follow(&state.pool, &state.clock, person.id)
        .await
        .unwrap();
    scene.server.reconcile().await;
}

async fn written_by(scene: &Scene, user: UserId) -> i64 {
    let query = "select count(*) from case_change where user_id = $1 and state = 'merged'";
    count(scene, query, user.0).await
}

pub(crate) async fn is_member(scene: &Scene, user: UserId) -> bool {
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

/// Two duties in two roles on one case.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_another_role_on_the_case_keeps_it_when_one_role_ends() {
    let scene = Scene::on(TestServer::alone().await).await;
    let person = &scene.county.second_mediator;
    let as_visitor = hejie_case::role::Author {
        user: person.id,
        role: hejie_case::role::Role::GridWorker,
        org: scene.county.grid,
    };
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    account::give_role(
        &scene.server.state.marks,
        &mut tx,
        &as_visitor,
        scene.server.now(),
    )
    .await
    .unwrap();
    pool::commit(tx).await.unwrap();
    scene.server.advance(SignedDuration::from_secs(1));
    for (to, duty) in [(author(person), Duty::Co), (as_visitor, Duty::Visit)] {
        let assign = DeskAct::Assign(act::Assign { target: to, duty });
        let refused = act(&scene, &scene.county.dispatcher, scene.case, assign).await;
        assert_eq!(refused, None);
    }
    assert!(is_member(&scene, person.id).await);
    end_role(&scene, person).await;
    assert!(is_member(&scene, person.id).await, "still a visitor of it");
}

/// The two share a database and the files; each has a data directory of its own.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_let_in_again_beside_another_server_is_not_put_out_by_the_first() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scene = Scene::on(TestServer::marked(first.path()).await).await;
    let (server, person) = (&scene.server, &scene.county.second_mediator);
    let other = Marks::new(Some(second.path().to_owned()), server.state.files.clone());
    close(&scene, person).await;
    server.advance(SignedDuration::from_secs(1));
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::open(&other, &mut tx, person.id, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    assert_eq!(person.sign_in(server, PASSWORD).await.status, 200);
    server
        .state
        .marks
        .check(&server.state.pool, server.now())
        .await
        .unwrap();
    let answer = person.sign_in(server, PASSWORD).await;
    assert_eq!(
        answer.status, 200,
        "closed again by the next look: {}",
        answer.json
    );
}

/// A command that was given another folder writes its files where the server does not look.
#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_replaced_once_more_elsewhere_is_not_taken_back_by_the_first_server() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scene = Scene::on(TestServer::marked(first.path()).await).await;
    let (server, person) = (&scene.server, &scene.county.second_mediator);
    let elsewhere = Marks::new(Some(second.path().to_owned()), FileStore::in_memory());
    replace_password(server, person, "和安县-2027").await;
    server.advance(SignedDuration::from_secs(1));
    let last = "和安县-2028";
    let passwords = &server.state.identity.passwords;
    let hash = passwords
        .hash(last.to_owned().into(), [4; 16])
        .await
        .unwrap();
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::replace_password(&elsewhere, &mut tx, person.id, &hash, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    let marks = &server.state.marks;
    marks.check(&server.state.pool, server.now()).await.unwrap();
    let answer = person.sign_in(server, last).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    assert_eq!(person.sign_in(server, "和安县-2027").await.status, 401);
}
