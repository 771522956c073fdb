//! What becomes of the measures of supervision: answered by whom they are aimed at, taken or
//! dropped by a person (R054, R091).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, Act, DeskAct},
    facts::{ItemState, SupervisionItem},
    record::Ask,
    role::Role,
};

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
