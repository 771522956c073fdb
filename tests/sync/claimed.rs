//! Claiming a case that waits for a handler (E04): phones that claim at once, offline, again after
//! an answer was lost, too often, and what they may not know of.

mod answers;
mod desk;
mod foreign;

use crate::{
    phone::Phone,
    scene::{Scene, act, facts},
};
use harness::{Person, TestServer};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Facts, Status},
    ids::CaseId,
    reason::Reason,
};
use hejie_device::engine::{ClaimState, Readiness};
use hejie_registry::pool;
use hejie_server::identity::account;

/// A county in which nobody is on duty, so that its case waits for whoever claims it.
pub(crate) async fn nobody_on_duty() -> Scene {
    let server = TestServer::start().await;
    let county = server.county().await;
    let channel = county.channel(&server);
    let answer = channel.order(&county.order("A-1")).await;
    assert_eq!(answer.status, 201, "{}", answer.json);
    let case = answer.text("/case_id").parse().unwrap();
    Scene {
        server,
        county,
        case,
    }
}

/// A phone of somebody that has everything, the list of what may be claimed included.
async fn phone_of(scene: &Scene, person: &Person) -> Phone {
    let mut phone = Phone::enrol(&scene.server, person).await;
    phone.sync().await;
    phone
}

/// What may be claimed, as the phone shows it.
fn listed(phone: &Phone) -> Vec<CaseId> {
    let list = phone.engine.claimable_list();
    list.cases.iter().map(|one| one.case).collect()
}

fn claim(phone: &mut Phone, case: CaseId) {
    let now = phone.now();
    phone.engine.claim(case, now).unwrap();
}

/// How the last claim of a phone stands.
fn last(phone: &Phone) -> ClaimState {
    phone.engine.own_claims().last().unwrap().state.clone()
}

fn refusal(phone: &Phone) -> Reason {
    match last(phone) {
        ClaimState::Refused(why) => why,
        other => panic!("{other:?}"),
    }
}

async fn give_back(scene: &Scene, by: &Person) {
    let reason = "不在本辖区。".into();
    let back = DeskAct::Return(act::Return { reason });
    assert_eq!(act(scene, by, scene.case, back).await, None);
}

/// Who answers for the case now, while it does not wait.
fn handler(facts: &Facts) -> Option<hejie_case::ids::UserId> {
    let waits = facts.stage.status() == Status::PendingDispatch;
    facts.first().filter(|_| !waits).map(|first| first.user)
}

/// How many claims of the case the registry keeps.
async fn kept(scene: &Scene) -> i64 {
    scene
        .count("select count(*) from case_claim where case_id = $1")
        .await
}

/// Shows E04, R018.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_phones_that_claim_at_once_one_has_the_case_and_the_other_is_told_who() {
    let scene = nobody_on_duty().await;
    let (county, case) = (&scene.county, scene.case);
    let mut one = phone_of(&scene, &county.mediator).await;
    let mut other = phone_of(&scene, &county.second_mediator).await;
    for phone in [&mut one, &mut other] {
        assert_eq!(listed(phone), [case]);
        claim(phone, case);
        assert_eq!(last(phone), ClaimState::Waiting, "待确认");
        assert_eq!(phone.engine.status().readiness, Readiness::Waiting);
        assert!(phone.engine.case(case, phone.now()).is_err());
    }
    let (first, second) = tokio::join!(one.ask(), other.ask());
    one.take(&first);
    other.take(&second);
    let has_it = last(&one) == ClaimState::Yours;
    let (mut winner, mut loser, name) = match has_it {
        true => (one, other, "调解丙"),
        false => (other, one, "调解丁"),
    };
    winner.sync().await;
    loser.sync().await;
    assert_eq!(last(&winner), ClaimState::Yours);
    let told = refusal(&loser);
    assert_eq!(told.code, "claim_taken");
    assert!(told.zh.contains(name), "{}", told.zh);
    let user = winner.engine.enrolment().unwrap().user;
    assert_eq!(handler(&facts(&scene.server, case).await), Some(user));
    winner.note(case, "已与当事人联系。");
    winner.sync().await;
    assert_eq!(winner.engine.status().readiness, Readiness::UpToDate);
    assert!(winner.engine.refusals().unwrap().is_empty());
    assert!(loser.engine.case(case, loser.now()).is_err());
    for phone in [&winner, &loser] {
        assert_eq!(listed(phone), [], "it waits no more");
    }
    assert_eq!(kept(&scene).await, 2);
}

