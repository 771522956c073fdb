//! What becomes of the measures of supervision: answered by whom they are aimed at, taken or
//! dropped by a person (R054, R091).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, Act, DeskAct},
    facts::{Deadline, DeadlineKind, ItemState, Measure, SupervisionItem},
    record::Ask,
    role::Role,
};
use jiff::{ToSpan, civil::Date};

/// A mediation that nobody ended in time.
fn overdue() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage.later(60 * 24 * 60);
    stage.sync(GRID);
    stage
}

fn the_first(stage: &Stage, of: impl Fn(&ItemState) -> bool) -> SupervisionItem {
    let mut items = stage.facts().supervision.iter();
    items.find(|item| of(&item.state)).unwrap().clone()
}

fn state(stage: &Stage, no: u32) -> ItemState {
    let mut items = stage.facts().supervision.iter();
    items.find(|item| item.no == no).unwrap().state.clone()
}

/// Shows R054, R025.
#[test]
fn a_measure_is_answered_once_from_the_phone_of_the_lead_and_its_clock_goes_on() {
    let mut stage = overdue();
    let item = the_first(&stage, |state| *state == ItemState::Issued);
    let no = item.no;
    let answer = |text: &str| {
        Ask::AnswerItem(act::AnswerItem {
            no,
            answer: text.into(),
        })
    };
    let foreign = stage.ask(GRID, answer("不是我的事项。"));
    stage.sync(GRID);
    let silent = stage.ask(MEDIATOR, answer(" "));
    let answered = stage.ask(MEDIATOR, answer("鉴定意见已到，本周再次调解。"));
    let twice = stage.ask(MEDIATOR, answer("同上。"));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(foreign), Some("not_yours"));
    assert_eq!(stage.refusal(silent), Some("reason_missing"));
    assert_eq!(stage.refusal(answered), None);
    assert_eq!(stage.refusal(twice), Some("item_not_waiting"));
    assert!(
        matches!(state(&stage, no), ItemState::Answered { text, .. } if text.starts_with("鉴定"))
    );
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.any(|d| d.key() == item.clock && d.is_running()));
    stage.later(60);
    stage.sync(GRID);
    let again = stage.facts().supervision.iter();
    let again = again.filter(|i| i.clock == item.clock && i.measure == item.measure);
    assert_eq!(again.count(), 1, "the rung is not taken again");
    assert!(matches!(state(&stage, no), ItemState::Answered { .. }));
}

/// Shows R091.
#[test]
fn what_no_rule_may_take_is_taken_or_dropped_by_a_person_with_a_reason() {
    for take in [true, false] {
        let mut stage = overdue();
        let item = the_first(&stage, |state| *state == ItemState::Proposed);
        assert!(item.measure.needs_person());
        let decide = |why: &str| {
            DeskAct::DecideItem(act::DecideItem {
                no: item.no,
                take,
                why: why.into(),
            })
        };
        let early = Act::Ask(Ask::AnswerItem(act::AnswerItem {
            no: item.no,
            answer: "已在办理。".into(),
        }));
        let lead = stage.facts().lead().unwrap().user;
        let refused = stage.act_as(lead, Role::Mediator, early.clone()).unwrap();
        assert_eq!(refused.code, "item_not_waiting", "it is not decided yet");
        let rank = stage.desk(Role::Dispatcher, decide("逾期原因在外部。"));
        assert_eq!(rank.unwrap().code, "not_yours");
        if !take {
            let silent = stage.desk(Role::Supervisor, decide(""));
            assert_eq!(silent.unwrap().code, "reason_missing");
        }
        assert_eq!(stage.desk(Role::Supervisor, decide("已核实。")), None);
        let twice = stage.desk(Role::Supervisor, decide("已核实。")).unwrap();
        assert_eq!(twice.code, "item_not_proposed");
        let answered = stage.act_as(lead, Role::Mediator, early);
        assert_eq!(answered.is_none(), take, "what was dropped needs no answer");
    }
}

fn order(what: &str, due_on: Option<Date>) -> DeskAct {
    let what = what.into();
    DeskAct::Supervise(act::Supervise { what, due_on })
}

/// Shows R025, R054.
#[test]
fn an_order_of_a_supervisor_has_its_day_is_answered_from_the_phone_and_its_clock_is_met() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let today = hejie_case::deadline::day_of(stage.now);
    let refused = |stage: &mut Stage, role, what: &str, days: i32| {
        let due_on = Some(today.saturating_add(days.days()));
        stage.desk(role, order(what, due_on)).map(|why| why.code)
    };
    for (role, what, days, code) in [
        (Role::Dispatcher, "请补充证据。", 3, "not_yours"),
        (Role::Supervisor, " ", 3, "reason_missing"),
        (
            Role::Supervisor,
            "请补充证据。",
            -1,
            "order_day_out_of_range",
        ),
        (
            Role::Supervisor,
            "请补充证据。",
            61,
            "order_day_out_of_range",
        ),
    ] {
        assert_eq!(refused(&mut stage, role, what, days).as_deref(), Some(code));
    }
    assert_eq!(
        refused(&mut stage, Role::Supervisor, "请补充证据。", 3),
        None
    );
    let item = the_first(&stage, |state| *state == ItemState::Issued);
    assert_eq!(
        (item.measure, item.zh.as_str()),
        (Measure::Order, "请补充证据。")
    );
    let clock = |stage: &Stage| {
        let mut clocks = stage.facts().deadlines.iter();
        clocks.find(|d| d.key() == item.clock).unwrap().clone()
    };
    let end = hejie_case::deadline::end_of(today.saturating_add(3.days()));
    assert_eq!(
        (clock(&stage).kind, clock(&stage).due_at),
        (DeadlineKind::OrderAnswer, end)
    );
    stage.later(5 * 24 * 60);
    stage.sync(GRID);
    let mut urged = stage.facts().supervision.iter();
    assert!(urged.any(|other| other.clock == item.clock && other.no != item.no));
    let answer = "证据已补齐。".into();
    let answered = stage.ask(
        MEDIATOR,
        Ask::AnswerItem(act::AnswerItem {
            no: item.no,
            answer,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(answered), None);
    assert!(clock(&stage).met_at.is_some());
    stage.later(1);
    stage.sync(GRID);
    let of_it = stage.facts().supervision.iter();
    let mut of_it = of_it.filter(|other| other.clock == item.clock);
    assert!(of_it.all(|other| !other.state.is_open()));
}

/// Shows R054.
#[test]
fn an_order_without_a_day_has_three_and_no_case_has_more_than_five_that_wait() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    for _ in 0..5 {
        assert_eq!(stage.desk(Role::Leader, order("请到场。", None)), None);
    }
    let sixth = stage.desk(Role::Supervisor, order("请到场。", None));
    assert_eq!(sixth.unwrap().code, "too_many_orders");
    let three = hejie_case::deadline::end_of_day_after(stage.now, 3);
    let mut clocks = stage.facts().deadlines.iter();
    let of_orders = |d: &&Deadline| d.kind == DeadlineKind::OrderAnswer;
    let due: Vec<_> = clocks
        .by_ref()
        .filter(of_orders)
        .map(|d| d.due_at)
        .collect();
    assert_eq!(due, [three; 5]);
}
