//! E01 登记: a case is registered.

use super::prelude::*;

/// How a case begins. It comes about by the opening of the case itself
/// ([`crate::reconcile::open`]): no motion asks for it.
#[derive(Debug)]
pub enum Register {}

impl Transition for Register {
    const ROW: &'static ActRow = &ActRow {
        event: Event::Register,
        from: New,
        to: OneOf(&[Registered]),
        who: &[Rule],
        asks: &[],
        clocks: &[Begin(DeadlineKind::Dispatch)],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, _: &Attempt<'_>, _: &mut Facts) {
        match *self {}
    }
}
