//! Why a closing is disputed though nobody asked for another one: what its author had not seen
//! (E28).

use super::DetailContext;
use hejie_case::{facts::Stage, ids::EntryId, rule::Unseen};
use serde::Serialize;
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// What a closing passes over, because whoever asked for it had not seen it: why it is disputed.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct PassedOverView {
    /// Pieces of evidence.
    evidence: usize,
    /// Visits.
    visits: usize,
    /// Parties' refusals.
    refusals: usize,
    /// Dangers that phones reported.
    dangers: usize,
    /// A danger that a desk reported, or that came with a case which goes on under this one.
    danger: bool,
    /// The dispute was reported again, or the case reopened.
    came_back: bool,
}

impl DetailContext<'_> {
    /// Of closings that contradict each other what any of them passes over.
    pub(super) fn passed_over(&self) -> PassedOverView {
        let asked: Vec<EntryId> = match &self.facts.stage {
            Stage::PendingClose { request, .. } => vec![*request],
            Stage::CloseDisputed { outcomes, .. } => outcomes.keys().copied().collect(),
            _ => Vec::new(),
        };
        let unseen = asked
            .iter()
            .map(|id| Unseen::of(self.view, self.facts, *id));
        let mut told = PassedOverView::default();
        let mut entries = BTreeSet::new();
        for one in unseen {
            entries.extend(one.entries);
            told.danger |= one.danger;
            told.came_back |= one.came_back;
        }
        let view = self.view;
        let among =
            |is_one: &dyn Fn(&EntryId) -> bool| entries.iter().filter(|id| is_one(id)).count();
        PassedOverView {
            evidence: among(&|id| view.evidence.contains_key(id)),
            visits: among(&|id| view.visits.contains_key(id)),
            refusals: among(&|id| view.consents.contains_key(id)),
            dangers: among(&|id| view.requests.contains_key(id)),
            ..told
        }
    }
}
