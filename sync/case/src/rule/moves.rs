//! What an accepted motion does to the facts: one function an event, by the theme it belongs to.

mod agreement;
mod closing;
mod handling;
mod kin;
mod police;
mod supervision;

use super::{Act, guard::Scene};
use crate::{
    catalogue::{Catalogue, List},
    deadline, difficulty,
    facts::{
        ColourOverride, Confirmation, Deadline, DeadlineKind, Duty, Facts, Hold, Settlement, Stage,
        Subject, Waiver,
    },
    ids::{ConflictId, EntryId, SituationCode},
    record::{Ask, CloseKind, Remedy, Visit, VisitMethod},
    view::ConflictKind,
};

/// Performs the motion of the scene on the facts, and asks the police to take over what is theirs after it.
pub(super) fn perform(scene: &Scene<'_>, facts: &mut Facts) {
    act(scene, facts);
    police::ask(scene, facts);
}

fn act(scene: &Scene<'_>, facts: &mut Facts) {
    match &scene.motion.act {
        Act::Ask(ask) => asked(scene, facts, ask),
        // What they change is read from the document, or done by the clocks of their row.
        Act::Sign(_) | Act::PoliceAccept | Act::Decide { .. } => {}
        Act::Perform(_) => agreement::performed(scene, facts),
        Act::Visit(visit) => visited(scene, facts, visit),
        Act::Triage => triage(scene, facts, None),
        Act::Dispatch { target, expected } => handling::dispatch(scene, facts, target, expected),
        Act::AckPush(target) => handling::ack_push(scene, facts, *target),
        Act::Assign(target, duty) => handling::join(scene, facts, target, *duty),
        Act::Handover(target) => handling::hand_over(scene, facts, target),
        Act::Return { .. } => handling::give_back(scene, facts),
        Act::WaiveVisit { n, why } => waive_visit(scene, facts, *n, why),
        Act::OpenJoint { members } => open_joint(scene, facts, members),
        Act::EndJoint { .. } => end_joint(facts),
        Act::Release { .. } => facts.holds.clear(),
        Act::Transfer { to, .. } => closing::transfer(scene, facts, *to),
        Act::Close { outcome } => closing::close(scene, facts, *outcome),
        Act::SendBack { .. } => closing::send_back(facts),
        Act::WaiveFile { evidence, why } => {
            facts.waived_files.insert(*evidence, why.clone());
        }
        Act::DisputeClose => closing::dispute(scene, facts),
        Act::Repeat(call) => kin::repeat(scene, facts, call),
        Act::Reopen { .. } => kin::reopen(scene, facts),
        Act::Merge { into, .. } => kin::merge(scene, facts, *into),
        Act::Absorb { from, brings, .. } => kin::absorb(facts, *from, brings),
        Act::Unmerge { held, .. } => kin::unmerge(facts, held),
        Act::Part { from, people, .. } => kin::part(scene, facts, *from, people),
        Act::Split { into, .. } => facts.kin.split_into.push(*into),
        Act::Archive { retention } => closing::archive(scene, facts, *retention),
        Act::SendConfirmation => {
            if let Some(confirmation) = &mut facts.confirmation {
                confirmation.sent_at = Some(scene.docket.now);
            }
        }
        Act::DecideConfirmation { result } => {
            if let Some(confirmation) = &mut facts.confirmation {
                confirmation.decided = Some((*result, scene.docket.now));
            }
        }
        Act::OverrideColour { level, why, until } => {
            facts.colour_override = Some(ColourOverride {
                level: *level,
                by: scene.motion.by,
                why: why.clone(),
                since: scene.docket.now,
                until: *until,
            });
        }
        Act::DecideItem { no, take, why } => supervision::decide(scene, facts, *no, *take, why),
        Act::RuleConflict {
            conflict,
            choice,
            why,
        } => rule_conflict(scene, facts, *conflict, *choice, why),
    }
}

fn asked(scene: &Scene<'_>, facts: &mut Facts, ask: &Ask) {
    match ask {
        Ask::Triage { situation } => triage(scene, facts, Some(situation)),
        Ask::Claim => handling::claim(scene, facts),
        Ask::SignFor { assignment } => handling::sign_for(scene, facts, *assignment),
        Ask::Arrive { .. } => facts.stage = Stage::OnScene,
        Ask::SettleOnScene { result } => {
            closing::ask_close(scene, facts, CloseKind::OnSceneSettled, result);
        }
        Ask::ResidualRisk { .. } => facts.stage = Stage::PendingDispatch,
        Ask::GiveNotice { .. } => facts.stage = Stage::PendingAcceptance,
        Ask::Accept => handling::accept(scene, facts),
        Ask::Refuse { .. } => closing::refuse(scene, facts),
        Ask::Start => facts.stage = Stage::Mediating,
        Ask::Adjust { to, .. } => {
            (facts.difficulty, facts.adjusted) = (*to, Some(*to));
            deadline::relength(facts, scene.docket.policy);
        }
        Ask::Suspend { ground } => {
            let (ground, since) = (*ground, scene.docket.now);
            facts.stage = Stage::Suspended { ground, since };
            deadline::pause(facts, since);
            deadline::start(facts, DeadlineKind::Suspension, scene.docket.policy, since);
        }
        Ask::Resume => {
            facts.stage = Stage::Mediating;
            deadline::resume(facts, scene.docket.now);
            deadline::meet(facts, DeadlineKind::Suspension, scene.docket.now);
        }
        Ask::Freeze { draft } => agreement::freeze(scene, facts, *draft),
        Ask::Effect { seal_no, .. } => agreement::effect(scene, facts, seal_no.clone()),
        Ask::Breach { remedy, .. } => {
            facts.breached = true;
            match remedy {
                Remedy::Mediate => facts.stage = Stage::Mediating,
                Remedy::Litigate => closing::litigate(scene, facts),
            }
        }
        Ask::Danger { what } => facts.holds.push(hold(scene, what)),
        Ask::TransferOut { .. } => {}
        Ask::Terminate { .. } => closing::ask_close(
            scene,
            facts,
            CloseKind::FailedTerminated,
            "调解不成，已终止并告知当事人其他救济途径。",
        ),
        Ask::Confirm { court, .. } => facts.confirmation = confirmation(scene, facts, court),
        Ask::Resolve {
            conflict,
            choice,
            why,
        } => rule_conflict(scene, facts, *conflict, *choice, why),
        Ask::AnswerItem { no, text } => supervision::answer(scene, facts, *no, text),
        Ask::Extend { clock, days, .. } => {
            // The guard tried the same on a copy: it cannot fail here.
            let _: Result<(), _> = deadline::extend(facts, *clock, *days, scene.docket.policy);
        }
        Ask::AskClose { outcome, feedback } => {
            closing::ask_close(scene, facts, *outcome, feedback);
        }
    }
}

