//! Which evidence waits for its file.

use crate::{
    ids::{EntryId, FileHash},
    view::{CaseView, EvidenceView},
};
use std::collections::BTreeSet;

/// Evidence that counts and whose file is not among those that have arrived (M17). A hash that is
/// none is nobody's file.
#[must_use]
pub fn missing_files(view: &CaseView, files: &BTreeSet<FileHash>) -> BTreeSet<EntryId> {
    let is_missing = |evidence: &EvidenceView| {
        let hash = evidence.evidence.sha256.parse();
        evidence.withdrawn.is_none() && !hash.is_ok_and(|hash| files.contains(&hash))
    };
    let missing = view.evidence.iter();
    missing
        .filter(|(_, entry)| is_missing(&entry.value))
        .map(|(id, _)| *id)
        .collect()
}
