//! When something changes by itself: what the server waits for, so that nobody has to look at every
//! case every minute.

use super::{at_percent, end_of, end_of_day_after, ladder::reaches, plus, push::next_try, runs};
use crate::{
    facts::{Deadline, Facts, Stage},
    policy::Policy,
};
use jiff::{Timestamp, ToSpan};

/// The shares at which the standing or the score of a clock changes.
const SHARES: [u32; 6] = [75, 90, 100, 120, 140, 160];

/// The next instant after `now` at which time alone changes something about a case: a clock is due
/// soon, due, or reaches a rung of the ladder; a suspension or the wait before a closing is over;
/// an override of the colour ends; a push is sent again. Since ever, while something waits to be
/// handed on to the case under which this one goes on: a clock that is put back meanwhile delays no
/// danger. None when nothing waits.
#[must_use]
pub fn next_moment(facts: &Facts, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    if facts.is_to_hand_on() {
        return Some(Timestamp::UNIX_EPOCH);
    }
    let clocks = facts.deadlines.iter().filter(|d| runs(facts, d));
    clocks
        .filter_map(|clock| next_of(clock, policy, now))
        .chain(of_stage(facts, policy))
        .chain(facts.colour_override.as_ref().and_then(|over| over.until))
        .chain(of_pushes(facts, policy))
        .chain(of_guests(facts))
        .filter(|at| *at > now)
        .min()
}

fn next_of(clock: &Deadline, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    let shares = SHARES.iter().filter_map(|share| at_percent(clock, *share));
    let rungs = policy.ladder.rungs_of(clock.kind);
    let rungs = rungs.filter_map(|rung| reaches(clock, rung));
    shares.chain(rungs).filter(|at| *at > now).min()
}

fn of_stage(facts: &Facts, policy: &Policy) -> Option<Timestamp> {
    match facts.stage {
        Stage::Suspended { .. } => suspension_ends(facts, policy),
        Stage::PendingClose { since, .. } => {
            Some(plus(since, i64::from(policy.close_wait_hours).hours()))
        }
        _ => None,
    }
}

/// When a push that nobody acknowledged is sent again, or has failed.
fn of_pushes(facts: &Facts, policy: &Policy) -> Option<Timestamp> {
    let pushes = facts.round.pushes.iter();
    let pushes = pushes.filter(|_| facts.stage.status().is_open());
    pushes.filter_map(|push| next_try(push, policy)).min()
}

/// When the term of a guest is over, or of somebody who was invited and has not answered.
fn of_guests(facts: &Facts) -> Option<Timestamp> {
    let guests = facts.assignments.iter().filter(|a| a.to.is_none());
    let invited = facts.round.invitations.iter().filter(|i| i.waits());
    let terms = guests
        .filter_map(|a| a.until)
        .chain(invited.map(|i| i.until));
    terms.map(end_of).min()
}

/// When the suspension of a case ends by itself; none when it is not suspended.
#[must_use]
pub fn suspension_ends(facts: &Facts, policy: &Policy) -> Option<Timestamp> {
    match facts.stage {
        Stage::Suspended { since, .. } => Some(end_of_day_after(since, policy.suspension_days)),
        _ => None,
    }
}
