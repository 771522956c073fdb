//! Each push is acknowledged by itself: by whom it went to, and in the round in which it went out
//! (R107); and what a case owes outside goes with it into the round that takes it in (R101).

use crate::stage::{Stage, author};
use hejie_case::{
    act::{self, Act, Brings, ChannelAct, DeskAct, ServerAct},
    facts::{PushTarget, RepeatCall},
    ids::CaseId,
    reconcile::Effect,
    record::*,
    role::Role,
};
use uuid::Uuid;

const CENTRE: PushTarget = PushTarget::OneStopCentre;

fn resend(stage: &mut Stage, role: Role) -> Option<String> {
    let act = DeskAct::ResendPush(act::ResendPush { target: CENTRE });
    stage.desk(role, act).map(|reason| reason.code)
}

/// How often the push to the centre was sent, and whether it was given up.
fn sent(stage: &Stage) -> (usize, bool) {
    let pushes = &stage.facts().round.pushes;
    let push = pushes.iter().find(|push| push.target == CENTRE).unwrap();
    (push.resent.len() + 1, push.failed_at.is_some())
}

/// The keys of the pushes to the centre that went out just now.
fn went_out(stage: &Stage) -> Vec<Uuid> {
    let case = stage.facts().case_id;
    let effects = stage.settled.effects.iter();
    let to_centre = effects.filter(|effect| matches!(effect, Effect::Push { target: CENTRE, .. }));
    to_centre.map(|effect| effect.key(case)).collect()
}

fn acknowledge(stage: &mut Stage, push: Option<Uuid>) -> Option<String> {
    let act = act::AckPush {
        target: CENTRE,
        push,
    };
    let told = stage.desk(Role::Dispatcher, DeskAct::AckPush(act));
    told.map(|reason| reason.code)
}

/// Of each push of a round whether it was acknowledged, the first round first.
fn acknowledged(stage: &Stage) -> Vec<Vec<bool>> {
    let rounds = stage.facts().rounds();
    let of = |round: &hejie_case::facts::Round| {
        let pushes = round.pushes.iter();
        pushes.map(|push| push.acked_at.is_some()).collect()
    };
    rounds.map(of).collect()
}

fn transfer(stage: &mut Stage) {
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "仲裁院".into(),
        receipt: "收-1".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
}

/// The case ends and its next round begins and is offered.
fn next_round(stage: &mut Stage) {
    transfer(stage);
    let why = "再次发生纠纷。".into();
    let reopen = DeskAct::Reopen(act::Reopen { why });
    assert_eq!(stage.desk(Role::Supervisor, reopen), None);
    assert_eq!(stage.by_rule(ServerAct::TriageByCatalogue), None);
    let (target, expected) = (author(1, Role::Mediator), "再次到场。".into());
    let offer = DeskAct::Dispatch(act::Dispatch { target, expected });
    assert_eq!(stage.desk(Role::Dispatcher, offer), None);
}

/// Shows R107.
#[test]
fn one_push_is_acknowledged_without_the_others() {
    let mut stage = Stage::of("N02-02");
    assert_eq!(acknowledge(&mut stage, None), None);
    assert_eq!(acknowledged(&stage), [[false, true, false]]);
}

/// Shows R107.
#[test]
fn a_push_is_acknowledged_under_its_key_in_the_round_in_which_it_went_out() {
    let mut stage = Stage::of("N02-02");
    next_round(&mut stage);
    let case = stage.facts().case_id;
    let waits = Some("push_not_waiting".to_owned());
    let unknown = CENTRE.key(case, 3, 0);
    assert_eq!(acknowledge(&mut stage, Some(unknown)), waits);
    let first = CENTRE.key(case, 1, 0);
    let act = |push| {
        ChannelAct::AckPush(act::AckPush {
            target: CENTRE,
            push,
        })
    };
    assert!(!act(Some(first)).stands(stage.facts()));
    assert_eq!(acknowledge(&mut stage, Some(first)), None);
    let [centre_of_first, all_wait] = [[false, true, false], [false; 3]];
    assert_eq!(acknowledged(&stage), [centre_of_first, all_wait]);
    assert!(act(Some(first)).stands(stage.facts()));
    assert!(!act(None).stands(stage.facts()), "that is the second's");
    assert_eq!(acknowledge(&mut stage, None), None);
    assert_eq!(acknowledged(&stage), [centre_of_first; 2]);
}

