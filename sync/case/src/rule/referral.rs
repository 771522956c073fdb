//! Requests that wait for a desk: somebody may ask for them, and somebody else decides.

use super::{ActRow, Attempt, Motion, carry_out, guard::reason, line, words};
use crate::{
    act::{Act, Ask, Decide, TakeEffect},
    deadline::day_of,
    event::Event,
    facts::{Decision, Facts, Referral, Ruling},
    ids::EntryId,
    reason::Reason,
};
use jiff::Timestamp;

/// Puts a request on the list of what waits for a desk.
///
/// # Errors
/// When the motion is no request of the document, so that nobody could be answered.
pub(super) fn refer(attempt: &Attempt<'_>, row: &ActRow) -> Result<Facts, Reason> {
    let (Some(entry), Act::Ask(ask)) = (attempt.motion.entry, &attempt.motion.act) else {
        return Err(Reason::new(
            "not_yours",
            "此项须由有权限的岗位办理，请联系矛调中心分流员。",
        ));
    };
    let mut after = attempt.facts.clone();
    after.round.referred.insert(
        entry,
        Referral {
            ask: ask.clone(),
            by: attempt.motion.by,
            claimed_at: attempt.motion.claimed_at,
            received_at: attempt.motion.received_at,
        },
    );
    let zh = format!("“{}”已上报，等待审批。", row.event.zh());
    let (decision, at) = (Decision::Referred { zh }, attempt.motion.received_at);
    after.rulings.insert(entry, Ruling { decision, at });
    Ok(after)
}

/// Lets a desk decide on a request that waits. Its guards are looked at again on today's state.
///
/// # Errors
/// When nothing of the kind waits, the desk may not decide it, the asker decides for himself, or a
/// guard does not hold any more.
pub(super) fn decide(attempt: &Attempt<'_>, decision: &Decide) -> Result<Facts, Reason> {
    let Decide {
        request,
        grant,
        why,
        ..
    } = decision;
    let Some(referral) = attempt.facts.round.referred.get(request) else {
        return Err(Reason::new(
            "nothing_referred",
            "没有待审批的这项申请，请刷新后查看。",
        ));
    };
    let ask = as_decided(&referral.ask, decision, attempt.context.now);
    let act = ask.transition();
    let row = act.row();
    may_decide(attempt, referral, row)?;
    if !grant {
        return deny(attempt, row.event, *request, why);
    }
    row.from.check(attempt.facts.stage.status())?;
    let granted = Motion {
        entry: Some(*request),
        act: Act::Ask(ask.clone()),
        by: attempt.motion.by,
        claimed_at: referral.claimed_at,
        received_at: referral.received_at,
    };
    let granted = Attempt {
        motion: &granted,
        ..*attempt
    };
    if matches!(referral.ask, Ask::TransferOut(_)) {
        return Err(Reason::new(
            "receipt_missing",
            "请使用“移交”办理：填写接收单位和其签收编号。",
        ));
    }
    act.check(&granted).map_err(|obstacle| obstacle.reason)?;
    let mut after = carry_out(&granted, act);
    after.round.referred.remove(request);
    if let Some(line) = after.trail.get_mut(attempt.facts.trail.len()) {
        let said = line.words.take().into_iter();
        let said = said.chain(words::written(attempt));
        line.words = words::joined(said);
    }
    Ok(after)
}

/// The desk is of the rank that decides, and decides on nothing that it asked for itself.
fn may_decide(attempt: &Attempt<'_>, referral: &Referral, row: &ActRow) -> Result<(), Reason> {
    if !row
        .who
        .iter()
        .any(|who| who.is(attempt.facts, attempt.motion))
    {
        return Err(Reason::new(
            "rank_too_low",
            "此项申请不由您审批，请转有权限的岗位。",
        ));
    }
    if referral.by.user == attempt.motion.by.user {
        return Err(Reason::new(
            "own_request",
            "不能审批本人提出的申请，请由他人审批。",
        ));
    }
    Ok(())
}

/// What was asked for, with what only the desk can say of it.
fn as_decided(ask: &Ask, decision: &Decide, now: Timestamp) -> Ask {
    match ask {
        Ask::Effect(effect) => Ask::Effect(TakeEffect {
            seal_no: decision.seal_no.clone(),
            effective_on: decision.effective_on.or_else(|| Some(day_of(now))),
            ..effect.clone()
        }),
        other => other.clone(),
    }
}

fn deny(attempt: &Attempt<'_>, event: Event, request: EntryId, why: &str) -> Result<Facts, Reason> {
    reason(why)?;
    let mut after = attempt.facts.clone();
    after.round.referred.remove(&request);
    let zh = format!("未获批准：{}", why.trim());
    let decision = Decision::Refused(Reason::new("denied", zh));
    let at = attempt.context.now;
    after.rulings.insert(request, Ruling { decision, at });
    let mut denied = line(attempt, &after, event);
    denied.zh = format!("{}未获批准", event.zh());
    after.trail.push(denied);
    Ok(after)
}
