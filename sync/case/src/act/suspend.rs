//! E15 中止: for a stated ground; the legal and the feedback clock stand still and keep their time,
//! the legal one of a medical or labour dispute only for an appraisal (LW16).

use super::prelude::*;
use crate::{deadline, record::SuspensionGround};

/// The mediation rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspend {
    /// The ground, which the law or the county's rules name.
    pub ground: SuspensionGround,
}

impl Transition for Suspend {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Suspend,
        from: In(&[Mediating]),
        to: OneOf(&[Suspended]),
        who: &[Lead, By(JudicialOffice)],
        asks: &[],
        clocks: &[],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let (ground, since) = (self.ground, attempt.context.now);
        facts.stage = Stage::Suspended { ground, since };
        deadline::pause(facts, ground, attempt.context.policy, since);
        deadline::start(
            facts,
            DeadlineKind::Suspension,
            attempt.context.policy,
            since,
        );
    }
}