/// Shows R101, E30, R126.
#[test]
fn whoever_reported_a_merged_case_is_told_by_the_round_that_took_it_in() {
    let mut source = Stage::of("N02-02");
    let from = CaseId(Uuid::from_bytes([5; 16]));
    source.settled.facts.case_id = from;
    source.settled.facts.source.external_no = Some("OTHER-1".into());
    let (into, why) = (CaseId(Uuid::from_bytes([9; 16])), "同一起纠纷。".into());
    let merge = ServerAct::Merge(act::Merge { into, why });
    assert_eq!(source.desk(Role::Dispatcher, merge), None);
    let mut stage = Stage::of("N02-02");
    transfer(&mut stage);
    let again = ServerAct::Repeat(RepeatCall {
        channel: "110".into(),
        external_no: "JJD-2".into(),
        received_at: stage.now,
        through: Vec::new(),
        situation: None,
    });
    assert_eq!(stage.by_rule(again), None);
    assert_eq!(stage.facts().round_no(), 2);
    let absorb = ServerAct::Absorb(act::Absorb {
        from,
        brings: Brings::of(source.facts()),
        why: "同一起纠纷。".into(),
    });
    assert_eq!(stage.desk(Role::Dispatcher, Act::Server(absorb)), None);
    transfer(&mut stage);
    let told = stage
        .settled
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Feedback { external_no, .. } => Some(external_no.as_str()),
            _ => None,
        });
    let told: Vec<&str> = told.collect();
    assert_eq!(told, ["JJD-2", "OTHER-1"]);
}

/// Shows R107.
#[test]
fn nobody_acknowledges_a_push_that_went_to_another() {
    for target in PushTarget::ALL {
        let mut heard = Vec::new();
        for role in Role::ALL {
            let mut stage = Stage::of("N02-02");
            let act = act::AckPush { target, push: None };
            if stage.desk(role, DeskAct::AckPush(act)).is_none() {
                heard.push(role);
            }
        }
        // A department hears what is its own matter: tests/api/county.rs.
        let wanted: &[Role] = match target {
            PushTarget::PartyGovPlac => &[Role::Supervisor, Role::Leader, Role::Exchange],
            PushTarget::OneStopCentre => &[Role::Dispatcher, Role::Exchange],
            PushTarget::TerritoryDept => &[Role::Exchange],
        };
        assert_eq!(heard, wanted, "{target:?}");
    }
}

/// Shows R107.
#[test]
fn a_push_that_nobody_acknowledges_is_sent_again_and_has_failed_in_the_end() {
    let mut stage = Stage::of("N02-02");
    let day = 24 * 60;
    stage.later(day - 1);
    stage.pass();
    assert_eq!(sent(&stage), (1, false), "there is time left");
    let mut keys = vec![CENTRE.key(stage.facts().case_id, 1, 0)];
    stage.later(1);
    for (times, has_failed) in [(2, false), (3, false), (3, true), (3, true)] {
        stage.pass();
        keys.extend(went_out(&stage));
        assert_eq!(sent(&stage), (times, has_failed));
        stage.pass();
        assert!(went_out(&stage).is_empty(), "once");
        stage.later(day);
    }
    let all: std::collections::BTreeSet<Uuid> = keys.iter().copied().collect();
    assert_eq!(
        (keys.len(), all.len()),
        (3, 3),
        "each under a key of its own"
    );
    // A person looks after it, and whoever has it acknowledges what reached it first.
    assert_eq!(resend(&mut stage, Role::Dispatcher), None);
    assert_eq!(sent(&stage), (4, false));
    assert_eq!(acknowledge(&mut stage, Some(keys[0])), None);
    assert_eq!(acknowledged(&stage), [[false, true, false]]);
    let waits = Some("push_not_waiting".to_owned());
    assert_eq!(resend(&mut stage, Role::Dispatcher), waits);
    stage.later(day);
    stage.pass();
    assert_eq!(sent(&stage), (4, false), "it is known there");
}

/// Shows R107.
#[test]
fn a_push_of_a_case_that_is_over_is_sent_no_more() {
    let mut stage = Stage::of("N02-02");
    transfer(&mut stage);
    stage.later(24 * 60);
    stage.pass();
    assert_eq!(sent(&stage), (1, false));
}
