//! A proxy that hands out what it handed out before: an answer counts for the request that it
//! answers, and for no other.

use crate::{phone::Phone, scene::Scene};
use harness::Answer;
use hejie_case::ids::EntryId;
use hejie_device::engine::{EngineError, Readiness};
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// How many of its last answers the proxy keeps.
const KEEPS: usize = 12;

/// A proxy before all phones.
struct Proxy {
    kept: Vec<Answer>,
    rng: StdRng,
    seed: u64,
}

impl Proxy {
    fn new() -> Self {
        let seed = std::env::var("HEJIE_TEST_SEED")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(20_261_129);
        println!("HEJIE_TEST_SEED={seed}");
        Self {
            kept: Vec::new(),
            rng: StdRng::seed_from_u64(seed),
            seed,
        }
    }

    /// Exchanges as an app does, until nothing is left to do at once or the line brought another
    /// answer.
    async fn exchange(&mut self, phone: &mut Phone) -> usize {
        loop {
            let answer = phone.ask().await;
            let replays = !self.kept.is_empty() && self.rng.random_range(0..3) == 0;
            let brought = match replays {
                true => self.kept[self.rng.random_range(0..self.kept.len())].clone(),
                false => answer.clone(),
            };
            self.kept.push(answer);
            let first = self.kept.len().saturating_sub(KEEPS);
            self.kept.drain(..first);
            match phone.try_take(&brought) {
                Ok(true) => {}
                Ok(false) => return 0,
                Err(EngineError::OtherAnswer) if replays => return 1,
                Err(error) => panic!("seed {}: {error}", self.seed),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_replays_answers_of_any_phone_costs_nothing_but_time() {
    let scene = Scene::set().await;
    let mut proxy = Proxy::new();
    let mut phones = [scene.mediator().await, scene.colleague().await];
    let mut written: Vec<EntryId> = Vec::new();
    let mut replayed = 0;
    for round in 0..60 {
        let phone = &mut phones[proxy.rng.random_range(0..2)];
        written.push(phone.note(scene.case, &format!("第{round}条。")));
        if round % 4 == 3 {
            let id = written[written.len() - 1];
            phone.rewrite(scene.case, id, &format!("第{round}条，改过。"));
        }
        replayed += proxy.exchange(phone).await;
        if proxy.rng.random_range(0..3) == 0 {
            scene.server.reconcile().await;
        }
    }
    assert!(replayed > 10, "seed {}: {replayed}", proxy.seed);
    for _ in 0..2 {
        for phone in &mut phones {
            phone.sync().await;
            scene.server.reconcile().await;
        }
    }
    for phone in &mut phones {
        phone.sync().await;
        let status = phone.engine.status();
        assert_eq!(status.readiness, Readiness::UpToDate, "seed {}", proxy.seed);
        assert_eq!(
            (status.waiting, status.refused, status.trouble),
            (0, 0, None)
        );
        assert!(written.iter().all(|id| phone.has_note(scene.case, *id)));
        assert_eq!(phone.notes(scene.case).len(), written.len());
        assert_eq!(phone.state(scene.case), scene.state().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_to_a_request_still_counts_after_another_came_in_its_place() {
    let scene = Scene::set().await;
    let (mut phone, mut other) = (scene.mediator().await, scene.colleague().await);
    let before = phone.ask().await;
    phone.take(&before);
    phone.note(scene.case, "写下的。");
    let answer = phone.ask().await;
    let foreign = other.ask().await;
    for wrong in [&before, &foreign] {
        let taken = phone.try_take(wrong);
        assert!(matches!(taken, Err(EngineError::OtherAnswer)));
    }
    assert_eq!(phone.engine.status().waiting, 1);
    phone.take(&answer);
    assert_eq!(phone.engine.status().waiting, 0);
}
