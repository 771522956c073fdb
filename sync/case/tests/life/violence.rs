//! Violence at home (LW20): what must be reported, who stays unknown, and visits after a warning.

use crate::stage::{GRID, MEDIATOR, Stage, deeds::somebody};
use hejie_case::{
    act::{self, DeskAct},
    edit::Edit,
    event::Event,
    facts::{Deadline, DeadlineKind, Facts, PoliceCause, Status, Subject},
    reconcile::Effect,
    record::*,
    role::Role,
    rule::shows_author,
};
use jiff::civil::Date;

fn screen(stage: &mut Stage, violence: bool) {
    let screen = DvScreen {
        asked: true,
        violence,
    };
    let field = IntakeField::DvScreen(screen);
    stage.edit(MEDIATOR, Edit::Intake { field });
}

/// A family whose screening found violence, with or without a child among the parties.
fn family(has_child: bool) -> Stage {
    let mut stage = Stage::of("N01-01");
    if has_child {
        stage.person(Party {
            is_minor: true,
            ..somebody(Side::B)
        });
    }
    screen(&mut stage, true);
    stage.sync(MEDIATOR);
    stage
}

fn clock(facts: &Facts) -> Option<&Deadline> {
    let mut clocks = facts.deadlines.iter();
    clocks.rfind(|d| d.kind == DeadlineKind::ViolenceReport)
}

fn is_owed(stage: &Stage) -> bool {
    clock(stage.facts()).is_some_and(Deadline::is_running)
}

fn report() -> act::ReportViolence {
    let what = "孩子手臂有新伤。".into();
    act::ReportViolence { what }
}

/// Shows LW20.
#[test]
fn violence_against_a_child_or_whoever_cannot_help_himself_must_be_reported_and_other_need_not_be()
{
    assert!(is_owed(&family(true)));
    assert!(!is_owed(&family(false)));
    let mut stage = family(false);
    stage.person(Party {
        is_incapacitated: true,
        ..somebody(Side::B)
    });
    stage.sync(MEDIATOR);
    assert!(is_owed(&stage), "the screening was there before");
    let mut calm = Stage::of("N01-01");
    calm.person(Party {
        is_minor: true,
        ..somebody(Side::B)
    });
    screen(&mut calm, false);
    calm.sync(MEDIATOR);
    assert!(!is_owed(&calm));
}

/// Shows LW20, E23d.
#[test]
fn a_report_reaches_the_police_meets_its_clock_and_names_nobody() {
    for from_phone in [true, false] {
        let mut stage = family(true);
        if from_phone {
            stage.ask(GRID, Ask::ReportViolence(report()));
            stage.sync(GRID);
        } else {
            let desk = DeskAct::ReportViolence(report());
            assert_eq!(stage.desk(Role::Dispatcher, desk), None);
        }
        assert!(!is_owed(&stage));
        assert!(clock(stage.facts()).unwrap().met_at.is_some());
        let effects = stage.settled.effects.iter();
        let told: Vec<_> = effects
            .filter_map(|effect| match effect {
                Effect::PoliceOrder { order, .. } => Some(order),
                _ => None,
            })
            .collect();
        let [order] = told[..] else {
            panic!("{told:?}");
        };
        assert_eq!(order.cause, PoliceCause::Violence);
        assert!(order.text.contains("孩子手臂有新伤"), "{}", order.text);
        assert!(order.text.contains("保密"), "{}", order.text);
        let names = [stage.facts().orgs[0].name.as_str()];
        assert!(names.iter().all(|name| !order.text.contains(name)));
    }
}

/// Shows LW20.
#[test]
fn no_case_ends_before_the_report_is_made_but_a_party_may_refuse_and_it_stays_owed() {
    let closing = || {
        let (outcome, feedback) = (CloseKind::Reconciled, "已自行和解。".into());
        Ask::AskClose(act::AskClose { outcome, feedback })
    };
    let mut stage = family(true);
    stage.arrive();
    stage.sync(MEDIATOR);
    let early = stage.ask(MEDIATOR, closing());
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(early), Some("violence_report_owed"));
    let told = stage.now;
    let away = |to| {
        DeskAct::Transfer(act::Transfer {
            to,
            receiver: "妇联".into(),
            receipt: "收-1".into(),
            notice: Some(act::NoticeGiven::in_person(told)),
        })
    };
    let department = away(Receiver::Department);
    let refused = stage.desk(Role::Dispatcher, department).unwrap();
    assert_eq!(refused.code, "violence_report_owed");
    stage.ask(MEDIATOR, Ask::ReportViolence(report()));
    let later = stage.ask(MEDIATOR, closing());
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(later), None);

    let mut refusing = family(true);
    refusing.arrive();
    let party = *refusing.view().parties.keys().next().unwrap();
    refusing.consent(MEDIATOR, party, ConsentDecision::Refuse, Vec::new());
    refusing.sync(MEDIATOR);
    let routes_told = true;
    refusing.ask(MEDIATOR, Ask::Refuse(act::Refuse { party, routes_told }));
    refusing.sync(MEDIATOR);
    assert_eq!(refusing.status(), Status::Closed);
    assert!(is_owed(&refusing));
}

