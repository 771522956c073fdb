//! The guards of the table: each looks at the scene and says yes, or why not and what to do.

mod agreement;
mod closing;
mod confirming;
mod consent;
mod course;
mod danger;
mod dispute;
mod filing;
mod handling;
mod joint;
mod kin;
mod performing;
mod supervision;

pub(super) use agreement::*;
pub(super) use closing::*;
pub(super) use confirming::*;
use consent::{agreed, present};
pub(super) use consent::{
    all_consent, consent_is_real, has_parties, none_refused, refusal_recorded, routes_told,
};
pub(super) use course::*;
pub(super) use danger::*;
pub(super) use dispute::*;
pub(super) use filing::*;
pub(super) use handling::*;
pub(super) use joint::*;
pub(super) use kin::*;
pub(super) use performing::{breach_recorded, obligation_known, obligations_done, urged_before};
pub use performing::{obligation_state, promises};
pub(super) use supervision::*;

use super::{Act, Docket, Motion, Refusal};
use crate::{facts::Facts, record::Ask};

/// What a guard looks at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// What lies before the one who rules.
    pub docket: &'a Docket<'a>,
    /// The facts as they stand.
    pub facts: &'a Facts,
    /// What is asked.
    pub motion: &'a Motion,
}

/// A condition of the table.
pub(crate) type Guard = fn(&Scene<'_>) -> Result<(), Refusal>;

impl<'a> Scene<'a> {
    /// The request of the motion, if it comes from the document.
    pub(super) fn ask(&self) -> Option<&'a Ask> {
        match &self.motion.act {
            Act::Ask(ask) => Some(ask),
            _ => None,
        }
    }
}

/// Turns a condition into a guard's answer.
pub(super) fn need(holds: bool, code: &str, zh: &str) -> Result<(), Refusal> {
    if holds {
        Ok(())
    } else {
        Err(Refusal::new(code, zh))
    }
}

/// The rule that grants nothing: a desk decides.
pub(super) fn never(_: &Scene<'_>) -> bool {
    false
}
