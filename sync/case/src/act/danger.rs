//! E23 险情上报: anybody reports a danger; it is told to the police, holds the case and beats everything (LW06).

use super::prelude::*;
use crate::facts::Hold;

/// A danger. The phone also shows the call to 110; this is the record of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportDanger {
    /// What was seen, without names.
    pub what: String,
}

impl Transition for ReportDanger {
    const ROW: &'static Row = &Row {
        event: Event::Danger,
        from: Any,
        to: Same,
        who: &[Anyone],
        asks: &[],
        clocks: &[Begin(DeadlineKind::PoliceAccept)],
        offline: Offline::Observation,
    };
    const GUARDS: &'static [Guard<Self>] = &[Guard::new("写明险情", |act, _| {
        need(
            !act.what.trim().is_empty(),
            "danger_not_told",
            "请简要写明险情；如有现实危险请立即拨打110。",
        )
    })];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.holds.push(Hold {
            since: attempt.motion.received_at,
            by: attempt.motion.by,
            what: self.what.clone(),
            entry: attempt.motion.entry,
            from: None,
        });
    }
}
