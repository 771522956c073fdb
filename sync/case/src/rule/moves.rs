//! What an accepted motion does to the facts.

use super::{
    Act, Target,
    guard::{Scene, obligation_state, promises},
};
use crate::{
    catalogue::{Catalogue, List},
    deadline, difficulty,
    facts::{AgreementFact, Assignment, Duty, Facts, Settlement, Stage, Status},
    fold::ObligationState,
    ids::{EntryId, SituationCode},
    record::{Ask, CloseKind},
    role::Author,
    view::ConflictKind,
};
use std::collections::BTreeMap;

/// Performs the motion of the scene on the facts.
pub(super) fn perform(scene: &Scene<'_>, facts: &mut Facts) {
    match &scene.motion.act {
        Act::Ask(ask) => asked(scene, facts, ask),
        Act::Sign(_) | Act::Visit(_) => {}
        Act::Perform(_) => performed(scene, facts),
        Act::Triage => triage(scene, facts, None),
        Act::Dispatch(target) => {
            let _: u32 = assign(scene, facts, target, Duty::First);
            facts.stage = Stage::Dispatched;
        }
        Act::Assign(target, duty) => {
            let version = assign(scene, facts, target, *duty);
            sign(facts, version, scene);
        }
        Act::Return { .. } => give_back(scene, facts),
        Act::Close { outcome } => close(scene, facts, *outcome),
        Act::RuleConflict {
            conflict,
            choice,
            why,
        } => {
            if let Some(known) = facts.conflicts.get_mut(conflict) {
                let by = Some(scene.motion.by);
                let at = scene.docket.now;
                known.settled = Some(Settlement {
                    by,
                    at,
                    choice: Some(*choice),
                    why: why.clone(),
                });
            }
        }
    }
}

fn asked(scene: &Scene<'_>, facts: &mut Facts, ask: &Ask) {
    match ask {
        Ask::Triage { situation } => triage(scene, facts, Some(situation)),
        Ask::Claim => {
            let version = assign(
                scene,
                facts,
                &Target {
                    to: scene.motion.by,
                },
                Duty::First,
            );
            sign_for(scene, facts, version);
        }
        Ask::SignFor { assignment } => sign_for(scene, facts, *assignment),
        Ask::Arrive { .. } => facts.stage = Stage::OnScene,
        Ask::SettleOnScene { result } => ask_close(scene, facts, CloseKind::OnSceneSettled, result),
        Ask::ResidualRisk { .. } => facts.stage = Stage::PendingDispatch,
        Ask::GiveNotice { .. } => facts.stage = Stage::PendingAcceptance,
        Ask::Accept => accept(scene, facts),
        Ask::Refuse { .. } => {
            let outcome = if facts.accepted_at.is_some() {
                CloseKind::Withdrawn
            } else {
                CloseKind::Refused
            };
            facts.stage = closed(scene, outcome, "当事人不愿继续调解，已告知其他救济途径。");
            end_all(scene, facts);
        }
        Ask::Start => facts.stage = Stage::Mediating,
        Ask::Freeze { draft } => freeze(scene, facts, *draft),
        Ask::Effect { seal_no, .. } => effect(scene, facts, seal_no.clone()),
        Ask::AskClose { outcome, feedback } => ask_close(scene, facts, *outcome, feedback),
    }
}

fn triage(scene: &Scene<'_>, facts: &mut Facts, situation: Option<&SituationCode>) {
    if let Some(code) = situation {
        facts.situation = code.clone();
        facts.difficulty = difficulty::at_least(scene.docket.view, facts);
    }
    let list = Catalogue::current()
        .lookup(&facts.situation)
        .map(|s| s.list);
    facts.stage = match list {
        Some(List::Police) => closed(
            scene,
            CloseKind::TransferredPolice,
            "属公安事项清单，请公安机关处置。",
        ),
        Some(List::NonPolice) | None => Stage::PendingDispatch,
    };
}

