//! Repeat calls, rounds, merging (E29, E30).

use super::{agreement, closing};
use crate::{
    deadline::{self, plus},
    facts::{
        Assignment, DeadlineKind, Duty, Facts, Hold, Merged, Owed, PastRound, RepeatCall, Stage,
    },
    ids::{CaseId, UserId},
    rule::{Brings, guard::Scene},
};
use jiff::ToSpan;

/// A repeat call is linked; it disputes a closing that is being asked for (M15) and reopens a case closed lately (R040).
pub(super) fn repeat(scene: &Scene<'_>, facts: &mut Facts, call: &RepeatCall) {
    facts.kin.repeats.push(call.clone());
    comes_back(scene, facts);
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
    let Stage::Closed {
        outcome,
        at,
        feedback,
    } = facts.stage.clone()
    else {
        return;
    };
    comes_back(scene, facts);
    let (view, now) = (scene.docket.view, scene.docket.now);
    facts.past.push(PastRound {
        outcome,
        closed_at: at,
        reopened_at: now,
        agreed: closing::was_in_force(facts.agreement.as_ref()),
        feedback,
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

/// The next version of the facts is the first that tells of it.
fn comes_back(scene: &Scene<'_>, facts: &mut Facts) {
    facts.kin.came_back = Some(scene.facts.version + 1);
}

/// The case goes on under another; where it stood is kept, so that it can be undone.
pub(super) fn merge(scene: &Scene<'_>, facts: &mut Facts, into: CaseId) {
    facts.kin.merged = Some(Merged {
        into,
        stage: facts.stage.clone(),
        assignments: facts.assignments.clone(),
        deadlines: facts.deadlines.clone(),
        holds: std::mem::take(&mut facts.holds),
    });
    closing::merged(scene, facts);
}

/// The earliest clock stays, whoever reported the other case is told the result of this one, and what held it holds this one (E30).
/// The police have the orders of its dangers already.
pub(super) fn absorb(facts: &mut Facts, from: CaseId, brings: &Brings) {
    facts.kin.absorbed.push(from);
    let owed = brings.sources.iter().map(|source| Owed {
        from,
        ..source.clone()
    });
    facts.kin.owed.extend(owed);
    let holds = brings.holds.iter().map(|hold| Hold {
        from: Some(from),
        ..hold.clone()
    });
    facts.holds.extend(holds);
    facts.holds.sort_by_key(|hold| hold.since);
    for theirs in brings.deadlines.iter().filter(|d| d.is_running()) {
        let mut ours = facts.deadlines.iter_mut();
        let same =
            ours.find(|d| d.kind == theirs.kind && d.subject == theirs.subject && d.is_running());
        if let Some(ours) = same.filter(|ours| theirs.due_at < ours.due_at) {
            ours.due_at = theirs.due_at;
            ours.basis.clone_from(&theirs.basis);
        }
    }
}

/// Undoes a merge: the case stands where it stood, its clocks were never restarted, and it is held by those of its dangers that hold the
/// other case still.
pub(super) fn unmerge(facts: &mut Facts, held: &[Hold]) {
    let Some(merged) = facts.kin.merged.take() else {
        return;
    };
    facts.stage = merged.stage;
    facts.assignments = merged.assignments;
    facts.deadlines = merged.deadlines;
    let stands = |hold: &Hold| held.iter().any(|other| other.is_of_same(hold));
    facts.holds.extend(merged.holds.into_iter().filter(stands));
    facts.level_ended = None;
}

/// The other case goes its own way again; whoever joined because of it leaves with it.
pub(super) fn part(scene: &Scene<'_>, facts: &mut Facts, from: CaseId, people: &[UserId]) {
    facts.kin.absorbed.retain(|case| *case != from);
    facts.kin.owed.retain(|owed| owed.from != from);
    facts.holds.retain(|hold| hold.from != Some(from));
    let joined = |a: &&mut Assignment| a.duty == Duty::Co && people.contains(&a.user);
    for assignment in facts.assignments.iter_mut().filter(joined) {
        assignment.to.get_or_insert(scene.docket.now);
    }
}
