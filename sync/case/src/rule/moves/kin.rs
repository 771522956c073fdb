//! Repeat calls, rounds, merging (E29, E30).

use super::{agreement, closing};
use crate::{
    deadline::{self, plus},
    facts::{
        Assignment, Deadline, DeadlineKind, Duty, Facts, Merged, PastRound, RepeatCall, Stage,
    },
    ids::{CaseId, UserId},
    rule::guard::Scene,
};
use jiff::ToSpan;

/// A repeat call is linked; it disputes a closing that is being asked for (M15) and reopens a case closed lately (R040).
pub(super) fn repeat(scene: &Scene<'_>, facts: &mut Facts, call: &RepeatCall) {
    facts.kin.repeats.push(call.clone());
    let watch = i64::from(scene.docket.policy.relapse_days) * 24;
    match facts.stage {
        Stage::PendingClose { .. } => {
            closing::dispute(scene, facts);
            let (policy, now) = (scene.docket.policy, scene.docket.now);
            deadline::start(facts, DeadlineKind::CloseRuling, policy, now);
        }
        Stage::Closed { at, .. }
            if facts.kin.merged.is_none() && call.received_at <= plus(at, watch.hours()) =>
        {
            reopen(scene, facts);
        }
        _ => {}
    }
}

/// Begins the next round: new clocks, new will; what was agreed and signed before counts no more.
pub(super) fn reopen(scene: &Scene<'_>, facts: &mut Facts) {
    let Stage::Closed { outcome, at, .. } = facts.stage else {
        return;
    };
    let (view, now) = (scene.docket.view, scene.docket.now);
    facts.past.push(PastRound {
        outcome,
        closed_at: at,
        reopened_at: now,
        agreed: closing::was_in_force(facts.agreement.as_ref()),
    });
    facts.spent.extend(view.consents.keys());
    facts.spent.extend(view.signatures.keys());
    agreement::set_aside(scene, facts);
    for clock in facts.deadlines.iter_mut().filter(|d| d.is_running()) {
        clock.ended_at = Some(now);
    }
    for visitor in facts
        .assignments
        .iter_mut()
        .filter(|a| a.duty == Duty::Visit)
    {
        visitor.to.get_or_insert(now);
    }
    facts.visits_done.clear();
    facts.pushes.clear();
    (facts.accepted_at, facts.confirmation, facts.level_ended) = (None, None, None);
    (facts.returns, facts.joint) = (0, false);
    facts.stage = Stage::Registered;
    deadline::start(facts, DeadlineKind::Dispatch, scene.docket.policy, now);
}

/// The case goes on under another; where it stood is kept, so that it can be undone.
pub(super) fn merge(scene: &Scene<'_>, facts: &mut Facts, into: CaseId) {
    facts.kin.merged = Some(Merged {
        into,
        stage: facts.stage.clone(),
        assignments: facts.assignments.clone(),
        deadlines: facts.deadlines.clone(),
    });
    closing::merged(scene, facts);
}

/// The earliest clock stays (E30).
pub(super) fn absorb(facts: &mut Facts, from: CaseId, deadlines: &[Deadline]) {
    facts.kin.absorbed.push(from);
    for theirs in deadlines.iter().filter(|d| d.is_running()) {
        let mut ours = facts.deadlines.iter_mut();
        let same =
            ours.find(|d| d.kind == theirs.kind && d.subject == theirs.subject && d.is_running());
        if let Some(ours) = same.filter(|ours| theirs.due_at < ours.due_at) {
            ours.due_at = theirs.due_at;
            ours.basis.clone_from(&theirs.basis);
        }
    }
}

/// Undoes a merge: the case stands where it stood, and its clocks were never restarted.
pub(super) fn unmerge(facts: &mut Facts) {
    let Some(merged) = facts.kin.merged.take() else {
        return;
    };
    facts.stage = merged.stage;
    facts.assignments = merged.assignments;
    facts.deadlines = merged.deadlines;
    facts.level_ended = None;
}

/// The other case goes its own way again; whoever joined because of it leaves with it.
pub(super) fn part(scene: &Scene<'_>, facts: &mut Facts, from: CaseId, people: &[UserId]) {
    facts.kin.absorbed.retain(|case| *case != from);
    let joined = |a: &&mut Assignment| a.duty == Duty::Co && people.contains(&a.user);
    for assignment in facts.assignments.iter_mut().filter(joined) {
        assignment.to.get_or_insert(scene.docket.now);
    }
}
