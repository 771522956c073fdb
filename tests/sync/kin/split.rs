//! A part of a case becomes a case of its own (E30).

use super::{assert_folded, because};
use crate::scene::{Scene, author, facts};
use hejie_case::facts::Source;
use hejie_server::reconcile::Report;

fn part(scene: &Scene) -> Report {
    Report {
        source: Source {
            channel: "110".into(),
            external_no: None,
            by_order: false,
        },
        region: scene.county.township(),
        address: "新栖街某小区5号楼".into(),
        summary: "同一通报警中另有一起噪音纠纷。".into(),
        situation: "N02-02".parse().unwrap(),
        occurred_at: None,
        persons: Some(2),
        amount: None,
    }
}

/// Shows E30.
#[tokio::test]
async fn a_part_becomes_a_case_of_its_own_that_knows_where_it_comes_from() {
    let scene = Scene::set().await;
    let (server, by) = (&scene.server, author(&scene.county.dispatcher));
    let why = "两起纠纷在一次警情中登记。";
    let report = part(&scene);
    let split = server
        .state
        .reconciler
        .split(scene.case, &report, because(by, why));
    let receipt = split.await.unwrap().unwrap();
    let child = facts(server, receipt.case).await;
    assert_eq!(child.kin.split_from, Some(scene.case));
    assert_eq!(child.case_no, receipt.case_no);
    assert!(child.offered().is_some(), "offered like any other");
    assert_eq!(
        facts(server, scene.case).await.kin.split_into,
        [receipt.case]
    );
    assert_folded(server, scene.case).await;
    assert_folded(server, receipt.case).await;
}

/// Shows E30.
#[tokio::test]
async fn whoever_may_not_split_a_case_leaves_no_new_one_behind() {
    let scene = Scene::set().await;
    let reconciler = &scene.server.state.reconciler;
    let before = reconciler.count().await.unwrap();
    let by = author(&scene.county.grid_worker);
    let refused = reconciler
        .split(scene.case, &part(&scene), because(by, "随意。"))
        .await;
    assert_eq!(refused.unwrap().unwrap_err().code, "not_yours");
    assert!(
        facts(&scene.server, scene.case)
            .await
            .kin
            .split_into
            .is_empty()
    );
    assert!(reconciler.count().await.unwrap() >= before);
}
