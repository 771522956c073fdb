//! The guards of the table: each looks at the scene and says yes, or why not and what to do.

mod agreement;
mod closing;
mod consent;
mod handling;

pub(super) use agreement::*;
pub(super) use closing::{
    choice_exists, conflict_open, devices_heard, feedback_given, obligation_known,
    obligations_done, outcome_was_asked, rank_may_close,
};
pub(crate) use closing::{obligation_state, promises};
pub(super) use consent::*;
pub(super) use handling::*;

use super::{Act, Docket, Motion, Refusal};
use crate::{facts::Facts, record::Ask};

/// What a guard looks at.
#[derive(Debug)]
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
