//! E28 结案冲突: closings with two outcomes, or something their author had not seen; the supervisor
//! rules (M01, M15).

use super::prelude::*;
use std::collections::BTreeMap;

/// Something came in between the request to close and the closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DisputeClose;

impl Transition for DisputeClose {
    const ROW: &'static ActRow = &ActRow {
        event: Event::DisputeClose,
        from: In(&[PendingClose]),
        to: OneOf(&[CloseDisputed]),
        who: &[Rule],
        asks: &[],
        clocks: &[Begin(DeadlineKind::CloseRuling)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        dispute(attempt, facts);
    }
}

/// The closing that was asked for needs a ruling.
pub(super) fn dispute(attempt: &Attempt<'_>, facts: &mut Facts) {
    if let Stage::PendingClose {
        request,
        outcome,
        back,
        ..
    } = facts.stage
    {
        facts.stage = Stage::CloseDisputed {
            outcomes: BTreeMap::from([(request, outcome)]),
            since: attempt.context.now,
            back,
        };
    }
}
