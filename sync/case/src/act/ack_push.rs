//! E03b 推送签收: one of the three pushes is acknowledged (R107).

use super::prelude::*;
use crate::{
    facts::{Push, PushTarget},
    ids::CaseId,
};
use uuid::Uuid;

/// The acknowledgement of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AckPush {
    /// Whose push.
    pub target: PushTarget,
    /// Which, by the idempotency key of its message; without one, that of the present round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push: Option<Uuid>,
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
    const GUARDS: Guards<Self> = &[
        Guard::new("由收到推送的单位自己签收", |act, attempt| {
            need(
                act.is_received_by(attempt),
                "push_of_another",
                "这项推送的接收方不是贵单位，请由接收单位签收。",
            )
        }),
        Guard::new("该项推送尚未签收", |act, attempt| {
            need(
                act.waits(attempt.facts),
                "push_not_waiting",
                "没有待签收的这项推送。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (case, present) = (facts.case_id, facts.round_no());
        for (round, no) in facts.rounds_mut().zip(1..) {
            let pushes = round.pushes.iter_mut();
            for push in pushes.filter(|push| self.is_of(push, case, (no, present))) {
                push.acked_at.get_or_insert(attempt.context.now);
                push.failed_at = None;
            }
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let pushes = facts.round.pushes.iter().map(|push| push.target);
        pushes.map(|target| Self { target, push: None }).collect()
    }
}

impl AckPush {
    /// Whether somebody receives the push: for party and government its leaders and supervisors,
    /// for the centre its dispatchers, for the department that is responsible its people. Where the
    /// routing table names no department, the centre sees to the territory. Which channel receives
    /// it is known where the channel is.
    fn is_received_by(self, attempt: &Attempt<'_>) -> bool {
        let (facts, by) = (attempt.facts, attempt.motion.by);
        let office = || facts.org(by.org).map_or("", |org| org.name.as_str());
        match (self.target, by.role) {
            (_, Exchange)
            | (PushTarget::PartyGovPlac, Leader | Supervisor)
            | (PushTarget::OneStopCentre, Dispatcher) => true,
            (PushTarget::TerritoryDept, role) => {
                self.meant(facts).any(|push| match &push.department {
                    Some(name) => role == Department && office().contains(name.as_str()),
                    None => role == Dispatcher,
                })
            }
            _ => false,
        }
    }

    /// The departments to which what may be meant went, by name: what waits, or else what was
    /// acknowledged. None for a push that went to no department.
    #[must_use]
    pub fn departments<'a>(&self, facts: &'a Facts) -> Vec<Option<&'a str>> {
        let waits = self.waits(facts);
        let meant = self.meant(facts).filter(|push| !waits || push.waits());
        meant.map(|push| push.department.as_deref()).collect()
    }

    /// Whether the push waits to be acknowledged.
    #[must_use]
    pub fn waits(&self, facts: &Facts) -> bool {
        self.meant(facts).any(Push::waits)
    }

    /// Whether the push was acknowledged.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        self.meant(facts).any(|push| !push.waits())
    }

    fn meant<'a>(&self, facts: &'a Facts) -> impl Iterator<Item = &'a Push> {
        let (act, case, present) = (*self, facts.case_id, facts.round_no());
        let rounds = facts.rounds().zip(1..);
        rounds.flat_map(move |(round, no)| {
            let pushes = round.pushes.iter();
            pushes.filter(move |push| act.is_of(push, case, (no, present)))
        })
    }

    fn is_of(&self, push: &Push, case: CaseId, (round, present): (usize, usize)) -> bool {
        let is_named = match self.push {
            Some(key) => push.is_known_by(key, case, round),
            None => round == present,
        };
        push.target == self.target && is_named
    }
}
