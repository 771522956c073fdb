//! Guards of archiving (E31, R047): the file is complete, and no visit is owed.

use super::{Scene, need, present};
use crate::{
    facts::{DeadlineKind, Stage},
    record::{AgreementForm, CloseKind, ConsentSubject},
    rule::Refusal,
};

/// Every paper that the outcome asks for is there (docs/domain/law.md#papers); the refusal names what is missing.
pub(crate) fn dossier_complete(scene: &Scene<'_>) -> Result<(), Refusal> {
    let missing = missing_papers(scene);
    let zh = format!("卷宗缺少：{}。请补齐后再归档。", missing.join("、"));
    need(missing.is_empty(), "dossier_incomplete", &zh)
}

/// Every visit that was due is done or waived.
pub(crate) fn visits_settled(scene: &Scene<'_>) -> Result<(), Refusal> {
    let mut clocks = scene.facts.deadlines.iter();
    need(
        !clocks.any(|d| d.kind == DeadlineKind::FollowUp && d.is_running()),
        "visits_open",
        "仍有回访未完成，请回访或由督导员免访后再归档。",
    )
}

fn missing_papers(scene: &Scene<'_>) -> Vec<&'static str> {
    let (view, facts) = (scene.docket.view, scene.facts);
    let outcome = match facts.stage {
        Stage::Closed { outcome, .. } => Some(outcome),
        _ => None,
    };
    let mediated = facts.accepted_at.is_some();
    let agreed_on = matches!(
        outcome,
        Some(CloseKind::AgreementPerformed | CloseKind::OralAgreementPerformed)
    );
    let notice = |party| {
        let mut consents = view.consents.values().map(|c| &c.value);
        consents.any(|c| {
            c.party == party
                && matches!(
                    c.what,
                    ConsentSubject::Mediation | ConsentSubject::PrivacyNotice
                )
        })
    };
    let written = facts
        .agreement
        .as_ref()
        .is_some_and(|a| a.form == AgreementForm::Written && a.effective_at.is_some());
    let wanted = [
        (mediated && view.parties.is_empty(), "当事人登记"),
        (mediated && !present(scene).all(notice), "权利义务告知记录"),
        (
            mediated && agreed_on && view.statements.is_empty() && view.notes.is_empty(),
            "调查或陈述记录",
        ),
        (
            agreed_on && facts.agreement.is_none(),
            "调解协议书或口头协议登记",
        ),
        (
            written
                && facts
                    .agreement
                    .as_ref()
                    .is_some_and(|a| a.seal_no.is_none()),
            "协议用印记录",
        ),
        (agreed_on && view.performance.is_empty(), "履行凭证"),
    ];
    let missing = wanted.iter().filter(|(missing, _)| *missing);
    missing.map(|(_, paper)| *paper).collect()
}