fn assign(scene: &Scene<'_>, facts: &mut Facts, target: &Target, duty: Duty) -> u32 {
    let Author { user, role, org } = target.to;
    let version = facts.next_assignment();
    let from = scene.docket.now;
    facts.assignments.push(Assignment {
        version,
        user,
        org,
        role,
        duty,
        from,
        signed_at: None,
        to: None,
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

/// The receiver signs; only now earlier first handlers are released (R027).
fn sign_for(scene: &Scene<'_>, facts: &mut Facts, version: u32) {
    for earlier in facts
        .assignments
        .iter_mut()
        .filter(|a| a.duty == Duty::First && a.version != version)
    {
        earlier.to.get_or_insert(scene.docket.now);
    }
    sign(facts, version, scene);
    facts.stage = Stage::SignedFor;
}

/// An offer that nobody signed for ends; a signed one lasts until another signs (R027).
fn give_back(scene: &Scene<'_>, facts: &mut Facts) {
    for offer in facts
        .assignments
        .iter_mut()
        .filter(|a| a.duty == Duty::First && a.signed_at.is_none())
    {
        offer.to.get_or_insert(scene.docket.now);
    }
    facts.stage = Stage::PendingDispatch;
}

fn accept(scene: &Scene<'_>, facts: &mut Facts) {
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

fn freeze(scene: &Scene<'_>, facts: &mut Facts, draft: EntryId) {
    let Some(view) = scene.docket.view.drafts.get(&draft) else {
        return;
    };
    facts.agreement = Some(AgreementFact {
        draft,
        form: view.value.head.form,
        content_hash: view.value.content_hash.clone(),
        number: None,
        effective_at: None,
        seal_no: None,
        void_at: None,
    });
    facts.stage = Stage::AgreementPending;
}

fn effect(scene: &Scene<'_>, facts: &mut Facts, seal_no: Option<String>) {
    let number = format!(
        "（{}）人调字第{}号",
        facts.case_no.as_str().get(7..11).unwrap_or_default(),
        facts.case_no
    );
    if let Some(agreement) = &mut facts.agreement {
        agreement.number = Some(number);
        agreement.effective_at = Some(scene.docket.now);
        agreement.seal_no = seal_no;
    }
    facts.stage = Stage::AgreementEffective;
}

fn performed(scene: &Scene<'_>, facts: &mut Facts) {
    if facts.stage.status() > Status::FollowUp {
        return;
    }
    let view = scene.docket.view;
    let Some(draft) = facts
        .agreement
        .as_ref()
        .and_then(|a| view.drafts.get(&a.draft))
    else {
        return;
    };
    let performed = |clause| obligation_state(view, facts, clause) == ObligationState::Performed;
    let all = promises(&draft.value.clauses).all(performed);
    facts.stage = if all {
        Stage::FollowUp
    } else {
        Stage::Performing
    };
}

/// A second request with another outcome makes the closing disputed (E28); nobody wins silently (M01).
fn ask_close(scene: &Scene<'_>, facts: &mut Facts, outcome: CloseKind, feedback: &str) {
    let Some(request) = scene.motion.entry else {
        return;
    };
    let since = scene.motion.received_at;
    facts.stage = match &facts.stage {
        Stage::PendingClose {
            request: earlier,
            outcome: other,
            ..
        } if *other != outcome => {
            let outcomes = BTreeMap::from([(*earlier, *other), (request, outcome)]);
            Stage::CloseDisputed { outcomes, since }
        }
        Stage::PendingClose { .. } => facts.stage.clone(),
        _ => Stage::PendingClose {
            request,
            outcome,
            feedback: feedback.into(),
            since,
        },
    };
}

fn close(scene: &Scene<'_>, facts: &mut Facts, outcome: CloseKind) {
    let feedback = match &facts.stage {
        Stage::PendingClose { feedback, .. } => feedback.clone(),
        _ => String::from("案件已由督导员裁定结案。"),
    };
    facts.stage = closed(scene, outcome, &feedback);
    let (by, at) = (Some(scene.motion.by), scene.docket.now);
    for known in facts
        .conflicts
        .values_mut()
        .filter(|c| c.conflict.kind == ConflictKind::Closings)
    {
        known.settled.get_or_insert_with(|| Settlement {
            by,
            at,
            choice: None,
            why: "已裁定结案方式。".into(),
        });
    }
    end_all(scene, facts);
}

fn closed(scene: &Scene<'_>, outcome: CloseKind, feedback: &str) -> Stage {
    Stage::Closed {
        outcome,
        feedback: feedback.into(),
        at: scene.docket.now,
    }
}

fn end_all(scene: &Scene<'_>, facts: &mut Facts) {
    for assignment in facts
        .assignments
        .iter_mut()
        .filter(|a| a.duty != Duty::Visit)
    {
        assignment.to.get_or_insert(scene.docket.now);
    }
    deadline::end_all(facts, scene.docket.now);
}
