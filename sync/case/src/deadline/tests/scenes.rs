use super::*;
use crate::facts::{Difficulty, Level, Subject, Waiver};
use DeadlineKind as K;

const NINE: &str = "03-02T09:00:00";

/// Shows R115, D01.
#[test]
fn seven_fifteen_and_thirty_days_end_at_midnight_of_the_last_day() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    let mut feedback = |difficulty| {
        facts.difficulty = difficulty;
        end(&facts, K::Feedback, &policy, "03-02T15:30:00")
    };
    assert_eq!(feedback(Difficulty::Simple), "2026-03-10T00:00:00");
    assert_eq!(feedback(Difficulty::Ordinary), "2026-03-18T00:00:00");
    assert_eq!(feedback(Difficulty::Complex), "2026-04-02T00:00:00");
}

#[test]
fn a_switch_counts_administrative_days_where_work_is_done_and_leaves_the_law_alone() {
    let facts = facts("N07-01");
    let policy = Policy {
        administrative_days: DayCount::Working,
        ..Policy::default()
    };
    let before_spring_festival = "02-13T10:00:00";
    let feedback = end(&facts, K::Feedback, &policy, before_spring_festival);
    // 14 February is worked, 15 to 23 are off, 28 is worked.
    assert_eq!(feedback, "2026-03-03T00:00:00");
    let legal = end(&facts, K::Legal, &policy, before_spring_festival);
    // The thirtieth day is Sunday, the 15th of March.
    assert_eq!(legal, "2026-03-17T00:00:00");
}

#[test]
fn an_urgent_offer_waits_half_an_hour_and_any_other_four_hours() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    assert_eq!(
        end(&facts, K::SignFor, &policy, NINE),
        "2026-03-02T13:00:00"
    );
    facts.source.channel = "110".into();
    assert_eq!(
        end(&facts, K::SignFor, &policy, NINE),
        "2026-03-02T09:30:00"
    );
    facts.source.channel = "12345".into();
    facts.colour.level = Level::Red;
    assert_eq!(
        end(&facts, K::SignFor, &policy, NINE),
        "2026-03-02T09:30:00"
    );
}

#[test]
fn arrival_takes_half_an_hour_in_town_and_an_hour_in_the_country() {
    let (mut facts, mut policy) = (facts("N07-01"), Policy::default());
    assert_eq!(end(&facts, K::Arrive, &policy, NINE), "2026-03-02T10:00:00");
    policy.town_regions = vec!["990101102".into()];
    assert_eq!(end(&facts, K::Arrive, &policy, NINE), "2026-03-02T09:30:00");
    facts.region = "990101001".parse().unwrap();
    policy.town_regions.clear();
    assert_eq!(end(&facts, K::Arrive, &policy, NINE), "2026-03-02T09:30:00");
}

/// Shows LW13, LW25, R044.
#[test]
fn the_kinds_that_nothing_else_changes_have_their_length() {
    let (facts, policy) = (facts("N07-01"), Policy::default());
    let ends = [
        (K::Dispatch, "2026-03-03T09:00:00"),
        (K::PoliceAccept, "2026-03-03T09:00:00"),
        (K::DangerCall, "2026-03-02T09:05:00"),
        (K::FirstContact, "2026-03-03T09:00:00"),
        (K::FirstSession, "2026-03-06T00:00:00"),
        (K::Confirmation, "2026-04-02T00:00:00"),
        (K::DailyProgress, "2026-03-02T17:30:00"),
        (K::WeeklyUrge, "2026-03-09T08:30:00"),
        (K::SameDay, "2026-03-03T00:00:00"),
        (K::RiskVisit, "2026-03-06T00:00:00"),
        (K::JointStart, "2026-03-06T00:00:00"),
        (K::JointPlan, "2026-03-06T00:00:00"),
        (K::JointCheck, "2026-03-10T00:00:00"),
        (K::JointMove, "2026-03-04T09:00:00"),
        (K::OrderAnswer, "2026-03-06T00:00:00"),
        (K::PetitionReply, "2026-03-18T00:00:00"),
        (K::PetitionObjection, "2026-03-10T00:00:00"),
        // The first five days of May are off.
        (K::Petition, "2026-05-07T00:00:00"),
        (K::Letter, "2026-03-10T00:00:00"),
        (K::CloseRuling, "2026-03-04T09:00:00"),
        (K::MergeReview, "2026-03-03T09:00:00"),
        (K::Archive, "2026-04-02T00:00:00"),
        (K::Suspension, "2026-05-02T00:00:00"),
    ];
    for (kind, expected) in ends {
        assert_eq!(end(&facts, kind, &policy, NINE), expected, "{kind:?}");
    }
    let early = end(&facts, K::WeeklyUrge, &policy, "03-02T08:00:00");
    assert_eq!(early, "2026-03-02T08:30:00");
    let late = end(&facts, K::DailyProgress, &policy, "03-02T17:30:00");
    assert_eq!(late, "2026-03-03T17:30:00");
}

