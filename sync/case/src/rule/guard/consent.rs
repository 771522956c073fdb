//! Guards of will: consent is everybody's, refusal is sticky (Mediation Law arts. 3, 17, 23).

use super::{Scene, need};
use crate::{
    ids::EntryId,
    record::{Ask, ConsentDecision, ConsentSubject},
    rule::Refusal,
    view::CaseView,
};

/// There are two parties at least.
pub(crate) fn has_parties(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        present(scene.docket.view).count() >= 2,
        "parties_missing",
        "请先登记双方当事人，再申请受理。",
    )
}

/// Every party agreed to mediation, and none refused since.
pub(crate) fn all_consent(scene: &Scene<'_>) -> Result<(), Refusal> {
    let view = scene.docket.view;
    if let Some(zh) = present(view).find_map(|party| {
        unlifted(view, party).map(|_| "当事人已明确拒绝调解，须终止并告知其他救济途径。")
    }) {
        return Err(Refusal::new("party_refused", zh));
    }
    need(
        present(view).all(|party| agreed(view, party)),
        "consent_missing",
        "尚有当事人未表示同意调解，请逐一征求意愿并记录。",
    )
}

/// The refusal that ends the mediation stands in the document.
pub(crate) fn refusal_recorded(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Refuse { party, .. }) = scene.ask() else {
        return Ok(());
    };
    need(
        unlifted(scene.docket.view, *party).is_some(),
        "refusal_not_recorded",
        "请先记录该当事人拒绝或撤回的意思表示。",
    )
}

/// The other routes were told (LW07).
pub(crate) fn routes_told(scene: &Scene<'_>) -> Result<(), Refusal> {
    let told = matches!(
        scene.ask(),
        Some(Ask::Refuse {
            routes_told: true,
            ..
        })
    );
    need(
        told,
        "routes_not_told",
        "请告知当事人仲裁、行政、诉讼等其他途径后再提交。",
    )
}

fn present(view: &CaseView) -> impl Iterator<Item = EntryId> {
    view.parties
        .iter()
        .filter(|(_, p)| p.value.withdrawn.is_none())
        .map(|(id, _)| *id)
}

/// A refusal or withdrawal that no later consent of the party has seen.
fn unlifted(view: &CaseView, party: EntryId) -> Option<EntryId> {
    let about = || {
        view.consents.iter().filter(move |(_, c)| {
            c.value.party == party && c.value.what == ConsentSubject::Mediation
        })
    };
    let lifted = |id: &EntryId| {
        about()
            .any(|(_, c)| c.value.decision == ConsentDecision::Agree && c.value.seen.contains(id))
    };
    about()
        .find(|(id, c)| c.value.decision != ConsentDecision::Agree && !lifted(id))
        .map(|(id, _)| *id)
}

fn agreed(view: &CaseView, party: EntryId) -> bool {
    view.consents.values().any(|c| {
        c.value.party == party
            && c.value.what == ConsentSubject::Mediation
            && c.value.decision == ConsentDecision::Agree
    })
}
