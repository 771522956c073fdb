//! A case that turns out to be about something else (E02c).

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Deadline, DeadlineKind, Difficulty, PoliceCause, Stage as At, Status},
    record::*,
    role::Role,
};

fn as_now(code: &str) -> act::Reclassify {
    let (situation, why) = (code.parse().unwrap(), "现场核实情形不同。".into());
    act::Reclassify { situation, why }
}

fn clock(stage: &Stage, kind: DeadlineKind) -> Deadline {
    let mut clocks = stage.facts().deadlines.iter();
    clocks.find(|d| d.kind == kind).unwrap().clone()
}

fn words(stage: &Stage) -> String {
    let mut lines = stage.facts().trail.iter().rev();
    let line = lines.find(|line| line.event == "E02c").unwrap();
    line.words.clone().unwrap()
}

/// Shows E02c, R111.
#[test]
fn a_desk_says_what_a_case_is_about_and_difficulty_and_limits_follow_from_their_own_start() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let before = [DeadlineKind::Feedback, DeadlineKind::Legal].map(|kind| clock(&stage, kind));
    let reclassify = DeskAct::Reclassify(as_now("N05-01"));
    assert_eq!(stage.desk(Role::Dispatcher, reclassify), None);
    let facts = stage.facts();
    assert_eq!(facts.situation.as_str(), "N05-01");
    assert_eq!(facts.difficulty, Difficulty::Complex);
    assert_eq!(stage.status(), Status::Mediating);
    for was in before {
        let is = clock(&stage, was.kind);
        assert_eq!(is.starts_at, was.starts_at);
        assert!(is.due_at > was.due_at, "{:?}", was.kind);
    }
    assert_eq!(
        words(&stage),
        "N03-02 买卖承揽等一般合同纠纷→N05-01 诊疗行为及医疗损害纠纷；现场核实情形不同。"
    );
}

/// Shows E02c, E14. A wrong code of the order leaves nothing behind, as long as no limit ran by it.
#[test]
fn before_acceptance_the_difficulty_of_a_wrong_code_goes_with_it() {
    let mut stage = Stage::of("N05-01");
    assert_eq!(stage.facts().difficulty, Difficulty::Complex);
    let reclassify = DeskAct::Reclassify(as_now("N02-02"));
    assert_eq!(stage.desk(Role::Supervisor, reclassify), None);
    assert_eq!(stage.facts().difficulty, Difficulty::Simple);
    assert_eq!(stage.status(), Status::Dispatched, "the offer stands");
}

/// Shows E02c, LW15, LW17.
#[test]
fn the_limit_of_labour_ends_with_the_code_that_was_wrong_and_another_begins_with_acceptance() {
    let mut stage = Stage::of("N06-01");
    assert!(clock(&stage, DeadlineKind::Legal).is_running());
    let reclassify = DeskAct::Reclassify(as_now("N03-02"));
    assert_eq!(stage.desk(Role::Supervisor, reclassify), None);
    assert!(!clock(&stage, DeadlineKind::Legal).is_running());
    stage.later(60);
    stage.accept();
    stage.sync(MEDIATOR);
    let mut clocks = stage.facts().deadlines.iter();
    let running = clocks.find(|d| d.kind == DeadlineKind::Legal && d.is_running());
    let accepted = stage.facts().round.accepted_at.unwrap();
    assert_eq!(running.unwrap().starts_at, accepted);
}

/// Shows E02c, R111, R116.
#[test]
fn what_is_for_the_police_goes_to_them_whole_until_somebody_signed_and_by_an_order_later() {
    let mut stage = Stage::of("N02-02");
    let theirs = || DeskAct::Reclassify(as_now("P01-01"));
    assert_eq!(stage.desk(Role::Dispatcher, theirs()), None);
    assert_eq!(stage.status(), Status::Closed);
    let outcome = CloseKind::TransferredPolice;
    assert!(matches!(stage.facts().stage, At::Closed { outcome: by, .. } if by == outcome));
    assert_eq!(stage.facts().police_orders.len(), 1);
    let late = stage.desk(Role::Dispatcher, DeskAct::Reclassify(as_now("N03-02")));
    assert_eq!(late.unwrap().code, "wrong_stage");

    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    assert_eq!(stage.desk(Role::Dispatcher, theirs()), None);
    assert_eq!(
        stage.status(),
        Status::Mediating,
        "the parties are told first"
    );
    let orders = &stage.facts().police_orders;
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].cause, PoliceCause::Situation);
    assert!(clock(&stage, DeadlineKind::PoliceAccept).is_running());
}

/// Shows E02c.
#[test]
fn nothing_is_reclassified_without_a_reason_as_it_is_or_by_a_code_that_nobody_knows() {
    let mut stage = Stage::of("N02-02");
    let mut refused = |act: act::Reclassify| {
        let told = stage.desk(Role::Dispatcher, DeskAct::Reclassify(act));
        told.unwrap().code
    };
    let silent = act::Reclassify {
        why: " ".into(),
        ..as_now("N03-02")
    };
    assert_eq!(refused(silent), "reason_missing");
    assert_eq!(refused(as_now("N02-02")), "situation_unchanged");
    assert_eq!(refused(as_now("N15-88")), "unknown_situation");
}

/// Shows E02c.
#[test]
fn whoever_handles_a_case_reclassifies_it_until_a_desk_has_decided() {
    let mut stage = Stage::of("N02-02");
    stage.arrive();
    let asked = stage.ask(MEDIATOR, Ask::Reclassify(as_now("N03-05")));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), None);
    assert_eq!(stage.facts().situation.as_str(), "N03-05");
    assert!(words(&stage).ends_with("；现场核实情形不同。"));
    let decided = DeskAct::Reclassify(as_now("N03-02"));
    assert_eq!(stage.desk(Role::Dispatcher, decided), None);
    let again = stage.ask(MEDIATOR, Ask::Reclassify(as_now("N03-05")));
    stage.sync(MEDIATOR);
    assert_eq!(stage.facts().situation.as_str(), "N03-02");
    assert!(stage.facts().round.referred.contains_key(&again));
    assert_eq!(stage.decide(Role::Supervisor, again, true), None);
    assert_eq!(stage.facts().situation.as_str(), "N03-05");
    assert!(words(&stage).contains("现场核实情形不同。"));
}

/// Shows E02c, R115.
#[test]
fn late_in_its_time_a_handler_does_not_win_more_of_it_by_another_situation() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage.later(5 * 24 * 60);
    let asked = stage.ask(MEDIATOR, Ask::Reclassify(as_now("N05-01")));
    stage.sync(MEDIATOR);
    assert!(stage.facts().round.referred.contains_key(&asked));
    assert_eq!(stage.facts().situation.as_str(), "N02-02");
}
