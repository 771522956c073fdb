//! Whether those who speak for others may (LW36): guardians, agents, and up to five representatives
//! of a side of many (LW18).

use super::{
    Guard, Holds, need, sides,
    standing::{everybody, guardians_of, has_mandate, is_principal, principals, speaks},
};
use crate::{
    ids::EntryId,
    record::{Party, PartyRole, Signer},
    rule::Attempt,
};

/// So many may speak for a side of many (LW18).
const REPRESENTATIVES: usize = 5;

/// Nobody who cannot act for himself is alone, and whoever speaks for others may.
pub(crate) const fn in_order<A>() -> Guard<A> {
    Guard::new(
        "未成年人有监护人，有能力的成年人没有监护人，代理人和代表人有授权，代为行事的人能独立行事、\
         不代表对立双方，每方代表人不超过五人",
        |_, attempt| {
            guardians_are_there(attempt)?;
            speakers_are_able(attempt)?;
            guardians_are_needed(attempt)?;
            speakers_have_somebody(attempt)?;
            speakers_are_on_one_side(attempt)?;
            mandates_are_there(attempt)?;
            few_represent_many(attempt)
        },
    )
}

/// Nobody speaks whom the law keeps from it, whatever papers there may be: a text is not worth
/// freezing that such a one would sign. Papers may come until it takes effect.
pub(crate) const fn lawful<A>() -> Guard<A> {
    Guard::new(
        "有能力的成年人没有监护人，代为行事的人不代表对立双方",
        |_, attempt| {
            guardians_are_needed(attempt)?;
            speakers_are_on_one_side(attempt)
        },
    )
}

/// Whoever signs is none of those whom the law keeps from speaking for others.
///
/// # Errors
/// He is.
pub(crate) fn may_sign(attempt: &Attempt<'_>, signer: Signer) -> Holds {
    let Signer::Party(signer) = signer else {
        return Ok(());
    };
    let person = attempt.facts.person(signer);
    let mut entries = everybody(attempt).filter(|(id, _)| *id == person);
    entries.try_for_each(|(id, party)| {
        is_needed_as_guardian(attempt, party)?;
        is_on_one_side(attempt, (id, party))
    })
}

fn guardians_are_there(attempt: &Attempt<'_>) -> Holds {
    let mut minors = principals(attempt).filter(|(_, party)| party.needs_guardian());
    need(
        minors.all(|(id, _)| guardians_of(attempt, id).next().is_some()),
        "guardian_missing",
        "当事人为未成年人，或者不能辨认自己行为的，请先登记其监护人。",
    )
}

/// Whoever needs somebody to speak for him speaks for nobody.
fn speakers_are_able(attempt: &Attempt<'_>) -> Holds {
    let mut unable = everybody(attempt).filter(|(_, party)| party.needs_guardian());
    let would = |party: &Party| party.is_representative || !is_principal(party) || speaks(party);
    need(
        !unable.any(|(_, party)| would(party)),
        "speaker_unable",
        "未成年人或者不能辨认自己行为的人，不能担任监护人、代理人或代表人，请另行登记能够代为行事的人。",
    )
}

/// Whoever takes no part for himself speaks for somebody who does.
fn speakers_have_somebody(attempt: &Attempt<'_>) -> Holds {
    let facts = attempt.facts;
    let is_there = |of: EntryId, speaker: EntryId| {
        facts.person(of) != speaker && everybody(attempt).any(|(id, _)| id == facts.person(of))
    };
    let has = |(id, party): (EntryId, &Party)| {
        let mut of = party.guardian_of.into_iter().chain(party.agent_of);
        party.is_representative || of.any(|of| is_there(of, id))
    };
    let mut speakers = everybody(attempt).filter(|(_, party)| !is_principal(party));
    need(
        speakers.all(has),
        "speaker_for_nobody",
        "监护人、代理人所代表的当事人未登记或者已撤销登记：请注明代表何人重新登记；\
         本人参加调解的，请更正为“本人”。",
    )
}

/// Nobody is the guardian of a grown-up who can act for himself: to sign for him takes his power of
/// attorney (Civil Code arts. 18 to 24, 27, 28, 163).
fn guardians_are_needed(attempt: &Attempt<'_>) -> Holds {
    everybody(attempt).try_for_each(|(_, party)| is_needed_as_guardian(attempt, party))
}

fn is_needed_as_guardian(attempt: &Attempt<'_>, guardian: &Party) -> Holds {
    let is_able = |of: EntryId| {
        let of = attempt.context.view.parties.get(&attempt.facts.person(of));
        of.is_some_and(|entry| {
            entry.value.withdrawn.is_none() && !entry.value.party.needs_guardian()
        })
    };
    need(
        !guardian.guardian_of.is_some_and(is_able),
        "guardian_for_able",
        "监护人只代未成年人或者无行为能力、限制行为能力人：所代的成年人确无相应行为能力的，请先更正\
         其登记；否则请撤销监护人登记，由其本人参加，或者凭授权委托书改以代理人登记。",
    )
}

/// Nobody speaks for the other side, nor for both: what is good for the one is not for the other
/// (Civil Code art. 168).
fn speakers_are_on_one_side(attempt: &Attempt<'_>) -> Holds {
    everybody(attempt).try_for_each(|entry| is_on_one_side(attempt, entry))
}

fn is_on_one_side(attempt: &Attempt<'_>, (id, party): (EntryId, &Party)) -> Holds {
    match party.is_representative || speaks(party) {
        true => sides::is_on_one(attempt, id),
        false => Ok(()),
    }
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
