//! An answer that names a case which the phone does not hold, since a bit of it was flipped on its
//! way: nothing of the phone changes by it.

use crate::{
    phone::{Phone, read},
    scene::Scene,
};
use hejie_case::ids::CaseId;
use hejie_device::{
    encryption::{RowName, RowOwner},
    engine::Readiness,
    store::Table,
};
use hejie_wire::{
    codec::{self, Encoding},
    message::Down,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// The same case with one bit flipped.
fn flipped(case: CaseId, bit: u32) -> CaseId {
    CaseId(Uuid::from_u128(case.0.as_u128() ^ (1 << bit)))
}

/// The row of a case of which a phone has nothing but the name.
fn held_by_name(case: CaseId) -> Value {
    json!({ "case": case, "server_heads": [], "facts_version": 0, "next": 0, "waiting": 0, "refused": 0, "acknowledged": true,
            "gone": null, "problem": null, "card": {} })
}

/// Takes a message that a test altered on its way.
fn take(phone: &mut Phone, down: &Down) -> bool {
    let body = codec::encode_down(down, Encoding::Identity).unwrap();
    let (now, engine) = (phone.now(), &mut phone.engine);
    engine
        .take_answer(body.encoding, &body.bytes, now)
        .unwrap()
        .again
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_only_a_flipped_bit_names_does_not_come_to_be_and_what_was_said_of_the_real_one_comes_again()
 {
    let scene = Scene::set().await;
    let (mut phone, mut other) = (scene.mediator().await, scene.colleague().await);
    let cases = phone.engine.status().cases;
    for bit in (0..128).step_by(11) {
        let mine = phone.note(scene.case, &format!("第{bit}位。"));
        let theirs = other.note(scene.case, &format!("他人第{bit}位。"));
        other.sync().await;
        scene.server.reconcile().await;
        let mut down = read(&phone.ask().await);
        assert_eq!(down.cases.len(), 1);
        down.cases[0].case = flipped(scene.case, bit);
        if bit % 2 == 0 {
            // An entry that only says what was accepted.
            down.cases[0].changes.clear();
            down.cases[0].facts = None;
        }
        let again = take(&mut phone, &down);
        assert_eq!(phone.engine.status().cases, cases, "bit {bit}");
        if again {
            phone.sync().await;
        }
        scene.server.reconcile().await;
        let quiet = {
            phone.sync().await;
            phone.sync().await
        };
        assert_eq!(quiet.requests, 1, "bit {bit}");
        let status = phone.engine.status();
        assert_eq!(
            (status.readiness, status.waiting),
            (Readiness::UpToDate, 0),
            "bit {bit}"
        );
        assert_eq!(status.cases, cases, "bit {bit}");
        for note in [mine, theirs] {
            assert!(phone.has_note(scene.case, note), "bit {bit}");
        }
        assert!(phone.engine.refusals().unwrap().is_empty(), "bit {bit}");
        other.sync().await;
    }
    assert_eq!(phone.state(scene.case), scene.state().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_case_under_a_flipped_name_is_not_taken_and_comes_under_its_own() {
    let scene = Scene::set().await;
    let mut phone = Phone::enrol(&scene.server, &scene.county.mediator).await;
    let mut down = read(&phone.ask().await);
    let whole = down.cases.iter_mut().find(|down| down.case == scene.case);
    whole.unwrap().case = flipped(scene.case, 64);
    take(&mut phone, &down);
    phone.sync().await;
    phone.sync().await;
    assert_eq!(phone.sync().await.requests, 1);
    let listed: Vec<CaseId> = phone.engine.cases().iter().map(|case| case.case).collect();
    assert_eq!(listed, [scene.case]);
    assert_eq!(phone.engine.status().readiness, Readiness::UpToDate);
    assert_eq!(phone.state(scene.case), scene.state().await);
}

/// Older software kept such cases.
#[tokio::test(flavor = "multi_thread")]
async fn a_phantom_that_is_there_already_goes_when_the_server_does_not_know_it_or_says_that_it_is_not_ours()
 {
    let scene = Scene::set().await;
    let foreign = scene.another_case("A-2").await;
    let mut phone = scene.colleague().await;
    let cases = phone.engine.status().cases;
    for phantom in [flipped(scene.case, 3), foreign] {
        phone.put_on_disk(
            RowName {
                table: Table::Case,
                owner: RowOwner::Case(phantom),
                number: 0,
            },
            &held_by_name(phantom),
        );
        assert_eq!(phone.engine.status().cases, cases + 1);
        phone.sync().await;
        assert_eq!(phone.sync().await.requests, 1, "{phantom}");
        let status = phone.engine.status();
        assert_eq!(
            (status.readiness, status.cases),
            (Readiness::UpToDate, cases),
            "{phantom}"
        );
        assert!(phone.engine.cases().iter().all(|case| case.case != phantom));
    }
}
