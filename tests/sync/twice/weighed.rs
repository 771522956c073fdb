//! What is weighed against what: proofs of several epochs, versions that were given twice, names
//! that were given away.

use super::{Restored, choose, epoch_of, rule_colour, scene};
use crate::{
    recover::{Backup, all_exchange, claims, is_known},
    scene::facts,
};
use hejie_case::facts::{Facts, Level, Status};
use hejie_registry::{
    case::{NameKind, claim_name},
    pool,
};
use jiff::SignedDuration;

fn level(facts: &Facts) -> Option<Level> {
    facts.colour_override.as_ref().map(|ruled| ruled.level)
}

/// One phone holds what a desk ruled in the second epoch, another what it ruled in the third; the
/// registry has neither.
#[tokio::test(flavor = "multi_thread")]
async fn a_ruling_that_came_back_gives_way_to_no_proof_of_an_earlier_epoch() {
    let scene = scene().await;
    let (mut earlier, mut later) = (scene.mediator().await, scene.mediator().await);
    let backup = Backup::of(&scene.server).await;
    scene.another_case("A-2").await;
    backup.restore(&scene.server).await;
    rule_colour(&scene, Level::Red).await;
    all_exchange(&scene, &mut [&mut earlier]).await;
    backup.restore(&scene.server).await;
    scene.server.advance(SignedDuration::from_mins(1));
    rule_colour(&scene, Level::Yellow).await;
    all_exchange(&scene, &mut [&mut later]).await;
    backup.restore(&scene.server).await;
    assert_eq!(epoch_of(&scene).await, 4);

    all_exchange(&scene, &mut [&mut later]).await;
    let back = facts(&scene.server, scene.case).await;
    assert_eq!(level(&back), Some(Level::Yellow));
    all_exchange(&scene, &mut [&mut earlier]).await;
    let stands = facts(&scene.server, scene.case).await;
    assert_eq!(level(&stands), Some(Level::Yellow), "the later one stands");
    assert_eq!(claims(&scene).await, 1, "and the earlier is not dropped");
    choose(&scene, true, stands.version).await;
    let taken = facts(&scene.server, scene.case).await;
    assert_eq!(level(&taken), Some(Level::Red));
}

/// In the epoch between two restores nobody decided anything; a clock ran out.
#[tokio::test(flavor = "multi_thread")]
async fn what_time_alone_did_between_two_restores_takes_nothing_from_what_came_back() {
    let Restored {
        scene,
        backup,
        mut early,
        mut behind,
        ..
    } = Restored::set().await;
    let before = facts(&scene.server, scene.case).await.version;
    scene.server.advance(SignedDuration::from_mins(185));
    scene.server.state.reconciler.sweep().await.unwrap();
    scene.server.reconcile().await;
    behind.refresh().await;
    all_exchange(&scene, &mut [&mut behind]).await;
    assert!(behind.state(scene.case).1 > Some(before), "time moved it");
    backup.restore(&scene.server).await;
    early.refresh().await;
    all_exchange(&scene, &mut [&mut early]).await;
    let back = facts(&scene.server, scene.case).await;
    assert_eq!(back.stage.status(), Status::OnScene);

    all_exchange(&scene, &mut [&mut behind]).await;
    let stands = facts(&scene.server, scene.case).await;
    assert_eq!(stands.stage.status(), Status::OnScene);
    assert_eq!(stands.version, back.version, "nothing was put in its place");
    assert_eq!(claims(&scene).await, 0, "and nobody is asked");
    assert_eq!(behind.state(scene.case), scene.state().await);
}

/// Another phone told of the restore by another case, so that the version that was given again
/// counts as one that came out of the backup.
#[tokio::test(flavor = "multi_thread")]
async fn a_ruling_under_a_version_that_was_given_again_is_not_dropped_when_the_restore_is_known() {
    let scene = scene().await;
    let (mut herald, mut phone) = (scene.mediator().await, scene.mediator().await);
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut herald]).await;
    rule_colour(&scene, Level::Red).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    let before = facts(&scene.server, scene.case).await;
    backup.restore_unnoticed(&scene.server).await;
    scene.server.advance(SignedDuration::from_mins(1));
    rule_colour(&scene, Level::Yellow).await;
    let after = facts(&scene.server, scene.case).await;
    assert_eq!(before.version, after.version);
    all_exchange(&scene, &mut [&mut herald]).await;
    assert!(is_known(&scene.server, late).await);
    assert_eq!((epoch_of(&scene).await, claims(&scene).await), (2, 0));

    all_exchange(&scene, &mut [&mut phone]).await;
    assert_eq!(claims(&scene).await, 1, "a person decides between both");
    let stands = facts(&scene.server, scene.case).await;
    assert_eq!(level(&stands), Some(Level::Yellow));
    assert_eq!(phone.state(scene.case), scene.state().await);
}

/// Nothing told of the restore, so that number and public code were given to another case.
#[tokio::test(flavor = "multi_thread")]
async fn the_names_under_which_a_case_came_back_stay_whatever_else_is_proved_of_it() {
    let scene = scene().await;
    let (mut first, mut second) = (scene.mediator().await, scene.mediator().await);
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut first]).await;
    second.sync().await;
    let now = second.now();
    second.engine.sign_for(late, now).unwrap();
    all_exchange(&scene, &mut [&mut second]).await;
    let before = facts(&scene.server, late).await;
    backup.restore_unnoticed(&scene.server).await;
    let other = scene.another_case("A-3").await;
    let code = before.public_code.as_str();
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let given = claim_name(&mut conn, NameKind::PublicCode, code, other).await;
    assert!(given.unwrap());
    drop(conn);

    all_exchange(&scene, &mut [&mut first]).await;
    let back = facts(&scene.server, late).await;
    assert_ne!(back.case_no, before.case_no);
    assert_ne!(back.public_code, before.public_code);
    all_exchange(&scene, &mut [&mut second]).await;
    let after = facts(&scene.server, late).await;
    assert_eq!(after.stage.status(), Status::SignedFor);
    assert_eq!(after.case_no, back.case_no);
    assert_eq!(after.public_code, back.public_code);
}
