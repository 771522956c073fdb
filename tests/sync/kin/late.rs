//! A phone that was away while its case was merged into another one, and what it reports then
//! (E30f, E30g): the case that goes on is held by it (ADR 0016).

use super::assert_folded;
use crate::{
    phone::Phone,
    scene::{Scene, act, facts},
};
use harness::{Answer, Calls, TestServer, client::Dispatcher, database, decided};
use hejie_case::{
    act::{self, DeskAct},
    facts::{DeadlineKind, Decision, RecusalGround, Retention, Status},
    ids::CaseId,
    record::Ask,
};
use hejie_device::engine::EngineError;
use hejie_server::state::Settings;
use serde_json::{Value, json};

/// One dispute in two cases, of which a mediator has both on his phone, and a desk.
struct Kin {
    scene: Scene,
    from: CaseId,
    into: CaseId,
    phone: Phone,
    desk: Dispatcher,
}

impl Kin {
    async fn set() -> Self {
        Self::on(TestServer::alone().await).await
    }

    async fn on(server: TestServer) -> Self {
        let scene = Scene::on(server).await;
        let (into, from) = (scene.case, scene.another_case("A-2").await);
        let phone = scene.mediator().await;
        let desk = scene.county.dispatcher(&scene.server).await;
        Self {
            scene,
            from,
            into,
            phone,
            desk,
        }
    }

    /// The phone reports a danger without signal; the cases are merged; the phone comes back.
    async fn danger_comes_late(&mut self) {
        self.phone.reports(self.from, "一方持刀。");
        self.merge(self.from, self.into).await;
        self.phone.sync().await;
    }

    async fn merge(&self, from: CaseId, into: CaseId) {
        let says = json!({ "into": into, "why": "同一起纠纷。" });
        assert_eq!(self.of_two(from, "merge", says).await.status, 200);
    }

    async fn unmerge(&self, case: CaseId) {
        let says = json!({ "why": "两起不同的纠纷。" });
        assert_eq!(self.of_two(case, "unmerge", says).await.status, 200);
    }

    async fn of_two(&self, case: CaseId, act: &str, mut says: Value) -> Answer {
        says["base_version"] = facts(&self.scene.server, case).await.version.into();
        let path = format!("/api/v1/cases/{case}/{act}");
        self.desk.post(&path, says).await
    }

    async fn release(&self, case: CaseId) -> Answer {
        let (server, county) = (&self.scene.server, &self.scene.county);
        let supervisor = county.supervisor(server).await;
        let version = facts(server, case).await.version;
        let says = decided("release", json!({ "why": "现场已处置。" }), version);
        supervisor
            .post(&format!("/api/v1/cases/{case}/acts"), says)
            .await
    }

    /// What a desk reads of the dangers that hold a case.
    async fn shown(&self, case: CaseId) -> Value {
        let detail = self.desk.get(&format!("/api/v1/cases/{case}")).await;
        detail.json["facts"]["hold"]["what"].clone()
    }

    /// How many dangers hold a case, and how many of its clocks wait for the police.
    async fn held(&self, case: CaseId) -> (usize, usize) {
        let facts = facts(&self.scene.server, case).await;
        let calls = facts.deadlines.iter();
        let calls = calls.filter(|d| d.kind == DeadlineKind::DangerCall && d.is_running());
        (facts.holds.len(), calls.count())
    }

    async fn folded(&self) {
        for case in [self.from, self.into] {
            assert_folded(&self.scene.server, case).await;
        }
    }
}

/// Shows E30f, E30g, E23, E23b.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_of_a_phone_that_was_away_at_the_merge_holds_the_case_that_goes_on() {
    let mut kin = Kin::set().await;
    kin.danger_comes_late().await;
    kin.scene.server.reconcile().await;
    assert_eq!(kin.held(kin.from).await, (0, 0));
    assert_eq!(kin.held(kin.into).await, (1, 1));
    assert_eq!(kin.shown(kin.into).await, "一方持刀。");
    let of_police = "select count(*) from outbox where kind = 'police_order' and case_id <> $1";
    assert_eq!(
        kin.scene.count(of_police).await,
        1,
        "told once, of the other"
    );
    let waits = "select count(*) from danger_call where held_in = $1 and ended_at is null";
    assert_eq!(
        kin.scene.count(waits).await,
        1,
        "and called about in this one"
    );
    kin.phone.sync().await;
    assert_eq!(kin.phone.engine.status().alarm, None);

    let elsewhere = kin.release(kin.from).await;
    assert_eq!(elsewhere.outcome(), (409, "not_held"));
    assert_eq!(kin.release(kin.into).await.status, 200);
    assert_eq!(kin.held(kin.into).await, (0, 0));
    assert_eq!(kin.scene.count(waits).await, 0);
    kin.folded().await;
}

