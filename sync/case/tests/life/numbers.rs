//! Every number under which a dispute was reported gets the answer (R008, R101, R126).

use crate::stage::Stage;
use hejie_case::{
    act::{self, Act, Brings, DeskAct, ServerAct},
    facts::{Bars, Facts, RepeatCall},
    ids::CaseId,
    reconcile::{Effect, effects_from_nothing},
    record::*,
    role::Role,
};
use std::collections::BTreeSet;
use uuid::Uuid;

fn call(stage: &mut Stage, channel: &str, external_no: &str) {
    stage.later(1);
    let call = ServerAct::Repeat(RepeatCall {
        channel: channel.into(),
        external_no: external_no.into(),
        received_at: stage.now,
        through: Vec::new(),
        situation: None,
    });
    assert_eq!(stage.by_rule(call), None);
}

/// A further call about a case that goes on under this one.
fn call_about(stage: &mut Stage, merged: CaseId, external_no: &str) {
    let call = ServerAct::Repeat(RepeatCall {
        channel: "110".into(),
        external_no: external_no.into(),
        received_at: stage.now,
        through: vec![merged],
        situation: None,
    });
    assert_eq!(stage.by_rule(call), None);
}

/// Another case, that was reported twice, goes on under this one.
fn absorb(stage: &mut Stage) -> (Facts, CaseId) {
    let (source, from) = merged();
    let absorb = ServerAct::Absorb(act::Absorb {
        from,
        brings: Brings::of(&source),
        why: "同一起纠纷。".into(),
    });
    assert_eq!(stage.desk(Role::Dispatcher, Act::Server(absorb)), None);
    (source, from)
}

fn part(stage: &mut Stage, from: CaseId) {
    let part = ServerAct::Part(act::Part {
        from,
        people: Vec::new(),
        why: "并非同一起。".into(),
    });
    assert_eq!(stage.desk(Role::Dispatcher, Act::Server(part)), None);
}

fn reopen(stage: &mut Stage) {
    let why = "协议未履行。".into();
    let reopened = DeskAct::Reopen(act::Reopen { why });
    assert_eq!(stage.desk(Role::Supervisor, reopened), None);
}

/// What channels are told of a case, by their numbers, each under its key.
fn told(effects: &[Effect], case: CaseId) -> BTreeSet<(String, String, Uuid)> {
    let feedback = effects.iter().filter_map(|effect| match effect {
        Effect::Feedback {
            channel,
            external_no,
            ..
        } => Some((channel.clone(), external_no.clone(), effect.key(case))),
        _ => None,
    });
    let all: Vec<_> = feedback.collect();
    let numbers: BTreeSet<_> = all.iter().map(|(c, n, _)| (c, n)).collect();
    let keys: BTreeSet<Uuid> = all.iter().map(|(_, _, key)| *key).collect();
    assert_eq!(numbers.len(), all.len(), "each number once");
    assert_eq!(keys.len(), all.len(), "each under a key of its own");
    all.into_iter().collect()
}

fn numbers(effects: &[Effect], case: CaseId) -> Vec<String> {
    let told = told(effects, case);
    told.into_iter().map(|(_, number, _)| number).collect()
}

/// The case ends with everybody's agreement that it does.
fn end(stage: &mut Stage) {
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "仲裁院".into(),
        receipt: "收-1".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
}

/// Shows R008, R101, R126.
#[test]
fn every_call_about_a_case_is_answered_under_its_own_number_and_key() {
    let mut stage = Stage::of("N02-02");
    call(&mut stage, "110", "JJD-2");
    call(&mut stage, "12345", "JJD-2");
    end(&mut stage);
    let case = stage.facts().case_id;
    let answered = told(&stage.settled.effects, case);
    assert_eq!(answered.len(), 3);
    assert_eq!(
        told(&effects_from_nothing(stage.facts()), case),
        answered,
        "after a restore under the same keys"
    );
}

/// Shows R101, E29, R126.
#[test]
fn a_call_that_opens_a_round_is_answered_by_its_end_and_the_earlier_ones_are_not_told_twice() {
    let mut stage = Stage::of("N02-02");
    let case = stage.facts().case_id;
    end(&mut stage);
    assert_eq!(numbers(&stage.settled.effects, case), ["JJD-1"]);
    call(&mut stage, "110", "JJD-2");
    assert_eq!(stage.facts().round_no(), 2);
    end(&mut stage);
    assert_eq!(numbers(&stage.settled.effects, case), ["JJD-2"]);
    reopen(&mut stage);
    end(&mut stage);
    let told = numbers(&stage.settled.effects, case);
    assert_eq!(
        told,
        ["JJD-1", "JJD-2"],
        "what they were told holds no more"
    );
}

/// Shows R101, E30, M09.
#[test]
fn calls_about_a_merged_case_are_answered_by_the_other_and_after_parting_by_their_own() {
    let mut target = Stage::of("N02-02");
    let case = target.facts().case_id;
    let (_, other) = absorb(&mut target);
    let before = target.settled.facts.clone();
    end(&mut target);
    assert_eq!(
        numbers(&target.settled.effects, case),
        ["JJD-1", "OTHER-1", "OTHER-2"]
    );
    target.settled.facts = before;
    part(&mut target, other);
    end(&mut target);
    assert_eq!(numbers(&target.settled.effects, case), ["JJD-1"]);
}

