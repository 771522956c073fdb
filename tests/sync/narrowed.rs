//! Somebody holds less of a case from now on (docs/adr/0026-parts-of-a-case.md), and the phone
//! hears of it at a bad moment: after a restore, with a damaged store, or when an answer was lost.
//! What others wrote leaves, and nothing of the own vanishes or waits for ever.

use crate::{
    parts::{SECRET, holds_secret},
    phone::Phone,
    recover::{Backup, all_exchange},
    relayed::sync_unattested,
    revoked::end_role,
    scene::{Scene, act as decide, author},
};
use harness::{Person, TestServer};
use hejie_case::{
    act::{self, DeskAct},
    facts::Duty,
    ids::CaseId,
    part::Extent,
    record::Ask,
    role::Role,
};
use hejie_device::{
    engine::Intent,
    store::{Range, Store, Table, Write},
};
use hejie_registry::pool;
use hejie_server::identity::account;
use jiff::SignedDuration;

const OWN: &str = "我自己记下的话";
const CONFIDENTIAL: &str =
    "select count(*) from case_change where case_id = $1 and is_confidential(actor)";
const QUARANTINED: &str =
    "select count(*) from case_change where case_id = $1 and state = 'quarantined'";

/// The grid worker as the mediator that he or she is as well.
fn as_mediator(scene: &Scene) -> Person {
    Person {
        role: Role::Mediator,
        org: scene.county.second_mediator.org,
        ..scene.county.grid_worker.clone()
    }
}

