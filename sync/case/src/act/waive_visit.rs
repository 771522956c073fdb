//! E21b 免访: a due visit is waived, with a reason.

use super::prelude::*;
use crate::facts::{Subject, Waiver};

/// A visit that is due need not be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaiveVisit {
    /// Its number.
    pub n: u8,
    /// Why.
    pub why: String,
}

impl Transition for WaiveVisit {
    const ROW: &'static ActRow = &ActRow {
        event: Event::WaiveVisit,
        from: Unfiled,
        to: Same,
        who: &[By(Supervisor), By(JudicialOffice)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("该次回访待办", |act, attempt| {
            need(
                guard::visit_runs(attempt.facts, act.n),
                "visit_not_due",
                "没有这次待办的回访，请刷新后查看。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let waiver = Waiver {
            by: Some(attempt.motion.by.user),
            at: attempt.context.now,
            why: self.why.clone(),
        };
        let subject = Some(Subject::Visit(self.n));
        let clocks = facts.deadlines.iter_mut();
        for clock in clocks.filter(|d| d.subject == subject && d.is_running()) {
            clock.waived = Some(waiver.clone());
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let visits = facts
            .deadlines
            .iter()
            .filter_map(|clock| match (clock.kind, clock.subject) {
                (DeadlineKind::FollowUp, Some(Subject::Visit(n))) => Some(n),
                _ => None,
            });
        let why = || FILLED.into();
        visits.map(|n| Self { n, why: why() }).collect()
    }
}
