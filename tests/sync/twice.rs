//! Restores that come more than once, or that nobody noticed: nothing that people decided or wrote
//! is dropped because its number is lower, and no number is given twice.

mod at_once;
mod weighed;

use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, claims, is_known},
    scene::{Scene, act, facts},
};
use harness::{Calls, TestServer};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Facts, Level, Status},
    record::Ask,
};
use hejie_device::engine::Readiness;
use hejie_registry::{epoch, pool};
use jiff::SignedDuration;
use serde_json::json;

/// What a phone shows of the first epoch has the higher version, and what a desk decided in the
/// second stands only in the registry.
#[tokio::test(flavor = "multi_thread")]
async fn between_what_stood_before_two_restores_and_what_a_desk_ruled_between_them_a_person_decides()
 {
    let Restored {
        scene,
        backup,
        mut early,
        ..
    } = Restored::set().await;
    rule_red(&scene).await;
    let between = backup.anew(&scene.server).await;
    scene.another_case("A-2").await;
    between.restore(&scene.server).await;
    assert_eq!(epoch_of(&scene).await, 3);
    all_exchange(&scene, &mut [&mut early]).await;
    let stands = facts(&scene.server, scene.case).await;
    assert!(
        stands.colour_override.is_some(),
        "what the desk ruled stays"
    );
    assert_eq!(
        claims(&scene).await,
        1,
        "and what was signed before is not dropped"
    );
    choose(&scene, true, stands.version).await;
    let taken = facts(&scene.server, scene.case).await;
    assert_eq!(taken.stage.status(), Status::OnScene);
    assert_eq!(taken.colour_override, None);
    all_exchange(&scene, &mut [&mut early]).await;
    assert_eq!(claims(&scene).await, 0, "nobody is asked a second time");
    assert_eq!(early.state(scene.case), scene.state().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_left_aside_is_asked_about_by_no_later_phone() {
    let Restored {
        scene,
        mut early,
        mut other,
        ..
    } = Restored::set().await;
    rule_red(&scene).await;
    all_exchange(&scene, &mut [&mut early]).await;
    assert_eq!(claims(&scene).await, 1);
    let stands = facts(&scene.server, scene.case).await;
    choose(&scene, false, stands.version).await;
    all_exchange(&scene, &mut [&mut other, &mut early]).await;
    assert_eq!(claims(&scene).await, 0);
    let stays = facts(&scene.server, scene.case).await;
    assert_eq!(stays.colour_override, stands.colour_override);
}

/// One phone holds what was decided in the first epoch, another what a desk decided in the second;
/// the registry has neither.
#[tokio::test(flavor = "multi_thread")]
async fn of_proofs_of_two_epochs_neither_is_dropped_whichever_comes_first() {
    for later_first in [true, false] {
        let Restored {
            scene,
            backup,
            mut early,
            mut behind,
            ..
        } = Restored::set().await;
        rule_red(&scene).await;
        all_exchange(&scene, &mut [&mut behind]).await;
        backup.restore(&scene.server).await;
        assert_eq!(epoch_of(&scene).await, 3);
        let (first, second) = if later_first {
            (&mut behind, &mut early)
        } else {
            (&mut early, &mut behind)
        };
        all_exchange(&scene, &mut [first]).await;
        all_exchange(&scene, &mut [second]).await;
        all_exchange(&scene, &mut [first]).await;
        let stands = facts(&scene.server, scene.case).await;
        assert!(
            stands.colour_override.is_some(),
            "the later epoch stands; later first: {later_first}"
        );
        assert_eq!(claims(&scene).await, 1, "later first: {later_first}");
        for phone in [&early, &behind] {
            assert_eq!(phone.state(scene.case), scene.state().await);
        }
        choose(&scene, true, stands.version).await;
        let taken = facts(&scene.server, scene.case).await;
        assert_eq!(taken.stage.status(), Status::OnScene);
    }
}

/// A phone that was away shows what another one has brought back in two epochs.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_shows_what_came_back_already_asks_nobody() {
    let Restored {
        scene,
        backup,
        mut early,
        mut other,
        mut behind,
    } = Restored::set().await;
    all_exchange(&scene, &mut [&mut early]).await;
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut early]).await;
    rule_red(&scene).await;
    all_exchange(&scene, &mut [&mut other, &mut behind, &mut early]).await;
    assert_eq!(claims(&scene).await, 0);
    let stands = facts(&scene.server, scene.case).await;
    assert_eq!(stands.stage.status(), Status::OnScene);
    assert!(stands.colour_override.is_some());
    for phone in [&early, &other, &behind] {
        assert_eq!(phone.state(scene.case), scene.state().await);
    }
}

/// The desk went on in the epoch that was set back, and gave versions a second time.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_desk_ruled_after_a_restore_that_nobody_noticed_is_not_replaced() {
    let Restored {
        scene, mut early, ..
    } = Restored::set_by(Noticed::No).await;
    rule_red(&scene).await;
    all_exchange(&scene, &mut [&mut early]).await;
    assert_eq!(epoch_of(&scene).await, 2);
    let stands = facts(&scene.server, scene.case).await;
    assert!(
        stands.colour_override.is_some(),
        "what the desk ruled stays"
    );
    assert_eq!(
        claims(&scene).await,
        1,
        "and what was signed is not dropped"
    );
}

