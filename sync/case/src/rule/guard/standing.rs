//! Who speaks for whom (LW36): a guardian for somebody who cannot act for himself, an agent for his
//! principal; and up to five representatives for a side of many (LW18).

use super::{Guard, Holds, consent::present, need};
use crate::{
    ids::EntryId,
    record::{Party, PartyRole},
    rule::Attempt,
};

/// So many may speak for a side of many (LW18).
const REPRESENTATIVES: usize = 5;

/// Nobody who cannot act for himself is alone, and whoever speaks for others may.
pub(crate) const fn in_order<A>() -> Guard<A> {
    Guard::new(
        "未成年人有监护人，代理人和代表人有授权，每方代表人不超过五人",
        |_, attempt| {
            guardians_are_there(attempt)?;
            mandates_are_there(attempt)?;
            few_represent_many(attempt)
        },
    )
}

/// The parties whose own dispute it is, without those who stand in for somebody.
pub(crate) fn principals<'a>(
    attempt: &Attempt<'a>,
) -> impl Iterator<Item = (EntryId, &'a Party)> + use<'a> {
    everybody(attempt).filter(|(_, party)| !stands_in(party))
}

/// Whether each of the parties has said something, or whoever speaks for them.
pub(crate) fn all_say(attempt: &Attempt<'_>, says: impl Fn(EntryId) -> bool) -> bool {
    principals(attempt).all(|(id, party)| is_said_for(attempt, (id, party), &says))
}

/// Whether it was said by the party, or by whoever speaks for it. A guardian's word is needed where
/// there is one, or must be; anybody else may speak for himself.
fn is_said_for(
    attempt: &Attempt<'_>,
    (id, party): (EntryId, &Party),
    says: impl Fn(EntryId) -> bool,
) -> bool {
    let mut guardians = guardians_of(attempt, id).peekable();
    if party.needs_guardian() || guardians.peek().is_some() {
        return guardians.any(says);
    }
    let is_agent = |other: &Party| stands_for(attempt, other.agent_of, id);
    let may = |other: &(EntryId, &Party)| has_mandate(attempt, other.1);
    let mut agents = everybody(attempt).filter(|(_, other)| is_agent(other));
    let representatives = everybody(attempt);
    let mut representatives = representatives
        .filter(|(_, other)| other.is_representative && other.side == party.side)
        .peekable();
    says(id)
        || agents.any(|agent| may(&agent) && says(agent.0))
        || (representatives.peek().is_some() && representatives.all(|one| may(&one) && says(one.0)))
}

fn guardians_are_there(attempt: &Attempt<'_>) -> Holds {
    let mut minors = principals(attempt).filter(|(_, party)| party.needs_guardian());
    need(
        minors.all(|(id, _)| guardians_of(attempt, id).next().is_some()),
        "guardian_missing",
        "当事人为未成年人，或者不能辨认自己行为的，请先登记其监护人。",
    )
}

fn mandates_are_there(attempt: &Attempt<'_>) -> Holds {
    let for_others = |party: &Party| {
        party.is_representative || party.agent_of.is_some() || party.role == Some(PartyRole::Agent)
    };
    let mut speakers = everybody(attempt).filter(|(_, party)| for_others(party));
    need(
        speakers.all(|(_, party)| has_mandate(attempt, party)),
        "mandate_missing",
        "代理人须有授权委托书，代表人须有推选证明；请拍照登记为证据后，注明授权重新登记该人。",
    )
}

fn few_represent_many(attempt: &Attempt<'_>) -> Holds {
    let represents = |side| {
        let all = everybody(attempt);
        all.filter(|(_, party)| party.is_representative && party.side == side)
            .count()
    };
    let mut sides = everybody(attempt).map(|(_, party)| party.side);
    need(
        sides.all(|side| represents(side) <= REPRESENTATIVES),
        "too_many_representatives",
        "一方当事人的代表人不得超过五人，请当事人另行推选。",
    )
}

/// The mandate stands among the evidence, and nobody took it back.
fn has_mandate(attempt: &Attempt<'_>, party: &Party) -> bool {
    let evidence = &attempt.context.view.evidence;
    let entry = party.mandate.and_then(|id| evidence.get(&id));
    entry.is_some_and(|entry| entry.value.withdrawn.is_none())
}

fn guardians_of<'a>(attempt: &Attempt<'a>, id: EntryId) -> impl Iterator<Item = EntryId> + use<'a> {
    let facts = attempt.facts;
    let guards = move |other: &Party| other.guardian_of.map(|of| facts.person(of));
    everybody(attempt)
        .filter(move |(_, other)| guards(other) == Some(facts.person(id)))
        .map(|(guardian, _)| guardian)
}

fn stands_for(attempt: &Attempt<'_>, of: Option<EntryId>, id: EntryId) -> bool {
    let facts = attempt.facts;
    of.is_some_and(|of| facts.person(of) == facts.person(id))
}

fn stands_in(party: &Party) -> bool {
    party.guardian_of.is_some()
        || party.agent_of.is_some()
        || matches!(party.role, Some(PartyRole::Guardian | PartyRole::Agent))
}

fn everybody<'a>(attempt: &Attempt<'a>) -> impl Iterator<Item = (EntryId, &'a Party)> + use<'a> {
    let parties = &attempt.context.view.parties;
    let of = move |id| parties.get(&id).map(|entry| (id, &entry.value.party));
    present(attempt).filter_map(of)
}
