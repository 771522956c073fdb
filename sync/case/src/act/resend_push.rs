//! E03c 推送重发: a push that nobody acknowledged is sent again (R107): by a desk at any time, by the
//! server itself as often as the county says; then it has failed, and a person sees to it.

use super::prelude::*;
use crate::facts::PushTarget;

/// A push of the present round is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ResendPush {
    /// Whose push.
    pub target: PushTarget,
}

impl Transition for ResendPush {
    const ROW: &'static ActRow = &ActRow {
        event: Event::ResendPush,
        from: Open,
        to: Same,
        who: &[By(Dispatcher), By(Supervisor)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::new("该项推送尚未签收", |act, attempt| {
        let mut pushes = attempt.facts.round.pushes.iter();
        need(
            pushes.any(|push| push.target == act.target && push.waits()),
            "push_not_waiting",
            "没有待签收的这项推送。",
        )
    })];

    /// Who is responsible may have become another since.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let mut pushes = facts.round.pushes.iter_mut();
        if let Some(push) = pushes.find(|push| push.target == self.target) {
            push.department = responsible(self.target, attempt);
            push.resent.push(attempt.context.now);
            push.failed_at = None;
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let waiting = facts.round.pushes.iter().filter(|push| push.waits());
        let target = waiting.map(|push| push.target);
        target.map(|target| Self { target }).collect()
    }
}

/// Of the third push, the department that leads the matter by the routing table.
pub(super) fn responsible(target: PushTarget, attempt: &Attempt<'_>) -> Option<String> {
    let route = attempt.context.route(&attempt.facts.situation)?;
    let name = route.departments().next().map(str::to_owned);
    name.filter(|_| target == PushTarget::TerritoryDept)
}
