//! What goes with a case when it is merged.

use crate::facts::{Deadline, Facts, Hold, Owed};
use serde::{Deserialize, Serialize};

/// What a case brings into the one under which it goes on (E30).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Brings {
    /// Its running clocks.
    pub deadlines: Vec<Deadline>,
    /// Its dangers that nobody released.
    pub holds: Vec<Hold>,
    /// The channels that wait for its result.
    pub sources: Vec<Owed>,
}

impl Brings {
    /// What a case brings that was just merged; nothing if it was not.
    #[must_use]
    pub fn of(source: &Facts) -> Self {
        let Some(merged) = &source.kin.merged else {
            return Self::default();
        };
        let own = source.source.external_no.iter().map(|external_no| Owed {
            from: source.case_id,
            channel: source.source.channel.clone(),
            external_no: external_no.clone(),
        });
        Self {
            deadlines: merged.deadlines.clone(),
            holds: merged.holds.clone(),
            sources: own.chain(source.kin.owed.iter().cloned()).collect(),
        }
    }
}
