//! A mediator asks to close offline while a grid worker hands in evidence: the closing is judged by
//! what the mediator had seen when asking, however late it comes and however often it is written
//! again (M15).

use crate::{
    phone::{Phone, read},
    recover::Backup,
    scene::{Scene, act, author, facts},
};
use harness::TestServer;
use hejie_case::{
    act::{self, DeskAct},
    edit::{Edit, NewEntry},
    facts::{Duty, Level, Status},
    ids::EntryId,
    reason::Reason,
    record::{Ask, CloseKind, RiskFactor, RiskObservation},
};
use hejie_wire::{
    codec::{self, Encoding},
    message::{CaseDown, Refused, Up},
};
use jiff::SignedDuration;

/// A simple case, which the rule closes as soon as it may, and whose mediator has arrived; both
/// phones hold it.
struct AtTheScene {
    scene: Scene,
    mediator: Phone,
    grid: Phone,
}

impl AtTheScene {
    async fn set() -> Self {
        let scene = Scene::on(TestServer::alone().await).await;
        let to = author(&scene.county.grid_worker);
        let assign = DeskAct::Assign(act::Assign {
            target: to,
            duty: Duty::Visit,
        });
        let refused = act(&scene, &scene.county.dispatcher, scene.case, assign).await;
        assert_eq!(refused, None);
        let (mut mediator, grid) = (scene.mediator().await, scene.grid_worker().await);
        let (case, now) = (scene.case, mediator.now());
        mediator.engine.sign_for(case, now).unwrap();
        let (place, reason) = (None, None);
        let arrive = Ask::Arrive(act::Arrive { place, reason });
        mediator.engine.ask(case, arrive, now).unwrap();
        let mut set = Self {
            scene,
            mediator,
            grid,
        };
        for _ in 0..2 {
            set.mediator_comes_back().await;
            set.grid_worker_comes_back().await;
        }
        set
    }

    fn ask_to_close(&mut self) -> EntryId {
        let (outcome, feedback) = (CloseKind::Reconciled, "双方自行和解。".into());
        let (ask, now) = (
            Ask::AskClose(act::AskClose { outcome, feedback }),
            self.mediator.now(),
        );
        let engine = &mut self.mediator.engine;
        engine.ask(self.scene.case, ask, now).unwrap()
    }

    async fn evidence_arrives(&mut self) -> EntryId {
        let photo = self.grid.takes_photo(&self.scene);
        self.grid_worker_comes_back().await;
        photo
    }

    async fn mediator_comes_back(&mut self) {
        come_back(&self.scene, &mut self.mediator).await;
    }

    async fn grid_worker_comes_back(&mut self) {
        come_back(&self.scene, &mut self.grid).await;
    }

    /// Under one id, on both phones: the server takes what comes first.
    fn both_observe_under_one_id(&mut self) {
        let id = self.grid.engine.new_entry_id(self.grid.now()).unwrap();
        for phone in [&mut self.grid, &mut self.mediator] {
            let at = phone.now();
            let entry = NewEntry::Risk(RiskObservation {
                factor: RiskFactor::Gathering(3),
                at,
                why: "同一编号。".into(),
            });
            let edit = Edit::Add { id, entry };
            phone.engine.edit(self.scene.case, edit, at).unwrap();
        }
    }

    /// The mediator exchanges, and is told that whatever waits is refused.
    async fn all_is_refused(&mut self) {
        let phone = &mut self.mediator;
        let body = phone.engine.begin_exchange(phone.now()).unwrap();
        let asked = codec::decode_up(body.encoding, &body.bytes).unwrap();
        let cases = Vec::new();
        let mut down = read(&phone.send(&Up { cases, ..asked }).await);
        let refused = vec![Refused {
            change: None,
            reason: Reason::new("not_now", "请稍后重试。"),
            passing: false,
            told: false,
        }];
        assert!(down.cases.is_empty(), "nothing else moved");
        down.cases.push(CaseDown {
            refused,
            ..CaseDown::new(self.scene.case)
        });
        let body = codec::encode_down(&down, Encoding::Zstd).unwrap();
        let now = phone.now();
        let taken = phone.engine.take_answer(body.encoding, &body.bytes, now);
        taken.unwrap();
    }

    async fn rule_colour(&self, level: Level) {
        let ruling = DeskAct::OverrideColour(act::OverrideColour {
            level,
            why: "现场聚集。".into(),
            until: None,
        });
        let (scene, supervisor) = (&self.scene, &self.scene.county.supervisor);
        assert_eq!(act(scene, supervisor, scene.case, ruling).await, None);
    }

    fn refusals(&self) -> Vec<(u64, String)> {
        let refused = self.mediator.engine.refusals().unwrap().into_iter();
        let told = refused.map(|one| (one.number, one.reason.code));
        told.collect()
    }

