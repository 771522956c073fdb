//! E30d 拆案: a part becomes a case of its own (R045).

use super::{candidate::NO_CASE, merge::ANOTHER, prelude::*};
use crate::ids::CaseId;

/// A part becomes a case of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The new case.
    pub into: CaseId,
    /// Why.
    pub why: String,
}

impl Transition for Split {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Split,
        from: Open,
        to: Same,
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new(ANOTHER, |act, attempt| {
            guard::another_case(act.into, attempt)
        }),
    ];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.kin.split_into.push(self.into);
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            into: NO_CASE,
            why: FILLED.into(),
        }]
    }
}