/// Shows R101, E30, E29b.
#[test]
fn of_a_round_that_a_person_opened_everybody_hears_whoever_came_in_meanwhile() {
    let mut stage = Stage::of("N02-02");
    let case = stage.facts().case_id;
    end(&mut stage);
    reopen(&mut stage);
    absorb(&mut stage);
    call(&mut stage, "110", "JJD-2");
    end(&mut stage);
    let told = numbers(&stage.settled.effects, case);
    assert_eq!(told, ["JJD-1", "JJD-2", "OTHER-1", "OTHER-2"]);
}

/// Shows R101, E30, E29.
#[test]
fn of_a_round_that_a_call_opened_that_call_hears_and_whoever_came_in_with_a_merged_case() {
    let mut stage = Stage::of("N02-02");
    let case = stage.facts().case_id;
    end(&mut stage);
    call(&mut stage, "110", "JJD-2");
    absorb(&mut stage);
    end(&mut stage);
    let told = numbers(&stage.settled.effects, case);
    assert_eq!(told, ["JJD-2", "OTHER-1", "OTHER-2"]);
}

/// Shows R101, E29, E30c, E30e, M15.
#[test]
fn a_call_about_a_merged_case_goes_with_it_when_it_is_parted_and_is_answered_there() {
    let mut target = Stage::of("N02-02");
    let (source, from) = absorb(&mut target);
    call(&mut target, "110", "JJD-2");
    call_about(&mut target, from, "OTHER-3");
    let calls = target.facts().calls_through(from);
    part(&mut target, from);
    end(&mut target);
    let case = target.facts().case_id;
    assert_eq!(numbers(&target.settled.effects, case), ["JJD-1", "JJD-2"]);

    let mut parted = Stage::of("N02-02");
    parted.settled.facts = source;
    let known = parted.facts().kin.came_back;
    let unmerge = ServerAct::Unmerge(act::Unmerge {
        calls,
        bars: Bars::default(),
        held: Vec::new(),
        clocks: Vec::new(),
        why: "并非同一起。".into(),
    });
    assert_eq!(parted.desk(Role::Dispatcher, Act::Server(unmerge)), None);
    assert!(
        parted.facts().kin.came_back > known,
        "the dispute came back"
    );
    end(&mut parted);
    assert_eq!(
        numbers(&parted.settled.effects, from),
        ["OTHER-1", "OTHER-2", "OTHER-3"]
    );
}

/// Shows R101, E30e. What was said of the round that it opened holds for nobody alone.
#[test]
fn a_round_whose_call_left_with_a_parted_case_is_told_to_those_who_stay() {
    let mut stage = Stage::of("N02-02");
    let case = stage.facts().case_id;
    let (_, from) = absorb(&mut stage);
    end(&mut stage);
    stage.later(1);
    call_about(&mut stage, from, "OTHER-3");
    assert_eq!(stage.facts().round_no(), 2);
    part(&mut stage, from);
    end(&mut stage);
    assert_eq!(numbers(&stage.settled.effects, case), ["JJD-1"]);
}

/// Shows R101, E30c. Its number went on with the case that took it in: parted from that alone, it
/// would be answered twice.
#[test]
fn a_case_is_not_parted_from_one_that_goes_on_under_a_third() {
    let mut middle = Stage::of("N02-02");
    let (source, from) = merged();
    let why = || String::from("同一起纠纷。");
    let brings = Brings::of(&source);
    let absorb = act::Absorb {
        from,
        brings,
        why: why(),
    };
    let merge = act::Merge {
        into: CaseId(Uuid::from_bytes([6; 16])),
        why: why(),
    };
    for act in [ServerAct::Absorb(absorb), ServerAct::Merge(merge)] {
        assert_eq!(middle.desk(Role::Dispatcher, Act::Server(act)), None);
    }
    assert_eq!(Brings::of(middle.facts()).sources.len(), 3);
    let part = ServerAct::Part(act::Part {
        from,
        people: Vec::new(),
        why: why(),
    });
    let refused = middle.desk(Role::Dispatcher, Act::Server(part)).unwrap();
    assert_eq!(refused.code, "merged_further");
}

/// A case that was reported twice and goes on under another one.
fn merged() -> (Facts, CaseId) {
    let mut source = Stage::of("N02-02");
    let other = CaseId(Uuid::from_bytes([5; 16]));
    source.settled.facts.source.external_no = Some("OTHER-1".into());
    call(&mut source, "110", "OTHER-2");
    let (into, why) = (CaseId(Uuid::from_bytes([9; 16])), "同一起纠纷。".into());
    source.settled.facts.case_id = other;
    let merge = ServerAct::Merge(act::Merge { into, why });
    assert_eq!(source.desk(Role::Dispatcher, Act::Server(merge)), None);
    assert!(numbers(&source.settled.effects, other).is_empty());
    (source.settled.facts, other)
}
