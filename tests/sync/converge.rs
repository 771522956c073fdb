//! Convergence (PP2), nothing lost when answers are lost (PP1), cost that follows change (PP3),
//! rights that change safely (PP9).

use crate::{batch::unsigned, phone::Phone, scene::Scene};
use hejie_device::engine::{EngineError, Readiness, Standing};
use jiff::SignedDuration;

/// Shows PP2.
#[tokio::test(flavor = "multi_thread")]
async fn two_phones_that_wrote_apart_hold_the_same_in_whichever_order_they_come_back() {
    for mediator_first in [true, false] {
        let scene = Scene::set().await;
        let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
        mediator.note(scene.case, "甲方称已付清，乙方否认。");
        mediator.note(scene.case, "约定次日到调委会。");
        grid.note(scene.case, "入户走访，家中有老人。");
        let (first, second) = if mediator_first {
            (&mut mediator, &mut grid)
        } else {
            (&mut grid, &mut mediator)
        };
        first.sync().await;
        second.sync().await;
        scene.server.reconcile().await;
        first.sync().await;
        second.sync().await;
        assert_eq!(mediator.state(scene.case), grid.state(scene.case));
        assert_eq!(mediator.state(scene.case), scene.state().await);
        assert_eq!(mediator.notes(scene.case), grid.notes(scene.case));
        assert_eq!(mediator.notes(scene.case).len(), 3);
        assert_eq!(mediator.engine.status().readiness, Readiness::UpToDate);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_rewritten_on_two_phones_is_merged_and_the_disagreement_shown_on_both() {
    let scene = Scene::set().await;
    let (mut one, mut two) = (scene.mediator().await, scene.mediator().await);
    let note = one.note(scene.case, "双方约定周五再谈。");
    one.sync().await;
    two.sync().await;
    one.rewrite(scene.case, note, "双方约定周六再谈。");
    two.rewrite(scene.case, note, "双方约定下周一再谈。");
    one.sync().await;
    two.sync().await;
    scene.server.reconcile().await;
    one.sync().await;
    two.sync().await;
    assert_eq!(one.notes(scene.case), two.notes(scene.case));
    assert_eq!(one.state(scene.case), scene.state().await);
    for phone in [&one, &two] {
        let facts = phone
            .engine
            .case(scene.case, scene.server.now())
            .unwrap()
            .facts
            .unwrap();
        assert_eq!(facts.conflicts.len(), 1);
        assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_reach_a_colleague_before_they_are_merged() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    mediator.note(scene.case, "现场已控制。");
    mediator.sync().await;
    grid.sync().await;
    assert_eq!(grid.notes(scene.case), ["现场已控制。"]);
    assert_eq!(
        scene
            .count("select count(*) from case_change where case_id = $1 and state = 'acknowledged'")
            .await,
        1
    );
}

/// Shows PP1.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_costs_nothing_but_the_way() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    for n in 0..5 {
        phone.note(scene.case, &format!("第{n}条"));
    }
    let lost = phone.ask().await;
    assert_eq!(lost.status, 200);
    let before = scene.state().await;
    phone.sync().await;
    assert_eq!(scene.state().await, before);
    assert_eq!(phone.state(scene.case).0, before.0);
    assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
    assert_eq!(
        scene
            .count("select count(*) from case_change where case_id = $1 and device_id is not null")
            .await,
        5
    );
}

/// Shows PP3.
#[tokio::test(flavor = "multi_thread")]
async fn when_nothing_changed_a_phone_asks_once_and_pays_little() {
    let scene = Scene::set().await;
    scene.another_case("A-2").await;
    let mut phone = scene.mediator().await;
    assert_eq!(phone.engine.status().cases, 2);
    let traffic = phone.sync().await;
    assert_eq!(traffic.requests, 1);
    assert!(traffic.bytes <= 1024, "{traffic:?}");
}

/// Shows PP4.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_comes_page_by_page_and_goes_on_where_it_was_cut() {
    let scene = Scene::set().await;
    for n in 2..=30 {
        scene.another_case(&format!("A-{n}")).await;
    }
    let mut phone = Phone::enrol(&scene.server, &scene.county.mediator).await;
    // Each lost answer halves what the phone asks for.
    for _ in 0..7 {
        phone.ask().await;
        phone.engine.exchange_failed();
    }
    let first = phone.ask().await;
    assert!(phone.take(&first), "more follows");
    assert!(phone.engine.status().cases < 30);
    phone.ask().await;
    phone.engine.exchange_failed();
    scene.another_case("A-31").await;
    phone.sync().await;
    assert_eq!(phone.engine.status().cases, 31);
    assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
}

