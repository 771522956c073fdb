//! E05 签收: the person to whom the case is offered signs, and answers from now on (R012, R027).

use super::{joining, prelude::*};

/// The signature of the person to whom the case is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignFor {
    /// The version of the assignment that the phone was shown.
    pub assignment: u32,
}

impl Transition for SignFor {
    const ROW: &'static ActRow = &ActRow {
        event: Event::SignFor,
        from: Open,
        to: OneOf(&[SignedFor]),
        who: &[Offered],
        asks: &[],
        clocks: &[
            Meet(DeadlineKind::SignFor),
            Begin(DeadlineKind::Arrive),
            Begin(DeadlineKind::FirstContact),
        ],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[Guard::new("派单未变更", |act, attempt| {
        let offered = attempt.facts.offered();
        need(
            offered.is_some_and(|offer| offer.version == act.assignment),
            "offer_superseded",
            "该派单已变更，请刷新后按最新派单签收。",
        )
    })];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        joining::sign_for(attempt, facts, self.assignment);
    }
}
