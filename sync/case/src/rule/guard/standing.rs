//! Who speaks for whom (LW36): a guardian for somebody who cannot act for himself, an agent for his
//! principal; and representatives for a side of many (LW18).
//!
//! Whoever says that he takes part for himself is a party, whomever else he speaks for; whoever
//! says nothing and stands in for somebody is none. Whom an agreement binds is asked in any case,
//! by [`is_said_by`].

use super::consent::present;
use crate::{
    ids::EntryId,
    record::{Party, PartyRole},
    rule::Attempt,
};

/// The parties whose own dispute it is, without those who only stand in for somebody.
pub(crate) fn principals<'a>(
    attempt: &Attempt<'a>,
) -> impl Iterator<Item = (EntryId, &'a Party)> + use<'a> {
    everybody(attempt).filter(|(_, party)| is_principal(party))
}

/// Whether each of the parties has said something, or whoever speaks for them.
pub(crate) fn all_say(attempt: &Attempt<'_>, says: impl Fn(EntryId) -> bool) -> bool {
    principals(attempt).all(|(id, party)| is_said_for(attempt, (id, party), &says))
}

/// Whether somebody who was not withdrawn has said something, or whoever speaks for him.
pub(crate) fn is_said_by(
    attempt: &Attempt<'_>,
    id: EntryId,
    says: impl Fn(EntryId) -> bool,
) -> bool {
    let person = attempt.facts.person(id);
    let mut entries = everybody(attempt).filter(|(entry, _)| *entry == person);
    entries.any(|(entry, party)| is_said_for(attempt, (entry, party), &says))
}

/// Whether it was said by the party, or by whoever speaks for it. For whoever cannot act for
/// himself a guardian's word is needed, who may give a power of attorney like anybody else (Civil
/// Code arts. 19 to 23, 34, 161). Whoever can speaks for himself, whoever calls himself his
/// guardian: such a word binds him as little as that of any stranger (arts. 18, 163).
fn is_said_for(
    attempt: &Attempt<'_>,
    (id, party): (EntryId, &Party),
    says: impl Fn(EntryId) -> bool,
) -> bool {
    let by_agent = |of| agents_of(attempt, of).any(&says);
    if party.needs_guardian() {
        let mut guardians = guardians_of(attempt, id).peekable();
        let is_guarded = guardians.peek().is_some();
        let may = |guardian: &Party| !guardian.needs_guardian();
        let mut guardians = guardians.filter(|(_, guardian)| may(guardian));
        return guardians.any(|(guardian, _)| says(guardian) || by_agent(guardian))
            || (is_guarded && by_agent(id));
    }
    let representatives = everybody(attempt);
    let mut representatives = representatives
        .filter(|(_, other)| other.is_representative && other.side == party.side)
        .peekable();
    says(id)
        || by_agent(id)
        || (representatives.peek().is_some()
            && representatives.all(|(one, who)| may_speak(attempt, who) && says(one)))
}

/// The mandate stands among the evidence, and nobody took it back.
pub(super) fn has_mandate(attempt: &Attempt<'_>, party: &Party) -> bool {
    let evidence = &attempt.context.view.evidence;
    let entry = party.mandate.and_then(|id| evidence.get(&id));
    entry.is_some_and(|entry| entry.value.withdrawn.is_none())
}

/// Whether an agent or a representative may speak for others.
fn may_speak(attempt: &Attempt<'_>, party: &Party) -> bool {
    !party.needs_guardian() && has_mandate(attempt, party)
}

/// Whoever is entered as the guardian of somebody.
pub(super) fn guardians_of<'a>(
    attempt: &Attempt<'a>,
    id: EntryId,
) -> impl Iterator<Item = (EntryId, &'a Party)> + use<'a> {
    let facts = attempt.facts;
    everybody(attempt).filter(move |(_, other)| {
        let of = other.guardian_of;
        of.is_some_and(|of| facts.person(of) == facts.person(id))
    })
}

/// The agents of somebody who may speak for him.
fn agents_of(attempt: &Attempt<'_>, id: EntryId) -> impl Iterator<Item = EntryId> {
    let facts = attempt.facts;
    let acts = move |other: &Party| {
        let of = other.agent_of;
        of.is_some_and(|of| facts.person(of) == facts.person(id))
    };
    everybody(attempt)
        .filter(move |(_, other)| acts(other) && may_speak(attempt, other))
        .map(|(agent, _)| agent)
}

/// Whether the dispute is his own: his word for it counts before what else he is entered as.
pub(super) fn is_principal(party: &Party) -> bool {
    match party.role {
        Some(PartyRole::Principal) => true,
        Some(PartyRole::Guardian | PartyRole::Agent) => false,
        None => !speaks(party),
    }
}

/// Whether he is entered as somebody's guardian or agent.
pub(super) fn speaks(party: &Party) -> bool {
    party.guardian_of.is_some() || party.agent_of.is_some()
}

/// Whoever was not withdrawn, each person once.
pub(super) fn everybody<'a>(
    attempt: &Attempt<'a>,
) -> impl Iterator<Item = (EntryId, &'a Party)> + use<'a> {
    let parties = &attempt.context.view.parties;
    let of = move |id| parties.get(&id).map(|entry| (id, &entry.value.party));
    present(attempt).filter_map(of)
}
