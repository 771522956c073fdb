//! When a push that nobody acknowledges is sent again (R107).

use super::plus;
use crate::{
    facts::{Facts, Push},
    policy::Policy,
};
use jiff::{Timestamp, ToSpan};

/// Sends what nobody acknowledged in time again, while the case is open, and gives up what was sent
/// often enough. The trail has no line of it: each push says when it was sent.
pub(crate) fn resend_unheard(facts: &mut Facts, policy: &Policy, now: Timestamp) {
    if !facts.stage.status().is_open() {
        return;
    }
    for push in &mut facts.round.pushes {
        if next_try(push, policy).is_none_or(|at| now < at) {
            continue;
        }
        if push.resent.len() < policy.push_resends as usize {
            push.resent.push(now);
        } else {
            push.failed_at = Some(now);
        }
    }
}

/// When time alone does something about a push; none where nobody waits for it any more.
pub(super) fn next_try(push: &Push, policy: &Policy) -> Option<Timestamp> {
    let waits = push.waits() && push.failed_at.is_none();
    waits.then(|| plus(push.sent_at(), i64::from(policy.push_answer_hours).hours()))
}
