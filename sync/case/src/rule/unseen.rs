//! What whoever asked for something had not seen when asking. Rules ask for it here: what lies in
//! the document when a request is heard says nothing of it, since a request may come late, and may
//! have been written again on more (docs/adr/0011).

use super::RuleContext;
use crate::{facts::Facts, ids::EntryId, view::CaseView};
use std::collections::BTreeSet;

/// What a request to close passes over, because its author had not seen it (E28, M15).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unseen {
    /// Entries of the document, withdrawn or not: evidence, visits, refusals, dangers.
    pub entries: BTreeSet<EntryId>,
    /// The dispute came back: it was reported again, or the case was reopened.
    pub came_back: bool,
    /// A danger that stands in no document of the case: a desk reported it, or it came with a case
    /// that goes on under this one.
    pub danger: bool,
}

impl Unseen {
    /// What the author of a request to close had not seen when asking.
    #[must_use]
    pub fn of(view: &CaseView, facts: &Facts, request: EntryId) -> Self {
        let entries = view.unseen.get(&request);
        let is_news = |since: Option<u64>| since.is_some_and(|v| !knew(view, facts, request, v));
        Self {
            entries: entries.cloned().unwrap_or_default(),
            came_back: is_news(facts.kin.came_back),
            danger: is_news(facts.endangered),
        }
    }

    /// Whether nothing is passed over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && !self.came_back && !self.danger
    }
}

impl RuleContext<'_> {
    /// What the author of a request to close had not seen when asking.
    #[must_use]
    pub fn unseen_by(&self, request: EntryId, facts: &Facts) -> Unseen {
        Unseen::of(self.view, facts, request)
    }
}

/// Whether the author of a request knew this version of the facts. One above the server's own is
/// one that nobody saw; of what stands in no document nothing is known, and nothing is held against
/// it.
fn knew(view: &CaseView, facts: &Facts, request: EntryId, version: u64) -> bool {
    let request = view.requests.get(&request);
    let asked_on = request.map(|entry| entry.value.base_version);
    asked_on.is_none_or(|asked_on| (version..=facts.version).contains(&asked_on))
}
