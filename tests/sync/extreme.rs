//! Extreme values in every field, through every way into a case: whatever one layer takes, every
//! layer takes.
//!
//! The fields are those of the samples as they are written down, so a new field is tried without
//! anybody adding it here.

mod api;
mod begun;
mod foreign;
pub mod forgery;
mod order;
mod sample;
mod values;

use crate::{
    hostile::up,
    phone::{Phone, read},
    scene::Scene,
};
use hejie_case::{edit::Edit, ids::CaseId, reason::Explain};
use hejie_device::engine::EngineError;
use hejie_wire::chunk;
use serde_bytes::ByteBuf;
use sha2::{Digest as _, Sha256};
use values::{Dice, extremes, leaves};

/// So many values are tried in a field.
const OF_A_FIELD: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_takes_is_settled_and_what_it_does_not_take_it_says_at_once() {
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let ids = sample::furnish(&mut phone, scene.case);
    let (mut dice, mut taken, mut refused) = (Dice::cast(), 0, 0);
    for edit in sample::edits(&ids) {
        let written = serde_json::to_value(&edit).unwrap();
        for leaf in leaves(&written) {
            for value in dice.some(extremes(), OF_A_FIELD) {
                let mut forced = written.clone();
                *forced.pointer_mut(&leaf).unwrap() = value;
                let Ok(edit) = serde_json::from_value::<Edit>(forced) else {
                    continue;
                };
                match phone
                    .engine
                    .edit(scene.case, sample::fresh(edit.clone()), phone.now())
                {
                    Ok(_) => {
                        let text = serde_json::to_string(&edit).unwrap();
                        assert_eq!(serde_json::from_str::<Edit>(&text).unwrap(), edit);
                        taken += 1;
                    }
                    Err(EngineError::Edit(error)) => {
                        assert!(error.zh().ends_with('。'), "{leaf} {edit:?}");
                        refused += 1;
                    }
                    Err(other) => panic!("{leaf} {edit:?}: {other:?}"),
                }
            }
        }
    }
    assert!(
        taken > 100 && refused > 30,
        "{taken} taken, {refused} refused"
    );
    let disk = phone.disk.copy();
    phone.wake_up_with(disk);
    sync_patiently(&scene, &mut phone).await;
    scene.server.reconcile().await;
    settled(&scene, scene.case).await;
    assert_eq!(phone.engine.status().waiting, 0);
    // What a phone takes is not refused later.
    assert_eq!(phone.engine.refusals().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_skips_the_phones_checks_is_told_and_stops_nothing() {
    const MARK: &str = "QQQQQQ";
    let scene = Scene::set().await;
    let mut phone = scene.mediator().await;
    let ids = sample::furnish(&mut phone, scene.case);
    phone.sync().await;
    let mut forged = 0;
    for edit in sample::edits(&ids) {
        let written = serde_json::to_value(&edit).unwrap();
        for leaf in leaves(&written) {
            let mut marked = written.clone();
            *marked.pointer_mut(&leaf).unwrap() = MARK.into();
            let Ok(edit) = serde_json::from_value::<Edit>(marked) else {
                continue;
            };
            let code = forge(&scene, &mut phone, &edit, MARK, "Q\0QQQQ").await;
            match code.as_deref() {
                None => continue,
                Some("value_nul" | "bad_key") => {}
                Some("wrong_value") => {
                    let code = forge(&scene, &mut phone, &edit, MARK, "\\u0000").await;
                    assert_eq!(code.as_deref(), Some("value_nul"), "{leaf} {edit:?}");
                }
                Some(other) => panic!("{leaf} {edit:?}: {other}"),
            }
            forged += 1;
        }
    }
    assert!(forged >= 20, "{forged}");
    for (from, to, code) in sample::FORGED {
        let mut told = None;
        for edit in sample::edits(&ids) {
            let holds = serde_json::to_string(&edit).unwrap().contains(from);
            if holds && told.is_none() {
                told = forge(&scene, &mut phone, &edit, from, to).await;
            }
        }
        assert_eq!(told.as_deref(), Some(*code), "{from} {to}");
    }
    phone.note(scene.case, "之后照常记录。");
    phone.sync().await;
    scene.server.reconcile().await;
    settled(&scene, scene.case).await;
    assert_eq!(phone.engine.status().waiting, 0);
}

/// Exchanges like [`Phone::sync`]; a phone that has so much to say that it comes too often waits.
async fn sync_patiently(scene: &Scene, phone: &mut Phone) {
    loop {
        let answer = phone.ask().await;
        if answer.status == 429 {
            phone.engine.exchange_failed();
            scene.server.advance(jiff::SignedDuration::from_secs(2));
        } else if !phone.take(&answer) {
            return;
        }
    }
}

/// Nothing of the case waits, is parked or was put aside.
pub async fn settled(scene: &Scene, case: CaseId) {
    let (waiting, aside): (i64, i64) = sqlx::query_as(
        "select count(*) filter (where state = 'acknowledged'), count(*) filter (where state = 'quarantined')
         from case_change where case_id = $1",
    )
    .bind(case.0)
    .fetch_one(&scene.server.state.pool)
    .await
    .unwrap();
    assert_eq!((waiting, aside), (0, 0), "{case}");
    let parked: Option<String> =
        sqlx::query_scalar("select parked_reason from case_doc where case_id = $1")
            .bind(case.0)
            .fetch_one(&scene.server.state.pool)
            .await
            .unwrap();
    assert_eq!(parked, None, "{case}");
}

/// Writes an edit, puts other bytes of the same length into its change, and sends that instead.
/// Returns the code of the refusal; the phone forgets what it wrote. None when the phone does not
/// take the edit itself.
async fn forge(
    scene: &Scene,
    phone: &mut Phone,
    edit: &Edit,
    from: &str,
    to: &str,
) -> Option<String> {
    let before = phone.disk.copy();
    let code = match phone
        .engine
        .edit(scene.case, sample::fresh(edit.clone()), phone.now())
    {
        Err(_) => None,
        Ok(_) => {
            let mut message = up(phone);
            let change = message.cases[0].changes.last_mut().unwrap();
            *change = ByteBuf::from(patched(change, from.as_bytes(), to.as_bytes()));
            let down = read(&phone.send(&message).await);
            let refused = down
                .cases
                .iter()
                .find(|one| one.case == scene.case)
                .unwrap();
            assert_eq!(refused.accepted.len(), 0, "{edit:?}");
            scene.server.advance(jiff::SignedDuration::from_secs(2));
            Some(refused.refused[0].reason.code.clone())
        }
    };
    phone.wake_up_with(before);
    code
}

/// The change with other bytes and the checksum that follows from them.
fn patched(change: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut raw = chunk::parse(change).unwrap().bytes;
    let mut at = 0;
    let mut found = 0;
    while at + from.len() <= raw.len() {
        if raw[at..].starts_with(from) {
            raw[at..at + from.len()].copy_from_slice(to);
            found += 1;
        }
        at += 1;
    }
    assert!(
        found > 0,
        "the change does not hold {:?}",
        String::from_utf8_lossy(from)
    );
    let hash = Sha256::digest(&raw[8..]);
    raw[4..8].copy_from_slice(&hash[..4]);
    raw
}
