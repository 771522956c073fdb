//! How much of what nothing proves one person may hand in: each has a share of a case, and nobody
//! fills that of another.

use crate::{
    large::{danger, exchange_within},
    phone::{Phone, read, send},
    recover::{Backup, all_exchange},
    relayed::{Lost, change, claims, empty, relayed, sync_unattested},
    scene::Scene,
};
use harness::{Calls, TestServer};
use hejie_case::ids::CaseId;
use hejie_device::{
    engine::{EngineError, Readiness},
    store::{Range, Store, Table},
};
use hejie_wire::{
    limits::RELAYED_CHANGES,
    message::{Down, Up},
};
use jiff::SignedDuration;
use std::ops;

#[tokio::test(flavor = "multi_thread")]
async fn relayed_words_are_bounded_for_a_person_and_the_rest_stays_on_the_phone() {
    let lost = Lost::set().await;
    let case = lost.scene.case;
    fill_four_fifths(&lost).await;
    let down = relay(&lost.mediator, case, 400..520).await;
    assert!(down.relayed.is_empty(), "not all of it is kept");
    let kept = claims(&lost.scene).await.len();
    assert!((400..=500).contains(&kept), "{kept}");
    let again = relay(&lost.mediator, case, 400..520).await;
    assert!(again.relayed.is_empty());
    let after = claims(&lost.scene).await.len();
    assert_eq!(after, kept, "a flood changes nothing");
    let beside = "select count(*) from case_change where case_id = $1 and state <> 'quarantined'";
    assert_eq!(lost.scene.count(beside).await, 1);
}

/// Nobody else may have them.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_colleague_that_wait_are_handed_in_by_whoever_loses_the_case_meanwhile() {
    let Lost {
        scene,
        mut mediator,
        ..
    } = Lost::set().await;
    let waits = |phone: &Phone| {
        let cases = phone.engine.cases();
        let mut told = cases.iter().filter_map(|one| one.reason.as_ref());
        told.any(|why| why.code == "relay_waits")
    };
    while !waits(&mediator) {
        let answer = mediator.ask().await;
        mediator.take(&answer);
    }
    assert!(claims(&scene).await.is_empty());
    assert_handed_in_on_leaving(&scene, &mut mediator).await;
    assert_eq!(kept(&mediator), 0, "nothing of the case stays on the phone");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_colleague_that_were_handed_in_and_no_backup_holds_leave_with_the_case() {
    let Lost {
        scene,
        mut mediator,
        ..
    } = Lost::set().await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!((claims(&scene).await.len(), kept(&mediator)), (1, 1));
    scene.forget(scene.case, &scene.county.mediator).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert_eq!(kept(&mediator), 0);
}

/// How many changes of others lie on a phone, to be relayed or as taken.
fn kept(phone: &Phone) -> usize {
    let store = phone.disk.copy();
    store.scan(Table::Relay, Range::All).unwrap().len()
}

/// The phone has not heard yet that the registry was set back.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_colleague_are_handed_in_by_whoever_hears_of_the_restore_and_loses_the_case_at_once()
 {
    let Lost {
        scene,
        mut mediator,
        ..
    } = Lost::set().await;
    assert_handed_in_on_leaving(&scene, &mut mediator).await;
}

/// The case is taken from the mediator, whose phone hands in the words of the colleague.
async fn assert_handed_in_on_leaving(scene: &Scene, mediator: &mut Phone) {
    scene.forget(scene.case, &scene.county.mediator).await;
    all_exchange(scene, &mut [mediator]).await;
    let by = Some(scene.county.mediator.id.0);
    assert_eq!(claims(scene).await, [(by, Some(mediator.device().0))]);
    let left = mediator.engine.case(scene.case, mediator.now());
    assert!(matches!(left, Err(EngineError::Left(_))));
}

