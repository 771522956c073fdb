//! Clocks (domain.md 3.3): when each ends, reckoned in Asia/Shanghai.

use crate::facts::{Deadline, DeadlineKind, Difficulty, Facts};
use jiff::{Span, Timestamp, ToSpan, civil, tz::Offset};
use serde::{Deserialize, Serialize};

/// Asia/Shanghai: no daylight saving since 1991.
pub const SHANGHAI: Offset = Offset::constant(8);

/// Defaults that a county may set otherwise (decisions.md: configuration, not constants in code).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Hours until a registered case must be dispatched.
    pub dispatch_hours: u32,
    /// Minutes until an offer must be signed for.
    pub sign_for_minutes: u32,
    /// Minutes from signing to arrival.
    pub arrive_minutes: u32,
    /// Days of feedback for a simple, an ordinary and a complex case (R115).
    pub feedback_days: [u32; 3],
    /// Days of the legal limit of mediation (LW15).
    pub legal_days: u32,
    /// Days after effect in which judicial confirmation may be asked for (LW13).
    pub confirmation_days: u32,
    /// Days from acceptance to the first session.
    pub first_session_days: u32,
    /// Metres from the case's place within which an arrival needs no reason.
    pub arrive_metres: u32,
    /// A device of the case seen within these hours must have exchanged before the case is closed.
    pub quiet_hours: u32,
    /// After these hours a closing waits for no device any more.
    pub close_wait_hours: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            dispatch_hours: 24,
            sign_for_minutes: 30,
            arrive_minutes: 30,
            feedback_days: [7, 15, 30],
            legal_days: 30,
            confirmation_days: 30,
            first_session_days: 3,
            arrive_metres: 300,
            quiet_hours: 24,
            close_wait_hours: 48,
        }
    }
}

/// Starts a clock, unless one of its kind is running already: a clock is never restarted.
pub fn start(facts: &mut Facts, kind: DeadlineKind, policy: &Policy, from: Timestamp) {
    if facts
        .deadlines
        .iter()
        .any(|d| d.kind == kind && d.met_at.is_none())
    {
        return;
    }
    let (due_at, basis) = due(kind, facts.difficulty, policy, from);
    facts.deadlines.push(Deadline {
        kind,
        starts_at: from,
        due_at,
        met_at: None,
        basis: basis.into(),
    });
}

/// Marks the running clock of a kind as met.
pub fn meet(facts: &mut Facts, kind: DeadlineKind, at: Timestamp) {
    for deadline in facts
        .deadlines
        .iter_mut()
        .filter(|d| d.kind == kind && d.met_at.is_none())
    {
        deadline.met_at = Some(at);
    }
}

/// When a clock that starts at `from` ends, and the rule that says so.
#[must_use]
pub fn due(
    kind: DeadlineKind,
    difficulty: Difficulty,
    policy: &Policy,
    from: Timestamp,
) -> (Timestamp, &'static str) {
    let days = |n: u32| end_of_day_after(from, n);
    let hours = |n: u32| plus(from, i64::from(n).hours());
    let minutes = |n: u32| plus(from, i64::from(n).minutes());
    match kind {
        DeadlineKind::Dispatch => (hours(policy.dispatch_hours), "R078"),
        DeadlineKind::PoliceAccept => (hours(24), "R116"),
        DeadlineKind::SignFor => (minutes(policy.sign_for_minutes), "R012"),
        DeadlineKind::Arrive => (minutes(policy.arrive_minutes), "R012"),
        DeadlineKind::FirstContact => (hours(24), "本县规定"),
        DeadlineKind::Feedback => (days(policy.feedback_days[difficulty as usize]), "R115"),
        DeadlineKind::Legal => (days(policy.legal_days), "LW15"),
        DeadlineKind::FirstSession => (days(policy.first_session_days), "本县规定"),
        DeadlineKind::Confirmation => (days(policy.confirmation_days), "LW13"),
        DeadlineKind::Obligation => (days(policy.legal_days), "本县规定"),
        DeadlineKind::FollowUp => (days(7), "本县规定"),
    }
}

/// 24:00 of the n-th day after the day of `from`, Asia/Shanghai (decisions.md 1).
#[must_use]
pub fn end_of_day_after(from: Timestamp, days: u32) -> Timestamp {
    let day = SHANGHAI.to_datetime(from).date();
    let last = day
        .checked_add(i64::from(days + 1).days())
        .unwrap_or(civil::Date::MAX);
    SHANGHAI
        .to_timestamp(last.to_datetime(civil::Time::midnight()))
        .unwrap_or(Timestamp::MAX)
}

/// A time plus a span of hours and less; at the end of all time, that end.
#[must_use]
pub fn plus(from: Timestamp, span: Span) -> Timestamp {
    from.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_days_end_at_midnight_of_the_seventh_day_after_the_start_day() {
        let accepted: Timestamp = "2026-03-02T15:30:00+08:00".parse().unwrap();
        let (due_at, basis) = due(
            DeadlineKind::Feedback,
            Difficulty::Simple,
            &Policy::default(),
            accepted,
        );
        assert_eq!(
            due_at,
            "2026-03-10T00:00:00+08:00".parse::<Timestamp>().unwrap()
        );
        assert_eq!(basis, "R115");
    }

    #[test]
    fn a_start_just_after_midnight_in_shanghai_counts_as_the_new_day() {
        let from: Timestamp = "2026-03-01T16:00:01Z".parse().unwrap();
        assert_eq!(
            end_of_day_after(from, 0),
            "2026-03-02T16:00:00Z".parse::<Timestamp>().unwrap()
        );
    }
}
