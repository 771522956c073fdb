//! Unsent work of a phone that got another actor: it is written again under that one. The server
//! may have taken some of it under the actor of before, and told nobody who is left: the phone was
//! set back, or the answer never came. So the phone hears first what the server has, and writes
//! none of that a second time (M24). Dangers alone wait for nothing.

use super::{
    Engine, EngineError,
    keep::{rows_of, viewed},
    merge::MergeOutcome,
    read,
    rebuild::{RebuildBase, rebuild},
    row::{self, CaseRow, Intent, Outgoing},
};
use crate::{encryption::RowChange, store::Store};
use hejie_case::{
    document::CaseDoc,
    ids::{Actor, CaseId},
};
use jiff::Timestamp;

impl<S: Store> Engine<S> {
    /// A case whose unsent work is written again under another actor, and the rows that this takes.
    pub(super) fn rewritten(
        &self,
        held: &CaseRow,
        actor: Actor,
        now: Timestamp,
    ) -> Result<(CaseRow, Vec<RowChange>), EngineError> {
        let mut before = row::read_outgoing(&self.store, held.case)?;
        self.mark_handed_in(&mut before);
        // A part of the outbox may be damaged; what is written anew does not need it.
        let doc = match read::document(&self.store, held.case) {
            Err(error) if error.is_damage() => self.saved_or_none(held.case)?,
            doc => doc?,
        };
        let base = RebuildBase {
            case: held.case,
            actor,
            keeps_all: false,
            doc,
            out: before.iter().map(|o| o.head.hash).collect(),
            snapshot: None,
            theirs: Vec::new(),
            had: Vec::new(),
        };
        let formerly = dangers_first(&before);
        let built = rebuild(base, formerly, Vec::new(), None, true)
            .map_err(|error| EngineError::Unbuildable(error.reason()))?;
        let merged = MergeOutcome {
            doc: viewed(built.doc)?,
            outgoing: built.outgoing,
            refused: built.refused,
            server_heads: held.server_heads.clone(),
            problem: None,
            lineage: Some(built.lineage),
            lost_by_server: Vec::new(),
        };
        let mut held = held.clone();
        let mut changes = self.refusals_carried(held.case, &merged)?;
        changes.append(&mut rows_of(&mut held, &before, &merged, None)?);
        let facts = read::facts(&self.store, held.case)?;
        changes.push(self.document_row(&mut held, merged.doc, facts.as_ref(), now));
        held.hears_first = held.waiting > 0;
        // The row looks for dangers of the actor of before.
        held.card.danger |= merged.outgoing.iter().any(Outgoing::means_danger);
        changes.push(row::put_case_row(&held)?);
        Ok((held, changes))
    }

    /// The document as it was saved; none of a damaged case where it does not load.
    fn saved_or_none(&self, case: CaseId) -> Result<Option<CaseDoc>, EngineError> {
        match read::saved(&self.store, case) {
            Err(error) if error.is_damage() && self.held(case)?.damaged => Ok(None),
            saved => saved,
        }
    }

    /// What was written again under another actor may go up: all that the server has is here.
    pub(super) fn heard_first(&mut self) -> Result<(), EngineError> {
        let waited = self.held.values().filter(|held| held.hears_first);
        let heard = waited.map(|held| CaseRow {
            hears_first: false,
            ..held.clone()
        });
        let heard: Vec<CaseRow> = heard.collect();
        if heard.is_empty() {
            return Ok(());
        }
        let rows: Result<Vec<_>, _> = heard.iter().map(row::put_case_row).collect();
        self.commit(rows?)?;
        heard.into_iter().for_each(|held| self.keep(held));
        Ok(())
    }
}

/// Unsent work in the order in which it is written under another actor: the beginning of the case,
/// then dangers, so that these can go up before all that must hear first what the server has. One
/// of which only the bytes are left stays behind what it builds on.
fn dangers_first(unsent: &[Outgoing]) -> Vec<Outgoing> {
    let rank = |one: &Outgoing| match &one.head.intent {
        Intent::Begin { .. } => 0,
        Intent::Edit { .. } if one.means_danger() => 1,
        _ => 2,
    };
    let mut unsent: Vec<Outgoing> = unsent.iter().map(Outgoing::of_former_actor).collect();
    unsent.sort_by_key(rank);
    unsent
}

/// Of a case that hears first goes up what a danger of it needs.
pub(super) fn until_heard(held: &CaseRow, unsent: &mut Vec<Outgoing>) {
    if held.hears_first {
        let last = unsent.iter().rposition(Outgoing::means_danger);
        unsent.truncate(last.map_or(0, |last| last + 1));
    }
}
