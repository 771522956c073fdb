//! While a danger holds a case nothing goes on in it, whatever somebody asks for (E23, LW06), and
//! nobody closes the own case (E27).

use crate::stage::{GRID, MEDIATOR, Stage, author, user};
use hejie_case::{
    act::{self, Act, DeskAct},
    facts::{Retention, Stage as At},
    record::*,
    role::Role,
};

const HELD: Option<&str> = Some("held_for_danger");

/// Somebody reports a danger.
fn endanger(stage: &mut Stage) {
    let what = "一方持刀。".into();
    stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
    stage.sync(GRID);
    assert!(stage.facts().is_held());
}

/// What becomes of what the handler asks for now: why not, if it is refused.
fn asks(stage: &mut Stage, ask: Ask) -> Option<String> {
    let asked = stage.ask(MEDIATOR, ask);
    stage.sync(MEDIATOR);
    stage.refusal(asked).map(str::to_owned)
}

fn given_back() -> Stage {
    let mut stage = Stage::of("N03-02");
    let (by, reason) = (author(1, Role::Mediator), "不在本辖区。".into());
    let back = DeskAct::Return(act::Return { reason });
    assert_eq!(stage.act_as(by.user, by.role, back), None);
    stage
}

/// Shows E23, E03, E04, LW06.
#[test]
fn a_case_with_a_danger_is_offered_to_nobody_and_claimed_by_nobody() {
    let mut stage = given_back();
    endanger(&mut stage);
    let (target, expected) = (author(3, Role::Mediator), "到场化解。".into());
    let offer = DeskAct::Dispatch(act::Dispatch { target, expected });
    let claim = act::Claim::motion(target, stage.now);
    let acts: [(Role, Act); 2] = [(Role::Dispatcher, offer.into()), (target.role, claim.act)];
    for (role, act) in acts {
        let refused = stage.act_as(target.user, role, act);
        assert_eq!(refused.map(|why| why.code).as_deref(), HELD, "{role:?}");
    }
}

/// Shows E23, E11, E13, E16, LW06.
#[test]
fn nobody_is_taken_into_mediation_or_goes_on_with_it_while_a_danger_stands() {
    let mut stage = Stage::of("N03-02");
    stage.arrive();
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let text_version = "2026-1".into();
    stage.ask(MEDIATOR, Ask::GiveNotice(act::GiveNotice { text_version }));
    for party in parties {
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
    }
    stage.sync(MEDIATOR);
    endanger(&mut stage);
    assert_eq!(asks(&mut stage, Ask::Accept).as_deref(), HELD);
    stage.settled.facts.stage = At::Accepted;
    assert_eq!(asks(&mut stage, Ask::Start).as_deref(), HELD);
}

/// Shows E23, E20, LW06.
#[test]
fn a_broken_promise_waits_while_a_danger_stands() {
    let mut stage = Stage::of("N03-02");
    let obligation = stage.make_effective();
    stage.log(MEDIATOR, obligation, Performance::NotPerformed);
    stage.sync(MEDIATOR);
    endanger(&mut stage);
    stage.later(24 * 60);
    let (urged_at, means) = (stage.now, ContactMeans::InPerson);
    let notice = Some(act::NoticeGiven {
        means,
        at: urged_at,
    });
    let breach = Ask::Breach(act::Breach {
        obligation,
        remedy: Remedy::Mediate,
        urged_at,
        notice,
    });
    assert_eq!(asks(&mut stage, breach).as_deref(), HELD);
}

/// A case that came to nothing, with a closing that is asked for.
fn failing() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    let (ground, routes_told) = (TerminationGround::NoAgreement, true);
    let end = act::Terminate {
        ground,
        routes_told,
    };
    assert_eq!(asks(&mut stage, Ask::Terminate(end)), None);
    stage
}

fn close() -> DeskAct {
    let outcome = CloseKind::FailedTerminated;
    DeskAct::Close(act::Close { outcome })
}

/// Shows E23, E31, LW06.
#[test]
fn no_case_is_filed_in_which_a_danger_stands() {
    let mut stage = failing();
    assert_eq!(stage.desk(Role::Supervisor, close()), None);
    let what = "一方持刀。".into();
    let danger = DeskAct::Danger(act::ReportDanger { what });
    assert_eq!(stage.desk(Role::Dispatcher, danger), None);
    let retention = Retention::Long;
    let archive = DeskAct::Archive(act::Archive { retention });
    let refused = stage.desk(Role::JudicialOffice, archive).unwrap();
    assert_eq!(Some(refused.code.as_str()), HELD);
}

/// Shows E27, D04.
#[test]
fn nobody_closes_the_own_case_in_whatever_role() {
    let mut stage = failing();
    let own = stage.act_as(user(1), Role::Supervisor, close()).unwrap();
    assert_eq!(own.code, "own_case");
    assert_eq!(stage.desk(Role::Supervisor, close()), None);
}
