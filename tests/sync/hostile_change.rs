//! Changes that may not be taken: each is refused by a code, with a sentence, and nothing of it is
//! stored.

use crate::{
    hostile::up,
    phone::{Phone, read},
    scene::Scene,
};
use hejie_case::{document::Origin, edit::NewEntry, ids::CaseId};
use hejie_device::engine::EngineError;
use hejie_wire::message::{CaseDown, CaseUp, Up};
use serde_bytes::ByteBuf;
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_another_device_are_refused_as_a_whole_and_their_author_can_still_send_them() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    mediator.note(scene.case, "调解员写下的。");
    let stolen = up(&mut mediator).cases;
    grid.note(scene.case, "网格员自己的。");
    let mut forged = up(&mut grid);
    forged.cases[0].changes.extend(stolen[0].changes.clone());
    let down = answer(&scene, &grid, forged).await;
    assert_eq!(
        (down.accepted.len(), codes(&down)),
        (0, vec![("foreign_actor".into(), false)])
    );
    mediator.sync().await;
    grid.sync().await;
    mediator.sync().await;
    assert_eq!(mediator.notes(scene.case).len(), 2);
    let reviewed =
        "select count(*) from audit_log where action = 'exchange.foreign_actor' and case_id = $1";
    assert_eq!(scene.count(reviewed).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_role_may_not_write_comes_back_with_the_reason_and_the_rest_arrives() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.grid_worker().await);
    grid.observe(scene.case, "走访之一。");
    let plan = NewEntry::Plan("网格员不写调解方案".into());
    let refused = grid.engine.add(scene.case, plan, scene.server.now());
    assert!(matches!(refused, Err(EngineError::MayNot(_))));
    grid.look_at_no_role();
    grid.engine
        .add(
            scene.case,
            NewEntry::Plan("网格员不写调解方案".into()),
            scene.server.now(),
        )
        .unwrap();
    grid.observe(scene.case, "走访之二。");
    grid.sync().await;
    scene.server.reconcile().await;
    let refusals = grid.engine.refusals().unwrap();
    assert_eq!(
        refusals
            .iter()
            .map(|r| r.reason.code.as_str())
            .collect::<Vec<_>>(),
        ["role_may_not"]
    );
    mediator.sync().await;
    grid.sync().await;
    for phone in [&mediator, &grid] {
        let file = phone.engine.case(scene.case, phone.now()).unwrap();
        assert_eq!(file.view.risks.len(), 2);
    }
    assert_eq!(scene.count(STORED).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_under_another_cases_id_is_refused() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let born = phone.engine.create_case(
        Origin {
            summary: "另一件事".into(),
            ..Origin::default()
        },
        scene.server.now(),
    );
    let born = born.unwrap().case;
    let mut forged = up(&mut phone);
    forged.cases.retain(|one| one.case == born);
    forged.cases[0].case = scene.case;
    let down = answer(&scene, &phone, forged).await;
    assert_eq!(codes(&down), [("role_may_not".to_owned(), false)]);
    assert_eq!(scene.count(STORED).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_outside_ones_cases_is_answered_like_one_that_does_not_exist() {
    let scene = Scene::set().await;
    let mut mediator = scene.mediator().await;
    mediator.note(scene.case, "本案内容。");
    let theirs = up(&mut mediator).cases;
    let mut stranger = Phone::enrol(&scene.server, &scene.county.second_mediator).await;
    let nowhere = CaseId(Uuid::from_u128(77));
    let real = Up {
        cases: theirs.clone(),
        ..up(&mut stranger)
    };
    let unreal = Up {
        cases: vec![CaseUp {
            case: nowhere,
            ..theirs[0].clone()
        }],
        ..up(&mut stranger)
    };
    // The changes are another actor's as well, but that is not said about a case that is not one's
    // own.
    let one = read(&stranger.send(&real).await).cases.remove(0);
    let other = read(&stranger.send(&unreal).await).cases.remove(0);
    assert_eq!(codes(&one), [("unknown_case".to_owned(), false)]);
    assert_eq!(
        CaseDown {
            case: nowhere,
            ..one
        },
        other
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_dependencies_have_not_come_waits_on_the_phone() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "第一条。");
    phone.note(scene.case, "第二条。");
    phone.note(scene.case, "第三条。");
    let mut gap = up(&mut phone);
    gap.cases[0].changes.remove(0);
    let down = answer(&scene, &phone, gap).await;
    assert_eq!(
        codes(&down),
        [
            ("missing_dependency".to_owned(), true),
            ("follows_refused".to_owned(), true)
        ]
    );
    assert_eq!(scene.count(STORED).await, 0);
    phone.sync().await;
    assert_eq!(scene.count(STORED).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_changes_are_refused_and_what_stands_before_them_is_taken() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "好的。");
    phone.note(scene.case, "会被弄坏。");
    let mut damaged = up(&mut phone);
    let last = damaged.cases[0].changes[1].len() - 1;
    damaged.cases[0].changes[1][last] ^= 1;
    damaged.cases[0].changes.push(ByteBuf::from(vec![7; 100]));
    let down = answer(&scene, &phone, damaged).await;
    assert_eq!(
        (down.accepted.len(), codes(&down)),
        (1, vec![("change_checksum".into(), false)])
    );
    phone.sync().await;
    assert_eq!(scene.count(STORED).await, 2);
}

const STORED: &str =
    "select count(*) from case_change where case_id = $1 and device_id is not null";

/// Sends a request made by hand and returns what is said about the scene's case.
async fn answer(scene: &Scene, phone: &Phone, up: Up) -> CaseDown {
    let down = read(&phone.send(&up).await);
    down.cases
        .into_iter()
        .find(|one| one.case == scene.case)
        .unwrap()
}

fn codes(down: &CaseDown) -> Vec<(String, bool)> {
    down.refused
        .iter()
        .map(|refused| (refused.reason.code.clone(), refused.passing))
        .collect()
}
