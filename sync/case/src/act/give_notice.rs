//! E10 告知: rights and rules are read out or shown (LW01).

use super::prelude::*;

/// The notice of rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GiveNotice {
    /// The version of the text that was shown or read aloud.
    pub text_version: String,
}

impl Transition for GiveNotice {
    const ROW: &'static ActRow = &ActRow {
        event: Event::GiveNotice,
        from: In(&[SignedFor, OnScene]),
        to: OneOf(&[PendingAcceptance]),
        who: &[First],
        asks: &[],
        clocks: &[Meet(DeadlineKind::FirstContact)],
        offline: Offline::Observation,
    };
    const GUARDS: Guards<Self> = &[];

    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.stage = Stage::PendingAcceptance;
    }
}
