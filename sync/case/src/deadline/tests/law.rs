//! Limits of the law: how long each is, on which day it ends, and what stops it.

use super::*;
use crate::{
    facts::Stage,
    record::{CloseKind, SuspensionGround},
};
use DeadlineKind as K;

const NINE: &str = "03-02T09:00:00";

/// Shows LW35, D01.
#[test]
fn a_period_of_the_law_that_ends_on_a_day_off_ends_with_the_next_working_day_and_no_other_does() {
    let (facts, policy) = (facts("N07-01"), Policy::default());
    // Thirty days on is Thursday, the 2nd of April, or Saturday in the Qingming holidays.
    for (from, legal, calendar) in [
        (
            "03-03T09:00:00",
            "2026-04-03T00:00:00",
            "2026-04-03T00:00:00",
        ),
        (
            "03-05T09:00:00",
            "2026-04-08T00:00:00",
            "2026-04-05T00:00:00",
        ),
    ] {
        for kind in [K::Legal, K::Confirmation] {
            assert_eq!(end(&facts, kind, &policy, from), legal, "{kind:?}");
        }
        assert_eq!(end(&facts, K::Archive, &policy, from), calendar);
    }
}

/// Shows LW16, LW17.
#[test]
fn what_stands_beside_medical_and_labour_disputes_in_the_catalogue_has_the_general_limit() {
    let policy = Policy::default();
    for beside in ["N05-04", "N06-02", "N06-06"] {
        let (_, basis) = due(K::Legal, &facts(beside), &policy, at(NINE));
        assert_eq!(basis, "LW15", "{beside}");
    }
}

/// Shows LW17, E29.
#[test]
fn a_labour_dispute_runs_from_its_receipt_in_each_round_before_anybody_accepts_it() {
    let (mut facts, policy) = (facts("N06-01"), Policy::default());
    follow_the_law(&mut facts, &policy);
    assert_eq!(clock(&facts, K::Legal).starts_at, at(NINE));
    let outcome = CloseKind::Reconciled;
    let (feedback, closed) = (String::new(), at("03-04T09:00:00"));
    facts.stage = Stage::Closed {
        outcome,
        feedback,
        at: closed,
    };
    end_all(&mut facts, closed);
    assert!(facts.begin_round(at("05-20T09:00:00")));
    follow_the_law(&mut facts, &policy);
    assert_eq!(clock(&facts, K::Legal).starts_at, at("05-20T09:00:00"));
    assert_eq!(clock(&facts, K::Legal).due_at, at("06-05T00:00:00"));
    start(&mut facts, K::Legal, &policy, at("05-21T09:00:00"));
    assert_eq!(facts.deadlines.len(), 2, "acceptance starts no other");
}

/// Shows LW15, LW17, M10.
#[test]
fn a_limit_follows_a_corrected_situation_from_its_own_start() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    start(&mut facts, K::Legal, &policy, at("03-05T09:00:00"));
    facts.situation = "N06-01".parse().unwrap();
    follow_the_law(&mut facts, &policy);
    let legal = clock(&facts, K::Legal);
    assert_eq!(facts.deadlines.len(), 1);
    assert_eq!(
        (legal.starts_at, legal.due_at),
        (at("03-05T09:00:00"), at("03-21T00:00:00"))
    );
    assert_eq!(legal.basis, "LW17");
}

/// Shows LW15, LW16, LW17.
#[test]
fn the_law_gives_thirty_days_a_medical_dispute_thirty_working_days_and_labour_fifteen_from_receipt()
{
    let policy = Policy::default();
    let mut labour = facts("N06-01");
    start(&mut labour, K::Legal, &policy, at("03-05T10:00:00"));
    let legal = clock(&labour, K::Legal);
    assert_eq!(
        (legal.starts_at, legal.due_at),
        (at(NINE), at("03-18T00:00:00"))
    );
    assert_eq!(legal.basis, "LW17");
    let medical = facts("N05-01");
    // Qingming is off on 4 to 6 April.
    assert_eq!(
        end(&medical, K::Legal, &policy, NINE),
        "2026-04-15T00:00:00"
    );
    let other = facts("N07-01");
    assert_eq!(end(&other, K::Legal, &policy, NINE), "2026-04-02T00:00:00");
}

/// Shows E15, LW16.
#[test]
fn a_suspension_stops_the_legal_and_the_feedback_clock_and_moves_their_ends_by_its_length() {
    let (mut facts, policy) = (facts("N05-01"), Policy::default());
    for kind in [K::Feedback, K::Legal, K::WeeklyUrge] {
        start(&mut facts, kind, &policy, at(NINE));
    }
    let appraisal = SuspensionGround::Appraisal;
    pause(&mut facts, appraisal, &policy, at("03-03T09:00:00"));
    pause(&mut facts, appraisal, &policy, at("03-04T09:00:00"));
    let stopped = clock(&facts, K::Feedback).clone();
    assert_eq!(
        deadline_state(&stopped, at("03-20T00:00:00")),
        DeadlineState::Paused
    );
    assert_eq!(at_percent(&stopped, 100), None);
    resume(&mut facts, &policy, at("03-13T09:00:00"));
    let feedback = clock(&facts, K::Feedback);
    assert_eq!(
        ends_at(feedback, at("03-14T00:00:00")),
        at("03-20T00:00:00")
    );
    assert_eq!(
        deadline_state(feedback, at("03-14T00:00:00")),
        DeadlineState::Running
    );
    assert!(clock(&facts, K::WeeklyUrge).pauses.is_empty());
    assert_eq!(clock(&facts, K::Legal).pauses.len(), 1);
}

/// Shows E15, LW16, LW17.
#[test]
fn the_limit_of_a_medical_or_labour_dispute_stops_for_an_appraisal_alone() {
    let policy = Policy::default();
    let stops = |situation, ground, kind| {
        let mut facts = facts(situation);
        for kind in [K::Feedback, K::Legal] {
            start(&mut facts, kind, &policy, at(NINE));
        }
        pause(&mut facts, ground, &policy, at("03-03T09:00:00"));
        !clock(&facts, kind).pauses.is_empty()
    };
    for ground in [
        SuspensionGround::Absence,
        SuspensionGround::PendingRuling,
        SuspensionGround::Appraisal,
    ] {
        let appraisal = ground == SuspensionGround::Appraisal;
        assert_eq!(stops("N05-01", ground, K::Legal), appraisal);
        assert_eq!(stops("N06-01", ground, K::Legal), appraisal);
        assert!(stops("N07-01", ground, K::Legal), "the general limit rests");
        assert!(stops("N05-01", ground, K::Feedback), "so does the county's");
    }
}

/// Shows E15, LW35.
#[test]
fn a_limit_of_the_law_ends_on_no_day_off_after_a_rest_either() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    start(&mut facts, K::Legal, &policy, at(NINE));
    pause(
        &mut facts,
        SuspensionGround::Absence,
        &policy,
        at("03-03T09:00:00"),
    );
    resume(&mut facts, &policy, at("03-06T09:00:00"));
    // Three days after the 1st of April is Saturday, the 4th, in the Qingming holidays.
    let ends = ends_at(clock(&facts, K::Legal), at("04-20T00:00:00"));
    assert_eq!(ends, at("04-08T00:00:00"));
}
