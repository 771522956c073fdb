//! Briefs of cases to which this person is on the way (R139): they come beside the case, are kept
//! for when there is no line, and go with it.

use super::{Engine, EngineError, row};
use crate::store::Store;
use hejie_case::{brief::CaseBrief, ids::CaseId};
use hejie_wire::message::Down;
use std::collections::BTreeMap;

/// Every brief that the phone keeps: few and short.
pub(super) type BriefBook = BTreeMap<CaseId, CaseBrief>;

impl<S: Store> Engine<S> {
    /// What the server told of a case before arrival; none where it told nothing. Needs no line.
    #[must_use]
    pub fn brief(&self, case: CaseId) -> Option<&CaseBrief> {
        self.briefs.get(&case)
    }

    /// Keeps the briefs of an answer, and lets go of those of cases that left the phone. One that
    /// speaks of things that this version does not know is none.
    pub(super) fn take_briefs(&mut self, down: &Down) -> Result<(), EngineError> {
        let told = down.cases.iter().filter_map(|case| {
            let bytes = case.brief.as_ref()?;
            let brief: CaseBrief = serde_json::from_slice(bytes).ok()?;
            Some((case.case, brief))
        });
        let mut book = self.briefs.clone();
        book.extend(told);
        book.retain(|case, _| self.held.get(case).is_some_and(|held| held.gone.is_none()));
        if book != self.briefs {
            self.commit(vec![row::put(row::BRIEFS, &book)?])?;
            self.briefs = book;
        }
        Ok(())
    }
}
