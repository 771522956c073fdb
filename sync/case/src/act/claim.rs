//! E04 工作认领: taken from the pool by whoever the routing table allows; the server says who was
//! first (R018).

use super::{
    joining::{assign, sign_for},
    prelude::*,
};
use crate::{catalogue::Catalogue, facts::Duty};

/// A claim of the case for its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim;

impl Transition for Claim {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Claim,
        from: In(&[PendingDispatch]),
        to: OneOf(&[SignedFor]),
        who: &[By(Department), By(Mediator), By(PoliceOfficer)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::Dispatch), Begin(DeadlineKind::Arrive)],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::not_held(),
        guard::author_not_recused(),
        Guard::new("在本单位认领范围内", |_, attempt| {
            need(
                is_listed(attempt),
                "not_on_your_list",
                "该纠纷不在贵单位认领范围内，请由矛调中心分流。",
            )
        }),
        guard::county_decides_after_two_returns(),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let by = attempt.motion.by;
        let version = assign(attempt, facts, &by, Duty::First, "");
        sign_for(attempt, facts, version);
    }
}

/// A department claims what the routing table gives it; mediators and officers claim whatever
/// waits.
fn is_listed(attempt: &Attempt<'_>) -> bool {
    let by = attempt.motion.by;
    let org = attempt.facts.org(by.org);
    let situation = Catalogue::current().lookup(&attempt.facts.situation);
    let departments = situation.map(|s| s.default_department.as_str());
    match (by.role, org, departments) {
        (Department, Some(org), Some(departments)) => departments
            .split('/')
            .any(|name| org.name.contains(name.trim())),
        _ => true,
    }
}
