//! The file of a dispute, made on the phone from what it holds (R047).

use super::{CaseFile, Engine, EngineError};
use crate::store::Store;
use hejie_case::{dossier::DossierCatalogue, facts::Facts, ids::CaseId, policy::Policy};
use jiff::Timestamp;

impl<S: Store> Engine<S> {
    /// The catalogue of the file of a case, with what is missing; none while the server has not
    /// registered the case. Needs no line.
    ///
    /// # Errors
    /// As [`Self::case`].
    pub fn dossier(
        &self,
        case: CaseId,
        now: Timestamp,
    ) -> Result<Option<DossierCatalogue>, EngineError> {
        let CaseFile { view, facts, .. } = self.case(case, now)?;
        let of = |facts: Facts| DossierCatalogue::of(&view, &facts, &Policy::default(), now);
        Ok(facts.map(of))
    }
}