/// Shows E21.
#[test]
fn visits_are_due_after_7_30_and_90_days_and_of_a_red_case_after_1_and_3_as_well() {
    let (mut calm, policy) = (facts("N07-01"), Policy::default());
    start_visits(&mut calm, &policy, at(NINE));
    let due: Vec<_> = calm
        .deadlines
        .iter()
        .map(|d| (d.subject, d.due_at))
        .collect();
    assert_eq!(
        due,
        [
            (Some(Subject::Visit(1)), at("03-10T00:00:00")),
            (Some(Subject::Visit(2)), at("04-02T00:00:00")),
            (Some(Subject::Visit(3)), at("06-01T00:00:00")),
        ]
    );
    let mut red = facts("N07-01");
    red.colour.level = Level::Red;
    start_visits(&mut red, &policy, at(NINE));
    assert_eq!(red.deadlines.len(), 5);
    assert_eq!(red.deadlines[0].due_at, at("03-04T00:00:00"));
    meet_of(
        &mut red,
        K::FollowUp,
        Subject::Visit(1),
        at("03-03T10:00:00"),
    );
    let met = red.deadlines.iter().filter(|d| d.met_at.is_some()).count();
    assert_eq!(met, 1);
}

/// Shows E06.
#[test]
fn the_dispatch_clock_of_a_case_that_is_given_back_goes_on_from_its_own_start() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    start(&mut facts, K::Dispatch, &policy, at(NINE));
    meet(&mut facts, K::Dispatch, at("03-02T10:00:00"));
    start(&mut facts, K::Dispatch, &policy, at("03-02T20:00:00"));
    assert_eq!(facts.deadlines.len(), 1);
    assert_eq!(clock(&facts, K::Dispatch).due_at, at("03-03T09:00:00"));
    assert!(clock(&facts, K::Dispatch).is_running());
    // A new round of the case has a clock of its own.
    end_all(&mut facts, at("03-03T08:00:00"));
    start(&mut facts, K::Dispatch, &policy, at("03-20T09:00:00"));
    assert_eq!(facts.deadlines.len(), 2);
}

/// Shows E14.
#[test]
fn a_raised_difficulty_lengthens_the_running_clock_from_its_own_start() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    start(&mut facts, K::Feedback, &policy, at(NINE));
    extend(&mut facts, K::Feedback, 2, &policy).unwrap();
    facts.difficulty = Difficulty::Complex;
    relength(&mut facts, &policy);
    let feedback = clock(&facts, K::Feedback);
    assert_eq!(feedback.starts_at, at(NINE));
    assert_eq!(feedback.due_at, at("04-04T00:00:00"));
}

