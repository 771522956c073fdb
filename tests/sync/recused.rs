//! Who stepped back from a case stays off it when the registry is set back (ADR 0014).

use crate::{
    recover::{Backup, all_exchange, is_known},
    revoked::is_member,
    scene::{Scene, act, author, facts},
    secret::handler,
};
use harness::TestServer;
use hejie_case::{
    act::{self, DeskAct},
    facts::{Duty, RecusalGround, Status},
    record::Ask,
};
use jiff::SignedDuration;

/// Shows LW22, E11d. The phone of whoever stepped back let go of the case, and proves nothing of
/// it.
#[tokio::test(flavor = "multi_thread")]
async fn who_stepped_back_after_the_backup_is_not_on_the_case_when_it_is_restored() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let mut mediator = handler(&scene).await;
    let backup = Backup::of(server).await;
    server.advance(SignedDuration::from_secs(1));
    let (ground, party) = (RecusalGround::Relative, None);
    let why = "当事人是我的表兄。".to_owned();
    let recuse = Ask::Recuse(act::Recuse { ground, party, why });
    mediator
        .engine
        .ask(scene.case, recuse, mediator.now())
        .unwrap();
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert!(
        facts(server, scene.case)
            .await
            .is_recused(county.mediator.id)
    );
    scene.another_case("A-2").await;

    backup.restore(server).await;
    let restored = facts(server, scene.case).await;
    assert!(restored.is_recused(county.mediator.id));
    assert_eq!(restored.stage.status(), Status::PendingDispatch);
    assert!(!is_member(&scene, county.mediator.id).await);
    let recused = restored.recused.clone();
    let offer = DeskAct::Dispatch(act::Dispatch {
        target: author(&county.mediator),
        expected: "现场".into(),
    });
    let refused = act(&scene, &county.dispatcher, scene.case, offer).await;
    assert_eq!(refused.unwrap().code, "recused");
    let look = server.state.reconciler.look_at_marks();
    assert_eq!(look.await.unwrap(), None);
    assert_eq!(facts(server, scene.case).await.recused, recused, "once");
    let told = restored
        .trail
        .iter()
        .filter_map(|line| line.words.as_deref());
    let told: Vec<&str> = told.collect();
    assert_eq!(told, ["登记数据恢复前，本案已有人员回避"]);
}

/// Shows LW22, E11d.
#[tokio::test(flavor = "multi_thread")]
async fn who_stepped_back_from_a_case_that_a_phone_brings_back_is_kept_off_it_then() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (server, county) = (&scene.server, &scene.county);
    let co = &county.second_mediator;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(server).await;
    let late = scene.another_case("A-2").await;
    let assign = DeskAct::Assign(act::Assign {
        target: author(co),
        duty: Duty::Co,
    });
    assert_eq!(act(&scene, &county.dispatcher, late, assign).await, None);
    all_exchange(&scene, &mut [&mut mediator]).await;
    let recuse = DeskAct::RecuseHandler(act::RecuseHandler {
        handler: co.id,
        ground: RecusalGround::Interest,
        party: None,
        why: "与本案有利害关系。".into(),
    });
    assert_eq!(act(&scene, &county.dispatcher, late, recuse).await, None);

    backup.restore(server).await;
    assert!(!is_known(server, late).await);
    all_exchange(&scene, &mut [&mut mediator]).await;
    let restored = facts(server, late).await;
    assert!(restored.is_recused(co.id), "the phone had not heard of it");
    assert!(!is_member(&scene, co.id).await);
}
