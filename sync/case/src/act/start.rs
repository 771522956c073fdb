//! E13 开始调解 (LW08).

use super::prelude::*;

/// The mediation begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start;

impl Transition for Start {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Start,
        from: In(&[Accepted]),
        to: OneOf(&[Mediating]),
        who: &[Lead],
        asks: &[],
        clocks: &[Meet(DeadlineKind::FirstSession)],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[guard::not_held(), guard::consent::none_refused()];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.stage = Stage::Mediating;
    }
}
