//! The course of a mediation: difficulty, rest, extension, its end (E14, E15, E25, E33).

use crate::stage::{GRID, MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, Act, DeskAct},
    deadline::end_of,
    facts::{DeadlineKind, Decision, Difficulty, Status},
    ids::EntryId,
    record::*,
    role::Role,
};
use jiff::Timestamp;

fn due(stage: &Stage, kind: DeadlineKind) -> Timestamp {
    let mut clocks = stage.facts().deadlines.iter();
    clocks.find(|d| d.kind == kind).unwrap().due_at
}

fn started(stage: &Stage, kind: DeadlineKind) -> Timestamp {
    let mut clocks = stage.facts().deadlines.iter();
    clocks.find(|d| d.kind == kind).unwrap().starts_at
}

fn mediating(situation: &str) -> (Stage, [EntryId; 2]) {
    let mut stage = Stage::of(situation);
    let parties = stage.accept();
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Mediating);
    (stage, parties)
}

fn adjust(stage: &mut Stage, to: Difficulty) -> EntryId {
    let reason = "涉及多方，情况比登记时复杂。".into();
    let asked = stage.ask(MEDIATOR, Ask::Adjust(act::Adjust { to, reason }));
    stage.sync(MEDIATOR);
    asked
}

/// Shows E14, R115.
#[test]
fn a_raise_in_the_first_half_of_the_time_is_granted_by_rule_and_restarts_no_clock() {
    let (mut stage, _) = mediating("N03-02");
    let (start, before) = (
        started(&stage, DeadlineKind::Feedback),
        due(&stage, DeadlineKind::Feedback),
    );
    stage.later(60);
    let asked = adjust(&mut stage, Difficulty::Complex);
    assert_eq!(stage.refusal(asked), None);
    assert_eq!(started(&stage, DeadlineKind::Feedback), start);
    assert!(due(&stage, DeadlineKind::Feedback) > before);
}

/// Shows E14.
#[test]
fn a_raise_after_half_of_the_time_waits_for_the_supervisor() {
    let (mut stage, _) = mediating("N03-02");
    stage.later(20 * 24 * 60);
    let asked = adjust(&mut stage, Difficulty::Complex);
    assert_eq!(stage.refusal(asked), Some("referred"));
    assert_eq!(stage.facts().difficulty, Difficulty::Ordinary);
    assert_eq!(
        stage.decide(Role::Dispatcher, asked, true).unwrap().code,
        "rank_too_low"
    );
    assert_eq!(stage.decide(Role::Supervisor, asked, true), None);
    assert_eq!(stage.facts().difficulty, Difficulty::Complex);
    assert!(stage.facts().round.referred.is_empty());
}

/// Shows E14.
#[test]
fn lowering_is_for_the_first_day_and_never_below_the_rules() {
    let (mut stage, _) = mediating("N03-02");
    let below = adjust(&mut stage, Difficulty::Simple);
    assert_eq!(stage.refusal(below), Some("rules_forbid_lowering"));
    stage.later(25 * 60);
    let late = adjust(&mut stage, Difficulty::Simple);
    assert_eq!(stage.refusal(late), Some("too_late_to_lower"));
}

/// Shows E15, LW16.
#[test]
fn a_rest_pauses_both_clocks_and_ends_by_itself_after_sixty_days() {
    let (mut stage, _) = mediating("N03-02");
    let ground = SuspensionGround::Appraisal;
    stage.ask(MEDIATOR, Ask::Suspend(act::Suspend { ground }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Suspended);
    for kind in [DeadlineKind::Feedback, DeadlineKind::Legal] {
        let mut clocks = stage.facts().deadlines.iter();
        let clock = clocks.find(|d| d.kind == kind).unwrap();
        assert!(clock.pauses.last().unwrap().to.is_none(), "{kind:?} rests");
    }
    stage.later(61 * 24 * 60);
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::Mediating);
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.all(|d| d.pauses.iter().all(|p| p.to.is_some())));
}

fn ask_for_more_time(stage: &mut Stage) -> EntryId {
    let (clock, days, why) = (DeadlineKind::Legal, 10, "等待鉴定意见。".into());
    let asked = stage.ask(MEDIATOR, Ask::Extend(act::Extend { clock, days, why }));
    stage.sync(MEDIATOR);
    asked
}

fn say_of_extension(stage: &mut Stage, party: EntryId, decision: ConsentDecision) -> EntryId {
    let said = (ConsentSubject::Extension, decision);
    stage.say(MEDIATOR, party, said, Vec::new())
}

