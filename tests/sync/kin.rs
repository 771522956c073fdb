//! Cases beside each other: further calls, merging with undo, splitting, and filing.

mod archive;
mod merge;
mod refold;
mod repeat;
mod split;

use crate::scene::Scene;
use harness::{Person, TestServer};
use hejie_case::{
    facts::Facts,
    ids::{CaseId, UserId},
    rule::{Act, Motion, Refusal},
};
use hejie_registry::{case, pool};
use hejie_server::settling::Refold;

/// What the registry keeps of a case.
async fn facts(server: &TestServer, id: CaseId) -> Facts {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    case::lookup(&mut conn, id).await.unwrap().unwrap().facts
}

/// Who may write a case from a phone.
async fn members(server: &TestServer, id: CaseId) -> Vec<UserId> {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let members = case::list_members(&mut conn, id).await.unwrap();
    members.into_iter().map(|m| m.user).collect()
}

/// An act of a desk; none if it was accepted.
async fn act(scene: &Scene, by: &Person, id: CaseId, act: Act) -> Option<Refusal> {
    let motion = Motion {
        entry: None,
        act,
        by: crate::scene::author(by),
        claimed_at: None,
        received_at: scene.server.now(),
    };
    let answers = scene.server.state.settling.settle(id, &[motion]).await;
    answers.unwrap().into_iter().flatten().next()
}

/// The registry equals a fold from the log.
async fn assert_folded(server: &TestServer, id: CaseId) {
    let found = server.state.settling.refold(id, Refold::Verify).await;
    let found = found.unwrap();
    assert!(found.was_equal(), "{found:?}");
}
