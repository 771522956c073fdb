//! A visit that finds signs of the dispute breaking out again (R041).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    edit::NewEntry,
    facts::{Deadline, DeadlineKind, ItemState, Measure, Status, Subject, SupervisionItem},
    record::*,
    role::Role,
};

fn visit(stage: &mut Stage, due: Option<u8>, relapse_sign: bool) {
    let visit = Visit {
        due,
        method: VisitMethod::Telephone,
        at: stage.now,
        place: None,
        finding: VisitFinding {
            performance: Performance::Performed,
            satisfaction: None,
            relapse_sign,
        },
    };
    stage.add(GRID, NewEntry::Visit(visit, "所见。".into()));
    stage.sync(GRID);
}

fn item(stage: &Stage) -> Option<&SupervisionItem> {
    let mut items = stage.facts().supervision.iter();
    items.find(|item| item.measure == Measure::Relapse)
}

fn clock(stage: &Stage, n: u8) -> Option<&Deadline> {
    let subject = Some(Subject::Visit(n));
    let mut clocks = stage.facts().deadlines.iter();
    clocks.find(|d| d.kind == DeadlineKind::FollowUp && d.subject == subject)
}

/// A case that was performed and closed.
fn closed() -> Stage {
    let mut stage = Stage::of("N03-05");
    stage.sync(GRID);
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    let close = Ask::AskClose(act::AskClose { outcome, feedback });
    stage.ask(MEDIATOR, close);
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::Closed);
    stage.later(7 * 24 * 60);
    stage
}

/// Shows R041, E21.
#[test]
fn signs_of_a_relapse_make_another_visit_due_and_lie_before_a_person_to_decide() {
    let mut stage = closed();
    visit(&mut stage, Some(1), true);
    let again = clock(&stage, 6).unwrap();
    assert!(again.is_running());
    assert_eq!(again.due_at.duration_since(stage.now).as_hours() / 24, 3);
    let proposed = item(&stage).unwrap().clone();
    assert_eq!(proposed.state, ItemState::Proposed);
    visit(&mut stage, None, true);
    assert!(clock(&stage, 7).is_none(), "once, until it is decided");
    let (no, take, why) = (proposed.no, true, String::new());
    let decided = DeskAct::DecideItem(act::DecideItem { no, take, why });
    assert_eq!(stage.desk(Role::Supervisor, decided), None);
    assert!(matches!(
        item(&stage).unwrap().state,
        ItemState::Taken { .. }
    ));
}

/// Shows R041, E21.
#[test]
fn the_next_visit_that_finds_nothing_answers_what_nobody_decided() {
    let mut stage = closed();
    visit(&mut stage, Some(1), true);
    visit(&mut stage, Some(6), false);
    assert!(clock(&stage, 6).unwrap().met_at.is_some());
    assert!(matches!(
        item(&stage).unwrap().state,
        ItemState::Past { .. }
    ));
}

/// Shows R041, R042.
#[test]
fn signs_of_a_relapse_count_in_the_colour_of_an_open_case() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    let before = stage.facts().colour.score;
    visit(&mut stage, None, false);
    assert_eq!(stage.facts().colour.score, before);
    visit(&mut stage, None, true);
    assert_eq!(stage.facts().colour.score, before + 20);
    let mut reasons = stage.facts().colour.reasons.iter();
    assert!(reasons.any(|reason| reason.code == "relapse"));
}
