//! E25 终止: mediation failed, for a ground, with the routes told (LW07).

use super::{ask_close, prelude::*};
use crate::{
    record::{CloseKind, TerminationGround},
    rule::guard::consent,
};

/// The mediation came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terminate {
    /// The ground.
    pub ground: TerminationGround,
    /// The other routes were told (LW07).
    pub routes_told: bool,
}

impl Transition for Terminate {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Terminate,
        from: In(&[Mediating, JointHandling, AgreementPending, PendingClose]),
        to: OneOf(&[PendingClose, CloseDisputed]),
        who: &[Lead],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::violence::reported(),
        guard::nothing_agreed_at_the_table(),
        Guard::new(consent::ROUTES, |act, _| {
            consent::routes_told(act.routes_told)
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let feedback = "调解不成，已终止并告知当事人其他救济途径。";
        ask_close::ask(attempt, facts, CloseKind::FailedTerminated, feedback);
    }
}
