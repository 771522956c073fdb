//! Conditions of will: consent is everybody's, refusal is sticky (Mediation Law arts. 3, 17, 23).

use super::{
    Guard, Holds, need,
    standing::{all_say, principals},
};
use crate::{
    ids::EntryId,
    record::{Consent, ConsentDecision, ConsentSubject, Side},
    rule::Attempt,
};
use std::collections::BTreeSet;

/// Every party agreed to mediation, and none refused since.
pub(crate) const fn all_consent<A>() -> Guard<A> {
    Guard::new(
        "各方当事人同意调解，且无人拒绝",
        |_, attempt| {
            nobody_refuses(attempt)?;
            need(
                all_say(attempt, |party| {
                    agreed(attempt, party, ConsentSubject::Mediation)
                }),
                "consent_missing",
                "尚有当事人未表示同意调解，请逐一征求意愿并记录。",
            )
        },
    )
}

/// There is somebody on each of the two sides: without that there is no dispute to mediate or to
/// settle. Whoever only stands in for somebody is on no side.
pub(crate) const fn two_sides<A>() -> Guard<A> {
    Guard::new("甲乙双方当事人均已登记", |_, attempt| {
        let sides: BTreeSet<Side> = principals(attempt).map(|(_, party)| party.side).collect();
        need(
            [Side::A, Side::B].iter().all(|side| sides.contains(side)),
            "parties_missing",
            "请先登记甲乙双方当事人，每方至少一人，再提交。",
        )
    })
}

/// No party has refused.
pub(crate) const fn none_refused<A>() -> Guard<A> {
    Guard::new("无人拒绝调解", |_, attempt| nobody_refuses(attempt))
}

/// A refusal ends all progress until the party agrees again, knowing of the refusal (M06).
fn nobody_refuses(attempt: &Attempt<'_>) -> Holds {
    let refuses = |party| refused(attempt, party, ConsentSubject::Mediation).is_some();
    need(
        !present(attempt).any(refuses),
        "party_refused",
        "当事人已明确拒绝调解，须终止并告知其他救济途径。",
    )?;
    need(
        !anybody_refuses(attempt, ConsentSubject::Mediation),
        "party_refused",
        "有当事人拒绝调解后被撤销登记，其拒绝仍然有效：须终止并告知其他救济途径；\
         本人知悉后又同意的，请在其原来的登记下记录同意。",
    )
}

/// Whether somebody refuses this, or did when he was withdrawn: with the entry of a party the word
/// of the person does not go away (LW01).
pub(crate) fn anybody_refuses(attempt: &Attempt<'_>, what: ConsentSubject) -> bool {
    let mut parties = attempt.context.view.parties.keys();
    parties.any(|party| refused(attempt, *party, what).is_some())
}

/// How the printed table says that the other routes must be told.
pub(crate) const ROUTES: &str = "已告知其他救济途径";

/// The other routes were told (LW07).
pub(crate) fn routes_told(told: bool) -> Holds {
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

/// A refusal or withdrawal that counts and that no later consent of the party has seen.
pub(crate) fn refused(
    attempt: &Attempt<'_>,
    party: EntryId,
    what: ConsentSubject,
) -> Option<EntryId> {
    let about = || said(attempt, party, what);
    let lifted = |id: &EntryId| {
        about().any(|(_, c)| c.decision == ConsentDecision::Agree && c.seen.contains(id))
    };
    about()
        .find(|(id, c)| c.decision != ConsentDecision::Agree && !lifted(id))
        .map(|(id, _)| id)
}

/// The party agreed to this.
pub(crate) fn agreed(attempt: &Attempt<'_>, party: EntryId, what: ConsentSubject) -> bool {
    said(attempt, party, what).any(|(_, c)| c.decision == ConsentDecision::Agree)
}

/// The party said something about this.
pub(crate) fn asked(attempt: &Attempt<'_>, party: EntryId, what: ConsentSubject) -> bool {
    said(attempt, party, what).next().is_some()
}

/// What a party said about this and still counts.
fn said<'a>(
    attempt: &Attempt<'a>,
    party: EntryId,
    what: ConsentSubject,
) -> impl Iterator<Item = (EntryId, &'a Consent)> + use<'a> {
    let facts = attempt.facts;
    let consents = attempt.context.view.consents.iter();
    consents
        .filter(move |(id, c)| {
            facts.person(c.value.party) == facts.person(party)
                && c.value.what == what
                && !facts.spent.contains(*id)
        })
        .map(|(id, c)| (*id, &c.value))
}
