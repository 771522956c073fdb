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
pub fn watch(facts: &mut Facts, before: Level, policy: &Policy, now: Timestamp) {
    if facts.colour.level <= before {
        return;
    }
    start(facts, DeadlineKind::RiskVisit, policy, now);
    if facts.colour.level == Level::Red {
        start(facts, DeadlineKind::SameDay, policy, now);
        if !facts.round.joint {
            start(facts, DeadlineKind::JointStart, policy, now);
        }
    }
    relength(facts, policy);
}
