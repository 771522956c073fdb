//! What was deposited is looked at by nobody any more once its words came in: who may say so.

use super::Gone;
use crate::{hostile::up, phone::read, scene::Scene};
use harness::{Calls, TestServer, race::until_waiting};
use hejie_case::ids::ChangeHash;
use hejie_registry::{
    identity::session::{self, EndReason},
    pool,
};
use hejie_server::identity::account;
use hejie_wire::message::{CaseUp, WrittenAgain};
use serde_json::Value;

impl Gone {
    /// The changes that stand in the quarantine as deposited.
    async fn deposited(&self) -> Vec<ChangeHash> {
        let supervisor = self.scene.county.supervisor(&self.scene.server).await;
        let list = supervisor.get("/api/v1/quarantine").await.json;
        let rows = list["items"].as_array().unwrap().iter();
        let deposited = rows.filter(|row| row["code"] == "deposited");
        let hash = |row: &Value| row["hash"].as_str().unwrap().parse().unwrap();
        deposited.map(hash).collect()
    }
}

#[tokio::test]
async fn nobody_says_of_the_deposit_of_somebody_else_that_it_came_in() {
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    let mut colleague = gone.scene.colleague().await;
    gone.close_account().await;
    assert_eq!(gone.hand_in().await.status, 200);
    let theirs = gone.deposited().await;
    assert_eq!(theirs.len(), 2);

    colleague.note(gone.scene.case, "网格员写下的。");
    let mut message = up(&mut colleague);
    let own = colleague.engine.unsent(gone.scene.case).unwrap();
    assert_eq!((own.len(), message.cases[0].changes.len()), (1, 1));
    let change = hejie_wire::chunk::parse(&message.cases[0].changes[0])
        .unwrap()
        .hash;
    let claim = |deposited: &ChangeHash| WrittenAgain {
        change,
        deposited: *deposited,
    };
    message.cases[0].deposited = theirs.iter().map(claim).collect();
    let down = read(&colleague.send(&message).await);
    assert_eq!(down.cases[0].accepted, [change]);
    assert_eq!(gone.deposited().await, theirs, "a desk still sees them");
}

#[tokio::test]
async fn a_deposit_came_in_only_with_a_change_that_was_acknowledged() {
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    gone.close_account().await;
    assert_eq!(gone.hand_in().await.status, 200);
    let kept = gone.deposited().await;
    let (server, person) = (&gone.scene.server, &gone.scene.county.mediator);
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    account::open(&server.state.marks, &mut tx, person.id, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    gone.phone.enrol_again(server, person).await;
    gone.phone.hear().await;

    let mut message = up(&mut gone.phone);
    let claims = message.cases[0].deposited.clone();
    assert_eq!(claims.len(), 2);
    // Of the two the second alone is sent, and so neither is acknowledged.
    let second = message.cases[0].changes.remove(1);
    message.cases = vec![CaseUp {
        deposited: claims,
        ..CaseUp::new(gone.scene.case, vec![second])
    }];
    let down = read(&gone.phone.send(&message).await);
    assert_eq!(down.cases[0].accepted, []);
    assert_eq!(gone.deposited().await, kept);
}

/// Its words are acknowledged by then, and nothing more is written for them.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_is_put_out_in_that_moment_says_that_a_deposit_came_in() {
    let mut gone = Gone::on(Scene::on(TestServer::alone().await).await).await;
    gone.close_account().await;
    assert_eq!(gone.hand_in().await.status, 200);
    let kept = gone.deposited().await;
    gone.is_let_in_again().await;
    gone.phone.hear().await;
    let message = up(&mut gone.phone);
    let (server, person) = (&gone.scene.server, &gone.scene.county.mediator);
    let mut tx = pool::begin(&server.state.pool).await.unwrap();
    let held = sqlx::query("select from deposit for update");
    held.execute(&mut *tx).await.unwrap();
    let mut asked = std::pin::pin!(gone.phone.send(&message));
    tokio::select! {
        answer = &mut asked => panic!("it waits for nobody: {}", answer.json),
        () = until_waiting(server, 1) => {}
    }
    session::end_of_user(&mut tx, person.id, EndReason::SignedOut, server.now())
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    assert_eq!(asked.await.outcome(), (401, "session_over"));
    assert_eq!(gone.deposited().await, kept);
}
