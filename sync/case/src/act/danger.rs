//! E23 险情上报: anybody reports a danger; it is told to the police, holds the case and beats
//! everything (LW06).

use super::prelude::*;
use crate::{facts::Hold, limit::form};

/// A danger, reported on a phone or at a desk. The phone also shows the call to 110; this is the
/// record of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ReportDanger {
    /// What was seen, without names.
    pub what: String,
}

impl ReportDanger {
    /// What others read of it, also where nothing was written.
    #[must_use]
    pub fn told(&self) -> &str {
        if form::is_blank(&self.what) {
            "险情（上报人未写明内容）"
        } else {
            &self.what
        }
    }
}

impl Transition for ReportDanger {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Danger,
        from: Any,
        to: Same,
        who: &[Anyone],
        asks: &[],
        clocks: &[
            BeginEach(DeadlineKind::PoliceAccept),
            BeginEach(DeadlineKind::DangerCall),
        ],
        offline: Offline::Observation,
    };
    /// Nobody is asked for words first: a danger without any is one.
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        if attempt.motion.entry.is_none() {
            facts.endangered = Some(attempt.facts.version + 1);
        }
        facts.holds.push(Hold {
            since: attempt.motion.received_at,
            by: attempt.motion.by,
            what: self.told().into(),
            entry: attempt.motion.entry,
            from: None,
        });
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        let what = FILLED.into();
        vec![Self { what }]
    }
}