const ASIDE: &str =
    "select count(*) from case_change where case_id = $1 and reason_code = 'no_longer_yours'";

/// The case goes to somebody else while the grid worker is away; then the phone comes back, its
/// clock off by so much.
async fn lose_and_come_back(scene: &Scene, grid: &mut Phone, off: SignedDuration) {
    scene
        .forget(scene.case, &scene.county.second_mediator)
        .await;
    scene.server.advance(SignedDuration::from_mins(2));
    grid.set_clock(scene.server.now() + off);
}

/// Shows M19, PP9.
#[tokio::test(flavor = "multi_thread")]
async fn work_done_before_losing_a_case_is_accepted_and_the_case_leaves_the_phone() {
    let scene = Scene::set().await;
    let mut grid = scene.colleague().await;
    let note = grid.note(scene.case, "离线时写下的走访。");
    scene.server.advance(SignedDuration::from_mins(1));
    lose_and_come_back(&scene, &mut grid, SignedDuration::ZERO).await;
    grid.sync().await;
    scene.server.reconcile().await;
    assert!(matches!(
        grid.engine.case(scene.case, scene.server.now()),
        Err(EngineError::Left(_))
    ));
    assert_eq!(grid.engine.cases()[0].standing, Standing::Left);
    assert_eq!(grid.engine.refusals().unwrap(), []);
    assert_eq!(scene.count(ASIDE).await, 0);
    assert!(scene.mediator().await.has_note(scene.case, note));
    let traffic = grid.sync().await;
    assert_eq!(traffic.requests, 1, "and all is said");
}

/// Shows M19.
#[tokio::test(flavor = "multi_thread")]
async fn work_done_after_losing_a_case_or_by_a_clock_that_was_moved_is_kept_for_the_supervisor() {
    for (late, off) in [
        (true, SignedDuration::ZERO),
        (false, SignedDuration::from_mins(-30)),
    ] {
        let scene = Scene::set().await;
        let mut grid = scene.colleague().await;
        if !late {
            grid.note(scene.case, "时钟不准时写下的。");
        }
        lose_and_come_back(&scene, &mut grid, off).await;
        if late {
            grid.note(scene.case, "失去案件之后写下的。");
        }
        let before = scene.state().await;
        grid.sync().await;
        let refusals = grid.engine.refusals().unwrap();
        assert_eq!(refusals[0].reason.code, "no_longer_yours");
        assert_eq!(scene.count(ASIDE).await, 1);
        assert_eq!(unsigned(&scene, scene.case).await, 0);
        assert_eq!(
            scene.state().await,
            before,
            "what is in quarantine does not count"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_loses_a_case_gets_nothing_more_of_it() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    mediator.note(scene.case, "转交之后不该看到的内容");
    mediator.sync().await;
    scene
        .forget(scene.case, &scene.county.second_mediator)
        .await;
    let answer = grid.ask().await;
    let down = crate::phone::read(&answer);
    assert_eq!(down.cases, []);
    assert_eq!(
        down.forget
            .iter()
            .map(|forget| forget.case)
            .collect::<Vec<_>>(),
        [scene.case]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_a_case_again_has_it_whole() {
    let scene = Scene::set().await;
    let mut grid = scene.colleague().await;
    scene
        .forget(scene.case, &scene.county.second_mediator)
        .await;
    grid.sync().await;
    scene.grant(scene.case, &scene.county.second_mediator).await;
    grid.sync().await;
    assert_eq!(grid.state(scene.case), scene.state().await);
    grid.note(scene.case, "又接手了。");
    grid.sync().await;
    assert_eq!(grid.state(scene.case).0, scene.state().await.0);
    assert_eq!(grid.engine.status().readiness, Readiness::UpToDate);
}
