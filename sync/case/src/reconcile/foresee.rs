//! What a phone's own open requests will probably do: the same hearing as on the server, of what is
//! known on the phone.

use super::{derived::score_and_grade, hear_first, hear_line, opening, queue, time};
use crate::{
    facts::{Decision, Facts},
    ids::{Actor, EntryId},
    policy::Policy,
    reason::Reason,
    role::Author,
    rule::{RuleContext, UNKNOWN_HERE},
    view::CaseView,
};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A forecast, never a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The facts as they will probably be.
    pub facts: Facts,
    /// Own requests that will probably be refused, and why.
    pub doubtful: BTreeMap<EntryId, Reason>,
    /// Whether anything of one's own waits to be heard.
    pub waits: bool,
}

/// Hears what the owner of a phone wrote and nobody ruled on yet.
#[must_use]
pub fn foresee(
    view: &CaseView,
    facts: &Facts,
    own: (Actor, Author),
    policy: &Policy,
    now: Timestamp,
) -> Forecast {
    let context = RuleContext {
        view,
        devices: &[],
        departed: &[],
        unknown_orgs: &[],
        routes: &[],
        policy,
        now,
    };
    let queue_input = queue::QueueInput {
        authors: &[own],
        changes: &[],
        now,
    };
    let queue = queue::in_order(view, facts, &queue_input);
    let waits = !queue.line.is_empty();
    let mut after = facts.clone();
    hear_first(&context, &mut after, &queue);
    opening::follow_document(&context, &mut after);
    hear_line(&context, &mut after, queue);
    time::pass(&context, &mut after);
    score_and_grade(&context, &mut after, &[own]);
    let new = after
        .rulings
        .iter()
        .filter(|(id, _)| !facts.rulings.contains_key(*id));
    let doubtful = new.filter_map(|(id, ruling)| match &ruling.decision {
        // What the phone cannot look at is no doubt: the server will say.
        Decision::Refused(reason) if reason.code == UNKNOWN_HERE => None,
        Decision::Refused(reason) => Some((*id, reason.clone())),
        Decision::Accepted | Decision::Referred { .. } => None,
    });
    Forecast {
        doubtful: doubtful.collect(),
        facts: after,
        waits,
    }
}
