//! E09 再次激发可能性: a middling or high risk sends the case on, with a reason (R033).

use super::prelude::*;
use crate::{limit::form, record::Residual};

/// A judgement of how likely the dispute breaks out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResidualRisk {
    /// The judgement.
    pub level: Residual,
    /// Why.
    pub why: String,
}

impl Transition for ResidualRisk {
    const ROW: &'static ActRow = &ActRow {
        event: Event::ResidualRisk,
        from: In(&[OnScene]),
        to: OneOf(&[PendingDispatch]),
        who: &[First, By(PoliceOfficer)],
        asks: &[],
        clocks: &[Begin(DeadlineKind::Dispatch)],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[Guard::new(
        "可能性为中或高，并写明理由",
        |act, _| {
            need(
                act.level > Residual::Low && !form::is_blank(&act.why),
                "residual_low",
                "再次激发可能性为中或高并说明理由时，才需要流转。",
            )
        },
    )];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.stage = Stage::PendingDispatch;
    }
}
