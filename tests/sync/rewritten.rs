//! Work that is written again after a refusal merges on the server as if it had been sent in time.

use crate::{phone::Phone, scene::Scene};
use hejie_case::edit::{Edit, NewEntry};

/// A note that both phones hold, and on each of them, unsent, a change that the server takes from
/// one of them only, and behind it other words in the note.
async fn both_wrote_offline(scene: &Scene) -> (Phone, Phone) {
    let (mut one, mut two) = (scene.mediator().await, scene.mediator().await);
    let note = one.note(scene.case, "起初。");
    one.sync().await;
    scene.server.reconcile().await;
    two.sync().await;
    let id = one.engine.new_entry_id(one.now()).unwrap();
    for (phone, words) in [
        (&mut one, "起初。网格员写的。"),
        (&mut two, "起初。调解员写的。"),
    ] {
        let entry = NewEntry::Plan("同一编号的方案".into());
        let now = phone.now();
        phone
            .engine
            .edit(scene.case, Edit::Add { id, entry }, now)
            .unwrap();
        phone.rewrite(scene.case, note, words);
    }
    (one, two)
}

async fn assert_both_merged(scene: &Scene, mut one: Phone, mut two: Phone) {
    for _ in 0..2 {
        scene.server.reconcile().await;
        one.sync().await;
        two.sync().await;
    }
    let note = one.notes(scene.case).concat();
    assert!(note.starts_with("起初。"), "{note}");
    assert!(
        note.contains("网格员写的。") && note.contains("调解员写的。"),
        "{note}"
    );
    assert_eq!(one.notes(scene.case), two.notes(scene.case));
    assert_eq!(one.state(scene.case), scene.state().await);
    let file = one.engine.case(scene.case, one.now()).unwrap();
    assert_eq!(file.facts.unwrap().conflicts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_behind_a_refused_change_merges_in_whichever_order_both_come_back() {
    for one_first in [true, false] {
        let scene = Scene::set().await;
        let (mut one, mut two) = both_wrote_offline(&scene).await;
        let (first, second) = if one_first {
            (&mut one, &mut two)
        } else {
            (&mut two, &mut one)
        };
        first.sync().await;
        second.sync().await;
        let refused = second.engine.refusals().unwrap();
        let codes: Vec<_> = refused.iter().map(|one| one.reason.code.as_str()).collect();
        assert_eq!(codes, ["entry_exists"]);
        assert_both_merged(&scene, one, two).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_behind_a_refused_change_merges_under_a_new_actor() {
    let scene = Scene::set().await;
    let (mut one, mut two) = both_wrote_offline(&scene).await;
    one.sync().await;
    two.enrol_again(&scene.server, &scene.county.mediator).await;
    two.sync().await;
    assert_eq!(two.engine.refusals().unwrap().len(), 1);
    assert_both_merged(&scene, one, two).await;
}
