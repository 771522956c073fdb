//! Time alone moves a case: the sweep finds those whose moment has come, and no others.

use crate::{
    effects::connect,
    phone::Phone,
    scene::{Scene, act, author, facts},
};
use harness::TestServer;
use hejie_case::{
    act::{self, DeskAct},
    deadline::{DeadlineState, deadline_state},
    facts::{DeadlineKind, Duty, Facts, Measure, Status},
    limit,
    reason::Explain,
    record::{Ask, CloseKind},
};
use hejie_device::engine::EngineError;
use hejie_registry::{case, pool};
use jiff::SignedDuration;

impl Scene {
    async fn facts(&self) -> Facts {
        facts(&self.server, self.case).await
    }

    /// The mediator signs, arrives, and asks to close.
    async fn ask_to_close(&self, phone: &mut Phone) {
        phone.set_clock(self.server.now());
        let assignment = self.facts().await.offered().unwrap().version;
        let (outcome, feedback) = (CloseKind::Reconciled, "双方自行和解。".into());
        let (place, reason) = (None, None);
        for ask in [
            Ask::SignFor(act::SignFor { assignment }),
            Ask::Arrive(act::Arrive { place, reason }),
            Ask::AskClose(act::AskClose { outcome, feedback }),
        ] {
            phone.engine.ask(self.case, ask, phone.now()).unwrap();
        }
        phone.sync().await;
        self.server.reconcile().await;
    }

    /// The dispatcher asks the grid worker to visit.
    async fn ask_visitor(&self) {
        let to = author(&self.county.second_mediator);
        let assign = DeskAct::Assign(act::Assign {
            target: to,
            duty: Duty::Visit,
        });
        let refused = act(self, &self.county.dispatcher, self.case, assign).await;
        assert_eq!(refused, None);
    }

    async fn minute(&self) {
        self.server.state.reconciler.sweep().await.unwrap();
        self.server.reconcile().await;
    }
}

fn measures(facts: &Facts, kind: DeadlineKind) -> Vec<(Measure, u32)> {
    let items = facts.supervision.iter().filter(|i| i.clock.kind == kind);
    items.map(|i| (i.measure, i.percent)).collect()
}

/// Shows R054, R091.
#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_nobody_signs_for_is_reminded_of_and_then_ordered_without_anybody_asking() {
    let scene = Scene::on(TestServer::alone().await).await;
    let kind = DeadlineKind::SignFor;
    let before = scene.facts().await;
    scene.minute().await;
    assert_eq!(scene.facts().await, before, "nothing is due yet");

    scene.server.advance(SignedDuration::from_hours(3));
    scene.minute().await;
    let soon = scene.facts().await;
    assert_eq!(measures(&soon, kind), [(Measure::Reminder, 75)]);
    assert!(soon.version > before.version);

    scene.server.advance(SignedDuration::from_hours(1));
    scene.minute().await;
    let late = scene.facts().await;
    let clock = late.deadlines.iter().find(|d| d.kind == kind).unwrap();
    let stands = deadline_state(clock, scene.server.now());
    assert_eq!(stands, DeadlineState::Overdue { percent: 0 });
    assert_eq!(
        measures(&late, kind),
        [(Measure::Reminder, 75), (Measure::Order, 100)]
    );
    scene.minute().await;
    assert_eq!(scene.facts().await, late, "a second look changes nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_time_did_to_a_case_reaches_the_phone_with_the_next_exchange() {
    let scene = Scene::on(TestServer::alone().await).await;
    let mut phone: Phone = scene.mediator().await;
    scene.server.advance(SignedDuration::from_hours(4));
    scene.minute().await;
    let mediator = &scene.county.mediator;
    phone.enrol_again(&scene.server, mediator).await;
    phone.sync().await;
    let file = phone.engine.case(scene.case, scene.server.now()).unwrap();
    let known = file.facts.unwrap();
    assert_eq!(known, scene.facts().await);
    assert!(!known.supervision.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_without_anything_to_wait_for_is_looked_at_by_no_sweep() {
    let scene = Scene::on(TestServer::alone().await).await;
    let waits = "select count(*) from case_doc where case_id = $1 and next_moment_at is not null";
    assert_eq!(scene.count(waits).await, 1);
    let due = "select count(*) from case_doc where case_id = $1 and next_moment_at <= settled_at";
    assert_eq!(
        scene.count(due).await,
        0,
        "the next moment always lies ahead"
    );
}

/// Shows E27.
#[tokio::test(flavor = "multi_thread")]
async fn a_closing_waits_until_every_phone_of_the_case_was_heard_and_then_goes_on_by_itself() {
    let scene = Scene::on(TestServer::alone().await).await;
    scene.ask_visitor().await;
    let (mut mediator, mut visitor) = (scene.mediator().await, scene.colleague().await);
    scene.server.advance(SignedDuration::from_mins(5));
    scene.ask_to_close(&mut mediator).await;
    scene.minute().await;
    let status = scene.facts().await.stage.status();
    assert_eq!(status, Status::PendingClose, "the other may hold something");

    let note = visitor.note(scene.case, "回访时双方平静。");
    scene.server.advance(SignedDuration::from_mins(2));
    visitor.set_clock(scene.server.now());
    visitor.sync().await;
    scene.server.reconcile().await;
    let mut conn = pool::acquire(&scene.server.state.pool).await.unwrap();
    let stored = case::lookup(&mut conn, scene.case).await.unwrap().unwrap();
    assert_eq!(stored.facts.stage.status(), Status::Closed);
    assert!(
        stored.view.notes.contains_key(&note),
        "what the last phone brought came before the closing"
    );
}

/// Shows E23. Other work of such a phone is refused with a sentence, as any date that cannot be.
#[tokio::test(flavor = "multi_thread")]
async fn a_danger_is_taken_under_any_clock_of_a_phone_and_counts_from_its_receipt() {
    let scene = Scene::on(TestServer::alone().await).await;
    let police = connect(&scene.server, &scene.county, "110").await;
    let mut phone = scene.mediator().await;
    let clocks = [
        "-009999-01-02T01:59:59Z",
        "1899-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "9999-12-30T22:00:00Z",
    ];
    for (told, clock) in clocks.into_iter().enumerate() {
        phone.set_clock(limit::nearest_beyond(clock.parse().unwrap()));
        let (now, what) = (phone.now(), format!("险情：{clock}"));
        let refused = phone.engine.ask(scene.case, Ask::Start, now).unwrap_err();
        assert!(
            matches!(&refused, EngineError::Edit(error) if error.code() == "value_out_of_range"),
            "{clock}: {refused}"
        );
        let danger = phone
            .engine
            .ask(scene.case, Ask::Danger(act::ReportDanger { what }), now);
        let entry = danger.unwrap();
        phone.sync().await;
        scene.server.reconcile().await;
        phone.sync().await;
        assert!(phone.engine.refusals().unwrap().is_empty(), "{clock}");
        scene.server.send_due().await;
        assert_eq!(police.bodies().len(), told + 1, "{clock}");
        let ruling = &scene.facts().await.rulings[&entry];
        assert_eq!(ruling.at, scene.server.now(), "{clock}");
    }
}
