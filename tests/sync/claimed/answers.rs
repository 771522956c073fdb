//! What a phone takes of the answers to claims, and how many it makes and keeps.

use super::{claim, last, listed, nobody_on_duty, phone_of, refusal};
use crate::phone::{Phone, read};
use hejie_case::{
    ids::{CaseId, ClaimId},
    reason::Reason,
};
use hejie_device::engine::{ClaimState, Readiness};
use hejie_wire::{
    claim::{ClaimAnswer, ClaimableCase, ClaimableList, ClaimsDown},
    codec::{self, Encoding},
    limits,
};
use uuid::Uuid;

/// The server answers the phone's next request, and says this of claims besides.
async fn hears(phone: &mut Phone, said: impl FnOnce(&mut ClaimsDown)) {
    let answer = phone.ask().await;
    let mut down = read(&answer);
    said(down.claims.get_or_insert_default());
    let body = codec::encode_down(&down, Encoding::Identity).unwrap();
    let now = phone.now();
    let taken = phone
        .engine
        .take_answer(Encoding::Identity, &body.bytes, now);
    taken.unwrap();
    phone.engine.exchange_failed();
}

/// What a server lists that says of so many cases that they wait.
fn of_cases(listed: &ClaimableCase, count: usize) -> ClaimableList {
    let waits = |n: usize| ClaimableCase {
        case: CaseId(Uuid::from_u128(n as u128 + 1)),
        ..listed.clone()
    };
    ClaimableList {
        cases: (0..count).map(waits).collect(),
        more: false,
    }
}

/// A phone with a list of so many cases, of which there are none.
async fn shown(phone: &mut Phone, count: usize) {
    let one = phone.engine.claimable_list().cases[0].clone();
    hears(phone, |said| said.list = Some(of_cases(&one, count))).await;
}

/// Shows E04.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_claim_that_the_request_did_not_bring_says_nothing() {
    let scene = nobody_on_duty().await;
    let mut phone = phone_of(&scene, &scene.county.mediator).await;
    let answer = phone.ask().await;
    claim(&mut phone, scene.case);
    let id = phone.engine.own_claims()[0].id;
    let mut down = read(&answer);
    let said = down.claims.get_or_insert_default();
    said.answers = vec![ClaimAnswer { id, refused: None }];
    let body = codec::encode_down(&down, Encoding::Identity).unwrap();
    let now = phone.now();
    let taken = phone
        .engine
        .take_answer(Encoding::Identity, &body.bytes, now);
    taken.unwrap();
    assert_eq!(last(&phone), ClaimState::Waiting);
}

/// Shows E04.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_cannot_be_ruled_on_now_waits_and_is_sent_again() {
    let scene = nobody_on_duty().await;
    let mut phone = phone_of(&scene, &scene.county.mediator).await;
    claim(&mut phone, scene.case);
    let id: ClaimId = phone.engine.own_claims()[0].id;
    let later = Reason::new("try_again", "稍后会自动重试。");
    hears(&mut phone, |said| {
        said.answers = vec![ClaimAnswer {
            id,
            refused: Some(later),
        }];
    })
    .await;
    assert_eq!(last(&phone), ClaimState::Waiting);
    assert_eq!(phone.engine.status().readiness, Readiness::Waiting);
    phone.sync().await;
    assert_eq!(last(&phone), ClaimState::Yours);
}

/// Shows E04. More claims than one request carries.
#[tokio::test(flavor = "multi_thread")]
async fn many_claims_go_up_in_one_run_and_the_list_that_is_left_is_that_of_after_the_last() {
    let scene = nobody_on_duty().await;
    for n in 2..=limits::CLAIMS_PER_UP + 1 {
        let order = scene.county.order(&format!("A-{n}"));
        let answer = scene.county.channel(&scene.server).order(&order).await;
        assert_eq!(answer.status, 201, "{}", answer.json);
    }
    let mut phone = phone_of(&scene, &scene.county.mediator).await;
    let waiting = listed(&phone);
    assert_eq!(waiting.len(), limits::CLAIMS_PER_UP + 1);
    waiting.iter().for_each(|case| claim(&mut phone, *case));
    phone.sync().await;
    let own = phone.engine.own_claims();
    assert!(
        own.iter().all(|one| one.state == ClaimState::Yours),
        "{own:?}"
    );
    assert_eq!(listed(&phone), []);
}

/// Shows E04, PP10.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_keeps_so_many_claims_waiting_and_shows_so_many_that_were_answered() {
    let scene = nobody_on_duty().await;
    let mut phone = phone_of(&scene, &scene.county.mediator).await;
    shown(&mut phone, limits::CLAIMABLE + 1).await;
    let cases = listed(&phone);
    assert_eq!(cases.len(), limits::CLAIMABLE, "and no more");
    let (kept, rest) = cases.split_at(limits::CLAIMS_KEPT);
    kept.iter().for_each(|case| claim(&mut phone, *case));
    let now = phone.now();
    let crowded = phone.engine.claim(rest[0], now).unwrap_err();
    assert!(crowded.to_string().contains("too_many_claims"), "{crowded}");
    phone.sync().await;
    assert_eq!(refusal(&phone).code, "not_found");
    let oldest = phone.engine.own_claims()[0].id;
    for (more, case) in rest.iter().take(2).enumerate() {
        shown(&mut phone, limits::CLAIMABLE).await;
        claim(&mut phone, *case);
        let own = phone.engine.own_claims();
        assert_eq!(own.len(), limits::CLAIMS_KEPT + 1, "one of them waits");
        assert_eq!(own[0].id == oldest, more == 0);
        phone.sync().await;
    }
}
