//! A danger for which the police have not signed within minutes is called in by a person (E23c).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Deadline, DeadlineKind},
    record::Ask,
    role::Role,
};
use jiff::{SignedDuration, Timestamp};

fn report(stage: &mut Stage) {
    let what = "一方持刀堵门。".into();
    stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
}

fn call(called: &str, called_at: Timestamp) -> DeskAct {
    let called = called.into();
    DeskAct::CallPolice(act::CallPolice { called, called_at })
}

fn clocks(stage: &Stage, kind: DeadlineKind) -> Vec<&Deadline> {
    let clocks = stage.facts().deadlines.iter();
    clocks.filter(|d| d.kind == kind).collect()
}

fn waits(stage: &Stage) -> bool {
    let calls = clocks(stage, DeadlineKind::DangerCall);
    calls.iter().any(|d| d.is_running())
}

/// Shows E23, LW06.
#[test]
fn the_five_minutes_count_from_the_receipt_though_the_server_settles_an_hour_later() {
    let mut stage = Stage::of("N03-02");
    report(&mut stage);
    let received_at = stage.now;
    stage.later(60);
    stage.sync_received(GRID, received_at);
    let calls = clocks(&stage, DeadlineKind::DangerCall);
    let [clock] = calls[..] else {
        panic!("one danger, one clock: {calls:?}");
    };
    assert_eq!(clock.starts_at, received_at);
    let five = received_at
        .checked_add(SignedDuration::from_mins(5))
        .unwrap();
    assert_eq!(clock.due_at, five);
    let mut items = stage.facts().supervision.iter();
    assert!(
        items.any(|item| item.clock == clock.key()),
        "overdue already"
    );
}

/// Shows E23.
#[test]
fn the_case_is_looked_at_again_when_the_five_minutes_are_over_and_says_so_once() {
    let mut stage = Stage::of("N03-02");
    report(&mut stage);
    stage.sync(GRID);
    let clock = clocks(&stage, DeadlineKind::DangerCall)[0].clone();
    let reminded = |stage: &Stage| {
        let items = stage.facts().supervision.iter();
        items.filter(|item| item.clock == clock.key()).count()
    };
    assert_eq!(reminded(&stage), 0);
    for _ in 0..8 {
        stage.now = stage.settled.next_moment.unwrap().min(clock.due_at);
        stage.pass();
        if stage.now == clock.due_at {
            break;
        }
    }
    assert_eq!((stage.now, reminded(&stage)), (clock.due_at, 1));
}

/// Shows E23, E02b.
#[test]
fn a_signature_of_the_police_a_release_or_a_call_ends_the_wait_and_a_call_leaves_the_rest() {
    let release = DeskAct::Release(act::Release {
        why: "已处置。".into(),
    });
    let now = Stage::of("N03-02").now;
    let much_later = now.checked_add(SignedDuration::from_mins(30)).unwrap();
    for (role, ends) in [
        (Role::PoliceDesk, DeskAct::PoliceAccept),
        (Role::Supervisor, release),
        (Role::JudicialOffice, call("110指挥中心值班员", much_later)),
    ] {
        let mut stage = Stage::of("N03-02");
        report(&mut stage);
        stage.sync(GRID);
        assert!(waits(&stage));
        stage.now = much_later;
        let is_call = matches!(ends, DeskAct::CallPolice(_));
        assert_eq!(stage.desk(role, ends), None);
        assert!(!waits(&stage));
        let accept = clocks(&stage, DeadlineKind::PoliceAccept);
        assert_eq!(accept[0].is_running(), is_call);
        assert!(!is_call || stage.facts().is_held(), "the hold stands");
    }
}

/// Shows E23.
#[test]
fn who_was_called_when_and_by_whom_stands_in_the_trail() {
    let mut stage = Stage::of("N03-02");
    report(&mut stage);
    stage.sync(GRID);
    stage.later(7);
    let called_at = stage.now;
    stage.later(2);
    let calling = call(" 110指挥中心接警员 ", called_at);
    assert_eq!(stage.desk(Role::Dispatcher, calling), None);
    let line = stage.facts().trail.last().unwrap();
    assert_eq!(line.event, "E23c");
    assert_eq!(line.by.unwrap().role, Role::Dispatcher);
    let words = line.words.as_deref().unwrap();
    assert!(
        words.starts_with("110指挥中心接警员（2026-03-02 "),
        "{words}"
    );
}

/// Shows E23.
#[test]
fn nobody_calls_about_nothing_without_saying_whom_or_at_a_time_that_cannot_be() {
    let mut stage = Stage::of("N03-02");
    let refused = |stage: &mut Stage, called: &str, at| {
        let refusal = stage.desk(Role::Dispatcher, call(called, at));
        refusal.map(|reason| reason.code)
    };
    let (before, who) = (stage.now, "110指挥中心");
    assert_eq!(
        refused(&mut stage, who, before).as_deref(),
        Some("call_not_owed")
    );
    stage.later(1);
    report(&mut stage);
    stage.sync(GRID);
    let (now, code) = (stage.now, |code: &str| Some(code.to_owned()));
    assert_eq!(refused(&mut stage, " ", now), code("called_missing"));
    assert_eq!(refused(&mut stage, who, before), code("called_at_wrong"));
    let ahead = now.checked_add(SignedDuration::from_mins(1)).unwrap();
    assert_eq!(refused(&mut stage, who, ahead), code("called_at_wrong"));
    let not_theirs = stage.desk(Role::Leader, call(who, now)).unwrap();
    assert_eq!(not_theirs.code, "not_yours");
    assert!(waits(&stage));
}

/// Shows E23, E29b.
#[test]
fn a_danger_waits_for_a_call_though_its_case_was_closed_and_reopened() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage.ask(
        MEDIATOR,
        Ask::Danger(act::ReportDanger {
            what: "持刀。".into(),
        }),
    );
    stage.sync(MEDIATOR);
    let transfer = DeskAct::Transfer(act::Transfer {
        to: hejie_case::record::Receiver::Police,
        receiver: "新港派出所".into(),
        receipt: "收-8".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    assert!(waits(&stage), "closed");
    let why = "当事人再次求助。".into();
    let reopen = DeskAct::Reopen(act::Reopen { why });
    assert_eq!(stage.desk(Role::Supervisor, reopen), None);
    assert!(waits(&stage), "reopened");
}