    async fn status(&self) -> Status {
        let facts = facts(&self.scene.server, self.scene.case).await;
        facts.stage.status()
    }

    /// The server disputes the closing, and both phones show it.
    async fn assert_disputed(&mut self) {
        assert_eq!(self.status().await, Status::CloseDisputed);
        for _ in 0..2 {
            self.mediator_comes_back().await;
            self.grid_worker_comes_back().await;
        }
        for phone in [&self.mediator, &self.grid] {
            let file = phone.engine.case(self.scene.case, phone.now()).unwrap();
            assert_eq!(
                file.facts.unwrap().stage.status(),
                Status::CloseDisputed,
                "both know"
            );
        }
    }
}

/// A phone is here again after a while, and hears what the server made of what it brings.
pub(crate) async fn come_back(scene: &Scene, phone: &mut Phone) {
    scene.server.advance(SignedDuration::from_secs(10));
    phone.set_clock(scene.server.now());
    phone.sync().await;
    scene.server.reconcile().await;
    phone.sync().await;
}

/// Shows M15, E28.
#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_arrives_before_a_closing_asked_offline_disputes_it() {
    let mut set = AtTheScene::set().await;
    set.ask_to_close();
    set.evidence_arrives().await;
    set.mediator_comes_back().await;
    set.assert_disputed().await;
}

/// Shows M15, E28.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_behind_a_refused_change_is_judged_by_what_its_author_had_seen() {
    let mut set = AtTheScene::set().await;
    set.both_observe_under_one_id();
    set.ask_to_close();
    set.evidence_arrives().await;
    set.mediator_comes_back().await;
    let codes = set.refusals().into_iter().map(|(_, code)| code);
    assert_eq!(codes.collect::<Vec<_>>(), ["entry_exists"]);
    set.assert_disputed().await;
}

/// Shows M15, E28.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_that_was_refused_and_tried_again_by_hand_had_seen_no_more_than_at_first() {
    let mut set = AtTheScene::set().await;
    let asked = set.ask_to_close();
    set.all_is_refused().await;
    set.evidence_arrives().await;
    set.mediator_comes_back().await;
    let file = set
        .mediator
        .engine
        .case(set.scene.case, set.mediator.now())
        .unwrap();
    assert_eq!(file.view.evidence.len(), 1, "the phone has it by now");
    assert!(!file.view.requests.contains_key(&asked));
    let [(number, _)] = &set.refusals()[..] else {
        panic!("{:?}", set.refusals());
    };
    let (case, now) = (set.scene.case, set.mediator.now());
    set.mediator.engine.retry(case, *number, now).unwrap();
    set.mediator_comes_back().await;
    set.assert_disputed().await;
}

/// Shows M15, E28.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_written_again_under_a_new_actor_had_seen_no_more_than_under_the_old_one() {
    let mut set = AtTheScene::set().await;
    set.ask_to_close();
    set.evidence_arrives().await;
    let (server, person) = (&set.scene.server, &set.scene.county.mediator);
    set.mediator.enrol_again(server, person).await;
    set.mediator_comes_back().await;
    set.assert_disputed().await;
}

/// Shows M15, E28, E29.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_asked_on_facts_that_a_restore_took_passes_over_no_call_that_came_since() {
    let mut set = AtTheScene::set().await;
    let backup = Backup::of(&set.scene.server).await;
    for level in [Level::Red, Level::Yellow] {
        set.rule_colour(level).await;
        set.mediator_comes_back().await;
    }
    let last_seen = facts(&set.scene.server, set.scene.case).await.version;
    set.ask_to_close();
    backup.restore(&set.scene.server).await;
    let mut order = set.scene.county.order("A-2");
    order["repeat_of"] = "A-1".into();
    let channel = set.scene.county.channel(&set.scene.server);
    assert_eq!(channel.order(&order).await.status, 201);
    for level in [Level::Red, Level::Yellow, Level::Red] {
        set.rule_colour(level).await;
    }
    let stands = facts(&set.scene.server, set.scene.case).await;
    assert!(stands.version > last_seen && !stands.kin.repeats.is_empty());
    for _ in 0..2 {
        set.mediator_comes_back().await;
    }
    assert_eq!(set.status().await, Status::CloseDisputed);
}

/// Shows M15, E27.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_whose_author_had_the_evidence_is_disputed_by_nobody() {
    let mut set = AtTheScene::set().await;
    let photo = set.evidence_arrives().await;
    set.mediator_comes_back().await;
    let asked = set.ask_to_close();
    set.mediator_comes_back().await;
    set.grid_worker_comes_back().await;
    assert_eq!(set.status().await, Status::PendingClose, "its file waits");
    let file = set
        .mediator
        .engine
        .case(set.scene.case, set.mediator.now())
        .unwrap();
    assert!(file.view.evidence.contains_key(&photo) && file.view.requests.contains_key(&asked));
    assert!(file.view.unseen.is_empty());
}