/// Only a desk ruled, once before the restore and once after it: equal document, and an equal
/// version where nobody noticed.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_ruling_before_a_restore_and_one_after_it_neither_is_dropped() {
    for noticed in [Noticed::Yes, Noticed::No] {
        let scene = scene().await;
        let mut phone = scene.mediator().await;
        let backup = Backup::of(&scene.server).await;
        rule_colour(&scene, Level::Red).await;
        all_exchange(&scene, &mut [&mut phone]).await;
        let before = facts(&scene.server, scene.case).await;
        noticed.put_back(&backup, &scene).await;
        scene.server.advance(SignedDuration::from_mins(1));
        rule_colour(&scene, Level::Yellow).await;
        let after = facts(&scene.server, scene.case).await;
        let is_given_again = before.version == after.version;
        assert_eq!(is_given_again, noticed == Noticed::No);
        all_exchange(&scene, &mut [&mut phone]).await;
        assert_eq!(epoch_of(&scene).await, 2);
        assert_eq!(claims(&scene).await, 1, "a person decides between both");
        let stands = facts(&scene.server, scene.case).await;
        let level = |facts: &Facts| facts.colour_override.as_ref().map(|ruled| ruled.level);
        assert_eq!(level(&stands), Some(Level::Yellow));
        let file = phone.engine.case(scene.case, phone.now()).unwrap();
        assert_eq!(
            level(&file.facts.unwrap()),
            Some(Level::Yellow),
            "and the phone shows what stands"
        );
    }
}

/// The facts say nothing: the case stands under the version that it had.
#[tokio::test(flavor = "multi_thread")]
async fn words_that_a_restore_took_that_nobody_noticed_come_back_under_their_authors_name() {
    let scene = scene().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let backup = Backup::of(&scene.server).await;
    let version = facts(&scene.server, scene.case).await.version;
    grid.note(scene.case, "备份之后，网格员写的。");
    all_exchange(&scene, &mut [&mut grid, &mut mediator]).await;
    assert_eq!(mediator.notes(scene.case).len(), 1);
    assert_eq!(facts(&scene.server, scene.case).await.version, version);
    drop(grid);
    backup.restore_unnoticed(&scene.server).await;
    let written = "select count(*) from case_change where case_id = $1 and user_id is not null and state = 'merged'";
    assert_eq!(scene.count(written).await, 0);
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(
        epoch_of(&scene).await,
        2,
        "the registry learned that it was set back"
    );
    assert_eq!(scene.count(written).await, 1);
    let author = scene.count_of(&scene.county.second_mediator).await;
    assert_eq!(author, 1, "under the name of its author");
    assert_eq!(mediator.notes(scene.case), ["备份之后，网格员写的。"]);
    let relayed = "select count(*) from case_change where case_id = $1 and state = 'quarantined'";
    assert_eq!(
        scene.count(relayed).await,
        0,
        "nobody is asked to vouch for it"
    );
    assert_eq!(mediator.state(scene.case), scene.state().await);
    assert_eq!(mediator.engine.status().readiness, Readiness::UpToDate);
}

/// Nothing says how many numbers were given: another case that comes back shows a lower one.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_registered_before_an_old_one_comes_back_never_takes_its_number() {
    let scene = scene().await;
    let (mut first, mut second) = (scene.mediator().await, scene.mediator().await);
    let backup = Backup::of(&scene.server).await;
    let shown = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut first]).await;
    let away = [
        scene.another_case("A-3").await,
        scene.another_case("A-4").await,
    ];
    all_exchange(&scene, &mut [&mut second]).await;
    let mut numbers = Vec::new();
    for case in &away {
        numbers.push(facts(&scene.server, *case).await.case_no);
    }
    backup.restore_unnoticed(&scene.server).await;
    all_exchange(&scene, &mut [&mut first]).await;
    assert!(is_known(&scene.server, shown).await);
    assert!(!is_known(&scene.server, away[0]).await);
    for external_no in ["A-5", "A-6", "A-7"] {
        let new = scene.another_case(external_no).await;
        let number = facts(&scene.server, new).await.case_no;
        assert!(!numbers.contains(&number), "{number} was given before");
    }
    all_exchange(&scene, &mut [&mut second]).await;
    for (case, number) in away.iter().zip(&numbers) {
        assert_eq!(&facts(&scene.server, *case).await.case_no, number);
    }
}

async fn scene() -> Scene {
    Scene::on(TestServer::alone().await).await
}