#[test]
fn a_clock_is_due_soon_at_three_quarters_and_nine_tenths_and_then_overdue() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    start(&mut facts, K::Dispatch, &policy, at(NINE));
    let dispatch = clock(&facts, K::Dispatch).clone();
    let stands = |then| deadline_state(&dispatch, at(then));
    assert_eq!(stands("03-03T02:59:59"), DeadlineState::Running);
    assert_eq!(stands("03-03T03:00:00"), DeadlineState::Soon75);
    assert_eq!(stands("03-03T06:36:00"), DeadlineState::Soon90);
    assert_eq!(
        stands("03-03T09:00:00"),
        DeadlineState::Overdue { percent: 0 }
    );
    assert_eq!(
        stands("03-03T21:00:00"),
        DeadlineState::Overdue { percent: 50 }
    );
    let met = |then| {
        let mut facts = facts.clone();
        meet(&mut facts, K::Dispatch, at(then));
        deadline_state(clock(&facts, K::Dispatch), at("04-01T00:00:00"))
    };
    assert_eq!(met("03-03T09:00:00"), DeadlineState::Met { late: false });
    assert_eq!(met("03-03T09:00:01"), DeadlineState::Met { late: true });
}

/// Shows E33.
#[test]
fn an_administrative_limit_is_extended_once_and_by_no_more_than_its_own_length() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    let ask = |facts: &mut Facts, kind, days| extend(facts, kind, days, &policy);
    assert_eq!(
        ask(&mut facts, K::Feedback, 3),
        Err(ExtendError::NotRunning)
    );
    for kind in [K::Feedback, K::Legal, K::Dispatch, K::Petition] {
        start(&mut facts, kind, &policy, at(NINE));
    }
    let too_long = Err(ExtendError::OutOfRange { most: 7 });
    assert_eq!(ask(&mut facts, K::Feedback, 8), too_long);
    assert_eq!(ask(&mut facts, K::Feedback, 7), Ok(()));
    assert_eq!(clock(&facts, K::Feedback).due_at, at("03-17T00:00:00"));
    assert_eq!(ask(&mut facts, K::Feedback, 1), Err(ExtendError::Again));
    assert_eq!(
        ask(&mut facts, K::Dispatch, 1),
        Err(ExtendError::NotExtensible)
    );
    assert_eq!(ask(&mut facts, K::Petition, 30), Ok(()));
    // The legal limit is longer whenever all parties wish (LW15).
    assert_eq!(ask(&mut facts, K::Legal, 30), Ok(()));
    assert_eq!(ask(&mut facts, K::Legal, 10), Ok(()));
    assert_eq!(clock(&facts, K::Legal).due_at, at("05-12T00:00:00"));
}

#[test]
fn closing_meets_the_feedback_ends_the_rest_and_leaves_the_time_after_it_running() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    for kind in [K::Feedback, K::Arrive, K::FirstSession, K::Confirmation] {
        start(&mut facts, kind, &policy, at(NINE));
    }
    end_all(&mut facts, at("03-04T09:00:00"));
    let stands = |kind| deadline_state(clock(&facts, kind), at("03-05T09:00:00"));
    assert_eq!(stands(K::Feedback), DeadlineState::Met { late: false });
    assert_eq!(stands(K::Arrive), DeadlineState::Ended { late: true });
    assert_eq!(
        stands(K::FirstSession),
        DeadlineState::Ended { late: false }
    );
    assert_eq!(stands(K::Confirmation), DeadlineState::Running);
}

#[test]
fn a_waived_clock_counts_neither_as_met_nor_as_missed() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    start(&mut facts, K::Dispatch, &policy, at(NINE));
    let waiver = Waiver {
        by: None,
        at: at("03-02T10:00:00"),
        why: "台风停办".into(),
    };
    waive(&mut facts, K::Dispatch, &waiver);
    meet(&mut facts, K::Dispatch, at("03-09T10:00:00"));
    let stands = deadline_state(clock(&facts, K::Dispatch), at("03-09T10:00:00"));
    assert_eq!(stands, DeadlineState::Waived);
}

#[test]
fn the_end_of_all_time_is_no_failure() {
    let _: Timestamp = end_of_day_after(Timestamp::MAX, 3);
    assert_eq!(
        plus(Timestamp::MAX, jiff::Span::new().hours(1)),
        Timestamp::MAX
    );
}

#[test]
fn a_start_just_after_midnight_in_shanghai_counts_as_the_new_day() {
    let from: Timestamp = "2026-03-01T16:00:01Z".parse().unwrap();
    let end: Timestamp = "2026-03-02T16:00:00Z".parse().unwrap();
    assert_eq!(end_of_day_after(from, 0), end);
}
