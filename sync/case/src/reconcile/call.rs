//! What a further call about a known case asks for (E29): as a first one does, that somebody looks
//! at what it is about, and that whoever is on duty is sent (R005).

use super::opening::EXPECTED_AT_THE_SCENE;
use crate::{
    act::{self, Act, DeskAct, ServerAct},
    catalogue::{Catalogue, List},
    facts::{Duty, Facts, RepeatCall, Status},
    ids::SituationCode,
    record::Ask,
    role::Author,
    rule::Motion,
};
use jiff::Timestamp;

/// The motions that follow from a further call, the call itself first. Only that one has to be
/// granted: what the case as it then stands has no use for is refused, and nobody is told.
#[must_use]
pub fn call_again(
    facts: &Facts,
    call: RepeatCall,
    on_duty: Option<Author>,
    now: Timestamp,
) -> Vec<Motion> {
    let triage = triaged(facts, call.situation.as_ref());
    let sent = on_duty.and_then(|target| sent(facts, target));
    let call = Act::Server(ServerAct::Repeat(call));
    let acts = std::iter::once(call).chain([triage]).chain(sent);
    acts.map(|act| Motion::by_rule(act, now)).collect()
}

/// What a desk decided that the case is about holds, whatever a call says: it is shown beside that,
/// and the police have their order of what is theirs. What nobody decided holds unless this call is
/// for the other list, or nobody knew.
fn triaged(facts: &Facts, reported: Option<&SituationCode>) -> Act {
    let list = |code: &SituationCode| -> Option<List> {
        let known = Catalogue::current().lookup(code);
        known.map(|situation| situation.list)
    };
    let is_open = |_: &&SituationCode| !facts.classified.by_desk;
    let reported = reported.filter(is_open);
    let other =
        reported.filter(|code| list(code).is_some() && list(code) != list(&facts.situation));
    match other {
        Some(situation) => Act::Ask(Ask::Triage(act::Triage {
            situation: situation.clone(),
        })),
        None => Act::Server(ServerAct::TriageByCatalogue),
    }
}

/// Whoever is on duty is offered the case, or joins whoever has not signed for it yet; where
/// somebody works on it, that is who goes.
fn sent(facts: &Facts, target: Author) -> Option<Act> {
    let is_taken = facts.answering().is_some() && facts.stage.status().is_open();
    let act = match facts.stage.status() {
        Status::Dispatched if !works(facts, target) => DeskAct::Assign(act::Assign {
            target,
            duty: Duty::Co,
        }),
        Status::Dispatched => return None,
        status if is_taken && status != Status::PendingDispatch => return None,
        _ => DeskAct::Dispatch(act::Dispatch {
            target,
            expected: EXPECTED_AT_THE_SCENE.into(),
        }),
    };
    Some(Act::Desk(act))
}

fn works(facts: &Facts, person: Author) -> bool {
    let mut present = facts.assignments.iter().filter(|a| a.to.is_none());
    present.any(|a| a.user == person.user && a.duty != Duty::Visit)
}
