//! E02b 公安受理: the police sign for what was transferred or reported to them (R116).

use super::prelude::*;
use crate::facts::Subject;
use uuid::Uuid;

/// The police sign for everything that the desk was shown to wait for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoliceAccept;

/// The police sign for one order, through their channel: they may not have heard of another yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AcceptOrder {
    /// Which: the idempotency key of its message. Without one, what the police reported themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Uuid>,
}

const ROW: &ActRow = &ActRow {
    event: Event::PoliceAccept,
    from: Any,
    to: Same,
    who: &[By(PoliceDesk), By(PoliceOfficer), By(Exchange)],
    asks: &[],
    clocks: &[
        Meet(DeadlineKind::PoliceAccept),
        Meet(DeadlineKind::DangerCall),
    ],
    offline: Offline::Online,
};

/// How the printed table says that something waits for the police.
const WAITS: &str = "有待公安受理的事项";

impl Transition for PoliceAccept {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[Guard::new(WAITS, |_, attempt| {
        asked(guard::clock_runs(attempt, DeadlineKind::PoliceAccept))
    })];

    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {
        // The clocks that its row meets are all there is to it.
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self]
    }
}

impl Transition for AcceptOrder {
    const ROW: &'static ActRow = ROW;
    const GUARDS: Guards<Self> = &[
        Guard::new("写明受理的是哪一件", |act, attempt| {
            need(
                act.order.is_some() || !guard::clock_runs(attempt, DeadlineKind::PoliceAccept),
                "order_not_named",
                "请写明受理的是哪一件：在 order 中填写该件推送的编号（idempotency key）。",
            )
        }),
        Guard::new(WAITS, |act, attempt| asked(act.waits(attempt.facts))),
    ];

    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {
        // The clock of the order is all there is to it.
    }

    fn clock(&self) -> Option<Subject> {
        self.order.map(Subject::Order)
    }
}

impl AcceptOrder {
    /// Whether the order waits in this case.
    #[must_use]
    pub fn waits(&self, facts: &Facts) -> bool {
        let mut clocks = facts.deadlines.iter();
        self.order.is_some() && clocks.any(|d| d.subject == self.clock() && d.is_running())
    }

    /// Whether the order was accepted in this case.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        let mut clocks = facts.deadlines.iter();
        self.order.is_some() && clocks.any(|d| d.subject == self.clock() && d.met_at.is_some())
    }
}

fn asked(waits: bool) -> Holds {
    need(waits, "police_not_asked", "本案没有待公安机关受理的事项。")
}