/// Shows LW20. What is asked for in the same moment is held to what the screening says.
#[test]
fn a_closing_that_arrives_with_the_screening_waits_for_the_report_too() {
    let mut stage = Stage::of("N01-01");
    stage.arrive();
    stage.person(Party {
        is_minor: true,
        ..somebody(Side::B)
    });
    screen(&mut stage, true);
    let close = stage.ask(
        MEDIATOR,
        Ask::AskClose(act::AskClose {
            outcome: CloseKind::Reconciled,
            feedback: "已和解。".into(),
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(close), Some("violence_report_owed"));
}

/// Shows LW20.
#[test]
fn a_corrected_screening_owes_nothing_more_and_gives_nobody_away() {
    let mut stage = family(true);
    assert!(is_owed(&stage));
    screen(&mut stage, false);
    stage.sync(MEDIATOR);
    assert!(!is_owed(&stage));
    assert!(stage.facts().violence.found);
    screen(&mut stage, true);
    stage.sync(MEDIATOR);
    assert!(is_owed(&stage), "found again");
}

/// Shows LW20.
#[test]
fn who_reported_violence_or_a_danger_beside_it_is_shown_to_the_police_alone() {
    let mut stage = Stage::of("N01-01");
    let what = "一方持刀。".into();
    stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
    stage.sync(GRID);
    let shows = |stage: &Stage, event, role| shows_author(stage.facts(), event, role);
    assert!(shows(&stage, Event::Danger, Role::Dispatcher));
    screen(&mut stage, true);
    stage.sync(MEDIATOR);
    for event in [Event::Danger, Event::ReportViolence] {
        for role in [
            Role::Dispatcher,
            Role::Supervisor,
            Role::Mediator,
            Role::Leader,
        ] {
            assert!(!shows(&stage, event, role), "{event:?} {role:?}");
        }
        for role in [Role::PoliceDesk, Role::PoliceOfficer] {
            assert!(shows(&stage, event, role), "{event:?} {role:?}");
        }
    }
    assert!(shows(&stage, Event::Arrive, Role::Dispatcher));
}

fn warn(number: &str, issued_on: &str) -> DeskAct {
    DeskAct::RecordWarning(act::RecordWarning {
        warning_no: number.into(),
        issued_on: issued_on.parse::<Date>().unwrap(),
    })
}

fn visits(stage: &Stage) -> Vec<(u8, String, bool)> {
    let clocks = stage.facts().deadlines.iter();
    let visits = clocks.filter_map(|d| match (d.kind, d.subject) {
        (DeadlineKind::FollowUp, Some(Subject::Visit(n))) => {
            Some((n, d.due_at.to_string(), d.is_running()))
        }
        _ => None,
    });
    visits.collect()
}

/// Shows E21c, LW20, E21.
#[test]
fn a_warning_of_the_police_begins_visits_from_its_day_which_neighbours_make() {
    let mut stage = family(false);
    assert_eq!(
        stage.desk(Role::PoliceDesk, warn("东公家告〔2026〕7号", "2026-03-01")),
        None
    );
    let expected = [
        (101, "2026-03-04T16:00:00Z".to_owned(), true),
        (102, "2026-03-16T16:00:00Z".to_owned(), true),
        (103, "2026-03-31T16:00:00Z".to_owned(), true),
    ];
    assert_eq!(visits(&stage), expected);
    stage.visit(GRID, Some(101), VisitMethod::Telephone);
    stage.sync(GRID);
    assert!(!visits(&stage)[0].2, "made by somebody independent");
    stage.visit(MEDIATOR, Some(102), VisitMethod::Telephone);
    stage.sync(MEDIATOR);
    let line = stage.facts().trail.iter().find(|line| line.event == "E21c");
    assert_eq!(line.unwrap().words.as_deref(), Some("东公家告〔2026〕7号"));
    assert_eq!(
        stage.desk(Role::PoliceDesk, warn("东公家告〔2026〕9号", "2026-03-02")),
        None
    );
    assert_eq!(visits(&stage).len(), 6);
    assert_eq!(visits(&stage)[3].0, 104, "no number twice");
}

/// Shows E21c.
#[test]
fn a_warning_has_a_number_that_was_not_recorded_and_a_day_that_has_come() {
    let mut stage = family(false);
    let mut refused = |number: &str, day: &str| {
        let refusal = stage.desk(Role::Supervisor, warn(number, day));
        refusal.map(|reason| reason.code)
    };
    assert_eq!(
        refused(" ", "2026-03-01").as_deref(),
        Some("warning_no_missing")
    );
    assert_eq!(
        refused("告-1", "2026-03-03").as_deref(),
        Some("issued_on_wrong")
    );
    assert_eq!(refused("告-1", "2026-03-02"), None);
    assert_eq!(
        refused("告-1 ", "2026-03-02").as_deref(),
        Some("warning_known")
    );
}
