//! E14 难易调整: raising lengthens the running clock from its own start, lowering is for the first
//! day (docs/domain/rules.md#difficulty; R115).

use super::prelude::*;
use crate::{
    deadline,
    difficulty::{AdjustError, Ruler, adjust},
    facts::Difficulty,
};

/// Another difficulty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjust {
    /// The difficulty that is asked for.
    pub to: Difficulty,
    /// Why.
    pub reason: String,
}

impl Transition for Adjust {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Adjust,
        from: SinceAcceptance,
        to: Same,
        who: &[By(Supervisor)],
        asks: &[Lead],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.reason)),
        Guard::new(
            "调高，或受理当日内按规则调低",
            |act, attempt| match ruled(act, attempt) {
                Err(error) => Err(error.reason()),
                Ok(_) => Ok(()),
            },
        ),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        (facts.difficulty, facts.adjusted) = (self.to, Some(self.to));
        deadline::relength(facts, attempt.context.policy);
    }

    /// A raise within the first half of the time needs no desk: later it would only buy time.
    fn is_granted(&self, attempt: &Attempt<'_>) -> bool {
        matches!(ruled(self, attempt), Ok(Ruler::Rule))
    }
}

fn ruled(act: &Adjust, attempt: &Attempt<'_>) -> Result<Ruler, AdjustError> {
    let context = attempt.context;
    adjust(
        context.view,
        attempt.facts,
        context.policy,
        act.to,
        context.now,
    )
}
