//! What the phone's own open requests will probably do: the server's rule, run here on what is known here.

use super::Enrolment;
use hejie_case::{
    deadline::Policy,
    facts::{Facts, Status},
    ids::EntryId,
    rule::{Act, Docket, Motion, Refusal, rule},
    view::{CaseView, Entry},
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A forecast, never a fact: shown as 待确认.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisional {
    /// Where the case will probably stand.
    pub status: Status,
    /// Requests that will probably be refused, and why.
    pub doubtful: BTreeMap<EntryId, Refusal>,
}

/// Hears the owner's own unruled requests and signatures in their order; none when there are none or the server has not registered the case.
pub(super) fn provisional(
    view: &CaseView,
    facts: Option<&Facts>,
    owner: &Enrolment,
    now: Timestamp,
) -> Option<Provisional> {
    let mut facts = facts?.clone();
    let motions = own_motions(view, &facts, owner, now);
    if motions.is_empty() {
        return None;
    }
    let policy = Policy::default();
    let docket = Docket {
        view,
        devices: &[],
        policy: &policy,
        now,
    };
    let mut doubtful = BTreeMap::new();
    for (entry, motion) in motions {
        match rule(&docket, &facts, &motion) {
            Ok(after) => facts = after,
            Err(refusal) => {
                doubtful.insert(entry, refusal);
            }
        }
    }
    Some(Provisional {
        status: facts.stage.status(),
        doubtful,
    })
}

fn own_motions(
    view: &CaseView,
    facts: &Facts,
    owner: &Enrolment,
    now: Timestamp,
) -> BTreeMap<EntryId, Motion> {
    let asks = view
        .requests
        .iter()
        .filter(|(id, entry)| is_open(facts, owner, id, entry));
    let asks = asks.map(|(id, entry)| (*id, Act::Ask(entry.value.ask.clone()), entry.value.at));
    let signs = view
        .signatures
        .iter()
        .filter(|(id, entry)| is_open(facts, owner, id, entry));
    let signs = signs.map(|(id, entry)| (*id, Act::Sign(entry.value.clone()), entry.value.at));
    let motion = |(id, act, at)| {
        let by = owner.author();
        (
            id,
            Motion {
                entry: Some(id),
                act,
                by,
                claimed_at: Some(at),
                received_at: now,
            },
        )
    };
    asks.chain(signs).map(motion).collect()
}

fn is_open<T>(facts: &Facts, owner: &Enrolment, id: &EntryId, entry: &Entry<T>) -> bool {
    entry.author == owner.actor && !facts.rulings.contains_key(id)
}
