//! Phones that come at the same moment, and desks that look while they come.

use super::{choose_of, epoch_of, rule_colour, rule_red, scene, shown};
use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, claims},
    scene::{Scene, act, facts},
};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Facts, Level},
    ids::CaseId,
};
use hejie_registry::{mark, pool};
use hejie_wire::codec::{self, Body};
use jiff::SignedDuration;

fn level(facts: &Facts) -> Option<Level> {
    facts.colour_override.as_ref().map(|ruled| ruled.level)
}

/// The registry knows nothing of the case when it looks for it, for both.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_phones_that_prove_a_lost_case_at_once_neither_keeps_out_what_the_other_alone_holds()
{
    let scene = scene().await;
    let (mut behind, mut ahead) = (scene.mediator().await, scene.mediator().await);
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut behind, &mut ahead]).await;
    rule_red_on(&scene, late).await;
    all_exchange(&scene, &mut [&mut ahead]).await;
    backup.restore(&scene.server).await;

    let (first, second) = (proof_of(&mut behind).await, proof_of(&mut ahead).await);
    let mut held = pool::begin(&scene.server.state.pool).await.unwrap();
    mark::lock(&mut held).await.unwrap();
    let (of_first, of_second, ()) = tokio::join!(
        behind.pass(first),
        async {
            waiting(&scene, 1).await;
            ahead.pass(second).await
        },
        async {
            waiting(&scene, 2).await;
            pool::commit(held).await.unwrap();
        }
    );
    behind.take(&of_first);
    ahead.take(&of_second);
    scene.server.reconcile().await;
    all_exchange(&scene, &mut [&mut behind, &mut ahead]).await;
    assert_eq!(level(&facts(&scene.server, late).await), Some(Level::Red));
}

/// A desk has both states before it when a second phone shows a third.
#[tokio::test(flavor = "multi_thread")]
async fn a_desk_decides_on_what_it_was_shown_and_on_nothing_that_came_since() {
    let scene = scene().await;
    let (mut early, mut late) = (scene.mediator().await, scene.mediator().await);
    let backup = Backup::of(&scene.server).await;
    rule_colour(&scene, Level::Yellow).await;
    all_exchange(&scene, &mut [&mut early]).await;
    scene.server.advance(SignedDuration::from_mins(1));
    rule_red(&scene).await;
    all_exchange(&scene, &mut [&mut late]).await;
    backup.restore(&scene.server).await;
    scene.server.advance(SignedDuration::from_mins(1));
    rule_colour(&scene, Level::Yellow).await;
    all_exchange(&scene, &mut [&mut early]).await;
    let (looked_at, stands) = (shown(&scene).await, facts(&scene.server, scene.case).await);
    all_exchange(&scene, &mut [&mut late]).await;
    assert_ne!(shown(&scene).await, looked_at);

    choose_of(&scene, &looked_at, true, stands.version).await;
    let taken = facts(&scene.server, scene.case).await;
    assert_eq!(level(&taken), Some(Level::Yellow), "as the desk saw it");
    assert_eq!(claims(&scene).await, 1, "the other waits for a look");
    let other = shown(&scene).await;
    choose_of(&scene, &other, true, taken.version).await;
    let taken = facts(&scene.server, scene.case).await;
    assert_eq!(level(&taken), Some(Level::Red));
    assert_eq!(claims(&scene).await, 0);
}

/// The registry was set back twice before anybody noticed: two lives gave their versions in one
/// epoch, and a desk decides on one of them.
#[tokio::test(flavor = "multi_thread")]
async fn a_decision_on_one_life_of_an_epoch_drops_no_ruling_of_another_life() {
    let scene = scene().await;
    let (mut early, mut later) = (scene.mediator().await, scene.mediator().await);
    let mut of_other = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    rule_colour(&scene, Level::Yellow).await;
    all_exchange(&scene, &mut [&mut early]).await;
    scene.server.advance(SignedDuration::from_mins(1));
    rule_red(&scene).await;
    all_exchange(&scene, &mut [&mut later]).await;
    backup.restore_unnoticed(&scene.server).await;
    for _ in 0..3 {
        scene.server.advance(SignedDuration::from_mins(1));
        rule_colour(&scene, Level::Yellow).await;
    }
    all_exchange(&scene, &mut [&mut of_other]).await;
    assert_eq!(epoch_of(&scene).await, 1, "nobody has noticed");
    backup.restore_unnoticed(&scene.server).await;

    all_exchange(&scene, &mut [&mut early]).await;
    all_exchange(&scene, &mut [&mut of_other]).await;
    assert_eq!((epoch_of(&scene).await, claims(&scene).await), (2, 1));
    let (claim, stands) = (shown(&scene).await, facts(&scene.server, scene.case).await);
    choose_of(&scene, &claim, false, stands.version).await;
    all_exchange(&scene, &mut [&mut later]).await;
    let stands = facts(&scene.server, scene.case).await;
    assert_eq!(level(&stands), Some(Level::Red), "it came after the yellow");
}

async fn rule_red_on(scene: &Scene, case: CaseId) {
    let ruling = DeskAct::OverrideColour(act::OverrideColour {
        level: Level::Red,
        why: "现场聚集。".into(),
        until: Some(scene.server.now() + SignedDuration::from_hours(24)),
    });
    let supervisor = &scene.county.supervisor;
    assert_eq!(act(scene, supervisor, case, ruling).await, None);
}

/// The request in which a phone shows what it holds, once it has heard that the registry was set
/// back.
async fn proof_of(phone: &mut Phone) -> Body {
    for _ in 0..10 {
        let body = phone.engine.begin_exchange(phone.now()).unwrap();
        let up = codec::decode_up(body.encoding, &body.bytes).unwrap();
        if !up.proofs.is_empty() {
            return body;
        }
        let answer = phone.pass(body).await;
        phone.take(&answer);
    }
    panic!("it proves nothing");
}

/// Waits until so many transactions wait for another one.
async fn waiting(scene: &Scene, count: i64) {
    let query = "select count(*) from pg_stat_activity
        where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0";
    loop {
        let found: i64 = sqlx::query_scalar(query)
            .fetch_one(&scene.server.state.pool)
            .await
            .unwrap();
        if found >= count {
            return;
        }
        tokio::task::yield_now().await;
    }
}
