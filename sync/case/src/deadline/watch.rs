//! What a colour sets going (docs/domain/rules.md#colour): yellow is visited within days; red is
//! handed out the same day, visited within hours and handled jointly within days.

use super::{relength, start};
use crate::{
    facts::{DeadlineKind, Facts, Level},
    policy::Policy,
};
use jiff::Timestamp;

/// Starts the clocks of a colour that rose from `before` to what the facts hold now. A visit that
/// was due already is due earlier when yellow turns red, from its own start; nothing is restarted.
/// Of a case that goes on under another one the visit alone is due: there.
pub fn watch(facts: &mut Facts, before: Level, policy: &Policy, now: Timestamp) {
    if facts.colour.level <= before {
        return;
    }
    start(facts, DeadlineKind::RiskVisit, policy, now);
    if facts.kin.merged.is_none() {
        hurry(facts, policy, now);
    }
    relength(facts, policy);
}

/// Starts what a red case owes beside its visit: handed out the same day, and handled jointly.
pub fn hurry(facts: &mut Facts, policy: &Policy, now: Timestamp) {
    if facts.colour.level < Level::Red {
        return;
    }
    start(facts, DeadlineKind::SameDay, policy, now);
    if !facts.round.joint {
        start(facts, DeadlineKind::JointStart, policy, now);
    }
}
