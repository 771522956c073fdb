//! How a case ends, by whatever act.

use crate::{
    deadline,
    facts::{
        DeadlineKind, Decision, Duty, Facts, OrgLevel, Referral, Resolution, Ruling, SettledBy,
        Stage,
    },
    reason::Reason,
    record::{Ask, CloseKind, Receiver},
    rule::Attempt,
    view::{Conflict, Severity},
};
use jiff::Timestamp;

/// Ends the case with an outcome, and with what its source is told.
pub(super) fn end(attempt: &Attempt<'_>, facts: &mut Facts, outcome: CloseKind, feedback: &str) {
    let now = attempt.context.now;
    facts.round.level_ended = Some(level(attempt, facts));
    facts.stage = Stage::Closed {
        outcome,
        feedback: feedback.into(),
        at: now,
    };
    let handlers = facts.assignments.iter_mut();
    for assignment in handlers.filter(|a| a.duty != Duty::Visit) {
        assignment.to.get_or_insert(now);
    }
    for unanswered in facts.round.invitations.iter_mut().filter(|i| i.waits()) {
        unanswered.lapsed_at = Some(now);
    }
    answer_waiting(attempt, facts, outcome);
    moot(attempt, facts);
    if outcome == CloseKind::Merged {
        deadline::hand_on(facts, now);
    } else {
        deadline::end_all(facts, now);
        deadline::start(facts, DeadlineKind::Archive, attempt.context.policy, now);
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
}

/// What waits for a desk is answered by the end of the case: nobody decides on it any more, and
/// whoever asked is told.
fn answer_waiting(attempt: &Attempt<'_>, facts: &mut Facts, outcome: CloseKind) {
    let at = attempt.context.now;
    for (entry, referral) in std::mem::take(&mut facts.round.referred) {
        let decision = if is_done(&referral, outcome) {
            Decision::Accepted
        } else {
            Decision::Refused(Reason::new(
                "case_ended",
                "案件已终结，此项申请不再审批；案件重新办理后仍有需要的，请另行申请。",
            ))
        };
        facts.rulings.insert(entry, Ruling { decision, at });
    }
}

/// Whether the case ended in just the way that was asked for.
fn is_done(referral: &Referral, outcome: CloseKind) -> bool {
    let Ask::TransferOut(asked) = &referral.ask else {
        return false;
    };
    match asked.to {
        Receiver::Police => outcome == CloseKind::TransferredPolice,
        Receiver::Department | Receiver::LabourArbitration => outcome == CloseKind::TransferredDept,
    }
}

/// What would have blocked the next step needs no ruling where there is no next step; it stays in
/// the record.
fn moot(attempt: &Attempt<'_>, facts: &mut Facts) {
    let at = attempt.context.now;
    let blocks = facts.conflicts.values_mut();
    for known in blocks.filter(|c| c.settled.is_none() && c.conflict.severity == Severity::Block) {
        known.settled = Some(Resolution {
            at,
            by: SettledBy::CaseEnd,
        });
    }
}

/// What blocked a step needs a ruling after all where the case goes on: of what the end let rest,
/// whatever is meant.
pub(super) fn ask_again(facts: &mut Facts, is_meant: impl Fn(&Conflict, Timestamp) -> bool) {
    for known in facts.conflicts.values_mut() {
        let rests = |settled: &mut Resolution| {
            settled.by == SettledBy::CaseEnd && is_meant(&known.conflict, settled.at)
        };
        known.settled.take_if(rests);
    }
}

/// On which level the case ended: jointly handled is the county's, otherwise that of the
/// organisation that answered (R110).
fn level(attempt: &Attempt<'_>, facts: &Facts) -> OrgLevel {
    if facts.round.joint {
        return OrgLevel::County;
    }
    let org = facts.answering().and_then(|a| attempt.facts.org(a.org));
    match org.map(|org| org.level) {
        Some(OrgLevel::Grid) => OrgLevel::Village,
        Some(level) => level,
        None => OrgLevel::Township,
    }
}