/// Seats the grid worker in a case twice: as a mediator who works on it, and as a visitor.
async fn seat(scene: &Scene, case: CaseId) {
    let state = &scene.server.state;
    let mediator = as_mediator(scene);
    let mut tx = pool::begin(&state.pool).await.unwrap();
    let now = scene.server.now();
    account::give_role(&state.marks, &mut tx, &author(&mediator), now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    scene.server.advance(SignedDuration::from_secs(1));
    let visitor = &scene.county.grid_worker;
    for (to, duty) in [(&mediator, Duty::Co), (visitor, Duty::Visit)] {
        let target = author(to);
        let assign = DeskAct::Assign(act::Assign { target, duty });
        let refused = decide(scene, &scene.county.dispatcher, case, assign).await;
        assert_eq!(refused, None);
    }
}

/// A phone of the grid worker, who is seated in the case twice, that has all of it.
async fn seated(scene: &Scene) -> Phone {
    seat(scene, scene.case).await;
    let mut phone = Phone::enrol(&scene.server, &scene.county.grid_worker).await;
    all_exchange(scene, &mut [&mut phone]).await;
    phone
}

/// From now on the grid worker visits, and no more.
async fn demote(scene: &Scene) {
    end_role(scene, &as_mediator(scene)).await;
}

/// A note, and beside it an observation and a danger.
fn write_all(phone: &mut Phone, case: CaseId) {
    phone.note(case, OWN);
    phone.observe(case, "门外有人聚集。");
    let (what, now) = ("一方持刀。".into(), phone.now());
    let ask = Ask::Danger(act::ReportDanger { what });
    phone.engine.ask(case, ask, now).unwrap();
}

/// Why what was refused was, and whether the own words are among it.
fn refused(phone: &Phone) -> (Vec<String>, bool) {
    let refusals = phone.engine.refusals().unwrap();
    let is_own = |intent: &Intent| match intent {
        Intent::Bytes { bytes, .. } => bytes.windows(OWN.len()).any(|part| part == OWN.as_bytes()),
        _ => false,
    };
    let keeps = refusals.iter().any(|one| is_own(&one.intent));
    let codes = refusals.iter().map(|one| one.reason.code.clone());
    (codes.collect(), keeps)
}

/// Whether the phone holds the work alone, as the registry has it, with so many observations, and
/// nothing waits.
async fn holds_the_work(scene: &Scene, phone: &Phone, case: CaseId, observations: usize) {
    let view = phone.engine.case(case, phone.now()).unwrap().view;
    assert_eq!(
        (view.extent, view.risks.len()),
        (Extent::Work, observations)
    );
    assert_eq!(view.requests.len(), observations, "the danger");
    let status = phone.engine.status();
    assert_eq!((status.waiting, status.damaged), (0, 0));
    assert!(!holds_secret(&phone.decrypted()));
    let server = scene.state_within(Extent::Work).await;
    assert_eq!(phone.state(case), server);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_registry_lost_of_somebody_who_only_visits_since_arrives_or_is_kept() {
    for was_attested in [false, true] {
        let scene = Scene::on(TestServer::alone().await).await;
        let (mut mediator, mut colleague) = (scene.mediator().await, seated(&scene).await);
        mediator.note(scene.case, SECRET);
        all_exchange(&scene, &mut [&mut mediator, &mut colleague]).await;
        let backup = Backup::of(&scene.server).await;
        write_all(&mut colleague, scene.case);
        match was_attested {
            true => all_exchange(&scene, &mut [&mut colleague]).await,
            false => sync_unattested(&mut colleague).await,
        }
        assert_eq!(colleague.engine.status().waiting, 0, "acknowledged");
        backup.restore(&scene.server).await;
        demote(&scene).await;
        all_exchange(&scene, &mut [&mut colleague]).await;
        holds_the_work(&scene, &colleague, scene.case, 1).await;
        let there = scene.count(CONFIDENTIAL).await == 2;
        let (codes, keeps) = refused(&colleague);
        assert_eq!((there, keeps), (was_attested, !was_attested), "{codes:?}");
        assert_eq!(codes.len(), usize::from(keeps), "{codes:?}");
        // What is written afterwards arrives as well.
        colleague.observe(scene.case, "又来了一批人。");
        all_exchange(&scene, &mut [&mut colleague]).await;
        let view = colleague.engine.case(scene.case, colleague.now()).unwrap();
        assert_eq!(view.view.risks.len(), 2);
        assert_eq!(colleague.engine.status().waiting, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_names_what_the_phone_does_not_hold_any_more_comes_again_after_a_restore() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut colleague = seated(&scene).await;
    all_exchange(&scene, &mut [&mut colleague]).await;
    let backup = Backup::of(&scene.server).await;
    write_all(&mut colleague, scene.case);
    sync_unattested(&mut colleague).await;
    demote(&scene).await;
    sync_unattested(&mut colleague).await;
    assert_eq!(refused(&colleague).0, [""; 0]);
    backup.restore(&scene.server).await;
    demote(&scene).await;
    all_exchange(&scene, &mut [&mut colleague]).await;
    holds_the_work(&scene, &colleague, scene.case, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unsent_work_arrives_although_the_phone_learns_late_that_its_person_only_visits() {
    let mut scene = Scene::on(TestServer::alone().await).await;
    let (mut mediator, mut colleague) = (scene.mediator().await, seated(&scene).await);
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    seat(&scene, late).await;
    all_exchange(&scene, &mut [&mut mediator, &mut colleague]).await;
    let shared = mediator.note(late, SECRET);
    all_exchange(&scene, &mut [&mut mediator, &mut colleague]).await;
    colleague.rewrite(late, shared, &format!("{SECRET}，补充"));
    write_all(&mut colleague, late);
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    demote(&scene).await;
    scene.case = late;
    all_exchange(&scene, &mut [&mut colleague]).await;
    let (codes, keeps) = refused(&colleague);
    assert_eq!(codes, ["part_withheld", "part_withheld"]);
    assert!(keeps);
    holds_the_work(&scene, &colleague, late, 1).await;
    assert_eq!(
        scene.count(QUARANTINED).await,
        0,
        "nothing of it is refused"
    );
}

/// Damages every row of a table, and starts the phone again.
fn damage(phone: &mut Phone, table: Table) {
    let mut disk = phone.disk.copy();
    let rows = disk.scan(table, Range::All).unwrap().into_iter();
    let put = rows.map(|(key, mut row)| {
        row.sealed[30] ^= 1;
        Write::Put(table, key, row)
    });
    disk.commit(put.collect()).unwrap();
    phone.wake_up_with(disk);
    assert!(phone.engine.status().damaged > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_others_leave_a_damaged_store_too() {
    for table in [Table::Document, Table::Case] {
        let scene = Scene::on(TestServer::alone().await).await;
        let (mut mediator, mut colleague) = (scene.mediator().await, seated(&scene).await);
        let shared = mediator.note(scene.case, SECRET);
        all_exchange(&scene, &mut [&mut mediator, &mut colleague]).await;
        write_all(&mut colleague, scene.case);
        colleague.rewrite(scene.case, shared, &format!("{SECRET}，补充"));
        damage(&mut colleague, table);
        demote(&scene).await;
        all_exchange(&scene, &mut [&mut colleague]).await;
        let (codes, keeps) = refused(&colleague);
        assert_eq!((codes.len(), keeps), (2, true), "{table:?}: {codes:?}");
        holds_the_work(&scene, &colleague, scene.case, 1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_in_an_answer_that_was_lost_is_not_shown_as_refused() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut colleague = seated(&scene).await;
    all_exchange(&scene, &mut [&mut colleague]).await;
    write_all(&mut colleague, scene.case);
    colleague.ask().await;
    colleague.engine.exchange_failed();
    demote(&scene).await;
    all_exchange(&scene, &mut [&mut colleague]).await;
    assert_eq!(refused(&colleague).0, [""; 0]);
    assert_eq!(scene.count(CONFIDENTIAL).await, 1);
    holds_the_work(&scene, &colleague, scene.case, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_who_has_the_same_work_as_it_was_written_at_first_comes_to_the_same() {
    for is_proved in [false, true] {
        let scene = Scene::on(TestServer::alone().await).await;
        let (mut mediator, mut colleague) = (scene.mediator().await, seated(&scene).await);
        mediator.note(scene.case, SECRET);
        all_exchange(&scene, &mut [&mut mediator, &mut colleague]).await;
        let backup = Backup::of(&scene.server).await;
        write_all(&mut colleague, scene.case);
        sync_unattested(&mut colleague).await;
        match is_proved {
            true => all_exchange(&scene, &mut [&mut mediator]).await,
            false => sync_unattested(&mut mediator).await,
        }
        mediator.observe(scene.case, "当时也在场。");
        backup.restore(&scene.server).await;
        demote(&scene).await;
        for _ in 0..2 {
            all_exchange(&scene, &mut [&mut colleague]).await;
            all_exchange(&scene, &mut [&mut mediator]).await;
        }
        all_exchange(&scene, &mut [&mut colleague]).await;
        let status = mediator.engine.status();
        let problem = mediator.engine.cases().remove(0).reason;
        assert_eq!(status.waiting, 0, "{is_proved}: {problem:?}");
        assert_eq!(mediator.state(scene.case), scene.state().await);
        let view = mediator.engine.case(scene.case, mediator.now()).unwrap();
        assert_eq!((view.view.risks.len(), view.view.requests.len()), (2, 1));
        let view = colleague.engine.case(scene.case, colleague.now()).unwrap();
        assert_eq!((view.view.risks.len(), view.view.requests.len()), (2, 1));
        assert_eq!(colleague.engine.status().waiting, 0);
    }
}