/// However small they are.
#[tokio::test(flavor = "multi_thread")]
async fn relayed_words_are_bounded_in_number_too() {
    let lost = Lost::set().await;
    for first in [0, 100, 200, 300, 400, 500] {
        let down = relay_of(&lost.mediator, lost.scene.case, first..first + 100, 30).await;
        assert_eq!(down.relayed.is_empty(), first == 500);
        lost.scene.server.advance(SignedDuration::from_secs(1));
    }
    let most = usize::try_from(RELAYED_CHANGES).unwrap();
    assert_eq!(claims(&lost.scene).await.len(), most);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fills_a_share_with_false_claims_keeps_no_colleague_out() {
    let lost = Lost::set().await;
    let case = lost.scene.case;
    fill_four_fifths(&lost).await;
    relay(&lost.mediator, case, 400..520).await;
    let full = claims(&lost.scene).await.len();
    let down = relay(&lost.grid, case, 600..601).await;
    assert_eq!(down.relayed, [case]);
    assert_eq!(claims(&lost.scene).await.len(), full + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_is_relayed_where_the_share_is_full_is_for_a_desk_all_the_same() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let liar = Phone::enrol(&scene.server, &scene.county.mediator).await;
    let backup = Backup::of(&scene.server).await;
    grid.reports(scene.case, "一方持刀。");
    grid.sync().await;
    scene.server.reconcile().await;
    sync_unattested(&mut mediator).await;
    backup.restore(&scene.server).await;
    fill(&scene, &liar, scene.case).await;
    drop(grid);
    all_exchange(&scene, &mut [&mut mediator]).await;
    let desk = scene.county.dispatcher(&scene.server).await;
    let open = desk.get("/api/v1/quarantine/dangers").await.json;
    assert_eq!(open["count"], 1, "{open}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_relays_where_there_is_no_room_reads_that_it_waits() {
    let mut lost = Lost::set().await;
    let case = lost.scene.case;
    let liar = Phone::enrol(&lost.scene.server, &lost.scene.county.mediator).await;
    fill(&lost.scene, &liar, case).await;
    all_exchange(&lost.scene, &mut [&mut lost.mediator]).await;
    let cases = lost.mediator.engine.cases();
    let of_case = cases.iter().find(|one| one.case == case).unwrap();
    assert_eq!(of_case.reason.as_ref().unwrap().code, "relay_waits");
    let readiness = lost.mediator.engine.status().readiness;
    assert_eq!(readiness, Readiness::Waiting, "never up to date");
}

/// Known bounds are checked before, so a constraint is added that a legal value violates.
#[tokio::test(flavor = "multi_thread")]
async fn a_relayed_change_that_the_registry_does_not_take_waits_and_stops_no_exchange() {
    let mut lost = Lost::set().await;
    let other = lost.scene.another_case("A-2").await;
    let execute = async |statement| {
        let done = sqlx::query(statement).execute(&lost.scene.server.state.pool);
        done.await.unwrap();
    };
    execute("alter table case_change add constraint odd check (reason_code <> 'relayed_unproved')")
        .await;
    all_exchange(&lost.scene, &mut [&mut lost.mediator]).await;
    lost.mediator.note(other, "照常写的。");
    all_exchange(&lost.scene, &mut [&mut lost.mediator]).await;
    let status = lost.mediator.engine.status();
    assert_eq!((status.waiting, status.readiness), (0, Readiness::Waiting));
    assert_eq!(claims(&lost.scene).await, []);
    execute("alter table case_change drop constraint odd").await;
    all_exchange(&lost.scene, &mut [&mut lost.mediator]).await;
    assert_eq!(claims(&lost.scene).await.len(), 1);
    let readiness = lost.mediator.engine.status().readiness;
    assert_eq!(readiness, Readiness::UpToDate);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_taken_of_one_case_holds_up_what_is_relayed_of_no_other() {
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    let other = scene.another_case("A-2").await;
    scene.grant(other, &scene.county.second_mediator).await;
    let (full, free) = (scene.case.min(other), scene.case.max(other));
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let liar = Phone::enrol(&scene.server, &scene.county.mediator).await;
    let backup = Backup::of(&scene.server).await;
    let long = words(2_000);
    for _ in 0..50 {
        grid.note(full, &long);
    }
    grid.note(free, "另一案，备份之后写的。");
    grid.sync().await;
    scene.server.reconcile().await;
    sync_unattested(&mut mediator).await;
    backup.restore(&scene.server).await;
    fill(&scene, &liar, full).await;
    for _ in 0..3 {
        all_exchange(&scene, &mut [&mut mediator]).await;
        scene.server.advance(SignedDuration::from_secs(1));
    }
    let aside: i64 = sqlx::query_scalar(
        "select count(*) from case_change where case_id = $1 and state = 'quarantined'",
    )
    .bind(free.0)
    .fetch_one(&scene.server.state.pool)
    .await
    .unwrap();
    assert_eq!(aside, 1);
}

/// What the line carries of one request: a piece of what one writes, and not what others wrote
/// beside it.
const NARROW: usize = 30 << 10;

#[tokio::test(flavor = "multi_thread")]
async fn a_danger_leaves_though_the_line_does_not_carry_what_is_relayed_and_that_follows_in_parts()
{
    let scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    all_exchange(&scene, &mut [&mut mediator, &mut grid]).await;
    let backup = Backup::of(&scene.server).await;
    for _ in 0..15 {
        grid.note(scene.case, &words(2_000));
    }
    grid.sync().await;
    scene.server.reconcile().await;
    sync_unattested(&mut mediator).await;
    backup.restore(&scene.server).await;
    drop(grid);
    // The phone hears what the registry lost, and its line breaks over it.
    exchange_within(NARROW, &mut mediator).await;
    // Some hours later.
    danger(&mut mediator, scene.case);
    exchange_within(NARROW, &mut mediator).await;
    scene.server.reconcile().await;
    let orders = "select count(*) from outbox where case_id = $1 and kind = 'police_order'";
    assert_eq!(scene.count(orders).await, 1, "it waits for nobody's words");
    for _ in 0..12 {
        exchange_within(NARROW, &mut mediator).await;
        scene.server.reconcile().await;
    }
    assert_eq!(claims(&scene).await.len(), 15, "and these come after it");
    assert_eq!(mediator.engine.status().readiness, Readiness::UpToDate);
}

/// Words that no compression makes small.
fn words(characters: u32) -> String {
    let mut seed = 1_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from_u32(0x4e00 + (seed >> 12) % 0x5000).unwrap()
    };
    (0..characters).map(|_| next()).collect()
}

/// Fills the share that a person has of a case with what nobody wrote.
async fn fill(scene: &Scene, liar: &Phone, case: CaseId) {
    for first in [0, 100, 200, 300, 400, 500] {
        relay_of(liar, case, first..first + 100, 30).await;
        scene.server.advance(SignedDuration::from_secs(1));
    }
}

/// The mediator's phone relays what nobody wrote: form and actor are looked at, not more.
async fn fill_four_fifths(lost: &Lost) {
    for first in [0, 100, 200, 300] {
        let down = relay(&lost.mediator, lost.scene.case, first..first + 100).await;
        assert_eq!(down.relayed, [lost.scene.case]);
        lost.scene.server.advance(SignedDuration::from_secs(1));
    }
}

async fn relay(phone: &Phone, case: CaseId, changes: ops::Range<u32>) -> Down {
    relay_of(phone, case, changes, 2_200).await
}

/// Relays changes of about so many bytes each.
async fn relay_of(phone: &Phone, case: CaseId, changes: ops::Range<u32>, bytes: usize) -> Down {
    let changes = changes.map(|n| change(n, bytes)).collect();
    let up = Up {
        relayed: vec![relayed(case, changes)],
        ..empty(phone)
    };
    read(&send(&phone.agent, &up).await)
}
