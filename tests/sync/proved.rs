//! What proofs of phones bring back after a restore, and what they do not: the outside is told
//! nothing twice, the newest stands, nobody is revived, and nobody is believed but this server.

use crate::{
    attest,
    batch::unsigned,
    effects::{connect, origin},
    hostile::up,
    phone::{Phone, read, send},
    recover::{Backup, all_exchange, claims, is_known},
    scene::{Scene, act, author, facts},
};
use harness::{Calls, Person, TestServer, decided, receiver::Receiver};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Level, Status},
    ids::CaseId,
    record::Ask,
    role::Author,
};
use hejie_device::engine::{EngineError, Readiness};
use hejie_registry::{case, pool};
use hejie_server::identity::account;
use hejie_wire::{
    attest::{Attestation, AttesterSecret, CaseProof},
    message::Up,
    sealed::RootSecret,
};
use jiff::SignedDuration;
use serde_json::json;
use std::collections::BTreeSet;

async fn scene() -> Scene {
    Scene::on(TestServer::alone().await).await
}

/// Shows E23, R052, R107.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_told_before_a_restore_is_told_after_it_under_no_other_key() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let pushed = connect(&scene.server, &scene.county, "plac").await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    // One of the cases is in the backup, the other is not.
    for case in [scene.case, late] {
        let (what, now) = ("一方持刀。".into(), mediator.now());
        mediator
            .engine
            .ask(case, Ask::Danger(act::ReportDanger { what }), now)
            .unwrap();
    }
    all_exchange(&scene, &mut [&mut mediator]).await;
    scene.server.send_due().await;
    let told = (keys(&police), keys(&pushed));
    assert_eq!((told.0.len(), told.1.len()), (2, 2));
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    scene.server.send_due().await;
    assert_eq!(
        (police.calls().len(), pushed.calls().len()),
        (4, 4),
        "each is told again, since nobody knows whether it was"
    );
    assert_eq!((keys(&police), keys(&pushed)), told);
}

