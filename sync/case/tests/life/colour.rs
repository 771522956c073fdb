//! A person's word over the colour (R042): whose word gives way to whose, and for how long one may
//! say that it is less than it looks.

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    edit::NewEntry,
    facts::Level,
    record::{RiskFactor, RiskObservation},
    role::Role,
};
use jiff::{SignedDuration, Timestamp};

fn word(level: Level, until: Option<Timestamp>) -> DeskAct {
    let why = "现场所见。".into();
    DeskAct::OverrideColour(act::OverrideColour { level, why, until })
}

fn refusal(stage: &mut Stage, role: Role, word: DeskAct) -> String {
    stage.desk(role, word).unwrap().code
}

/// A case that is red by itself, of which a supervisor said for an hour that it is yellow.
fn lowered() -> Stage {
    let mut stage = Stage::of("N03-02");
    let (factor, at, why) = (RiskFactor::Threat, stage.now, "扬言报复。".into());
    stage.add(
        MEDIATOR,
        NewEntry::Risk(RiskObservation { factor, at, why }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.facts().colour.level, Level::Red);
    let hour = stage.now + SignedDuration::from_hours(1);
    let lower = word(Level::Yellow, Some(hour));
    assert_eq!(stage.desk(Role::Supervisor, lower), None);
    assert_eq!(stage.facts().colour.level, Level::Yellow);
    stage
}

/// Shows R042.
#[test]
fn what_a_supervisor_lowered_for_an_hour_is_lowered_for_longer_by_nobody_below() {
    for level in [Level::Yellow, Level::Blue] {
        for days in [None, Some(1), Some(60_000)] {
            let mut stage = lowered();
            let until = days.map(|days| stage.now + SignedDuration::from_hours(24 * days));
            let refused = refusal(&mut stage, Role::Dispatcher, word(level, until));
            assert_eq!(refused, "rank_too_low", "{level:?} for {days:?} days");
            stage.later(61);
            stage.sync(MEDIATOR);
            assert_eq!(stage.facts().colour.level, Level::Red);
        }
    }
}

/// Shows R042.
#[test]
fn a_supervisor_lowers_for_a_week_at_most_however_often_it_is_said() {
    let mut stage = lowered();
    let week = SignedDuration::from_hours(24 * 7);
    let beyond = stage.now + week + SignedDuration::from_secs(1);
    for until in [None, Some(beyond)] {
        for level in [Level::Yellow, Level::Blue] {
            let refused = refusal(&mut stage, Role::Supervisor, word(level, until));
            assert_eq!(refused, "override_too_long");
        }
    }
    let last = stage.now + week;
    let again = stage.desk(Role::Supervisor, word(Level::Blue, Some(last)));
    assert_eq!(again, None);
}

/// Shows R042.
#[test]
fn what_was_lowered_is_raised_again_by_a_dispatcher_however_shortly() {
    let mut stage = lowered();
    let minute = stage.now + SignedDuration::from_mins(1);
    let raise = word(Level::Red, Some(minute));
    assert_eq!(stage.desk(Role::Dispatcher, raise), None);
    assert_eq!(stage.facts().colour.level, Level::Red);
}

/// Shows R042.
#[test]
fn a_word_between_what_was_reckoned_and_what_a_supervisor_says_lowers_it_while_that_lasts() {
    let mut stage = Stage::of("N03-02");
    assert_eq!(stage.facts().colour.level, Level::Blue);
    let hour = stage.now + SignedDuration::from_hours(1);
    let red = word(Level::Red, Some(hour));
    assert_eq!(stage.desk(Role::Supervisor, red), None);
    for until in [None, Some(hour)] {
        let refused = refusal(&mut stage, Role::Dispatcher, word(Level::Yellow, until));
        assert_eq!(refused, "rank_too_low");
    }
    // Nothing has moved the case since.
    stage.later(61);
    let yellow = word(Level::Yellow, None);
    assert_eq!(stage.desk(Role::Dispatcher, yellow), None);
    assert_eq!(stage.facts().colour.level, Level::Yellow);
}

/// Shows R042. Somebody below the rank lowers it neither at once nor by the end of a word of their
/// own.
#[test]
fn a_colour_that_a_supervisor_set_is_taken_back_by_nobody_below() {
    let mut stage = Stage::of("N03-02");
    let word = |until: Option<Timestamp>| {
        let (level, why) = (Level::Red, "多次威胁。".into());
        DeskAct::OverrideColour(act::OverrideColour { level, why, until })
    };
    assert_eq!(stage.desk(Role::Supervisor, word(None)), None);
    let now = stage.now;
    for (until, code) in [
        (now - SignedDuration::from_hours(1), "override_past"),
        (now, "override_past"),
        (now + SignedDuration::from_secs(2), "rank_too_low"),
    ] {
        let refused = stage.desk(Role::Dispatcher, word(Some(until)));
        assert_eq!(refused.unwrap().code, code);
    }
    assert_eq!(stage.desk(Role::Dispatcher, word(None)), None);
    let until = stage.now + SignedDuration::from_hours(2);
    assert_eq!(stage.desk(Role::Supervisor, word(Some(until))), None);
    let shorter = word(Some(until - SignedDuration::from_hours(1)));
    let refused = stage.desk(Role::Dispatcher, shorter).unwrap();
    assert_eq!(refused.code, "rank_too_low");
    assert_eq!(stage.facts().colour.level, Level::Red);
}