/// Shows E30f, E23. The desk had the merged case open.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_a_desk_reports_in_a_merged_case_holds_the_case_that_goes_on() {
    let kin = Kin::set().await;
    kin.merge(kin.from, kin.into).await;
    let what = "来电称一方持刀。".into();
    let danger = DeskAct::Danger(act::ReportDanger { what });
    let dispatcher = &kin.scene.county.dispatcher;
    assert_eq!(act(&kin.scene, dispatcher, kin.from, danger).await, None);
    kin.scene.server.reconcile().await;
    assert_eq!(kin.held(kin.from).await, (0, 0));
    assert_eq!(kin.shown(kin.into).await, "来电称一方持刀。");
}

/// Shows E30f, E30g, E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_before_it_hands_a_danger_on_leaves_it_to_the_next_look() {
    let database = database::fresh().await;
    let server = TestServer::with(Settings::default(), &database).await;
    let mut kin = Kin::on(server).await;
    kin.danger_comes_late().await;
    let reconciler = &kin.scene.server.state.reconciler;
    reconciler.reconcile(kin.from, &[]).await.unwrap();
    assert_eq!(
        kin.held(kin.from).await,
        (1, 1),
        "ruled on and not handed on"
    );
    assert_eq!(kin.held(kin.into).await, (0, 0));

    let next = TestServer::with(Settings::default(), &database).await;
    for _ in 0..2 {
        next.state.reconciler.sweep().await.unwrap();
        next.reconcile().await;
        assert_eq!(kin.held(kin.from).await, (0, 0));
        assert_eq!(kin.held(kin.into).await, (1, 1), "once");
    }
    kin.scene.server.reconcile().await;
    assert_eq!(kin.held(kin.into).await, (1, 1), "whoever comes second");
    kin.folded().await;
}

/// Shows E30f, E30g, E30c, E23.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_danger_reaches_the_last_case_of_a_chain_and_comes_back_with_its_own() {
    let mut kin = Kin::set().await;
    let last = kin.scene.another_case("A-3").await;
    kin.merge(kin.from, kin.into).await;
    kin.merge(kin.into, last).await;
    kin.phone.reports(kin.from, "一方持刀。");
    kin.phone.sync().await;
    kin.scene.server.reconcile().await;
    assert_eq!(kin.held(kin.into).await, (0, 0));
    assert_eq!(kin.held(last).await, (1, 1));
    kin.unmerge(kin.into).await;
    assert_eq!(kin.held(last).await, (0, 0));
    assert_eq!(kin.held(kin.into).await, (1, 1));
    kin.unmerge(kin.from).await;
    assert_eq!(kin.held(kin.into).await, (0, 0));
    assert_eq!(kin.held(kin.from).await, (1, 1));
    let own = "select count(*) from danger_call where held_in <> $1 and ended_at is null";
    assert_eq!(
        kin.scene.count(own).await,
        1,
        "somebody calls about it there"
    );
    kin.folded().await;
}

/// Shows E30c, E23. The desk parts the cases in the moment in which the danger comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_that_was_not_handed_on_when_its_case_was_parted_holds_that_alone() {
    let mut kin = Kin::set().await;
    kin.danger_comes_late().await;
    kin.unmerge(kin.from).await;
    kin.scene.server.reconcile().await;
    assert_eq!(kin.held(kin.from).await, (1, 1));
    assert_eq!(kin.held(kin.into).await, (0, 0));
    assert_eq!(kin.release(kin.from).await.status, 200);
    assert_eq!(kin.held(kin.from).await, (0, 0));
    kin.folded().await;
}

