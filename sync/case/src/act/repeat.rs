//! E29 重复报警: the same dispute again; within 90 days of closing its next round begins (R040).

use super::{dispute_close::dispute, prelude::*, reopen};
use crate::{
    deadline::{self, plus},
    facts::RepeatCall,
};
use jiff::ToSpan;

impl Transition for RepeatCall {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Repeat,
        from: Unfiled,
        to: OneOf(&[Registered, CloseDisputed]),
        who: &[Rule],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    // A channel may report one call twice.
    const GUARDS: Guards<Self> = &[Guard::new(
        "该警情尚未关联本案",
        |call, attempt| {
            let (source, repeats) = (&attempt.facts.source, &attempt.facts.kin.repeats);
            let first = source.channel == call.channel
                && source.external_no.as_deref() == Some(call.external_no.as_str());
            let known = repeats
                .iter()
                .any(|r| r.channel == call.channel && r.external_no == call.external_no);
            need(!first && !known, "call_known", "该警情已关联本案。")
        },
    )];

    /// The call is linked; it disputes a closing that is being asked for (M15) and reopens a case
    /// closed lately.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        heard(attempt, facts);
        let watch = i64::from(attempt.context.policy.relapse_days) * 24;
        if let Stage::Closed { at, .. } = facts.stage
            && facts.kin.merged.is_none()
            && self.received_at <= plus(at, watch.hours())
        {
            reopen::begin_round(attempt, facts);
            if let Some(ended) = facts.past.last_mut() {
                ended.followed_by_call = true;
            }
        }
        // In the round that it opens, if it opens one: with the end of that it is answered.
        facts.kin.repeats.push(self.clone());
    }
}

/// What a call does to whatever an open case is about to decide without knowing of it.
pub(super) fn heard(attempt: &Attempt<'_>, facts: &mut Facts) {
    reopen::comes_back(attempt, facts);
    // What was judged before this call says nothing of it.
    if let Some(judged) = &mut facts.round.residual {
        judged.is_current = false;
    }
    if let Stage::PendingClose { .. } = facts.stage {
        dispute(attempt, facts);
        let (policy, now) = (attempt.context.policy, attempt.context.now);
        deadline::start(facts, DeadlineKind::CloseRuling, policy, now);
    }
}
