//! E06 退回: given back with a reason; after the second return the county decides (R109).

use super::prelude::*;
use crate::facts::Duty;

/// The case goes back to the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Return {
    /// Why.
    pub reason: String,
}

impl Transition for Return {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Return,
        from: In(&[Dispatched, SignedFor]),
        to: OneOf(&[PendingDispatch]),
        who: &[Offered, First, Rule],
        asks: &[],
        clocks: &[Begin(DeadlineKind::Dispatch)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::new(guard::REASON, |act, _| {
        guard::reason(&act.reason)
    })];

    /// An offer that nobody signed for ends; a signed one lasts until another signs (R027). Only a
    /// person's return counts as one.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        for offer in facts
            .assignments
            .iter_mut()
            .filter(|a| a.duty == Duty::First && a.signed_at.is_none())
        {
            offer.to.get_or_insert(attempt.context.now);
        }
        if attempt.motion.by.role != System {
            facts.round.returns = facts.round.returns.saturating_add(1);
        }
        facts.stage = Stage::PendingDispatch;
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let reason = FILLED.into();
        vec![Self { reason }]
    }
}
