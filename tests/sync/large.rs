//! A case that is larger than a request after a restore: it comes back, and stops no other.

use crate::{
    phone::Phone,
    recover::{Backup, all_exchange, is_known},
    scene::Scene,
};
use harness::TestServer;
use hejie_case::{
    edit::NewEntry,
    ids::CaseId,
    record::{Ask, RiskFactor, RiskObservation},
};
use hejie_wire::limits;

/// Enough that no compression brings it below what a request may hold.
const OBSERVATIONS: u64 = 60;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_larger_than_a_request_comes_back_after_a_restore_and_stops_no_other() {
    let scene = Scene::on(TestServer::pushing().await).await;
    let mut mediator = scene.mediator().await;
    let backup = Backup::of(&scene.server).await;
    let large = scene.another_case("A-2").await;
    let small = scene.another_case("A-3").await;
    all_exchange(&scene, &mut [&mut mediator]).await;
    for seed in 1..=OBSERVATIONS {
        observe(&mut mediator, large, seed);
        if seed % 20 == 0 {
            all_exchange(&scene, &mut [&mut mediator]).await;
        }
    }
    mediator.note(small, "小案的话。");
    all_exchange(&scene, &mut [&mut mediator]).await;
    backup.restore(&scene.server).await;
    danger(&mut mediator, small);
    // The line carries no large request, and what fits into small ones goes all the same.
    for _ in 0..3 {
        exchange_on_a_narrow_line(&mut mediator).await;
        scene.server.settle().await;
    }
    assert!(is_known(&scene.server, small).await);
    assert!(!is_known(&scene.server, large).await);
    let orders = "select count(*) from outbox where kind = 'police_order' and $1 is not null";
    assert_eq!(scene.count(orders).await, 1);
    // A better line carries it.
    all_exchange(&scene, &mut [&mut mediator]).await;
    assert!(is_known(&scene.server, large).await);
    let written = "select count(*) from case_change where case_id = $1 and state = 'merged'";
    let came_back = Scene {
        case: large,
        ..scene
    };
    assert!(came_back.count(written).await > i64::try_from(OBSERVATIONS).unwrap());
    assert_eq!(mediator.state(large), came_back.state().await);
}

async fn exchange_on_a_narrow_line(phone: &mut Phone) {
    for _ in 0..40 {
        let body = phone.engine.begin_exchange(phone.now()).unwrap();
        if body.bytes.len() > limits::UP_BYTES {
            phone.engine.exchange_failed();
            return;
        }
        let answer = phone.pass(body).await;
        if !phone.take(&answer) {
            return;
        }
    }
    panic!("the exchange does not come to an end");
}

/// Legal words that do not compress: a generator of pseudo-random characters.
fn observe(phone: &mut Phone, case: CaseId, seed: u64) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let offset = u32::try_from((state >> 33) % 20_000).unwrap();
        char::from_u32(0x4E00 + offset).unwrap()
    };
    let why = (0..15_000).map(|_| next()).collect();
    let (factor, at) = (RiskFactor::CalmVisit, phone.now());
    let risk = NewEntry::Risk(RiskObservation { factor, at, why });
    let now = phone.now();
    phone.engine.add(case, risk, now).unwrap();
}

fn danger(phone: &mut Phone, case: CaseId) {
    let (what, now) = ("一方持刀。".into(), phone.now());
    phone.engine.ask(case, Ask::Danger { what }, now).unwrap();
}