fn triage(scene: &Scene<'_>, facts: &mut Facts, situation: Option<&SituationCode>) {
    if let Some(code) = situation {
        facts.situation = code.clone();
        facts.difficulty = difficulty::at_least(scene.docket.view, facts, scene.docket.policy);
    }
    let list = Catalogue::current()
        .lookup(&facts.situation)
        .map(|s| s.list);
    match list {
        Some(List::Police) => closing::hand_to_police(scene, facts),
        Some(List::NonPolice) | None => facts.stage = Stage::PendingDispatch,
    }
}

/// The first valid visit of somebody independent meets the due one; further visits are kept and count for nothing (M14).
fn visited(scene: &Scene<'_>, facts: &mut Facts, visit: &Visit) {
    let (Some(n), Some(entry)) = (visit.due, scene.motion.entry) else {
        return;
    };
    let proven = visit.method != VisitMethod::Door || visit.place.is_some();
    let own = scene
        .facts
        .assignments
        .iter()
        .any(|a| a.user == scene.motion.by.user && matches!(a.duty, Duty::First | Duty::Lead));
    if !proven || own || facts.visits_done.contains_key(&n) {
        return;
    }
    let subject = Subject::Visit(n);
    let due = |d: &Deadline| d.subject == Some(subject) && d.is_running();
    if facts.deadlines.iter().any(due) {
        let at = scene.motion.received_at;
        deadline::meet_of(facts, DeadlineKind::FollowUp, subject, at);
        facts.visits_done.insert(n, entry);
    }
}

fn waive_visit(scene: &Scene<'_>, facts: &mut Facts, n: u8, why: &str) {
    let waiver = Waiver {
        by: Some(scene.motion.by.user),
        at: scene.docket.now,
        why: why.into(),
    };
    let due = |d: &&mut Deadline| d.subject == Some(Subject::Visit(n)) && d.is_running();
    for clock in facts.deadlines.iter_mut().filter(due) {
        clock.waived = Some(waiver.clone());
    }
}

fn open_joint(scene: &Scene<'_>, facts: &mut Facts, members: &[super::Target]) {
    for target in members {
        let user = target.to.user;
        let mut present = facts.assignments.iter().filter(|a| a.to.is_none());
        if !present.any(|a| a.user == user) {
            handling::join(scene, facts, target, Duty::Co);
        }
    }
    (facts.joint, facts.stage) = (true, Stage::JointHandling);
}

/// Without acceptance there is no mediation to go back to: will is asked for first (LW01).
fn end_joint(facts: &mut Facts) {
    facts.stage = if facts.accepted_at.is_some() {
        Stage::Mediating
    } else {
        Stage::PendingAcceptance
    };
}

fn confirmation(scene: &Scene<'_>, facts: &Facts, court: &str) -> Option<Confirmation> {
    let draft: EntryId = facts.agreement.as_ref()?.draft;
    Some(Confirmation {
        draft,
        court: court.into(),
        asked_at: scene.motion.received_at,
        sent_at: None,
        decided: None,
    })
}

fn rule_conflict(
    scene: &Scene<'_>,
    facts: &mut Facts,
    conflict: ConflictId,
    choice: u8,
    why: &str,
) {
    let settled = Settlement {
        by: Some(scene.motion.by),
        at: scene.docket.now,
        choice: Some(choice),
        why: why.into(),
    };
    let Some(known) = facts.conflicts.get_mut(&conflict) else {
        return;
    };
    known.settled = Some(settled);
    if known.conflict.kind != ConflictKind::RivalSituation {
        return;
    }
    // M10: what the case is about follows the ruling; clocks get the length that belongs to it and are not restarted.
    let chosen = known.conflict.variants.get(usize::from(choice));
    let situation = chosen.and_then(|variant| variant.text.parse::<SituationCode>().ok());
    let today = Catalogue::current();
    if let Some(code) = situation.filter(|code| today.lookup(code).is_some()) {
        facts.situation = code;
    }
}

fn hold(scene: &Scene<'_>, what: &str) -> Hold {
    Hold {
        since: scene.motion.received_at,
        by: scene.motion.by,
        what: what.into(),
        entry: scene.motion.entry,
        from: None,
    }
}
