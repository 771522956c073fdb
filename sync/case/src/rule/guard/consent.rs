//! Conditions of will: consent is everybody's, refusal is sticky (Mediation Law arts. 3, 17, 23).

use super::{Guard, need};
use crate::{
    facts::Facts,
    ids::EntryId,
    reason::Reason,
    record::{ConsentDecision, ConsentSubject},
    rule::Attempt,
    view::CaseView,
};

/// Every party agreed to mediation, and none refused since.
pub(crate) const fn all_consent<A>() -> Guard<A> {
    Guard::new(
        "各方当事人同意调解，且无人拒绝",
        |_, attempt| {
            nobody_refuses(attempt)?;
            let (view, facts) = (attempt.context.view, attempt.facts);
            let mut parties = present(attempt);
            need(
                parties.all(|party| agreed(view, facts, party, ConsentSubject::Mediation)),
                "consent_missing",
                "尚有当事人未表示同意调解，请逐一征求意愿并记录。",
            )
        },
    )
}

/// No party has refused.
pub(crate) const fn none_refused<A>() -> Guard<A> {
    Guard::new("无人拒绝调解", |_, attempt| nobody_refuses(attempt))
}

/// A refusal ends all progress until the party agrees again, knowing of the refusal (M06).
fn nobody_refuses(attempt: &Attempt<'_>) -> Result<(), Reason> {
    let mut parties = present(attempt);
    need(
        !parties.any(|party| unlifted(attempt.context.view, attempt.facts, party).is_some()),
        "party_refused",
        "当事人已明确拒绝调解，须终止并告知其他救济途径。",
    )
}

/// How the printed table says that the other routes must be told.
pub(crate) const ROUTES: &str = "已告知其他救济途径";

/// The other routes were told (LW07).
pub(crate) fn routes_told(told: bool) -> Result<(), Reason> {
    need(
        told,
        "routes_not_told",
        "请告知当事人仲裁、行政、诉讼等其他途径后再提交。",
    )
}

/// The parties who were not withdrawn; somebody who was entered twice counts once (M08).
pub(crate) fn present<'a>(attempt: &Attempt<'a>) -> impl Iterator<Item = EntryId> + use<'a> {
    let aliases = attempt.facts.aliases();
    let parties = attempt.context.view.parties.iter();
    let counts =
        parties.filter(move |(id, p)| p.value.withdrawn.is_none() && !aliases.contains_key(*id));
    counts.map(|(id, _)| *id)
}

/// A refusal or withdrawal of this round that no later consent of the party has seen.
pub(crate) fn unlifted(view: &CaseView, facts: &Facts, party: EntryId) -> Option<EntryId> {
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
pub(crate) fn agreed(view: &CaseView, facts: &Facts, party: EntryId, what: ConsentSubject) -> bool {
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
