//! E03b 推送签收: one of the three pushes is acknowledged (R107).

use super::prelude::*;
use crate::facts::PushTarget;

/// The acknowledgement of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AckPush {
    /// Which push.
    pub target: PushTarget,
}

impl Transition for AckPush {
    const ROW: &'static ActRow = &ActRow {
        event: Event::AckPush,
        from: Any,
        to: Same,
        who: &[
            By(Dispatcher),
            By(Leader),
            By(Department),
            By(Supervisor),
            By(Exchange),
        ],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::new("该项推送尚未签收", |act, attempt| {
        let mut pushes = attempt.facts.round.pushes.iter();
        need(
            pushes.any(|p| p.target == act.target && p.acked_at.is_none()),
            "push_not_waiting",
            "没有待签收的这项推送。",
        )
    })];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        for push in facts
            .round
            .pushes
            .iter_mut()
            .filter(|p| p.target == self.target)
        {
            push.acked_at.get_or_insert(attempt.context.now);
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let pushes = facts.round.pushes.iter().map(|push| push.target);
        pushes.map(|target| Self { target }).collect()
    }
}
