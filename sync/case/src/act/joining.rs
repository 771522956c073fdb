//! How people come to be on a case: offered, signed, joined.

use crate::{
    facts::{Assignment, Duty, Facts, Stage},
    role::Author,
    rule::Attempt,
};
use jiff::civil::Date;

/// Puts somebody on the case, who has not signed yet; the version of the assignment.
pub(super) fn assign(
    attempt: &Attempt<'_>,
    facts: &mut Facts,
    target: &Author,
    duty: Duty,
    expected: &str,
) -> u32 {
    let Author { user, role, org } = *target;
    let version = facts.next_assignment();
    facts.assignments.push(Assignment {
        version,
        user,
        org,
        role,
        duty,
        from: attempt.context.now,
        signed_at: None,
        to: None,
        expected: expected.into(),
        until: None,
    });
    version
}

/// Lets a guest join at once, for what and until the last day of a term (R003).
pub(super) fn join_until(
    attempt: &Attempt<'_>,
    facts: &mut Facts,
    (target, duty): (&Author, Duty),
    (until, expected): (Date, &str),
) {
    let version = assign(attempt, facts, target, duty, expected);
    let mut own = facts.assignments.iter_mut();
    if let Some(own) = own.find(|a| a.version == version) {
        own.until = Some(until);
    }
    sign(facts, version, attempt);
}

/// Lets a co-handler or visitor join at once.
pub(super) fn join(attempt: &Attempt<'_>, facts: &mut Facts, target: &Author, duty: Duty) {
    let version = assign(attempt, facts, target, duty, "");
    sign(facts, version, attempt);
}

/// The receiver signs; only now the earlier first handler or lead is released (R027).
pub(super) fn sign_for(attempt: &Attempt<'_>, facts: &mut Facts, version: u32) {
    let duty = facts
        .assignments
        .iter()
        .find(|a| a.version == version)
        .map_or(Duty::First, |a| a.duty);
    for earlier in facts
        .assignments
        .iter_mut()
        .filter(|a| a.duty == duty && a.version != version)
    {
        earlier.to.get_or_insert(attempt.context.now);
    }
    sign(facts, version, attempt);
    let is_first_offer = matches!(facts.stage, Stage::Dispatched | Stage::PendingDispatch);
    if duty == Duty::First && is_first_offer {
        facts.stage = Stage::SignedFor;
    }
}

fn sign(facts: &mut Facts, version: u32, attempt: &Attempt<'_>) {
    for assignment in facts
        .assignments
        .iter_mut()
        .filter(|a| a.version == version)
    {
        assignment.signed_at = Some(attempt.motion.received_at);
    }
}
