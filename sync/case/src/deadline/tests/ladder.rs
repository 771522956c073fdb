use super::*;
use crate::deadline::ladder::{steps, supervised};
use crate::facts::{ItemState, Measure, SupervisionItem};
use DeadlineKind as K;

fn dispatched_late() -> Facts {
    let mut facts = facts("N07-01");
    start(
        &mut facts,
        K::Dispatch,
        &Policy::default(),
        at("03-02T09:00:00"),
    );
    facts
}

fn look(items: &[SupervisionItem], facts: &Facts, now: &str) -> Vec<SupervisionItem> {
    supervised(items, facts, &Policy::default(), at(now))
}

fn rungs(items: &[SupervisionItem]) -> Vec<(Measure, u32)> {
    items.iter().map(|i| (i.measure, i.percent)).collect()
}

/// Shows R054, R091.
#[test]
fn a_clock_that_runs_out_climbs_the_ladder_and_the_severe_measures_are_only_proposed() {
    let facts = dispatched_late();
    let mut items = Vec::new();
    for now in [
        "03-03T03:00:00",
        "03-03T07:00:00",
        "03-03T09:00:00",
        "03-04T09:00:00",
        "03-06T09:00:00",
        "03-10T09:00:00",
    ] {
        items = look(&items, &facts, now);
        assert_eq!(
            look(&items, &facts, now),
            items,
            "a second look adds nothing"
        );
    }
    assert_eq!(
        rungs(&items),
        [
            (Measure::Reminder, 75),
            (Measure::Reminder, 90),
            (Measure::Order, 100),
            (Measure::Consult, 120),
            (Measure::Notice, 150),
            (Measure::Accountability, 200),
        ]
    );
    let proposed = |i: &&SupervisionItem| i.state == ItemState::Proposed;
    assert_eq!(items.iter().filter(proposed).count(), 2);
    assert_eq!(items[0].zh, "“分拨”期限已用去75%，请在3月3日09:00前办结。");
}

#[test]
fn after_a_long_outage_only_the_highest_rung_of_each_track_is_taken() {
    let items = look(&[], &dispatched_late(), "03-20T00:00:00");
    assert_eq!(
        rungs(&items),
        [(Measure::Consult, 120), (Measure::Accountability, 200)]
    );
}

#[test]
fn what_nobody_answered_is_past_once_the_clock_was_met() {
    let mut facts = dispatched_late();
    let items = look(&[], &facts, "03-03T03:00:00");
    meet(&mut facts, K::Dispatch, at("03-03T03:30:00"));
    let after = look(&items, &facts, "03-03T04:00:00");
    let seen = at("03-03T04:00:00");
    assert_eq!(after[0].state, ItemState::Past { at: seen });
    assert_eq!(after.len(), 1);
}

#[test]
fn a_clock_of_the_law_reminds_and_never_accuses() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    start(&mut facts, K::Confirmation, &policy, at("03-02T09:00:00"));
    let measures: Vec<_> = steps(&facts, &policy, at("12-31T00:00:00"))
        .iter()
        .map(|step| (step.measure, step.percent))
        .collect();
    assert_eq!(
        measures,
        [
            (Measure::Reminder, 75),
            (Measure::Reminder, 90),
            (Measure::Reminder, 100)
        ]
    );
}

/// Shows R043.
#[test]
fn a_day_without_progress_ends_in_a_reminder_and_the_next_day_has_its_own_clock() {
    let (mut facts, policy) = (facts("N07-01"), Policy::default());
    roll(&mut facts, &policy, at("03-02T10:00:00"));
    assert_eq!(
        next_moment(&facts, &policy, at("03-02T17:00:00")),
        Some(at("03-02T17:30:00"))
    );
    let evening = "03-02T17:30:00";
    let items = look(&[], &facts, evening);
    assert_eq!(items[0].zh, "今日尚无办理进展，请补记进展或说明原因。");
    roll(&mut facts, &policy, at(evening));
    let today = clock(&facts, K::DailyProgress);
    assert_eq!(today.due_at, at("03-03T17:30:00"));
    progress(&mut facts, at("03-03T11:00:00"));
    assert_eq!(look(&items, &facts, "03-03T17:30:00").len(), 1);
    let kept = |d: &&Deadline| d.kind == K::DailyProgress;
    assert_eq!(facts.deadlines.iter().filter(kept).count(), 1);
}

#[test]
fn the_next_moment_is_when_a_clock_is_due_soon_due_or_climbs_and_none_when_nothing_waits() {
    let (mut facts, policy) = (dispatched_late(), Policy::default());
    let next = |facts: &Facts, now| next_moment(facts, &policy, at(now));
    assert_eq!(next(&facts, "03-02T09:00:00"), Some(at("03-03T03:00:00")));
    assert_eq!(next(&facts, "03-03T03:00:00"), Some(at("03-03T06:36:00")));
    assert_eq!(next(&facts, "03-03T06:36:00"), Some(at("03-03T09:00:00")));
    assert_eq!(next(&facts, "03-05T00:00:00"), Some(at("03-06T09:00:00")));
    assert_eq!(next(&facts, "03-11T00:00:00"), None);
    meet(&mut facts, K::Dispatch, at("03-02T10:00:00"));
    assert_eq!(next(&facts, "03-02T10:00:00"), None);
}