/// The keys of what a channel got: what has one that it knows, it ignores.
fn keys(receiver: &Receiver) -> BTreeSet<String> {
    let calls = receiver.calls().into_iter();
    calls
        .map(|call| call.headers["idempotency-key"].to_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_proofs_the_newer_stands_whichever_phone_comes_first() {
    for newer_first in [true, false] {
        let scene = scene().await;
        let (mut older, mut newer) = (scene.mediator().await, scene.mediator().await);
        let backup = Backup::of(&scene.server).await;
        let now = older.now();
        older.engine.sign_for(scene.case, now).unwrap();
        all_exchange(&scene, &mut [&mut older]).await;
        let red = DeskAct::OverrideColour(act::OverrideColour {
            level: Level::Red,
            why: "现场聚集。".into(),
            until: Some(scene.server.now() + SignedDuration::from_hours(24)),
        });
        let supervisor = &scene.county.supervisor;
        assert_eq!(act(&scene, supervisor, scene.case, red).await, None);
        all_exchange(&scene, &mut [&mut newer]).await;
        newer.note(scene.case, "只有这部手机知道的。");
        all_exchange(&scene, &mut [&mut newer]).await;
        let before = facts(&scene.server, scene.case).await;
        assert!(older.state(scene.case).1 < newer.state(scene.case).1);
        backup.restore(&scene.server).await;
        let (first, second) = if newer_first {
            (&mut newer, &mut older)
        } else {
            (&mut older, &mut newer)
        };
        all_exchange(&scene, &mut [first]).await;
        all_exchange(&scene, &mut [second]).await;
        all_exchange(&scene, &mut [first]).await;
        let after = facts(&scene.server, scene.case).await;
        assert_eq!(after.stage.status(), Status::SignedFor);
        assert_eq!(
            (&after.stage, &after.colour_override),
            (&before.stage, &before.colour_override),
            "newer first: {newer_first}"
        );
        assert_eq!(claims(&scene).await, 0, "nobody ruled since");
        for phone in [&older, &newer] {
            assert_eq!(phone.state(scene.case), scene.state().await);
            assert_eq!(phone.notes(scene.case), ["只有这部手机知道的。"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_this_server_did_not_sign_brings_nothing_back() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut phone]).await;
    let good = attest::proof(&phone, late);
    backup.restore(&scene.server).await;
    let root = RootSecret::from_seed(&[7; 32]);
    let attester = AttesterSecret::from_seed(&[8; 32]);
    let statement = good.attestation.read().unwrap().statement;
    let of_another_server = CaseProof {
        attestation: Attestation::sign(&statement, &attester),
        voucher: root.vouch_attester(&attester.public(), scene.server.now()),
        ..good.clone()
    };
    let with_other_facts = CaseProof {
        facts: [&good.facts[..], b" "].concat().into(),
        ..good.clone()
    };
    let with_another_document = CaseProof {
        document: attest::proof(&phone, scene.case).document,
        ..good.clone()
    };
    for bad in [of_another_server, with_other_facts, with_another_document] {
        show(&mut phone, bad).await;
        assert!(!is_known(&scene.server, late).await);
    }
    show(&mut phone, good).await;
    assert!(is_known(&scene.server, late).await);
}

/// Sends a proof that a test made by hand.
async fn show(phone: &mut Phone, proof: CaseProof) {
    let case = proof.attestation.read().unwrap().statement.case;
    let shown = Up {
        proofs: vec![proof],
        ..up(phone)
    };
    let down = read(&send(&phone.agent, &shown).await);
    assert_eq!(down.proved, [case], "dealt with, whatever came of it");
    phone.engine.exchange_failed();
}

/// The registry knows neither the new phone nor its actor any more, and its owner enrols once more.
#[tokio::test(flavor = "multi_thread")]
async fn words_of_a_phone_that_was_enrolled_anew_after_the_backup_come_back() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    phone.note(scene.case, "换号之前写的。");
    all_exchange(&scene, &mut [&mut phone]).await;
    let mediator = &scene.county.mediator;
    phone.enrol_again(&scene.server, mediator).await;
    phone.note(scene.case, "换号之后写的。");
    all_exchange(&scene, &mut [&mut phone]).await;
    backup.restore(&scene.server).await;
    assert_eq!(phone.ask().await.status, 401);
    phone.engine.exchange_failed();
    phone.enrol_again(&scene.server, mediator).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    assert_eq!(phone.notes(scene.case).len(), 2);
    assert_eq!(phone.state(scene.case), scene.state().await);
    let written = "select count(*) from case_change where case_id = $1 and user_id is not null and state = 'merged'";
    assert_eq!(scene.count(written).await, 2);
    assert_eq!(phone.engine.refusals().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_makes_nobody_a_member_who_left_since() {
    for leaves in [false, true] {
        let scene = scene().await;
        let mut phone = scene.mediator().await;
        let helper = scene.county.second_mediator.clone();
        let backup = Backup::of(&scene.server).await;
        let late = scene.another_case("A-2").await;
        join(&scene, late, &helper).await;
        all_exchange(&scene, &mut [&mut phone]).await;
        assert!(members(&scene, late).await.contains(&author(&helper)));
        backup.restore(&scene.server).await;
        if leaves {
            let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
            let now = scene.server.now();
            let marks = &scene.server.state.marks;
            account::close(marks, &mut tx, helper.id, now)
                .await
                .unwrap();
            pool::commit(tx).await.unwrap();
        }
        all_exchange(&scene, &mut [&mut phone]).await;
        let there = members(&scene, late).await;
        assert!(there.contains(&author(&scene.county.mediator)));
        assert_eq!(there.contains(&author(&helper)), !leaves);
    }
}

/// Nobody else's phone comes, and the backup does not know that the person has anything to do with
/// the case.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_joined_after_the_backup_proves_the_case_before_it_is_called_somebody_elses() {
    for is_noticed in [true, false] {
        let scene = scene().await;
        let helper = scene.county.second_mediator.clone();
        let mut grid = Phone::enrol(&scene.server, &helper).await;
        grid.sync().await;
        let backup = Backup::of(&scene.server).await;
        join(&scene, scene.case, &helper).await;
        all_exchange(&scene, &mut [&mut grid]).await;
        grid.note(scene.case, "备份之后写的。");
        all_exchange(&scene, &mut [&mut grid]).await;
        grid.note(scene.case, "恢复之前没有上传的。");
        if is_noticed {
            backup.restore(&scene.server).await;
        } else {
            backup.restore_unnoticed(&scene.server).await;
        }
        assert!(!members(&scene, scene.case).await.contains(&author(&helper)));
        all_exchange(&scene, &mut [&mut grid]).await;
        assert!(members(&scene, scene.case).await.contains(&author(&helper)));
        let known = facts(&scene.server, scene.case).await;
        assert!(known.assignments.iter().any(|a| a.user == helper.id));
        let written = "select count(*) from case_change where case_id = $1 and state = 'merged'
            and user_id is not null";
        assert_eq!(scene.count(written).await, 2, "noticed: {is_noticed}");
        assert_eq!(grid.notes(scene.case).len(), 2);
        assert_eq!(grid.engine.refusals().unwrap(), []);
        assert_eq!(grid.state(scene.case), scene.state().await);
        assert_eq!(grid.engine.status().readiness, Readiness::UpToDate);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_taken_from_somebody_since_the_restore_leaves_the_phone_once_it_was_proved()
{
    let scene = scene().await;
    let mut grid = scene.colleague().await;
    let backup = Backup::of(&scene.server).await;
    grid.note(scene.case, "备份之后写的。");
    all_exchange(&scene, &mut [&mut grid]).await;
    backup.restore(&scene.server).await;
    scene
        .forget(scene.case, &scene.county.second_mediator)
        .await;
    all_exchange(&scene, &mut [&mut grid]).await;
    let file = grid.engine.case(scene.case, grid.now());
    assert!(matches!(file, Err(EngineError::Left(_))));
    let written = "select count(*) from case_change where case_id = $1 and user_id is not null and state = 'merged'";
    assert_eq!(scene.count(written).await, 1, "the words are back");
    assert_eq!(grid.engine.status().readiness, Readiness::UpToDate);
}

/// No claim is granted while a danger holds the case, so nobody handles it; whoever began it has it
/// all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_was_begun_with_a_danger_is_proved_by_whoever_began_it() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let now = phone.now();
    let begun = phone.engine.create_case(origin(&scene.county), now);
    let (case, what) = (begun.unwrap().case, "一方持刀。".into());
    phone
        .engine
        .ask(case, Ask::Danger(act::ReportDanger { what }), now)
        .unwrap();
    all_exchange(&scene, &mut [&mut phone]).await;
    let before = facts(&scene.server, case).await;
    assert_eq!(before.holds.len(), 1);
    backup.restore(&scene.server).await;
    all_exchange(&scene, &mut [&mut phone]).await;
    let after = facts(&scene.server, case).await;
    assert_eq!(
        (&after.holds, &after.case_no),
        (&before.holds, &before.case_no)
    );
    let mediator = author(&scene.county.mediator);
    assert_eq!(members(&scene, case).await, [mediator]);
    let on_the_phone = phone.engine.case(case, phone.now()).unwrap();
    assert_eq!(
        on_the_phone.facts.map(|facts| facts.version),
        Some(after.version)
    );
    assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
}

/// A dispatcher lets somebody into a case beside its handler.
/// The desk gives somebody the case as a co-handler.
pub async fn join(scene: &Scene, case: CaseId, helper: &Person) {
    let desk = scene.county.dispatcher(&scene.server).await;
    let version = facts(&scene.server, case).await.version;
    let target = json!({ "user": helper.id, "role": helper.role, "org": helper.org });
    let asked = decided("assign", json!({ "target": target, "duty": "co" }), version);
    let added = desk
        .post(&format!("/api/v1/cases/{case}/acts"), asked)
        .await;
    assert_eq!(added.status, 200, "{}", added.json);
}

/// Who may write into a case.
pub async fn members(scene: &Scene, case: CaseId) -> Vec<Author> {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    case::list_members(&mut conn, case).await.unwrap()
}

/// Nothing told of the restore, so that a number was given twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_whose_number_was_given_away_since_comes_back_under_another() {
    let scene = scene().await;
    let mut phone = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let late = scene.another_case("A-2").await;
    all_exchange(&scene, &mut [&mut phone]).await;
    phone.note(late, "备份之后写的。");
    all_exchange(&scene, &mut [&mut phone]).await;
    let number = facts(&scene.server, late).await.case_no;
    backup.restore_unnoticed(&scene.server).await;
    let other = scene.another_case("A-3").await;
    assert_eq!(facts(&scene.server, other).await.case_no, number);
    all_exchange(&scene, &mut [&mut phone]).await;
    assert_ne!(facts(&scene.server, late).await.case_no, number);
    assert_eq!(facts(&scene.server, other).await.case_no, number);
    assert_eq!(phone.notes(late), ["备份之后写的。"]);
    let known = phone.engine.case(late, phone.now()).unwrap().facts.unwrap();
    assert_eq!(known.case_no, facts(&scene.server, late).await.case_no);
}

/// Server and phone were both set back, so that the author gave a number again under which a
/// colleague holds other words.
#[tokio::test(flavor = "multi_thread")]
async fn words_whose_number_their_author_gave_again_are_kept_aside_for_a_desk() {
    let scene = scene().await;
    let (mut author, mut colleague) = (scene.colleague().await, scene.mediator().await);
    all_exchange(&scene, &mut [&mut author, &mut colleague]).await;
    let (backup, before) = (Backup::of(&scene.server).await, author.disk.copy());
    author.note(scene.case, "备份之后写的。");
    all_exchange(&scene, &mut [&mut author, &mut colleague]).await;
    assert_eq!(colleague.notes(scene.case), ["备份之后写的。"]);
    backup.restore(&scene.server).await;
    author.wake_up_with(before);
    author.note(scene.case, "手机也退回之后写的。");
    all_exchange(&scene, &mut [&mut author]).await;
    all_exchange(&scene, &mut [&mut colleague, &mut author]).await;

    let desk = scene.county.supervisor(&scene.server).await;
    let list = desk.get("/api/v1/quarantine").await.json;
    let list = list["items"].as_array().unwrap().iter();
    let aside: Vec<_> = list.filter(|one| one["code"] == "number_used").collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(aside[0]["user_id"], json!(scene.county.second_mediator.id));
    let hash = aside[0]["hash"].as_str().unwrap();
    let path = format!("/api/v1/quarantine/{}/{hash}", scene.case);
    let dispatcher = scene.county.dispatcher(&scene.server).await;
    let words = dispatcher.get(&path).await.json.to_string();
    assert!(words.contains("备份之后写的。"), "{words}");
    assert_eq!(
        unsigned(&scene, scene.case).await,
        0,
        "the signature of this server stands for what is kept aside, too"
    );
    for phone in [&author, &colleague] {
        assert_eq!(phone.notes(scene.case), ["手机也退回之后写的。"]);
        assert_eq!(phone.state(scene.case), scene.state().await);
        assert_eq!(phone.engine.status().waiting, 0);
    }
}
