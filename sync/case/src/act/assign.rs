//! R019 增派: a co-handler or visitor joins.

use super::{candidate::somebody, joining::join, prelude::*};
use crate::{facts::Duty, role::Author};

/// A co-handler or visitor joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Assign {
    /// Who.
    pub target: Author,
    /// As what.
    pub duty: Duty,
}

impl Transition for Assign {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Assign,
        from: Open,
        to: Same,
        who: &[By(Dispatcher), By(GridLeader), By(Supervisor), Rule],
        asks: &[],
        clocks: &[Meet(DeadlineKind::SameDay)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        // A first handler or lead signs for the case: E03 and R027.
        Guard::new("参加协办或回访", |act, _| {
            need(
                matches!(act.duty, Duty::Co | Duty::Visit),
                "duty_is_signed_for",
                "首接和主办须由本人签收，请通过派单或移交主办办理。",
            )
        }),
        Guard::new("尚未承担此项职责", |act, attempt| {
            let mut present = attempt.facts.assignments.iter().filter(|a| a.to.is_none());
            need(
                !present.any(|a| a.duty == act.duty && a.user == act.target.user),
                "already_assigned",
                "该同志已在本案中承担此项职责。",
            )
        }),
        guard::target_is_there(),
        guard::sharing::consented(),
        guard::target_not_recused(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        join(attempt, facts, &self.target, self.duty);
    }

    fn targets(&self) -> &[Author] {
        std::slice::from_ref(&self.target)
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            target: somebody(Mediator),
            duty: Duty::Co,
        }]
    }
}
