//! Cases beside each other: further calls, merging with undo, splitting, and filing.

mod archive;
mod late;
mod merge;
mod refold;
mod repeat;
mod split;

use harness::TestServer;
use hejie_case::{
    ids::{CaseId, UserId},
    role::Author,
};
use hejie_registry::{case, pool};
use hejie_server::reconcile::{JointDecision, Refold};

/// Who may write a case from a phone.
async fn members(server: &TestServer, id: CaseId) -> Vec<UserId> {
    let mut conn = pool::acquire(&server.state.pool).await.unwrap();
    let members = case::list_members(&mut conn, id).await.unwrap();
    members.into_iter().map(|m| m.user).collect()
}

/// The registry equals a fold from the log.
pub async fn assert_folded(server: &TestServer, id: CaseId) {
    let found = server.state.reconciler.refold(id, Refold::Verify).await;
    let found = found.unwrap();
    assert!(found.was_equal() && found.is_signed(), "{found:?}");
}

/// A decision of somebody, on whatever stands.
fn because(by: Author, why: &str) -> JointDecision<'_> {
    JointDecision {
        base: None,
        by,
        why,
        desk: None,
    }
}
