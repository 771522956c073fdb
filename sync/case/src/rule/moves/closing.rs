//! Closing in all its ways, and filing.

use crate::{
    deadline,
    facts::{
        AgreementFact, DeadlineKind, Dossier, Duty, Facts, OrgLevel, Retention, Settlement, Stage,
    },
    record::{CloseKind, Receiver},
    rule::guard::Scene,
    view::{ConflictKind, Severity},
};
use std::collections::BTreeMap;

/// A second request with another outcome makes the closing disputed (E28); nobody wins silently (M01).
pub(super) fn ask_close(scene: &Scene<'_>, facts: &mut Facts, outcome: CloseKind, feedback: &str) {
    let Some(request) = scene.motion.entry else {
        return;
    };
    let since = scene.motion.received_at;
    let asked = match &facts.stage {
        Stage::PendingClose {
            request: earlier,
            outcome: other,
            back,
            ..
        } if *other != outcome => Stage::CloseDisputed {
            outcomes: BTreeMap::from([(*earlier, *other), (request, outcome)]),
            since,
            back: *back,
        },
        Stage::PendingClose { .. } => return,
        stage => Stage::PendingClose {
            request,
            outcome,
            feedback: feedback.into(),
            since,
            back: stage.status(),
        },
    };
    if matches!(asked, Stage::CloseDisputed { .. }) {
        deadline::start(facts, DeadlineKind::CloseRuling, scene.docket.policy, since);
    }
    facts.stage = asked;
}

/// Something came in between: the closing that was asked for needs a ruling (E28, M15).
pub(super) fn dispute(scene: &Scene<'_>, facts: &mut Facts) {
    if let Stage::PendingClose {
        request,
        outcome,
        back,
        ..
    } = facts.stage
    {
        facts.stage = Stage::CloseDisputed {
            outcomes: BTreeMap::from([(request, outcome)]),
            since: scene.docket.now,
            back,
        };
    }
}

/// Sends a closing back to where the case stood.
pub(super) fn send_back(facts: &mut Facts) {
    let (Stage::PendingClose { back, .. } | Stage::CloseDisputed { back, .. }) = facts.stage else {
        return;
    };
    facts.stage = Stage::plain(back).unwrap_or(Stage::FollowUp);
    facts
        .deadlines
        .iter_mut()
        .filter(|d| d.kind == DeadlineKind::CloseRuling)
        .for_each(|d| {
            let at = d.starts_at;
            d.ended_at.get_or_insert(at);
        });
}

/// Closes with an outcome; disagreements about the closing are settled by it.
pub(super) fn close(scene: &Scene<'_>, facts: &mut Facts, outcome: CloseKind) {
    let feedback = match &facts.stage {
        Stage::PendingClose { feedback, .. } => feedback.clone(),
        _ => String::from("案件已由督导员裁定结案。"),
    };
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
    end(scene, facts, outcome, &feedback);
    let resolved = matches!(
        outcome,
        CloseKind::OnSceneSettled
            | CloseKind::AgreementPerformed
            | CloseKind::OralAgreementPerformed
            | CloseKind::Reconciled
    );
    if resolved {
        deadline::start_visits(facts, scene.docket.policy, at);
    }
}

/// A party's will ends the mediation.
pub(super) fn refuse(scene: &Scene<'_>, facts: &mut Facts) {
    let outcome = if facts.accepted_at.is_some() {
        CloseKind::Withdrawn
    } else {
        CloseKind::Refused
    };
    end(
        scene,
        facts,
        outcome,
        "当事人不愿继续调解，已告知其他救济途径。",
    );
}

/// A broken agreement goes to court.
pub(super) fn litigate(scene: &Scene<'_>, facts: &mut Facts) {
    end(
        scene,
        facts,
        CloseKind::Litigation,
        "协议未履行，已告知当事人通过诉讼等途径解决。",
    );
}

/// What stands on the police list, or is transferred to the police, is theirs to sign for (R116).
pub(super) fn hand_to_police(scene: &Scene<'_>, facts: &mut Facts) {
    end(
        scene,
        facts,
        CloseKind::TransferredPolice,
        "属公安事项清单，请公安机关处置。",
    );
    let (policy, now) = (scene.docket.policy, scene.docket.now);
    deadline::start(facts, DeadlineKind::PoliceAccept, policy, now);
}

/// Another body has signed for the case.
pub(super) fn transfer(scene: &Scene<'_>, facts: &mut Facts, to: Receiver) {
    let (outcome, feedback) = match to {
        Receiver::Police => (CloseKind::TransferredPolice, "已移交公安机关处置。"),
        Receiver::Department => (
            CloseKind::TransferredDept,
            "已移交主管部门处理，并告知当事人。",
        ),
    };
    end(scene, facts, outcome, feedback);
}

/// The case went on elsewhere; its source is told there.
pub(super) fn merged(scene: &Scene<'_>, facts: &mut Facts) {
    end(
        scene,
        facts,
        CloseKind::Merged,
        "已并案处理，结果由并入案件反馈。",
    );
}

/// Files the case; from here on its document is read-only.
pub(super) fn archive(scene: &Scene<'_>, facts: &mut Facts, retention: Retention) {
    let Stage::Closed { outcome, at, .. } = facts.stage else {
        return;
    };
    facts.stage = Stage::Archived { outcome, at };
    facts.dossier = Some(Dossier {
        number: format!("{}-卷{}", facts.case_no, facts.round()),
        retention,
        filed_at: scene.docket.now,
    });
}

fn end(scene: &Scene<'_>, facts: &mut Facts, outcome: CloseKind, feedback: &str) {
    let now = scene.docket.now;
    facts.level_ended = Some(level(scene, facts));
    facts.stage = Stage::Closed {
        outcome,
        feedback: feedback.into(),
        at: now,
    };
    for assignment in facts
        .assignments
        .iter_mut()
        .filter(|a| a.duty != Duty::Visit)
    {
        assignment.to.get_or_insert(now);
    }
    facts.referred.clear();
    moot(scene, facts);
    deadline::end_all(facts, now);
    if outcome != CloseKind::Merged {
        deadline::start(facts, DeadlineKind::Archive, scene.docket.policy, now);
    }
}

/// What would have blocked the next step needs no ruling where there is no next step; it stays in the record.
fn moot(scene: &Scene<'_>, facts: &mut Facts) {
    let at = scene.docket.now;
    let blocks = facts.conflicts.values_mut();
    for known in blocks.filter(|c| c.settled.is_none() && c.conflict.severity == Severity::Block) {
        known.settled = Some(Settlement {
            by: None,
            at,
            choice: None,
            why: "案件已终结，不再需要裁定。".into(),
        });
    }
}

/// On which level the case ended: jointly handled is the county's, otherwise that of the organisation that answered (R110).
fn level(scene: &Scene<'_>, facts: &Facts) -> OrgLevel {
    if facts.joint {
        return OrgLevel::County;
    }
    let org = facts.answering().and_then(|a| scene.facts.org(a.org));
    match org.map(|org| org.level) {
        Some(OrgLevel::Grid) => OrgLevel::Village,
        Some(level) => level,
        None => OrgLevel::Township,
    }
}

/// Whether the agreement of this round was in force.
pub(super) fn was_in_force(agreement: Option<&AgreementFact>) -> bool {
    agreement.is_some_and(|a| a.effective_at.is_some() && a.void_at.is_none())
}
