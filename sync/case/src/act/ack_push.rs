//! E03b 推送签收: one of the three pushes is acknowledged (R107).

use super::{claim::waits_for, prelude::*};
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
        Guard::new(
            "由接收单位签收，或由分流员、督导员代为登记",
            |act, attempt| {
                need(
                    act.is_received_by(attempt),
                    "push_of_another",
                    "这项推送的接收方不是贵单位，请由接收单位签收。",
                )
            },
        ),
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
            }
        }
    }

    fn candidates(_: &CaseView, facts: &Facts) -> Vec<Self> {
        let pushes = facts.round.pushes.iter().map(|push| push.target);
        pushes.map(|target| Self { target, push: None }).collect()
    }
}

impl AckPush {
    /// Whether somebody receives the push: a leader for party and government, a department what is
    /// its matter. Which channel does is known where the channel is; a dispatcher or a supervisor
    /// notes what receivers say who have no desk.
    fn is_received_by(self, attempt: &Attempt<'_>) -> bool {
        let (facts, by) = (attempt.facts, attempt.motion.by);
        match by.role {
            Leader => self.target == PushTarget::PartyGovPlac,
            Department => {
                let office = facts.org(by.org).map_or("", |org| org.name.as_str());
                self.target == PushTarget::TerritoryDept
                    && attempt
                        .context
                        .route(&facts.situation)
                        .is_some_and(|route| waits_for(route, Department, office))
            }
            _ => true,
        }
    }

    /// Whether the push waits to be acknowledged.
    #[must_use]
    pub fn waits(&self, facts: &Facts) -> bool {
        self.meant(facts).any(|push| push.acked_at.is_none())
    }

    /// Whether the push was acknowledged.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        self.meant(facts).any(|push| push.acked_at.is_some())
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
            Some(key) => key == push.target.key(case, round),
            None => round == present,
        };
        push.target == self.target && is_named
    }
}
