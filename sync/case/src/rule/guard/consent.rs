//! Guards of will: consent is everybody's, refusal is sticky (Mediation Law arts. 3, 17, 23).

use super::{Scene, need};
use crate::{
    facts::Facts,
    ids::EntryId,
    record::{Ask, ConsentDecision, ConsentSubject},
    rule::Refusal,
    view::CaseView,
};

/// There are two parties at least.
pub(crate) fn has_parties(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        present(scene).count() >= 2,
        "parties_missing",
        "请先登记双方当事人，再申请受理。",
    )
}

/// Every party agreed to mediation, and none refused since.
pub(crate) fn all_consent(scene: &Scene<'_>) -> Result<(), Refusal> {
    none_refused(scene)?;
    let mut parties = present(scene);
    need(
        parties.all(|party| {
            agreed(
                scene.docket.view,
                scene.facts,
                party,
                ConsentSubject::Mediation,
            )
        }),
        "consent_missing",
        "尚有当事人未表示同意调解，请逐一征求意愿并记录。",
    )
}

/// No party has refused: a refusal ends all progress until the party agrees again, knowing of the refusal (M06).
pub(crate) fn none_refused(scene: &Scene<'_>) -> Result<(), Refusal> {
    let mut parties = present(scene);
    need(
        !parties.any(|party| unlifted(scene.docket.view, scene.facts, party).is_some()),
        "party_refused",
        "当事人已明确拒绝调解，须终止并告知其他救济途径。",
    )
}

/// A minor's consent is given by a guardian, who stands among the parties (P06).
pub(crate) fn consent_is_real(scene: &Scene<'_>) -> Result<(), Refusal> {
    let parties = &scene.docket.view.parties;
    let guarded = |minor: EntryId| {
        let mut others = parties.values().filter(|p| p.value.withdrawn.is_none());
        others.any(|p| p.value.party.guardian_of == Some(minor))
    };
    let minors = parties
        .iter()
        .filter(|(_, p)| p.value.withdrawn.is_none() && p.value.party.is_minor);
    need(
        minors.map(|(id, _)| *id).all(guarded),
        "guardian_missing",
        "当事人为未成年人的，请先登记其监护人。",
    )
}

/// The refusal that ends the mediation stands in the document.
pub(crate) fn refusal_recorded(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Refuse { party, .. }) = scene.ask() else {
        return Ok(());
    };
    need(
        unlifted(scene.docket.view, scene.facts, *party).is_some(),
        "refusal_not_recorded",
        "请先记录该当事人拒绝或撤回的意思表示。",
    )
}

/// The other routes were told (LW07).
pub(crate) fn routes_told(scene: &Scene<'_>) -> Result<(), Refusal> {
    let told = match scene.ask() {
        Some(
            Ask::Refuse { routes_told, .. }
            | Ask::Terminate { routes_told, .. }
            | Ask::Breach { routes_told, .. },
        ) => *routes_told,
        _ => true,
    };
    need(
        told,
        "routes_not_told",
        "请告知当事人仲裁、行政、诉讼等其他途径后再提交。",
    )
}

/// The parties who were not withdrawn; somebody who was entered twice counts once (M08).
pub(super) fn present<'a>(scene: &Scene<'a>) -> impl Iterator<Item = EntryId> + use<'a> {
    let aliases = scene.facts.aliases();
    let parties = scene.docket.view.parties.iter();
    let counts =
        parties.filter(move |(id, p)| p.value.withdrawn.is_none() && !aliases.contains_key(*id));
    counts.map(|(id, _)| *id)
}

/// A refusal or withdrawal of this round that no later consent of the party has seen.
fn unlifted(view: &CaseView, facts: &Facts, party: EntryId) -> Option<EntryId> {
    let about = || {
        view.consents.iter().filter(move |(id, c)| {
            facts.person(c.value.party) == facts.person(party)
                && c.value.what == ConsentSubject::Mediation
                && !facts.spent.contains(*id)
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

/// The party agreed to this in this round.
pub(super) fn agreed(view: &CaseView, facts: &Facts, party: EntryId, what: ConsentSubject) -> bool {
    let mut consents = view
        .consents
        .iter()
        .filter(|(id, _)| !facts.spent.contains(*id));
    consents.any(|(_, c)| {
        facts.person(c.value.party) == party
            && c.value.what == what
            && c.value.decision == ConsentDecision::Agree
    })
}
