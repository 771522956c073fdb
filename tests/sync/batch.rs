//! What a phone sends stands under its signature: what does not is refused case by case, and stays
//! on the phone.

use crate::{
    hostile::up,
    phone::{read, send},
    scene::Scene,
};
use hejie_case::{
    document::Origin,
    ids::{CaseId, ChangeHash},
    record::{IntakeField, Place},
};
use hejie_registry::{
    log::batch::{self, KeptBatch},
    pool,
};
use hejie_server::reconcile::Refold;
use hejie_wire::{
    batch::DeviceSecret,
    message::{Down, Up},
};
use jiff::SignedDuration;

const WRITTEN: &str = "select count(*) from case_change where case_id = $1 and user_id is not null";

/// How many changes of phones no signature stands for.
pub async fn unsigned(scene: &Scene, case: CaseId) -> u64 {
    let reconciler = &scene.server.state.reconciler;
    reconciler
        .refold(case, Refold::Verify)
        .await
        .unwrap()
        .unsigned
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_sends_is_kept_under_its_signature_and_twice_the_same_is_one_row() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "第一条。");
    phone.note(scene.case, "第二条。");
    let sent = up(&mut phone);
    for _ in 0..2 {
        let down = read(&send(&phone.agent, &sent).await);
        assert_eq!(down.cases[0].accepted.len(), 2);
        scene.server.advance(SignedDuration::from_secs(2));
    }
    let kept = batches(&scene, scene.case).await;
    assert_eq!(kept.len(), 1);
    assert!(kept[0].stands());
    assert_eq!(kept[0].signed.batch, sent.cases[0].batch(phone.device()));
    phone.sync().await;
    assert_eq!(phone.engine.status().waiting, 0);
    assert_eq!(unsigned(&scene, scene.case).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_signed_by_another_key_is_refused_and_the_words_stay_on_the_phone() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let note = phone.note(scene.case, "用别的密钥签名的。");
    let mut forged = up(&mut phone);
    forged.sign(&DeviceSecret::from_seed(&[7; 32]));
    let answer = send(&phone.agent, &forged).await;
    assert_eq!(
        codes(&read(&answer)),
        [("batch_signature".to_owned(), true)]
    );
    phone.take(&answer);
    assert_eq!(scene.count(WRITTEN).await, 0);
    let reviewed =
        "select count(*) from audit_log where action = 'exchange.batch_signature' and case_id = $1";
    assert_eq!(scene.count(reviewed).await, 1);
    assert!(phone.has_note(scene.case, note));
    assert_eq!(phone.engine.unsent(scene.case).unwrap().len(), 1);
    phone.sync().await;
    assert_eq!(phone.engine.status().waiting, 0);
    assert_eq!(scene.count(WRITTEN).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_altered_on_the_way_is_refused() {
    let scene = Scene::set().await;
    let (mut mediator, mut grid) = (scene.mediator().await, scene.colleague().await);
    let other = scene.another_case("A-2").await;
    mediator.note(scene.case, "第一条。");
    mediator.note(scene.case, "第二条。");
    let good = up(&mut mediator);
    let mut altered = Vec::new();
    for alter in [
        (|up| up.cases[0].signature = None) as fn(&mut Up),
        |up| up.cases[0].changes.truncate(1),
        |up| up.cases[0].changes.swap(0, 1),
        |up| {
            let again = up.cases[0].changes[1].clone();
            up.cases[0].changes.push(again);
        },
        |up| up.cases[0].changes[1][9] ^= 1,
    ] {
        let mut up = good.clone();
        alter(&mut up);
        altered.push((&mediator, up));
    }
    let mut elsewhere = good.clone();
    elsewhere.cases[0].case = other;
    altered.push((&mediator, elsewhere));
    let of_another = Up {
        cases: good.cases.clone(),
        ..up(&mut grid)
    };
    altered.push((&grid, of_another));
    for (phone, up) in &altered {
        let down = read(&send(&phone.agent, up).await);
        assert_eq!(codes(&down), [("batch_signature".to_owned(), true)]);
        scene.server.advance(SignedDuration::from_secs(2));
    }
    let down = read(&send(&mediator.agent, &good).await);
    assert_eq!(codes(&down), []);
    assert_eq!(scene.count(WRITTEN).await, 2);
    assert_eq!(batches(&scene, scene.case).await.len(), 1);
    assert_eq!(batches(&scene, other).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_with_one_bad_batch_leaves_its_other_cases_untouched() {
    let scene = Scene::set().await;
    let other = scene.another_case("A-2").await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "签名被弄坏的。");
    phone.note(other, "签名完好的。");
    let mut sent = up(&mut phone);
    let bad = sent.cases.iter_mut().find(|up| up.case == scene.case);
    bad.unwrap().signature.as_mut().unwrap().0[0] ^= 1;
    let down = read(&send(&phone.agent, &sent).await);
    assert_eq!(codes(&down), [("batch_signature".to_owned(), true)]);
    let good = down.cases.iter().find(|down| down.case == other);
    assert_eq!(good.unwrap().accepted.len(), 1);
    assert_eq!(batches(&scene, other).await.len(), 1);
    assert_eq!(scene.count(WRITTEN).await, 0);
    phone.sync().await;
    assert_eq!(scene.count(WRITTEN).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_is_enrolled_anew_signs_with_its_new_key() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "换密钥之前。");
    phone.sync().await;
    let before = batches(&scene, scene.case).await;
    phone.note(scene.case, "写时是旧密钥，送时是新密钥。");
    phone
        .enrol_again(&scene.server, &scene.county.mediator)
        .await;
    phone.sync().await;
    assert_eq!(phone.engine.status().waiting, 0);
    let after = batches(&scene, scene.case).await;
    assert_eq!(after.len(), 2);
    let new = after.iter().find(|kept| !before.contains(kept)).unwrap();
    assert_eq!(new.signed.batch.device, phone.device());
    assert_ne!(new.key, before[0].key);
    assert!(
        after.iter().all(KeptBatch::stands),
        "the old one stands too"
    );
    assert_eq!(unsigned(&scene, scene.case).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_begun_on_a_phone_stands_under_its_signature_from_its_first_change_on() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let place = Place {
        region: scene.county.township(),
        address: "新港小区3幢".into(),
        position: None,
    };
    let origin = Origin {
        fields: vec![
            IntakeField::Situation("N03-05".parse().unwrap()),
            IntakeField::Place(place),
        ],
        summary: "自己登记的一件事".into(),
        ..Origin::default()
    };
    let case = phone.engine.create_case(origin, phone.now()).unwrap().case;
    let mut forged = up(&mut phone);
    forged.sign(&DeviceSecret::from_seed(&[7; 32]));
    let down = read(&send(&phone.agent, &forged).await);
    assert_eq!(codes(&down), [("batch_signature".to_owned(), true)]);
    phone.sync().await;
    let kept = batches(&scene, case).await;
    assert_eq!(kept.len(), 1);
    assert!(kept[0].stands());
    assert_eq!(unsigned(&scene, case).await, 0);
}

/// Whoever can write into the registry cannot write in a phone's name.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_no_phone_signed_is_found() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    phone.note(scene.case, "签了名的。");
    phone.sync().await;
    scene.server.reconcile().await;
    assert_eq!(unsigned(&scene, scene.case).await, 0);
    let forge = "update case_batch set hashes = array[$2] where case_id = $1";
    sqlx::query(forge)
        .bind(scene.case.0)
        .bind(&ChangeHash([7; 32]).0[..])
        .execute(&scene.server.state.pool)
        .await
        .unwrap();
    assert_eq!(unsigned(&scene, scene.case).await, 1);
}

async fn batches(scene: &Scene, case: CaseId) -> Vec<KeptBatch> {
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    batch::list_batches(&mut conn, case).await.unwrap()
}

fn codes(down: &Down) -> Vec<(String, bool)> {
    let refused = down.cases.iter().flat_map(|case| &case.refused);
    refused
        .map(|no| (no.reason.code.clone(), no.passing))
        .collect()
}
