//! A further call is served like a first one (E29, R005).

use crate::stage::{MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, DeskAct},
    facts::{DeadlineKind, Duty, PoliceCause, RepeatCall, Status},
    reconcile::call_again,
    record::Receiver,
    role::Role,
};

/// Another call of the same dispute comes in, while somebody is on duty.
fn call(stage: &mut Stage, situation: &str) {
    let call = RepeatCall {
        channel: "110".into(),
        external_no: format!("JJD-{}", stage.now),
        received_at: stage.now,
        through: Vec::new(),
        situation: Some(situation.parse().unwrap()),
    };
    let on_duty = Some(author(7, Role::Mediator));
    let motions = call_again(stage.facts(), call, on_duty, stage.now);
    let mut answers = Vec::new();
    for motion in motions {
        answers.push(stage.by_rule(motion.act));
    }
    assert_eq!(answers[0], None);
}

fn orders(stage: &Stage) -> Vec<PoliceCause> {
    let orders = stage.facts().police_orders.iter();
    orders.map(|order| order.cause).collect()
}

fn give_back(stage: &mut Stage) {
    let by = stage.facts().offered().unwrap().user;
    let returned = DeskAct::Return(act::Return {
        reason: "不在本辖区。".into(),
    });
    assert_eq!(stage.act_as(by, Role::Mediator, returned), None);
}

/// Shows E29, R005.
#[test]
fn whoever_is_on_duty_is_offered_a_case_that_waits_when_it_is_reported_again() {
    let mut stage = Stage::of("N02-02");
    give_back(&mut stage);
    call(&mut stage, "N02-02");
    assert_eq!(stage.status(), Status::Dispatched);
    assert_eq!(
        stage.facts().offered().unwrap().user,
        author(7, Role::Mediator).user
    );
}

/// Shows E29, R005.
#[test]
fn whoever_is_on_duty_joins_where_nobody_has_signed_and_not_where_somebody_works() {
    let mut stage = Stage::of("N02-02");
    let joined = |stage: &Stage| {
        let mut present = stage.facts().assignments.iter();
        present.any(|a| a.duty == Duty::Co && a.user == author(7, Role::Mediator).user)
    };
    call(&mut stage, "N02-02");
    assert!(joined(&stage));
    assert_eq!(stage.status(), Status::Dispatched, "the first offer stands");

    let mut stage = Stage::of("N02-02");
    stage.arrive();
    stage.sync(MEDIATOR);
    call(&mut stage, "N02-02");
    assert!(!joined(&stage));
    assert_eq!(stage.facts().kin.repeats.len(), 1);
}

/// Shows E29, R005, R040.
#[test]
fn a_case_that_a_call_reopens_is_triaged_by_that_call_and_offered() {
    let mut stage = Stage::opened("P01-01");
    assert_eq!(stage.status(), Status::Closed);
    stage.later(24 * 60);
    call(&mut stage, "N02-02");
    assert_eq!(stage.facts().round_no(), 2);
    assert_eq!(stage.facts().situation.as_str(), "N02-02");
    assert_eq!(stage.status(), Status::Dispatched);
    stage.later(1);
    call(&mut stage, "N03-05");
    let known = stage.facts().situation.as_str();
    assert_eq!(known, "N02-02", "what is known of the case holds");
}

/// Shows E29, E02, R116.
#[test]
fn a_call_that_reopens_a_case_for_the_police_asks_them_once() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "仲裁院".into(),
        receipt: "收-1".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    stage.later(24 * 60);
    call(&mut stage, "P01-01");
    assert_eq!(stage.facts().round_no(), 2);
    assert_eq!(stage.status(), Status::Closed, "it is theirs");
    assert_eq!(orders(&stage), [PoliceCause::Call]);
    let clocks = stage.facts().deadlines.iter();
    let waits = clocks.filter(|d| d.kind == DeadlineKind::PoliceAccept && d.is_running());
    assert_eq!(waits.count(), 1, "and they sign for it once");
}