/// Shows E30g, E23, E31.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_danger_holds_the_case_that_goes_on_though_that_is_filed() {
    let mut kin = Kin::set().await;
    kin.phone.reports(kin.from, "一方持刀。");
    kin.merge(kin.from, kin.into).await;
    let officer = &kin.scene.county.judicial_officer;
    let (situation, why) = ("P01-01".parse().unwrap(), "属公安事项。".into());
    let to_police = DeskAct::Reclassify(act::Reclassify { situation, why });
    let dispatcher = &kin.scene.county.dispatcher;
    assert_eq!(act(&kin.scene, dispatcher, kin.into, to_police).await, None);
    let retention = Retention::Short;
    let file = DeskAct::Archive(act::Archive { retention });
    assert_eq!(act(&kin.scene, officer, kin.into, file).await, None);
    kin.phone.sync().await;
    kin.scene.server.reconcile().await;
    assert_eq!(kin.held(kin.into).await, (1, 1));
    assert_eq!(kin.shown(kin.into).await, "一方持刀。");
    assert_eq!(kin.release(kin.into).await.status, 200);
}

/// Shows E30f, E30g, E30c, E11d, LW22.
#[tokio::test(flavor = "multi_thread")]
async fn a_recusal_of_a_phone_that_was_away_at_the_merge_keeps_its_author_from_both_cases() {
    let mut kin = Kin::set().await;
    let user = kin.scene.county.mediator.id;
    let (ground, party, why) = (RecusalGround::Relative, None, "系甲方表弟。".into());
    let recuse = Ask::Recuse(act::Recuse { ground, party, why });
    let (from, now) = (kin.from, kin.phone.now());
    let asked = kin.phone.engine.ask(from, recuse, now).unwrap();
    kin.merge(kin.from, kin.into).await;
    kin.phone.sync().await;
    kin.scene.server.reconcile().await;
    let known = facts(&kin.scene.server, kin.from).await;
    assert_eq!(known.rulings[&asked].decision, Decision::Accepted);
    let goes_on = facts(&kin.scene.server, kin.into).await;
    assert!(goes_on.is_recused(user));
    let mut working = goes_on.assignments.iter().filter(|a| a.to.is_none());
    assert!(
        !working.any(|a| a.user == user),
        "{:?}",
        goes_on.assignments
    );
    assert_eq!(goes_on.stage.status(), Status::PendingDispatch);
    kin.phone.sync().await;
    for case in [kin.from, kin.into] {
        let held = kin.phone.engine.case(case, now);
        let is_gone = matches!(held, Err(EngineError::Left(_)));
        assert!(is_gone, "the phone lets go of both and says so");
    }
    kin.folded().await;

    kin.unmerge(kin.from).await;
    let parted = facts(&kin.scene.server, kin.from).await;
    assert!(parted.is_recused(user));
    assert_eq!(parted.stage.status(), Status::PendingDispatch);
    assert!(!facts(&kin.scene.server, kin.into).await.is_recused(user));
    kin.folded().await;
}

/// Shows E30, E30b, LW22. He answers for one case and stepped back from the other.
#[tokio::test]
async fn who_stepped_back_from_either_case_of_a_merge_does_not_go_on_with_it() {
    let kin = Kin::set().await;
    let (dispatcher, user) = (&kin.scene.county.dispatcher, kin.scene.county.mediator.id);
    let recuse = DeskAct::RecuseHandler(act::RecuseHandler {
        handler: user,
        ground: RecusalGround::Relative,
        party: None,
        why: "系甲方表弟。".into(),
    });
    assert_eq!(act(&kin.scene, dispatcher, kin.from, recuse).await, None);
    let says = json!({ "into": kin.into, "why": "同一起纠纷。" });
    let refused = kin.of_two(kin.from, "merge", says).await;
    assert_eq!(refused.outcome(), (409, "lead_recused_there"));
    kin.merge(kin.into, kin.from).await;
    let goes_on = facts(&kin.scene.server, kin.from).await;
    let mut working = goes_on.assignments.iter().filter(|a| a.to.is_none());
    assert!(!working.any(|a| a.user == user));
    kin.folded().await;
}
