//! People whose account was closed or whose role has ended: nothing is given to them, and nothing
//! waits for them.

use crate::stage::{Stage, author};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Duty, Status},
    role::{Author, Role},
};

fn somebody(n: u8) -> Author {
    author(n, Role::Mediator)
}

fn offer(to: Author) -> DeskAct {
    DeskAct::Dispatch(act::Dispatch {
        target: to,
        expected: "当日联系双方。".into(),
    })
}

#[test]
fn nothing_is_given_to_somebody_who_left() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(0);
    stage.departed = vec![author(3, Role::Mediator)];
    let acts = [
        DeskAct::Handover(act::Handover {
            target: somebody(3),
        }),
        DeskAct::Assign(act::Assign {
            target: somebody(3),
            duty: Duty::Co,
        }),
        DeskAct::Assign(act::Assign {
            target: somebody(3),
            duty: Duty::Visit,
        }),
    ];
    for act in acts {
        let refusal = stage.desk(Role::Dispatcher, act).unwrap();
        assert_eq!(refusal.code, "target_departed");
    }
    let other = stage.desk(
        Role::Dispatcher,
        DeskAct::Handover(act::Handover {
            target: somebody(4),
        }),
    );
    assert_eq!(other, None);
}

#[test]
fn an_offer_to_somebody_who_leaves_comes_back_and_counts_as_nobodys_return() {
    let mut stage = Stage::of("N02-02");
    assert_eq!(stage.status(), Status::Dispatched);
    let target = stage.facts().offered().unwrap().author();
    stage.departed = vec![target];
    stage.later(1);
    stage.sync(0);
    assert_eq!(stage.status(), Status::PendingDispatch);
    assert_eq!(stage.facts().offered(), None);
    assert_eq!(
        stage.facts().round.returns,
        0,
        "R109 counts what people returned"
    );
    let again = stage.desk(Role::Dispatcher, offer(target));
    assert_eq!(again.unwrap().code, "target_departed");
    assert_eq!(stage.desk(Role::Dispatcher, offer(somebody(3))), None);
}

#[test]
fn a_hand_over_to_somebody_who_leaves_before_signing_stands_in_nobodys_way() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(0);
    assert_eq!(
        stage.desk(
            Role::Dispatcher,
            DeskAct::Handover(act::Handover {
                target: somebody(3),
            })
        ),
        None
    );
    stage.departed = vec![author(3, Role::Mediator)];
    assert_eq!(
        stage.desk(
            Role::Dispatcher,
            DeskAct::Handover(act::Handover {
                target: somebody(4),
            })
        ),
        None
    );
    let offered = stage.facts().offered().unwrap();
    assert_eq!(offered.user, author(4, Role::Mediator).user);
    let open = stage.facts().assignments.iter();
    let to_third = open.filter(|a| a.user == author(3, Role::Mediator).user && a.to.is_none());
    assert_eq!(to_third.count(), 0);
}

#[test]
fn a_case_is_not_handed_over_to_whoever_has_it() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(0);
    let lead = stage.facts().lead().unwrap().author();
    let refusal = stage.desk(
        Role::Dispatcher,
        DeskAct::Handover(act::Handover { target: lead }),
    );
    assert_eq!(refusal.unwrap().code, "already_answers");
    assert_eq!(stage.facts().offered(), None);
}
