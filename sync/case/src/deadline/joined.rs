//! The clocks of a case that goes on under another one (E30): what somebody outside waits for runs
//! on there, and comes back if the merge is undone.

use super::{
    running::{met, unlike},
    start,
};
use crate::{
    facts::{Deadline, DeadlineKind, Facts, Level},
    ids::CaseId,
    policy::Policy,
};
use jiff::Timestamp;

/// Takes in the clocks that run in another case: of two of a kind the earlier end stays, and one
/// that has no like here goes along.
pub fn take_in(facts: &mut Facts, from: CaseId, theirs: &[Deadline], now: Timestamp) {
    for theirs in theirs.iter().filter(|d| d.is_running()) {
        let name = (theirs.kind, theirs.subject);
        let mut ours = facts.deadlines.iter_mut();
        let ours = ours.find(|d| (d.kind, d.subject) == name && d.is_running());
        match ours {
            Some(ours) if theirs.due_at < ours.due_at => {
                ours.due_at = theirs.due_at;
                ours.basis.clone_from(&theirs.basis);
            }
            None if theirs.kind.fixed().goes_along => bring(facts, from, theirs, now),
            Some(_) | None => {}
        }
    }
}

/// Gives the clocks back that a case brought which goes its own way again; where it had stood in
/// for one of this case, that one runs from its own start.
pub fn give_back(facts: &mut Facts, from: CaseId, policy: &Policy, now: Timestamp) {
    let is_theirs = |d: &&mut Deadline| d.from == Some(from) && d.is_running();
    let mut kinds = Vec::new();
    for clock in facts.deadlines.iter_mut().filter(is_theirs) {
        clock.ended_at = Some(now);
        kinds.push(clock.kind);
    }
    if !facts.stage.status().is_open() {
        return;
    }
    for kind in kinds {
        match (kind, facts.round.accepted_at) {
            (DeadlineKind::Feedback | DeadlineKind::Legal, Some(accepted_at)) => {
                start(facts, kind, policy, accepted_at);
            }
            (DeadlineKind::RiskVisit, _) if facts.colour.level > Level::Blue => {
                start(facts, kind, policy, now);
            }
            _ => {}
        }
    }
}

/// Marks the clock of a kind as met that another case brought: what it asks for was done there.
pub fn meet_brought(facts: &mut Facts, from: CaseId, kind: DeadlineKind, at: Timestamp) {
    let is_meant = |d: &&mut Deadline| d.kind == kind && d.from == Some(from);
    for clock in facts.deadlines.iter_mut().filter(is_meant) {
        met(clock, at);
    }
}

/// What rests in the other case does not rest in this one.
fn bring(facts: &mut Facts, from: CaseId, theirs: &Deadline, now: Timestamp) {
    let mut brought = theirs.clone();
    brought.from = Some(from);
    if let Some(pause) = brought.pauses.last_mut().filter(|last| last.to.is_none()) {
        pause.to = Some(now.max(pause.from));
    }
    let mut known = facts.deadlines.iter_mut();
    let before = known.find(|d| d.key() == brought.key() && d.from == brought.from);
    // One that was here before, and left with its case, goes on.
    if let Some(before) = before.filter(|d| d.met_at.is_none()) {
        *before = brought;
        return;
    }
    brought.starts_at = unlike(facts, (brought.kind, brought.subject), brought.starts_at);
    facts.deadlines.push(brought);
}
