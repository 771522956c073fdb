//! Work that is written again after a refusal merges on the server as if it had been sent in time.

use crate::{phone::Phone, scene::Scene};
use hejie_case::edit::NewEntry;

/// A note that both phones hold, the mediator's words in it already, and the grid worker's behind a plan that the server refuses.
async fn refused_in_front(scene: &Scene) -> (Phone, Phone) {
    let (mut mediator, mut grid) = (scene.mediator().await, scene.grid_worker().await);
    let note = mediator.note(scene.case, "起初。");
    mediator.sync().await;
    scene.server.settle().await;
    grid.sync().await;
    grid.look_at_no_role();
    let plan = NewEntry::Plan("网格员不写调解方案".into());
    grid.engine.add(scene.case, plan, grid.now()).unwrap();
    grid.rewrite(scene.case, note, "起初。网格员写的。");
    mediator.rewrite(scene.case, note, "起初。调解员写的。");
    (mediator, grid)
}

async fn assert_both_wrote(scene: &Scene, mut mediator: Phone, mut grid: Phone) {
    for _ in 0..2 {
        scene.server.settle().await;
        mediator.sync().await;
        grid.sync().await;
    }
    let note = mediator.notes(scene.case).concat();
    assert!(
        note.starts_with("起初。")
            && note.contains("网格员写的。")
            && note.contains("调解员写的。"),
        "{note}"
    );
    assert_eq!(mediator.notes(scene.case), grid.notes(scene.case));
    assert_eq!(mediator.state(scene.case), scene.state().await);
    let file = mediator.engine.case(scene.case, mediator.now()).unwrap();
    assert_eq!(file.facts.unwrap().conflicts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_behind_a_refused_change_merges_in_whichever_order_both_come_back() {
    for mediator_first in [true, false] {
        let scene = Scene::set().await;
        let (mut mediator, mut grid) = refused_in_front(&scene).await;
        if mediator_first {
            mediator.sync().await;
            grid.sync().await;
        } else {
            grid.sync().await;
            mediator.sync().await;
        }
        assert_eq!(grid.engine.refusals().unwrap().len(), 1);
        assert_both_wrote(&scene, mediator, grid).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_behind_a_refused_change_merges_under_a_new_actor() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = refused_in_front(&scene).await;
    mediator.sync().await;
    grid.enrol_again(&scene.server, &scene.county.grid_worker)
        .await;
    grid.sync().await;
    assert_eq!(grid.engine.refusals().unwrap().len(), 1);
    assert_both_wrote(&scene, mediator, grid).await;
}
