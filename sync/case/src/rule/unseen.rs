//! What whoever asked for something had not seen when asking. Rules ask for it here: what lies in
//! the document when a request is heard says nothing of it, since a request may come late, and may
//! have been written again on more (docs/adr/0011).

use super::RuleContext;
use crate::{facts::Facts, ids::EntryId};
use std::collections::BTreeSet;

/// What a request to close passes over, because its author had not seen it (E28, M15).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unseen {
    /// Evidence of the document, withdrawn or not.
    pub evidence: BTreeSet<EntryId>,
    /// The dispute came back: it was reported again, or the case was reopened.
    pub came_back: bool,
}

impl Unseen {
    /// Whether nothing is passed over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.evidence.is_empty() && !self.came_back
    }
}

impl RuleContext<'_> {
    /// What the author of a request to close had not seen when asking.
    #[must_use]
    pub fn unseen_by(&self, request: EntryId, facts: &Facts) -> Unseen {
        let evidence = self.view.unseen.get(&request);
        let came_back = facts.kin.came_back;
        Unseen {
            evidence: evidence.cloned().unwrap_or_default(),
            came_back: came_back.is_some_and(|version| !self.knew(request, facts, version)),
        }
    }

    /// Whether the author of a request knew this version of the facts. One above the server's own
    /// is one that nobody saw; of what stands in no document nothing is known, and nothing is held
    /// against it.
    fn knew(&self, request: EntryId, facts: &Facts, version: u64) -> bool {
        let request = self.view.requests.get(&request);
        let asked_on = request.map(|entry| entry.value.base_version);
        asked_on.is_none_or(|asked_on| (version..=facts.version).contains(&asked_on))
    }
}
