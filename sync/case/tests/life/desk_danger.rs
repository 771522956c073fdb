//! A danger that a desk hears of (E23).

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    facts::{DeadlineKind, Retention, Status},
    reconcile::Effect,
    role::Role,
};

fn danger() -> DeskAct {
    DeskAct::Danger(act::ReportDanger {
        what: "来电称一方持刀返回。".into(),
    })
}

fn orders(stage: &Stage) -> usize {
    let effects = stage.settled.effects.iter();
    let of_police = effects.filter(|e| matches!(e, Effect::PoliceOrder { .. }));
    of_police.count()
}

/// Shows E23, LW06.
#[test]
fn a_danger_that_a_desk_reports_holds_the_case_and_is_told_to_the_police_at_once() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    assert_eq!(stage.desk(Role::Dispatcher, danger()), None);
    assert_eq!(orders(&stage), 1);
    assert!(stage.facts().is_held());
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.any(|d| d.kind == DeadlineKind::PoliceAccept && d.is_running()));
    let line = stage.facts().trail.last().unwrap();
    assert_eq!(line.words.as_deref(), Some("来电称一方持刀返回。"));
    assert_eq!(stage.desk(Role::HotlineDesk, danger()), None);
    assert_eq!(orders(&stage), 1, "each is an order of its own");
    let why = "警情已处置。".into();
    let release = DeskAct::Release(act::Release { why });
    assert_eq!(stage.desk(Role::PoliceDesk, release), None);
    assert!(!stage.facts().is_held());
}

/// Shows E23.
#[test]
fn a_danger_about_a_case_that_is_closed_or_filed_is_told_all_the_same() {
    let mut stage = Stage::opened("P01-01");
    assert_eq!(stage.status(), Status::Closed);
    assert_eq!(stage.desk(Role::Dispatcher, danger()), None);
    assert_eq!(orders(&stage), 1);
    let retention = Retention::Long;
    let archive = DeskAct::Archive(act::Archive { retention });
    let why = "已处置。".into();
    assert_eq!(
        stage.desk(Role::PoliceDesk, DeskAct::Release(act::Release { why })),
        None
    );
    assert_eq!(stage.desk(Role::JudicialOffice, archive), None);
    assert_eq!(stage.desk(Role::Dispatcher, danger()), None);
    assert_eq!(orders(&stage), 1);
}
