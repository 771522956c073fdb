//! Random schedules: phones that write, claim, exchange, lose answers and wake up again, with a
//! server that reconciles now and then. When the network is quiet, all hold the same (PP2),
//! everything that was written is there (PP1), and every phone can prove it.

use crate::{
    attest,
    phone::Phone,
    scene::{Scene, act, facts},
};
use hejie_case::{
    act::{self, DeskAct},
    ids::{CaseId, EntryId},
};
use hejie_device::engine::{ClaimState, Readiness};
use jiff::SignedDuration;
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::collections::BTreeSet;

const STEPS: usize = 120;

/// Shows PP1, PP2.
#[tokio::test(flavor = "multi_thread")]
async fn when_the_network_is_quiet_all_phones_hold_what_was_written() {
    let seed = std::env::var("HEJIE_TEST_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20_261_122);
    println!("HEJIE_TEST_SEED={seed}");
    let mut world = World::new(StdRng::seed_from_u64(seed)).await;
    for _ in 0..STEPS {
        world.step().await;
    }
    world.become_quiet().await;
    for case in world.cases.clone() {
        let reference = world.phones[0].state(case);
        for phone in &world.phones {
            assert_eq!(phone.state(case), reference, "seed {seed}");
            assert_eq!(
                phone.engine.status().readiness,
                Readiness::UpToDate,
                "seed {seed}"
            );
            assert_eq!(phone.engine.refusals().unwrap().len(), 0, "seed {seed}");
            let proof = attest::proof(phone, case);
            let attested = proof.check(&attest::trusted(&world.scene)).unwrap();
            assert!(attested.statement.names_heads(&reference.0), "seed {seed}");
        }
        let view = world.phones[0]
            .engine
            .case(case, world.scene.server.now())
            .unwrap()
            .view;
        let there: BTreeSet<EntryId> = view.notes.keys().copied().collect();
        let written = world
            .written
            .iter()
            .filter(|(of, _)| *of == case)
            .map(|(_, note)| *note)
            .collect();
        assert_eq!(there, written, "seed {seed}");
    }
    world.every_claim_is_answered().await;
}

/// Two cases, shared by two phones of the mediator and one of the grid worker.
struct World {
    scene: Scene,
    cases: Vec<CaseId>,
    phones: Vec<Phone>,
    written: Vec<(CaseId, EntryId)>,
    /// Cases that wait for whoever claims them.
    waiting: Vec<CaseId>,
    rng: StdRng,
}

impl World {
    async fn new(rng: StdRng) -> Self {
        let scene = Scene::set().await;
        let cases = vec![scene.case, scene.another_case("A-2").await];
        scene.grant(cases[1], &scene.county.second_mediator).await;
        let waiting = vec![
            given_back(&scene, "A-3").await,
            given_back(&scene, "A-4").await,
        ];
        let phones = vec![
            scene.mediator().await,
            scene.mediator().await,
            scene.colleague().await,
        ];
        Self {
            scene,
            cases,
            phones,
            written: Vec::new(),
            waiting,
            rng,
        }
    }

    async fn step(&mut self) {
        let case = self.cases[self.rng.random_range(0..self.cases.len())];
        let phone = self.rng.random_range(0..self.phones.len());
        let phone = &mut self.phones[phone];
        match self.rng.random_range(0..11) {
            0..4 => {
                let note = phone.note(case, &format!("第{}条记录", self.written.len()));
                self.written.push((case, note));
            }
            4..6 => drop(phone.sync().await),
            6 => {
                let answer = phone.ask().await;
                phone.take(&answer);
            }
            7 => {
                phone.ask().await;
                phone.engine.exchange_failed();
            }
            8 => phone.wake_up_with(phone.disk.copy()),
            9 => {
                let listed = phone.engine.claimable_list().cases;
                let now = phone.now();
                for one in listed.iter().filter(|one| self.waiting.contains(&one.case)) {
                    phone.engine.claim(one.case, now).unwrap();
                }
            }
            _ => self.scene.server.reconcile().await,
        }
        self.scene.server.advance(SignedDuration::from_millis(500));
    }

    /// Both phones of the mediator may have claimed one case: it is the mediator's once, and both
    /// say so.
    async fn every_claim_is_answered(&self) {
        let claims = self
            .phones
            .iter()
            .flat_map(|phone| phone.engine.own_claims());
        for one in claims {
            assert_eq!(one.state, ClaimState::Yours, "{}", one.case);
            let facts = facts(&self.scene.server, one.case).await;
            let granted = facts.trail.iter().filter(|line| line.event == "E04");
            assert_eq!(granted.count(), 1, "{}", one.case);
        }
    }

    async fn become_quiet(&mut self) {
        for _ in 0..2 {
            for phone in &mut self.phones {
                self.scene.server.advance(SignedDuration::from_secs(5));
                phone.sync().await;
            }
            self.scene.server.reconcile().await;
        }
        for phone in &mut self.phones {
            phone.sync().await;
        }
    }
}

/// A case that waits for whoever claims it.
async fn given_back(scene: &Scene, external_no: &str) -> CaseId {
    let case = scene.another_case(external_no).await;
    let reason = "不在本辖区。".into();
    let back = DeskAct::Return(act::Return { reason });
    assert_eq!(act(scene, &scene.county.mediator, case, back).await, None);
    case
}