/// Shows E04.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_whose_answer_was_lost_is_answered_the_same_again_and_takes_nothing_up_twice() {
    let scene = nobody_on_duty().await;
    let (mediator, case) = (&scene.county.mediator, scene.case);
    let mut phone = phone_of(&scene, mediator).await;
    claim(&mut phone, case);
    assert_eq!(phone.ask().await.status, 200, "and is lost on its way");
    phone.engine.exchange_failed();
    assert_eq!(last(&phone), ClaimState::Waiting);
    assert_eq!(
        handler(&facts(&scene.server, case).await),
        Some(mediator.id)
    );
    give_back(&scene, mediator).await;
    phone.sync().await;
    assert_eq!(last(&phone), ClaimState::Yours, "as it was");
    let now = facts(&scene.server, case).await;
    assert_eq!(handler(&now), None, "the old claim claims nothing again");
    assert_eq!(
        now.trail.iter().filter(|line| line.event == "E04").count(),
        1
    );
    assert_eq!(listed(&phone), [case], "given back, it waits again");
    claim(&mut phone, case);
    phone.sync().await;
    assert_eq!(last(&phone), ClaimState::Yours);
    assert_eq!(
        handler(&facts(&scene.server, case).await),
        Some(mediator.id)
    );
}

/// Shows E04. A claim is one, however often the button is pressed and the phone dies.
#[tokio::test(flavor = "multi_thread")]
async fn a_claim_made_offline_survives_the_phone_and_goes_up_once_with_the_next_exchange() {
    let scene = nobody_on_duty().await;
    let case = scene.case;
    let mut phone = phone_of(&scene, &scene.county.mediator).await;
    claim(&mut phone, case);
    claim(&mut phone, case);
    phone.wake_up_with(phone.disk.copy());
    claim(&mut phone, case);
    assert_eq!(phone.engine.own_claims().len(), 1);
    assert_eq!(last(&phone), ClaimState::Waiting);
    phone.sync().await;
    assert_eq!(last(&phone), ClaimState::Yours);
    assert!(phone.engine.case(case, phone.now()).is_ok());
    let now = phone.now();
    let refused = phone.engine.claim(case, now).unwrap_err();
    assert!(refused.to_string().contains("not_claimable"), "{refused}");
}

/// Shows E04, R109.
#[tokio::test(flavor = "multi_thread")]
async fn after_two_returns_nobody_can_claim_and_whoever_did_is_told_that_the_county_decides() {
    let scene = nobody_on_duty().await;
    let (county, case) = (&scene.county, scene.case);
    let mut late = phone_of(&scene, &county.second_mediator).await;
    claim(&mut late, case);
    let mut phone = phone_of(&scene, &county.mediator).await;
    for _ in 0..2 {
        assert_eq!(listed(&phone), [case]);
        claim(&mut phone, case);
        phone.sync().await;
        assert_eq!(last(&phone), ClaimState::Yours);
        give_back(&scene, &county.mediator).await;
        phone.sync().await;
    }
    assert_eq!(listed(&phone), []);
    late.sync().await;
    let told = refusal(&late);
    assert_eq!(told.code, "county_decides");
    assert!(told.zh.contains("两次退回"), "{}", told.zh);
    assert_eq!(handler(&facts(&scene.server, case).await), None);
    assert_eq!(listed(&late), []);
}

/// Shows E04.
#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_put_out_claims_nothing() {
    let scene = nobody_on_duty().await;
    let person = &scene.county.mediator;
    let mut phone = phone_of(&scene, person).await;
    claim(&mut phone, scene.case);
    let mut tx = pool::begin(&scene.server.state.pool).await.unwrap();
    let (marks, now) = (&scene.server.state.marks, scene.server.now());
    account::close(marks, &mut tx, person.id, now)
        .await
        .unwrap();
    pool::commit(tx).await.unwrap();
    let answer = phone.ask().await;
    assert_eq!(answer.outcome(), (401, "account_closed"));
    assert_eq!(handler(&facts(&scene.server, scene.case).await), None);
    assert_eq!(kept(&scene).await, 0);
    assert_eq!(last(&phone), ClaimState::Waiting);
}
