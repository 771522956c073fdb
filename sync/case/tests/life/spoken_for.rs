//! Whose word counts for whom, where no paper and no side is looked at first (LW36, P05, M08).

use crate::{
    stage::{MEDIATOR, Stage, author, deeds::somebody},
    standing::{agent, on_scene, refusal},
};
use hejie_case::{
    act::{self, DeskAct},
    facts::Duty,
    record::*,
    role::Role,
};

/// Shows P05, LW36.
#[test]
fn who_has_no_power_of_attorney_agrees_to_no_sharing_for_others() {
    let mut stage = Stage::of("N06-01");
    let [a, b] = stage.accept();
    let without = stage.person(agent(a, None));
    let about = (ConsentSubject::ShareDepartment, ConsentDecision::Agree);
    for party in [without, b] {
        stage.say(MEDIATOR, party, about, Vec::new());
    }
    stage.sync(MEDIATOR);
    let joins = |stage: &mut Stage| {
        let (target, duty) = (author(7, Role::Department), Duty::Co);
        let act = DeskAct::Assign(act::Assign { target, duty });
        stage.desk(Role::Supervisor, act).map(|reason| reason.code)
    };
    let refused = joins(&mut stage);
    assert_eq!(refused.as_deref(), Some("share_consent_missing"));
    let paper = stage.evidence(MEDIATOR);
    let with = stage.person(agent(a, Some(paper)));
    stage.say(MEDIATOR, with, about, Vec::new());
    stage.sync(MEDIATOR);
    assert_eq!(joins(&mut stage), None);
}

/// Shows LW36, M08, E11.
#[test]
fn who_may_be_somebody_else_speaks_for_whom_that_one_speaks_for_and_for_nobody_more() {
    for (twin, speaks_for_both) in [(0, true), (1, true), (2, false), (3, true)] {
        let mut stage = on_scene();
        let [a, b] = [stage.party(Side::A, "张*"), stage.party(Side::B, "李*")];
        let paper = stage.evidence(MEDIATOR);
        let third = |of| Party {
            side: Side::Third,
            ..agent(of, Some(paper))
        };
        // Two who may be one person, of whom one speaks for A; whose twin speaks for B, or nobody.
        let twins = match twin {
            0 => [stage.person(third(a)), stage.person(third(b))],
            1 => [stage.person(third(b)), stage.person(third(a))],
            // The earlier of the two is of the other side, and speaks for nobody.
            3 => [stage.person(somebody(Side::B)), stage.person(third(a))],
            _ => {
                stage.person(third(a));
                let witness = || somebody(Side::B);
                [stage.person(witness()), stage.person(witness())]
            }
        };
        stage.identities = twins.map(|id| (id.to_string(), "h-1".into())).into();
        stage.note(MEDIATOR, "似为同一人。");
        stage.sync(MEDIATOR);
        let asked = stage.accept_with(&[&[a, b][..], &twins].concat());
        let why = refusal(&mut stage, asked);
        let for_both = why.as_deref() == Some("speaker_on_other_side");
        assert_eq!(for_both, speaks_for_both, "{twin}: {why:?}");
    }
}