/// Shows E33, LW15.
#[test]
fn the_legal_limit_is_extended_as_often_as_everybody_wishes_it_anew() {
    let (mut stage, parties) = mediating("N03-02");
    let clock = DeadlineKind::Legal;
    // Ten days more each: Saturday the 11th, Tuesday the 21st of April, and the 1st of May; the
    // first and the last of them are days off.
    for ends in ["2026-04-13", "2026-04-21", "2026-05-06"] {
        let early = ask_for_more_time(&mut stage);
        assert_eq!(
            stage.refusal(early),
            Some("extension_not_agreed"),
            "{ends}: consent to the extension before is no consent to this one"
        );
        for party in parties {
            say_of_extension(&mut stage, party, ConsentDecision::Agree);
        }
        let asked = ask_for_more_time(&mut stage);
        assert_eq!(stage.refusal(asked), Some("referred"));
        assert_eq!(stage.decide(Role::JudicialOffice, asked, true), None);
        assert_eq!(due(&stage, clock), end_of(ends.parse().unwrap()));
    }
}

/// Shows E33, LW15, LW01.
#[test]
fn who_takes_back_the_wish_for_more_time_is_heard_before_the_desk_decides() {
    let (mut stage, parties) = mediating("N03-02");
    for party in parties {
        say_of_extension(&mut stage, party, ConsentDecision::Agree);
    }
    let asked = ask_for_more_time(&mut stage);
    let refusal = say_of_extension(&mut stage, parties[1], ConsentDecision::Withdraw);
    stage.sync(MEDIATOR);
    let refused = stage.decide(Role::JudicialOffice, asked, true).unwrap();
    assert_eq!(refused.code, "extension_not_agreed");
    let (said, seen) = (ConsentSubject::Extension, vec![refusal]);
    stage.say(MEDIATOR, parties[1], (said, ConsentDecision::Agree), seen);
    stage.sync(MEDIATOR);
    assert_eq!(stage.decide(Role::JudicialOffice, asked, true), None);
}

/// Shows E33, M25.
#[test]
fn any_other_limit_is_extended_once() {
    let (mut stage, _) = mediating("N03-02");
    let (clock, days) = (DeadlineKind::Feedback, 5);
    let extend = |why: &str| {
        let why = why.into();
        Act::Ask(Ask::Extend(act::Extend { clock, days, why }))
    };
    assert_eq!(stage.desk(Role::Supervisor, extend("等待鉴定意见。")), None);
    let again = stage.desk(Role::Supervisor, extend("仍在等待。")).unwrap();
    assert_eq!(again.code, "clock_extended_before");
}

/// Shows E33.
#[test]
fn a_desk_that_denies_says_why_and_nobody_grants_an_own_request() {
    let (mut stage, _) = mediating("N03-02");
    let why = "需要更多时间。".into();
    let (clock, days) = (DeadlineKind::Feedback, 5);
    let asked = stage.ask(MEDIATOR, Ask::Extend(act::Extend { clock, days, why }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.decide(Role::Supervisor, asked, false), None);
    let ruling = &stage.facts().rulings[&asked].decision;
    assert!(
        matches!(ruling, Decision::Refused(why) if why.code == "denied" && why.zh.contains("已核实"))
    );
    let again = stage.decide(Role::Supervisor, asked, true).unwrap();
    assert_eq!(again.code, "nothing_referred");
}

/// Shows E25, LW07.
#[test]
fn a_mediation_that_came_to_nothing_is_ended_with_the_other_routes_told() {
    let (mut stage, _) = mediating("N03-02");
    let ground = TerminationGround::NoAgreement;
    let silent = stage.ask(
        MEDIATOR,
        Ask::Terminate(act::Terminate {
            ground,
            routes_told: false,
        }),
    );
    let told = stage.ask(
        MEDIATOR,
        Ask::Terminate(act::Terminate {
            ground,
            routes_told: true,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(silent), Some("routes_not_told"));
    assert_eq!(stage.refusal(told), None);
    assert_eq!(stage.status(), Status::PendingClose);
    let back = DeskAct::SendBack(act::SendBack {
        why: "双方愿再谈一次。".into(),
    });
    assert_eq!(stage.desk(Role::JudicialOffice, back), None);
    assert_eq!(stage.status(), Status::Mediating, "where it stood");
}

/// Shows E15, E22, LW16. What stood still goes on, and the case does not come back by itself.
#[test]
fn a_resting_case_that_is_taken_up_jointly_does_not_rest_any_more() {
    let (mut stage, _) = mediating("N06-02");
    let ground = SuspensionGround::Appraisal;
    stage.ask(MEDIATOR, Ask::Suspend(act::Suspend { ground }));
    stage.sync(MEDIATOR);
    let people = IntakeField::Persons(12);
    stage.edit(MEDIATOR, hejie_case::edit::Edit::Intake { field: people });
    stage.sync(MEDIATOR);
    let members = [(60, Role::PoliceDesk), (61, Role::HotlineDesk)];
    let members = members.map(|(n, role)| author(n, role)).into();
    let joint = DeskAct::OpenJoint(act::OpenJoint { members });
    assert_eq!(stage.desk(Role::Dispatcher, joint), None);
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.all(|d| d.pauses.iter().all(|p| p.to.is_some())));
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.all(|d| d.kind != DeadlineKind::Suspension || !d.is_running()));
    stage.later(61 * 24 * 60);
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::JointHandling);
}
