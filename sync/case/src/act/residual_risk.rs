//! E09 再次激发可能性: the judgement of every call, with a reason; a middling or high risk sends the
//! case on (R033).

use super::prelude::*;
use crate::{facts::ResidualJudgement, record::Residual};

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
    const GUARDS: Guards<Self> = &[Guard::new(guard::REASON, |act, _| guard::reason(&act.why))];

    /// A low risk leaves the case where it is: it may be settled there now.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (level, is_current) = (self.level, guard::knows_of_calls(attempt));
        facts.round.residual = Some(ResidualJudgement { level, is_current });
        if self.level > Residual::Low {
            facts.stage = Stage::PendingDispatch;
        }
    }
}
