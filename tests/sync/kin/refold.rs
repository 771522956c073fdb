//! Refolding: what differs from the log is found and mended, and a parked case comes back.

use super::assert_folded;
use crate::scene::Scene;
use hejie_server::reconcile::Refold;

#[tokio::test]
async fn a_parked_case_is_rebuilt_from_its_log_and_settled_again() {
    let scene = Scene::set().await;
    let (server, reconciler) = (&scene.server, &scene.server.state.reconciler);
    let mut phone = scene.mediator().await;
    let parked = "update case_doc set parked_reason = 'document_unreadable', snapshot = decode('00', 'hex') where case_id = $1";
    phone.note(scene.case, "文书损坏之后写的。");
    phone.sync().await;
    let query = sqlx::query(parked).bind(scene.case.0);
    query.execute(&server.state.pool).await.unwrap();

    let found = reconciler.refold(scene.case, Refold::Verify).await.unwrap();
    assert_eq!(found.parked.as_deref(), Some("document_unreadable"));
    let waiting = "select count(*) from case_change where case_id = $1 and state = 'acknowledged'";
    assert_eq!(scene.count(waiting).await, 1);

    let repaired = reconciler.refold(scene.case, Refold::Repair).await.unwrap();
    assert!(repaired.left.unwrap().is_sound());
    let found = reconciler.refold(scene.case, Refold::Verify).await.unwrap();
    assert_eq!(found.parked, None);
    assert_eq!(scene.count(waiting).await, 0, "the note is in the document");
    assert_folded(server, scene.case).await;
}

#[tokio::test]
async fn a_row_that_somebody_changed_is_found_and_mended() {
    let scene = Scene::set().await;
    let (server, reconciler) = (&scene.server, &scene.server.state.reconciler);
    for statement in [
        "update case_reg set score = 99, round = 7 where case_id = $1",
        "delete from risk_score where case_id = $1",
    ] {
        let query = sqlx::query(statement).bind(scene.case.0);
        query.execute(&server.state.pool).await.unwrap();
    }
    let found = reconciler.refold(scene.case, Refold::Repair).await.unwrap();
    assert_eq!(found.changes.len(), 2);
    assert!(found.same_heads);
    assert_folded(server, scene.case).await;
}
