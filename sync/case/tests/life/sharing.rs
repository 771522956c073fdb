//! Another body joins only when every party agreed to that (P05).

use crate::stage::{MEDIATOR, Stage, author, deeds::somebody};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Duty, Level},
    ids::EntryId,
    record::*,
    role::Role,
};

fn join(role: Role) -> DeskAct {
    let (target, duty) = (author(7, role), Duty::Co);
    DeskAct::Assign(act::Assign { target, duty })
}

fn hand_over(role: Role) -> DeskAct {
    let target = author(7, role);
    DeskAct::Handover(act::Handover { target })
}

fn says(stage: &mut Stage, party: EntryId, decision: ConsentDecision) -> EntryId {
    let about = (ConsentSubject::ShareDepartment, decision);
    stage.say(MEDIATOR, party, about, Vec::new())
}

fn refused(stage: &mut Stage, act: DeskAct) -> Option<String> {
    stage.desk(Role::Supervisor, act).map(|reason| reason.code)
}

fn accepted() -> (Stage, [EntryId; 2]) {
    let mut stage = Stage::of("N06-01");
    let parties = stage.accept();
    stage.sync(MEDIATOR);
    (stage, parties)
}

/// Shows P05.
#[test]
fn a_department_joins_when_each_party_agreed_and_the_trail_says_on_what() {
    let missing = Some("share_consent_missing".to_owned());
    let (mut stage, [a, b]) = accepted();
    for act in [join(Role::Department), hand_over(Role::Department)] {
        assert_eq!(refused(&mut stage, act), missing);
    }
    says(&mut stage, a, ConsentDecision::Agree);
    stage.sync(MEDIATOR);
    assert_eq!(refused(&mut stage, join(Role::Department)), missing);
    says(&mut stage, b, ConsentDecision::Agree);
    stage.sync(MEDIATOR);
    assert_eq!(refused(&mut stage, join(Role::Department)), None);
    let words = stage.facts().trail.last().unwrap().words.clone().unwrap();
    assert!(words.contains("当事人已同意"), "{words}");
    assert_eq!(refused(&mut stage, hand_over(Role::Department)), None);
}

/// Shows P05, P04.
#[test]
fn who_refuses_or_takes_it_back_is_shared_with_nobody_more() {
    for decision in [ConsentDecision::Refuse, ConsentDecision::Withdraw] {
        let (mut stage, [a, b]) = accepted();
        says(&mut stage, a, ConsentDecision::Agree);
        says(&mut stage, b, ConsentDecision::Agree);
        says(&mut stage, b, decision);
        stage.sync(MEDIATOR);
        let code = refused(&mut stage, join(Role::Department));
        assert_eq!(code.as_deref(), Some("share_consent_missing"));
    }
}

/// Shows P05.
#[test]
fn a_child_agrees_through_its_guardian_and_an_expert_is_of_another_body_too() {
    let (mut stage, [a, b]) = accepted();
    let child = stage.person(Party {
        is_minor: true,
        ..somebody(Side::B)
    });
    for party in [a, b, child] {
        says(&mut stage, party, ConsentDecision::Agree);
    }
    stage.sync(MEDIATOR);
    let code = refused(&mut stage, join(Role::Invited));
    assert_eq!(code.as_deref(), Some("share_consent_missing"));
    let guardian = stage.person(Party {
        guardian_of: Some(child),
        ..somebody(Side::B)
    });
    says(&mut stage, guardian, ConsentDecision::Agree);
    stage.sync(MEDIATOR);
    assert_eq!(refused(&mut stage, join(Role::Invited)), None);
}

/// Shows P05. PIPL art. 13 no. 3 and 4.
#[test]
fn the_police_and_whoever_mediates_are_no_other_body_and_a_danger_waits_for_no_consent() {
    for role in [Role::PoliceOfficer, Role::Mediator, Role::GridWorker] {
        let (mut stage, _) = accepted();
        assert_eq!(refused(&mut stage, join(role)), None, "{role:?}");
        assert_eq!(stage.facts().trail.last().unwrap().words, None);
    }
    let (mut stage, _) = accepted();
    let what = "一方持刀。".into();
    stage.ask(MEDIATOR, Ask::Danger(act::ReportDanger { what }));
    stage.sync(MEDIATOR);
    assert_eq!(refused(&mut stage, join(Role::Department)), None);
    let words = stage.facts().trail.last().unwrap().words.clone().unwrap();
    assert!(words.contains("第十三条第一款第四项"), "{words}");
}

/// Shows P05, E22.
#[test]
fn at_the_table_sits_no_department_without_consent() {
    let (mut stage, [a, b]) = accepted();
    let (level, why, until) = (Level::Red, "一方多次扬言。".into(), None);
    let red = DeskAct::OverrideColour(act::OverrideColour { level, why, until });
    assert_eq!(refused(&mut stage, red), None);
    let members = vec![
        author(5, Role::HotlineDesk),
        author(6, Role::PoliceDesk),
        author(7, Role::Department),
    ];
    let open = || {
        let members = members.clone();
        DeskAct::OpenJoint(act::OpenJoint { members })
    };
    let code = refused(&mut stage, open());
    assert_eq!(code.as_deref(), Some("share_consent_missing"));
    for party in [a, b] {
        says(&mut stage, party, ConsentDecision::Agree);
    }
    stage.sync(MEDIATOR);
    assert_eq!(refused(&mut stage, open()), None);
}
