//! The clocks of visits: after closing or performance, after a warning of the police, and after a
//! visit that found signs of a relapse.

use super::running::put;
use crate::{
    facts::{Deadline, DeadlineKind, Facts, Level, Subject},
    policy::{Length, Policy},
};
use jiff::Timestamp;

/// Starts one clock for each visit after closing or performance; a red case is visited more often.
pub fn start_visits(facts: &mut Facts, policy: &Policy, from: Timestamp) {
    let mut days = policy.follow_up_days.clone();
    if facts.colour.level == Level::Red {
        days.extend(&policy.follow_up_red_days);
    }
    days.sort_unstable();
    days.dedup();
    for (number, days) in (1..).zip(days) {
        let name = (DeadlineKind::FollowUp, Some(Subject::Visit(number)));
        let end = Length::Days(days).end(from, &policy.calendar);
        put(facts, name, from, (end, "本县规定"));
    }
}

/// Visits after warnings of the police are numbered from here on, through all rounds.
const WARNING_VISITS: u8 = 101;

/// Starts one clock for each visit after a warning of the police, which is met like any due visit.
pub fn start_warning_visits(facts: &mut Facts, policy: &Policy, from: Timestamp) {
    let numbers = facts.deadlines.iter().filter_map(|d| match d.subject {
        Some(Subject::Visit(n)) if n >= WARNING_VISITS => Some(n),
        _ => None,
    });
    let next = numbers
        .max()
        .map_or(WARNING_VISITS, |n| n.saturating_add(1));
    for (number, days) in (next..=u8::MAX).zip(policy.warning_visit_days.clone()) {
        let name = (DeadlineKind::FollowUp, Some(Subject::Visit(number)));
        let end = Length::Days(days).end(from, &policy.calendar);
        // Of a letter that is older than the case nobody could have made these.
        if end > facts.registered_at {
            put(facts, name, from, (end, "LW20"));
        }
    }
}

/// Starts the clock of one more visit, under the number after every other of the case, because the
/// last one found signs of a relapse.
pub(super) fn start_visit_again(facts: &mut Facts, policy: &Policy, from: Timestamp) -> Deadline {
    let series = policy.follow_up_days.len() + policy.follow_up_red_days.len();
    let numbers = facts.deadlines.iter().filter_map(|d| match d.subject {
        Some(Subject::Visit(number)) => Some(number),
        _ => None,
    });
    let last = numbers
        .chain(u8::try_from(series))
        .max()
        .unwrap_or_default();
    let subject = Some(Subject::Visit(last.saturating_add(1)));
    let end = Length::Days(policy.relapse_visit_days).end(from, &policy.calendar);
    let clock = Deadline::starting(DeadlineKind::FollowUp, subject, from, end, "本县规定");
    facts.deadlines.push(clock.clone());
    clock
}
