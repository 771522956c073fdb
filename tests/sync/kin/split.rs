//! A part of a case becomes a case of its own (E30).

use super::{assert_folded, because};
use crate::scene::{Scene, act as decide, author, facts};
use harness::Calls;
use hejie_case::{
    act::{self, DeskAct},
    facts::{RecusalGround, SeisedBody, Source, Status},
    ids::CaseId,
};
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

async fn is_listed(reader: &impl Calls, case: CaseId) -> bool {
    let listed = reader.get("/api/v1/cases").await;
    assert_eq!(listed.status, 200, "{}", listed.json);
    listed.json.to_string().contains(&case.to_string())
}

/// Shows E30d, E11b, E11d, LW16, LW22.
#[tokio::test]
async fn who_stepped_back_from_a_case_is_not_offered_its_part_and_what_a_court_has_stands_there() {
    let scene = Scene::set().await;
    let (server, dispatcher) = (&scene.server, &scene.county.dispatcher);
    let recuse = act::RecuseHandler {
        handler: scene.county.mediator.id,
        ground: RecusalGround::Interest,
        party: None,
        why: "持有乙方股份。".into(),
    };
    let noted = act::NoteSeised {
        body: SeisedBody::Court,
        body_name: "和安县人民法院".into(),
        docket_no: "（2026）民初17号".into(),
        accepted_on: jiff::civil::date(2026, 1, 5),
    };
    let decided = [DeskAct::RecuseHandler(recuse), DeskAct::NoteSeised(noted)];
    for decision in decided {
        assert_eq!(decide(&scene, dispatcher, scene.case, decision).await, None);
    }
    let (report, by) = (part(&scene), because(author(dispatcher), "两起纠纷。"));
    let split = server.state.reconciler.split(scene.case, &report, by);
    let receipt = split.await.unwrap().unwrap();
    let child = facts(server, receipt.case).await;
    assert!(child.is_recused(scene.county.mediator.id));
    assert_eq!(child.offered(), None, "he is the one on duty");
    assert_eq!(child.seised_elsewhere().count(), 1);
    assert_eq!(child.stage.status(), Status::PendingDispatch);
    let desk = scene.county.dispatcher(server).await;
    assert!(is_listed(&desk, receipt.case).await);
    let kept_away = scene.county.mediator(server).await;
    let shown = is_listed(&kept_away, receipt.case).await;
    assert!(!shown, "it waits for others");
    assert_folded(server, receipt.case).await;
}
