//! E02b 公安受理: the police sign for what was transferred or reported to them (R116).

use super::prelude::*;

/// The police sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoliceAccept;

impl Transition for PoliceAccept {
    const ROW: &'static ActRow = &ActRow {
        event: Event::PoliceAccept,
        from: Any,
        to: Same,
        who: &[By(PoliceDesk), By(PoliceOfficer), By(Exchange)],
        asks: &[],
        clocks: &[Meet(DeadlineKind::PoliceAccept)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::new("有待公安受理的事项", |_, attempt| {
        need(
            guard::clock_runs(attempt, DeadlineKind::PoliceAccept),
            "police_not_asked",
            "本案没有待公安机关受理的事项。",
        )
    })];

    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {
        // The clock that its row meets is all there is to it.
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self]
    }
}
