//! Offers, signing for, handing over, giving back, acceptance.

use crate::{
    facts::{Assignment, Duty, Facts, Push, PushTarget, Stage},
    role::{Author, Role},
    rule::{Target, guard::Scene},
};

/// Offers the case to a first handler; the three pushes go out with the first offer of a round (R107).
pub(super) fn dispatch(scene: &Scene<'_>, facts: &mut Facts, target: &Target, expected: &str) {
    assign(scene, facts, target, Duty::First, expected);
    facts.stage = Stage::Dispatched;
    for target in PushTarget::ALL {
        if !facts.pushes.iter().any(|p| p.target == target) {
            let pushed_at = scene.docket.now;
            facts.pushes.push(Push {
                target,
                pushed_at,
                acked_at: None,
            });
        }
    }
}

/// Notes that a push was acknowledged.
pub(super) fn ack_push(scene: &Scene<'_>, facts: &mut Facts, target: PushTarget) {
    for push in facts.pushes.iter_mut().filter(|p| p.target == target) {
        push.acked_at.get_or_insert(scene.docket.now);
    }
}

/// Lets a co-handler or visitor join at once.
pub(super) fn join(scene: &Scene<'_>, facts: &mut Facts, target: &Target, duty: Duty) {
    let version = assign(scene, facts, target, duty, "");
    sign(facts, version, scene);
}

/// Offers the lead to another person; the present lead answers until that person signs (R027, M02).
pub(super) fn hand_over(scene: &Scene<'_>, facts: &mut Facts, target: &Target) {
    let duty = if facts.lead().is_some() {
        Duty::Lead
    } else {
        Duty::First
    };
    withdraw_from_departed(scene, facts);
    assign(scene, facts, target, duty, "");
}

/// An offer to somebody who is not there any more ends, so that only the new one can be signed for.
fn withdraw_from_departed(scene: &Scene<'_>, facts: &mut Facts) {
    let departed = scene.docket.departed;
    for offer in facts
        .assignments
        .iter_mut()
        .filter(|a| a.signed_at.is_none() && departed.contains(&a.author()))
    {
        offer.to.get_or_insert(scene.docket.now);
    }
}

/// Claims the case for the author of the motion.
pub(super) fn claim(scene: &Scene<'_>, facts: &mut Facts) {
    let to = scene.motion.by;
    let version = assign(scene, facts, &Target { to }, Duty::First, "");
    sign_for(scene, facts, version);
}

/// The receiver signs; only now the earlier first handler or lead is released (R027).
pub(super) fn sign_for(scene: &Scene<'_>, facts: &mut Facts, version: u32) {
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
        earlier.to.get_or_insert(scene.docket.now);
    }
    sign(facts, version, scene);
    let is_first_offer = matches!(facts.stage, Stage::Dispatched | Stage::PendingDispatch);
    if duty == Duty::First && is_first_offer {
        facts.stage = Stage::SignedFor;
    }
}

/// An offer that nobody signed for ends; a signed one lasts until another signs (R027). Only a person's return counts as one (R109).
pub(super) fn give_back(scene: &Scene<'_>, facts: &mut Facts) {
    for offer in facts
        .assignments
        .iter_mut()
        .filter(|a| a.duty == Duty::First && a.signed_at.is_none())
    {
        offer.to.get_or_insert(scene.docket.now);
    }
    if scene.motion.by.role != Role::System {
        facts.returns = facts.returns.saturating_add(1);
    }
    facts.stage = Stage::PendingDispatch;
}

/// Accepts the case: the first handler becomes its lead.
pub(super) fn accept(scene: &Scene<'_>, facts: &mut Facts) {
    facts.stage = Stage::Accepted;
    facts.accepted_at = Some(scene.docket.now);
    if let (None, Some(first)) = (facts.lead(), facts.first().cloned()) {
        let version = facts.next_assignment();
        facts.assignments.push(Assignment {
            version,
            duty: Duty::Lead,
            from: scene.docket.now,
            ..first
        });
    }
}

fn assign(
    scene: &Scene<'_>,
    facts: &mut Facts,
    target: &Target,
    duty: Duty,
    expected: &str,
) -> u32 {
    let Author { user, role, org } = target.to;
    let version = facts.next_assignment();
    facts.assignments.push(Assignment {
        version,
        user,
        org,
        role,
        duty,
        from: scene.docket.now,
        signed_at: None,
        to: None,
        expected: expected.into(),
    });
    version
}

fn sign(facts: &mut Facts, version: u32, scene: &Scene<'_>) {
    for assignment in facts
        .assignments
        .iter_mut()
        .filter(|a| a.version == version)
    {
        assignment.signed_at = Some(scene.motion.received_at);
    }
}
