//! Whatever is done to the clocks of a case: none is restarted, none runs twice.

use super::*;
use crate::{
    facts::{ClockKey, Difficulty, Subject, Waiver},
    record::SuspensionGround,
};
use jiff::ToSpan;
use proptest::prelude::*;
use std::collections::BTreeSet;

#[derive(Debug, Clone)]
enum Act {
    Start(DeadlineKind),
    Visits,
    Meet(DeadlineKind),
    MeetVisit(u8),
    Pause,
    Resume,
    Extend(DeadlineKind, u32),
    Relength(Difficulty),
    Waive(DeadlineKind),
    EndAll,
}

fn kind() -> impl Strategy<Value = DeadlineKind> {
    // The daily and the weekly look come again by their nature and are not started by events.
    let once = DeadlineKind::ALL.into_iter().filter(|k| {
        !matches!(
            k,
            DeadlineKind::DailyProgress
                | DeadlineKind::WeeklyUrge
                | DeadlineKind::JointCheck
                | DeadlineKind::JointMove
        )
    });
    // One of them often, so that schedules come to what is asked for again.
    prop_oneof![
        1 => Just(DeadlineKind::PoliceAccept),
        1 => prop::sample::select(once.collect::<Vec<_>>()),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let difficulty = prop::sample::select(vec![
        Difficulty::Simple,
        Difficulty::Ordinary,
        Difficulty::Complex,
    ]);
    prop_oneof![
        6 => kind().prop_map(Act::Start),
        1 => Just(Act::Visits),
        3 => kind().prop_map(Act::Meet),
        1 => (1..6_u8).prop_map(Act::MeetVisit),
        2 => Just(Act::Pause),
        2 => Just(Act::Resume),
        2 => (kind(), 0..20_u32).prop_map(|(kind, days)| Act::Extend(kind, days)),
        2 => difficulty.prop_map(Act::Relength),
        1 => kind().prop_map(Act::Waive),
        1 => Just(Act::EndAll),
    ]
}

/// Often none: what is asked for twice in one moment is what a name made of a moment must stand.
fn minutes() -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(0), 1 => 0..5000_i64]
}

fn perform(facts: &mut Facts, act: &Act, policy: &Policy, now: Timestamp) {
    match act {
        Act::Start(kind) => start(facts, *kind, policy, now),
        Act::Visits => start_visits(facts, policy, now),
        Act::Meet(kind) => meet(facts, *kind, now),
        Act::MeetVisit(n) => meet_of(facts, DeadlineKind::FollowUp, Subject::Visit(*n), now),
        Act::Pause => pause(facts, SuspensionGround::Appraisal, policy, now),
        Act::Resume => resume(facts, policy, now),
        Act::Extend(kind, days) => {
            let _: Result<(), ExtendError> = extend(facts, *kind, *days, policy);
        }
        Act::Relength(difficulty) => {
            facts.difficulty = *difficulty;
            relength(facts, policy);
        }
        Act::Waive(kind) => {
            let why = "停办".into();
            waive(
                facts,
                *kind,
                &Waiver {
                    by: None,
                    at: now,
                    why,
                },
            );
        }
        Act::EndAll => end_all(facts, now),
    }
}

fn keys(facts: &Facts) -> Vec<ClockKey> {
    facts.deadlines.iter().map(Deadline::key).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_clock_is_restarted_and_none_of_a_kind_runs_twice(acts in prop::collection::vec((act(), minutes()), 1..60)) {
        let policy = Policy::default();
        let mut facts = facts("N05-01");
        let mut now = at("03-02T09:00:00");
        for (act, minutes) in acts {
            now = plus(now, minutes.minutes());
            let before = keys(&facts);
            perform(&mut facts, &act, &policy, now);
            let after = keys(&facts);
            prop_assert_eq!(&after[..before.len()], &before[..], "{:?} moved a start", act);
            let named: BTreeSet<_> = after.iter().collect();
            prop_assert_eq!(named.len(), after.len(), "{:?} gave two clocks one key", act);
            let mut running = BTreeSet::new();
            for clock in facts.deadlines.iter().filter(|d| d.is_running()) {
                prop_assert!(running.insert((clock.kind, clock.subject)), "{:?} runs twice", clock.kind);
                prop_assert!(clock.due_at > clock.starts_at);
                prop_assert!(ends_at(clock, now) >= clock.due_at);
            }
            prop_assert!(next_moment(&facts, &policy, now).is_none_or(|next| next > now));
        }
    }
}
