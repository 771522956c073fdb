//! Clients that claim what they may not know of, and clients that claim without end.

use super::{claim, facts, handler, kept, listed, nobody_on_duty, phone_of};
use crate::{
    hostile::up,
    phone::{Phone, read},
    scene::{Scene, act, author},
};
use hejie_case::{
    act::{self, DeskAct},
    facts::Duty,
    ids::{CaseId, ClaimId},
    reason::Reason,
    role::Role,
};
use hejie_wire::{
    claim::{CaseClaim, ClaimsUp},
    limits,
    message::Up,
};
use uuid::Uuid;

fn claims(cases: &[CaseId], first: u128) -> Vec<CaseClaim> {
    let claim = |(n, case): (u128, &CaseId)| CaseClaim {
        id: ClaimId(Uuid::from_u128(first + n)),
        case: *case,
    };
    (0..).zip(cases).map(claim).collect()
}

/// Sends claims whatever the phone itself would say; why each is refused.
pub(super) async fn send(phone: &mut Phone, cases: &[CaseId], first: u128) -> Vec<Option<Reason>> {
    let request = Up {
        claims: Some(ClaimsUp {
            list: None,
            claims: claims(cases, first),
        }),
        ..up(phone)
    };
    let down = read(&phone.send(&request).await);
    phone.engine.exchange_failed();
    let answers = down.claims.unwrap().answers;
    answers.into_iter().map(|answer| answer.refused).collect()
}

fn no_case() -> CaseId {
    CaseId(Uuid::from_u128(7))
}

/// Shows E04. Of another county, of no matter of theirs, in a role that claims nothing, on its way
/// to somebody by the desk, or no case at all: nobody learns which.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_may_not_claim_is_not_found_as_if_it_were_not_there() {
    let scene = nobody_on_duty().await;
    let elsewhere = nobody_on_duty().await;
    let (server, county) = (&scene.server, &scene.county);
    let foreign_department = county.hire(server, Role::Department).await;
    let dispatched = {
        let order = county.channel(server).order(&county.order("A-2")).await;
        let case = order.text("/case_id").parse().unwrap();
        let offer = DeskAct::Dispatch(act::Dispatch {
            target: author(&county.second_mediator),
            expected: "及时化解。".into(),
        });
        assert_eq!(act(&scene, &county.dispatcher, case, offer).await, None);
        case
    };
    let askers = [
        (&county.mediator, elsewhere.case),
        (&county.mediator, dispatched),
        (&foreign_department, scene.case),
        (&county.grid_worker, scene.case),
    ];
    for (person, case) in askers {
        let mut phone = phone_of(&scene, person).await;
        assert!(!listed(&phone).contains(&case));
        let told = send(&mut phone, &[case, no_case()], 100).await;
        let code = told[0].as_ref().map(|why| why.code.as_str());
        assert_eq!(code, Some("not_found"));
        assert_eq!(told[0], told[1], "the same words");
    }
    for of in [&scene, &elsewhere] {
        assert_eq!(handler(&facts(&of.server, of.case).await), None);
        assert_eq!(kept(of).await, 0, "nothing is kept of it");
    }
}

/// Shows E04. A member who is no handler has a part in the case, and still does not take it.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_keeps_a_case_from_whoever_would_claim_it() {
    let scene = nobody_on_duty().await;
    let (county, case) = (&scene.county, scene.case);
    let visits = DeskAct::Assign(act::Assign {
        target: author(&county.second_mediator),
        duty: Duty::Visit,
    });
    assert_eq!(act(&scene, &county.dispatcher, case, visits).await, None);
    let mut visitor = phone_of(&scene, &county.second_mediator).await;
    let mut phone = phone_of(&scene, &county.mediator).await;
    assert_eq!(listed(&phone), [case]);
    claim(&mut phone, case);
    let what = String::from("当事人扬言伤人。");
    let now = visitor.now();
    let danger = hejie_case::record::Ask::Danger(act::ReportDanger { what });
    visitor.engine.ask(case, danger, now).unwrap();
    visitor.sync().await;
    // The claim merges what waits, so that it meets the danger before it is ruled on.
    phone.sync().await;
    assert_eq!(super::refusal(&phone).code, "not_found");
    assert_eq!(handler(&facts(&scene.server, case).await), None);
    assert_eq!(listed(&phone), []);
}

/// Shows E04, PP10.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_with_ever_new_claims_fills_no_table_and_keeps_no_worker_busy() {
    let scene = nobody_on_duty().await;
    let (county, case) = (&scene.county, scene.case);
    let mut winner = phone_of(&scene, &county.mediator).await;
    claim(&mut winner, case);
    winner.sync().await;
    let mut greedy = phone_of(&scene, &county.second_mediator).await;
    // From here on whatever asks a worker fails.
    scene.server.state.workers.close().await;
    let all = [case; limits::CLAIMS_PER_UP];
    for round in 0..5 {
        let told = send(&mut greedy, &all, 1_000 * (round + 1)).await;
        let is_taken =
            |why: &Option<Reason>| why.as_ref().is_some_and(|why| why.code == "claim_taken");
        assert!(told.iter().all(is_taken), "{told:?}");
    }
    let own = i64::try_from(limits::CLAIMS_OF_A_CASE).unwrap();
    assert_eq!(kept(&scene).await, 1 + own);
    let too_many = Up {
        claims: Some(ClaimsUp {
            list: None,
            claims: claims(&[case; limits::CLAIMS_PER_UP + 1], 9_000),
        }),
        ..up(&mut greedy)
    };
    let answer = greedy.send(&too_many).await;
    assert_eq!(answer.outcome(), (413, "body_too_many"));
    assert_eq!(
        handler(&facts(&scene.server, case).await),
        Some(county.mediator.id)
    );
}

/// Of more cases than a list holds those that have waited longest stand in it.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_sent_once_and_again_only_when_it_is_another() {
    let scene = nobody_on_duty().await;
    let mut phone = phone_of(&scene, &scene.county.mediator).await;
    assert_eq!(listed(&phone), [scene.case]);
    let again = read(&phone.ask().await);
    assert_eq!(again.claims, None, "nothing is another");
    phone.engine.exchange_failed();
    let newer = newer_case(&scene).await;
    phone.sync().await;
    assert_eq!(listed(&phone), [scene.case, newer]);
    assert!(!phone.engine.claimable_list().more);
}

async fn newer_case(scene: &Scene) -> CaseId {
    scene.server.advance(jiff::SignedDuration::from_secs(1));
    let (server, county) = (&scene.server, &scene.county);
    let order = county.channel(server).order(&county.order("A-9")).await;
    order.text("/case_id").parse().unwrap()
}
