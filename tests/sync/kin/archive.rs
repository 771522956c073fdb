//! Filing a case (E31): its document is read-only from then on.

use super::members;
use crate::scene::{Scene, act, facts};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Retention, Status},
};

/// Shows E31, R047.
#[tokio::test]
async fn what_was_written_after_a_case_was_filed_stays_on_the_phone_as_refused() {
    let mut scene = Scene::set().await;
    let mut order = scene.county.order("B-1");
    order["situation"] = "P01-01".into();
    let channel = scene.county.channel(&scene.server);
    scene.case = channel
        .order(&order)
        .await
        .text("/case_id")
        .parse()
        .unwrap();
    let mut phone = scene.colleague().await;
    phone.note(scene.case, "先到的。");
    phone.sync().await;
    let before = scene.state().await;
    phone.note(scene.case, "归档之后才写的。");

    let retention = Retention::Short;
    let officer = &scene.county.judicial_officer;
    let filed = act(
        &scene,
        officer,
        scene.case,
        DeskAct::Archive(act::Archive { retention }),
    )
    .await;
    assert_eq!(filed, None);
    let stored = facts(&scene.server, scene.case).await;
    assert_eq!(stored.stage.status(), Status::Archived);
    assert_eq!(members(&scene.server, scene.case).await, []);

    phone.sync().await;
    let refused = phone.engine.refusals().unwrap();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].reason.code, "archived");
    assert_eq!(phone.engine.status().waiting, 0);
    let after = scene.state().await;
    assert_eq!(after.0, before.0, "nothing of it is in the log");
    let kept = "select count(*) from case_change where case_id = $1 and state = 'quarantined'";
    assert_eq!(scene.count(kept).await, 0);
}
