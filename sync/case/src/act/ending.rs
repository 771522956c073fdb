//! How a case ends, by whatever act.

use crate::{
    deadline,
    facts::{AgreementFact, DeadlineKind, Duty, Facts, OrgLevel, Settlement, Stage},
    record::CloseKind,
    rule::Attempt,
    view::Severity,
};

/// Ends the case with an outcome, and with what its source is told.
pub(super) fn end(attempt: &Attempt<'_>, facts: &mut Facts, outcome: CloseKind, feedback: &str) {
    let now = attempt.docket.now;
    facts.level_ended = Some(level(attempt, facts));
    facts.stage = Stage::Closed {
        outcome,
        feedback: feedback.into(),
        at: now,
    };
    let handlers = facts.assignments.iter_mut();
    for assignment in handlers.filter(|a| a.duty != Duty::Visit) {
        assignment.to.get_or_insert(now);
    }
    facts.referred.clear();
    moot(attempt, facts);
    deadline::end_all(facts, now);
    if outcome != CloseKind::Merged {
        deadline::start(facts, DeadlineKind::Archive, attempt.docket.policy, now);
    }
}

/// What stands on the police list, or is transferred to the police, is theirs to sign for (R116).
pub(super) fn hand_to_police(attempt: &Attempt<'_>, facts: &mut Facts) {
    end(
        attempt,
        facts,
        CloseKind::TransferredPolice,
        "属公安事项清单，请公安机关处置。",
    );
    let (policy, now) = (attempt.docket.policy, attempt.docket.now);
    deadline::start(facts, DeadlineKind::PoliceAccept, policy, now);
}

/// Whether the agreement of this round was in force.
pub(super) fn was_in_force(agreement: Option<&AgreementFact>) -> bool {
    agreement.is_some_and(|a| a.effective_at.is_some() && a.void_at.is_none())
}

/// What would have blocked the next step needs no ruling where there is no next step; it stays in the record.
fn moot(attempt: &Attempt<'_>, facts: &mut Facts) {
    let at = attempt.docket.now;
    let blocks = facts.conflicts.values_mut();
    for known in blocks.filter(|c| c.settled.is_none() && c.conflict.severity == Severity::Block) {
        known.settled = Some(Settlement {
            by: None,
            at,
            choice: None,
            why: "案件已终结，不再需要裁定。".into(),
        });
    }
}

/// On which level the case ended: jointly handled is the county's, otherwise that of the organisation that answered (R110).
fn level(attempt: &Attempt<'_>, facts: &Facts) -> OrgLevel {
    if facts.joint {
        return OrgLevel::County;
    }
    let org = facts.answering().and_then(|a| attempt.facts.org(a.org));
    match org.map(|org| org.level) {
        Some(OrgLevel::Grid) => OrgLevel::Village,
        Some(level) => level,
        None => OrgLevel::Township,
    }
}
