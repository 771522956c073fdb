//! The versions of a disagreement whole: the facts bring of long texts only the passages that
//! differ, and the document has the rest.

use super::{
    Engine, EngineError,
    read::{document, facts},
};
use crate::store::Store;
use hejie_case::{
    conflict,
    ids::{CaseId, ConflictId},
};

impl<S: Store> Engine<S> {
    /// Reads the versions of a disagreement whole, in the order of its variants. A version that has
    /// not arrived on this phone stays the excerpt.
    ///
    /// # Errors
    /// [`EngineError::UnknownCase`] when there is no such case or disagreement here, or when the
    /// document does not read.
    pub fn conflict_versions(
        &self,
        case: CaseId,
        id: ConflictId,
    ) -> Result<Vec<String>, EngineError> {
        let facts = facts(&self.store, case)?.ok_or(EngineError::UnknownCase)?;
        let known = facts.conflicts.get(&id);
        let known = known.ok_or(EngineError::UnknownCase)?;
        let doc = document(&self.store, case)?.ok_or(EngineError::UnknownCase)?;
        Ok(conflict::versions(&doc, &known.conflict))
    }
}
