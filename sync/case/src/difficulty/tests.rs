use super::*;
use crate::{
    deadline::start,
    facts::{Assignment, Colour, Duty, PastRound, Round},
    ids::{OrgId, UserId},
    reason::Explain,
    record::{Cents, CheckMark, Place},
    sample::{actor, at, facts, view},
};

const SIMPLE: &str = "N07-01";

fn ruled(view: &CaseView, facts: &Facts) -> Difficulty {
    by_rule(view, facts, &Policy::default())
}

/// A simple case, changed in one thing.
fn with(change: impl FnOnce(&mut CaseView, &mut Facts)) -> Difficulty {
    let (mut view, mut facts) = (view(), facts(SIMPLE));
    change(&mut view, &mut facts);
    ruled(&view, &facts)
}

fn department(n: u8) -> Assignment {
    Assignment {
        version: n.into(),
        user: UserId(uuid::Uuid::from_bytes([n; 16])),
        org: OrgId(uuid::Uuid::from_bytes([n; 16])),
        role: Role::Department,
        duty: Duty::Co,
        from: at("03-02T09:00:00"),
        expected: String::new(),
        until: None,
        signed_at: None,
        to: None,
    }
}

#[test]
fn a_case_begins_with_the_default_of_its_situation() {
    assert_eq!(with(|_, _| ()), Difficulty::Simple);
    assert_eq!(ruled(&view(), &facts("N05-01")), Difficulty::Complex);
    assert_eq!(ruled(&view(), &facts("N08-02")), Difficulty::Ordinary);
}

/// Shows R115.
#[test]
fn people_and_money_raise_it_at_their_thresholds() {
    let persons = |n| with(|view, _| view.intake.persons.values.push((actor(1), n)));
    assert_eq!(persons(2), Difficulty::Simple);
    assert_eq!(persons(3), Difficulty::Ordinary);
    assert_eq!(persons(9), Difficulty::Ordinary);
    assert_eq!(persons(10), Difficulty::Complex);
    let yuan = |n: u64| with(|view, _| view.intake.amount.values.push((actor(1), Cents(n * 100))));
    assert_eq!(yuan(19_999), Difficulty::Simple);
    assert_eq!(yuan(20_000), Difficulty::Ordinary);
    assert_eq!(yuan(100_000), Difficulty::Complex);
}

#[test]
fn two_departments_make_it_ordinary_three_or_another_county_complex() {
    let departments = |n| with(|_, facts| facts.assignments.extend((1..=n).map(department)));
    assert_eq!(departments(1), Difficulty::Simple);
    assert_eq!(departments(2), Difficulty::Ordinary);
    assert_eq!(departments(3), Difficulty::Complex);
    let elsewhere = with(|view, _| {
        let place = Place {
            region: "990102001".parse().unwrap(),
            address: "邻县某村".into(),
            position: None,
        };
        view.intake.place.values.push((actor(1), place));
    });
    assert_eq!(elsewhere, Difficulty::Complex);
}

#[test]
fn tenure_death_and_lasting_injury_are_complex_and_an_appraisal_is_ordinary() {
    assert_eq!(ruled(&view(), &facts("N09-03")), Difficulty::Complex);
    let hurt = |injury| with(|view, _| view.intake.injury.values.push((actor(1), injury)));
    assert_eq!(hurt(Injury::Light), Difficulty::Simple);
    assert_eq!(hurt(Injury::Lasting), Difficulty::Complex);
    assert_eq!(hurt(Injury::Death), Difficulty::Complex);
    let suspended = with(|_, facts| {
        facts.stage = Stage::Suspended {
            ground: SuspensionGround::Appraisal,
            since: at("03-03T09:00:00"),
        };
    });
    assert_eq!(suspended, Difficulty::Ordinary);
    let marked = with(|view, _| {
        let mark = CheckMark {
            done: true,
            at: at("03-03T09:00:00"),
            remark: String::new(),
        };
        view.checklist.insert(APPRAISAL.into(), mark);
    });
    assert_eq!(marked, Difficulty::Ordinary);
}

#[test]
fn what_went_wrong_before_makes_it_complex() {
    let failed = with(|_, facts| {
        facts.past.push(PastRound {
            calls: 0,
            followed_by_call: false,
            outcome: CloseKind::FailedTerminated,
            closed_at: at("02-02T09:00:00"),
            reopened_at: at("03-02T09:00:00"),
            feedback: String::new(),
            round: Round::default(),
        });
    });
    assert_eq!(failed, Difficulty::Complex);
    assert_eq!(
        with(|_, facts| facts.round.breached = true),
        Difficulty::Complex
    );
    assert_eq!(with(|_, facts| facts.round.returns = 1), Difficulty::Simple);
    assert_eq!(
        with(|_, facts| facts.round.returns = 2),
        Difficulty::Complex
    );
    let petition = |facts: &mut Facts| {
        start(
            facts,
            DeadlineKind::Petition,
            &Policy::default(),
            at("03-02T09:00:00"),
        );
    };
    assert_eq!(with(|_, facts| petition(facts)), Difficulty::Complex);
    let red = with(|_, facts| {
        facts.colour = Colour {
            level: Level::Red,
            reckoned: None,
            score: 80,
            reasons: Vec::new(),
        };
    });
    assert_eq!(red, Difficulty::Complex);
}

#[test]
fn no_rule_lowers_what_a_person_raised() {
    let mut raised = facts(SIMPLE);
    raised.difficulty = Difficulty::Complex;
    let now = at_least(&view(), &raised, &Policy::default());
    assert_eq!(now, Difficulty::Complex);
}

/// Shows E14.
#[test]
fn raising_needs_the_supervisor_once_half_of_the_time_is_used() {
    let (mut facts, policy) = (facts(SIMPLE), Policy::default());
    start(
        &mut facts,
        DeadlineKind::Feedback,
        &policy,
        at("03-02T00:00:00"),
    );
    let raise = |now| adjust(&view(), &facts, &policy, Difficulty::Complex, at(now));
    assert_eq!(raise("03-06T00:00:00"), Ok(Ruler::Rule));
    assert_eq!(raise("03-06T00:00:01"), Ok(Ruler::Supervisor));
}

/// Shows E14.
#[test]
fn lowering_is_possible_within_a_day_of_acceptance_and_never_below_the_rules() {
    let (mut view, mut facts, policy) = (view(), facts(SIMPLE), Policy::default());
    facts.difficulty = Difficulty::Complex;
    facts.round.accepted_at = Some(at("03-02T09:00:00"));
    view.intake.persons.values.push((actor(1), 5));
    let lower = |to, now| adjust(&view, &facts, &policy, to, at(now));
    let in_time = "03-03T09:00:00";
    assert_eq!(lower(Difficulty::Ordinary, in_time), Ok(Ruler::Supervisor));
    assert_eq!(
        lower(Difficulty::Complex, in_time),
        Err(AdjustError::Unchanged)
    );
    let late = lower(Difficulty::Ordinary, "03-03T09:00:01");
    assert_eq!(late, Err(AdjustError::TooLate { hours: 24 }));
    let refused = lower(Difficulty::Simple, in_time).unwrap_err();
    assert_eq!(refused.code(), "rules_forbid_lowering");
    assert!(refused.zh().contains("涉及5人"), "{}", refused.zh());
}