/// A registry that was set back to before the mediator signed for the case and arrived, on a phone
/// that is gone.
struct Restored {
    scene: Scene,
    backup: Backup,
    /// Phones of the mediator that have seen it.
    early: Phone,
    other: Phone,
    /// One that has not.
    behind: Phone,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Noticed {
    Yes,
    No,
}

impl Noticed {
    async fn put_back(self, backup: &Backup, scene: &Scene) {
        match self {
            Self::Yes => backup.restore(&scene.server).await,
            Self::No => backup.restore_unnoticed(&scene.server).await,
        }
    }
}

impl Restored {
    async fn set() -> Self {
        Self::set_by(Noticed::Yes).await
    }

    async fn set_by(noticed: Noticed) -> Self {
        let scene = scene().await;
        let (mut gone, mut early) = (scene.mediator().await, scene.mediator().await);
        let (mut other, behind) = (scene.mediator().await, scene.mediator().await);
        let backup = Backup::of(&scene.server).await;
        let now = gone.now();
        gone.engine.sign_for(scene.case, now).unwrap();
        let (place, reason) = (None, None);
        let arrive = Ask::Arrive(act::Arrive { place, reason });
        gone.engine.ask(scene.case, arrive, now).unwrap();
        all_exchange(&scene, &mut [&mut gone, &mut early, &mut other]).await;
        let arrived = facts(&scene.server, scene.case).await;
        assert_eq!(arrived.stage.status(), Status::OnScene);
        assert_eq!(early.state(scene.case).1, Some(arrived.version));
        noticed.put_back(&backup, &scene).await;
        Self {
            scene,
            backup,
            early,
            other,
            behind,
        }
    }
}

async fn rule_red(scene: &Scene) {
    rule_colour(scene, Level::Red).await;
}

/// A supervisor overrides the colour.
async fn rule_colour(scene: &Scene, level: Level) {
    let ruling = DeskAct::OverrideColour(act::OverrideColour {
        level,
        why: "现场聚集。".into(),
        until: Some(scene.server.now() + SignedDuration::from_hours(24)),
    });
    let supervisor = &scene.county.supervisor;
    assert_eq!(act(scene, supervisor, scene.case, ruling).await, None);
}

/// A desk chooses what was proved, or what the registry says, as it is shown both.
async fn choose(scene: &Scene, take: bool, version: u64) {
    let claim = shown(scene).await;
    choose_of(scene, &claim, take, version).await;
}

/// What the desk is shown of the case as proved.
async fn shown(scene: &Scene) -> String {
    let desk = scene.county.supervisor(&scene.server).await;
    let list = desk.get("/api/v1/recovery-claims").await.json;
    let mut listed = list.as_array().unwrap().iter();
    let of_case = listed.find(|one| one["case_id"] == json!(scene.case));
    of_case.unwrap()["claim"].as_str().unwrap().to_owned()
}

async fn choose_of(scene: &Scene, claim: &str, take: bool, version: u64) {
    let desk = scene.county.supervisor(&scene.server).await;
    let path = format!("/api/v1/cases/{}/recovery", scene.case);
    let body = json!({ "take": take, "claim": claim, "base_version": version });
    let answer = desk.post(&path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    scene.server.reconcile().await;
}

async fn epoch_of(scene: &Scene) -> u64 {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    epoch::current(&mut conn).await.unwrap()
}

/// Three states of one case, of which the desk is shown two.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_no_desk_was_shown_is_not_decided_with_another_one() {
    let Restored {
        scene,
        backup,
        mut early,
        mut behind,
        ..
    } = Restored::set().await;
    rule_red(&scene).await;
    // So that the phone has read further than the feed of after the restore goes.
    for number in ["A-5", "A-6", "A-7"] {
        scene.another_case(number).await;
    }
    all_exchange(&scene, &mut [&mut behind]).await;
    backup.restore(&scene.server).await;
    assert_eq!(epoch_of(&scene).await, 3);
    scene.server.advance(SignedDuration::from_secs(1));
    rule_red(&scene).await;
    rule_red(&scene).await;
    all_exchange(&scene, &mut [&mut early]).await;
    assert_eq!(claims(&scene).await, 1, "of the first epoch: the arrival");
    all_exchange(&scene, &mut [&mut behind]).await;
    let kept = "select count(*) from recovery_claim where case_id = $1 and decided_at is null";
    assert_eq!(scene.count(kept).await, 2);
    let stands = facts(&scene.server, scene.case).await;
    choose(&scene, false, stands.version).await;
    assert_eq!(
        claims(&scene).await,
        1,
        "the arrival was never shown beside anything since, and waits for a person"
    );
}

/// The feed of after the restore goes beyond the place up to which the phone has read, so that
/// nothing tells it that numbers were given again.
#[tokio::test(flavor = "multi_thread")]
async fn a_ruling_of_before_the_restore_is_shown_though_the_feed_has_gone_beyond_it() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    rule_red(&scene).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    backup.restore(&scene.server).await;
    for _ in 0..3 {
        scene.server.advance(SignedDuration::from_secs(1));
        rule_red(&scene).await;
    }
    all_exchange(&scene, &mut [&mut phone]).await;
    assert_eq!(claims(&scene).await, 1, "neither is dropped");
}
