//! E03 派单: offered to one person with duty, time and expected effect (四定, R090); three pushes
//! go out (R107).

use super::{candidate::somebody, joining::assign, prelude::*, resend_push::responsible};
use crate::{
    facts::{Duty, Push, PushTarget},
    limit::form,
    role::Author,
};

/// An offer to a first handler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Dispatch {
    /// To whom.
    pub target: Author,
    /// 定效: what is expected.
    pub expected: String,
}

impl Transition for Dispatch {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Dispatch,
        from: In(&[PendingDispatch]),
        to: OneOf(&[Dispatched]),
        who: &[By(Dispatcher), By(Supervisor), Rule],
        asks: &[],
        clocks: &[
            Meet(DeadlineKind::Dispatch),
            Begin(DeadlineKind::SignFor),
            Meet(DeadlineKind::SameDay),
        ],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        guard::target_can_handle(),
        guard::target_is_there(),
        guard::target_not_recused(),
        // Person, duty and time are fixed by the offer itself.
        Guard::new("写明办理要求（四定）", |act, _| {
            need(
                !form::is_blank(&act.expected),
                "expectation_missing",
                "请写明办理要求（定效）后再派单。",
            )
        }),
        guard::county_decides_after_two_returns(),
        guard::sharing::consented(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        assign(attempt, facts, &self.target, Duty::First, &self.expected);
        facts.stage = Stage::Dispatched;
        // The pushes go out with the first offer of a round.
        for target in PushTarget::ALL {
            if !facts.round.pushes.iter().any(|p| p.target == target) {
                let pushed_at = attempt.context.now;
                facts.round.pushes.push(Push {
                    target,
                    department: responsible(target, attempt),
                    pushed_at,
                    resent: Vec::new(),
                    acked_at: None,
                    failed_at: None,
                });
            }
        }
    }

    fn targets(&self) -> &[Author] {
        std::slice::from_ref(&self.target)
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            target: somebody(Mediator),
            expected: FILLED.into(),
        }]
    }
}
