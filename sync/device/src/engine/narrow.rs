//! A phone whose person may hold the work alone from now on: what is confidential leaves it
//! (docs/adr/0026).
//!
//! What of that waits is refused, and kept as the change that it is: in that stand the words of its
//! author alone, and not those of others among which they were written. What waits of the work is
//! written again without a word of the other part.

use super::{
    Engine, EngineError, history,
    keep::{rows_of, viewed},
    merge::MergeOutcome,
    read,
    rebuild::{RebuildBase, rebuild},
    row::{self, CaseRow, Intent, Outgoing, RefusedRow, Relay},
};
use crate::{
    encryption::RowChange,
    store::{Store, Table},
};
use hejie_case::{
    document::CaseDoc,
    ids::{CaseId, ChangeHash},
    part::{CasePart, Extent},
    reason::Reason,
};
use hejie_wire::chunk::{Admitted, admit};
use jiff::Timestamp;

impl<S: Store> Engine<S> {
    /// Follows what the answer says of how much of a case the phone's person holds.
    pub(super) fn follow_extent(
        &mut self,
        case: CaseId,
        told: Extent,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let Some(held) = self.held.get(&case) else {
            return Ok(());
        };
        // What is proved or fetched again is looked at when that is done.
        if held.extent == told || held.prove || held.damaged {
            return Ok(());
        }
        if told < held.extent {
            return self.narrow(case, now);
        }
        // It names the work alone, and would seem to be of another state of the registry.
        let name = row::of_case(Table::Attestation, case, 0);
        self.commit(vec![RowChange::Delete(name)])
    }

    /// Takes the confidential part of a case off the phone.
    fn narrow(&mut self, case: CaseId, now: Timestamp) -> Result<(), EngineError> {
        let before = row::read_outgoing(&self.store, case)?;
        let held = CaseRow {
            extent: Extent::Work,
            ..self.held(case)?.clone()
        };
        // What is damaged is fetched again whole, and whole is no more than the work.
        let doc = match read::document(&self.store, case) {
            Err(error) if error.is_damage() => return Ok(()),
            doc => doc?,
        };
        let facts = read::facts(&self.store, case)?;
        let (mut held, merged) = self.narrowed(held, doc, &before)?;
        let mut changes = self.refusals_narrowed(case)?;
        changes.append(&mut self.relays_narrowed(&mut held)?);
        changes.append(&mut rows_of(&mut held, &before, &merged, None)?);
        // It names what is confidential, and facts that speak of it may stand beside it.
        changes.push(RowChange::Delete(row::of_case(Table::Attestation, case, 0)));
        changes.push(self.document_row(&mut held, merged.doc, facts.as_ref(), now));
        changes.push(row::put_case_row(&held)?);
        self.commit(changes)?;
        self.keep(held);
        Ok(())
    }

    fn narrowed(
        &self,
        mut held: CaseRow,
        doc: Option<CaseDoc>,
        before: &[Outgoing],
    ) -> Result<(CaseRow, MergeOutcome), EngineError> {
        let (work, confidential): (Vec<Outgoing>, Vec<Outgoing>) =
            before.iter().cloned().partition(is_work);
        let out = before.iter().map(|one| one.head.hash).collect();
        if let Some(doc) = &doc {
            held.server_heads = work_heads(&history::all(doc)?, &held.server_heads);
        }
        let base = RebuildBase {
            case: held.case,
            actor: self.owner()?.actor,
            keeps_all: true,
            doc: doc.map(|doc| doc.within(Extent::Work)).transpose()?,
            out,
            snapshot: None,
            theirs: Vec::new(),
            had: Vec::new(),
        };
        let built = rebuild(base, work, Vec::new(), None, true)
            .map_err(|error| EngineError::Unbuildable(error.reason()))?;
        let withheld = confidential
            .into_iter()
            .map(|one| (as_change(one), withheld()));
        let merged = MergeOutcome {
            doc: viewed(built.doc)?,
            outgoing: built.outgoing,
            refused: built.refused.into_iter().chain(withheld).collect(),
            server_heads: held.server_heads.clone(),
            problem: None,
            lineage: None,
            lost_by_server: Vec::new(),
        };
        Ok((held, merged))
    }

    /// Earlier refusals of what is confidential, without the words of others.
    fn refusals_narrowed(&self, case: CaseId) -> Result<Vec<RowChange>, EngineError> {
        let mut changes = Vec::new();
        for refusal in row::read_refusals(&self.store, Some(case))? {
            let Intent::Edit {
                edit,
                mut basis,
                inside,
            } = refusal.intent.clone()
            else {
                continue;
            };
            if edit.part() == CasePart::Work {
                continue;
            }
            let base = basis.base_text.take().unwrap_or_default();
            let intent = Intent::Edit {
                edit: Box::new(edit.typed_alone(&base)),
                basis,
                inside,
            };
            changes.push(row::put_refusal(&RefusedRow { intent, ..refusal })?);
        }
        Ok(changes)
    }

    /// What others wrote and the server lost goes up all the same: nobody else may have it.
    fn relays_narrowed(&self, held: &mut CaseRow) -> Result<Vec<RowChange>, EngineError> {
        let mut changes = Vec::new();
        for relay in row::read_relays(&self.store, held.case)? {
            if held.holds(&relay) || relay.waiting().is_some() {
                continue;
            }
            held.relayed = held.relayed.saturating_sub(1);
            let name = row::of_case(Table::Relay, held.case, relay.number);
            changes.push(RowChange::Delete(name));
        }
        Ok(changes)
    }
}

impl CaseRow {
    /// Whether what is to be relayed belongs to what the phone holds of the case.
    pub(super) fn holds(&self, relay: &Relay) -> bool {
        let part = |bytes: &Vec<u8>| admit(bytes).map(|change| change.header.actor.part());
        let part = relay.bytes.as_ref().and_then(|bytes| part(bytes).ok());
        part.is_none_or(|part| self.extent.holds(part))
    }
}

/// The heads of the work within these heads.
fn work_heads(all: &[Admitted], heads: &[ChangeHash]) -> Vec<ChangeHash> {
    let beyond = history::beyond(all, heads);
    let is_work = |change: &&Admitted| {
        change.header.actor.part() == CasePart::Work && !beyond.contains(&change.hash)
    };
    let mut found = Vec::new();
    history::advance(&mut found, all.iter().filter(is_work));
    found
}

fn is_work(one: &Outgoing) -> bool {
    admit(&one.bytes).is_ok_and(|change| change.header.actor.part() == CasePart::Work)
}

/// Unsent work as the change alone.
fn as_change(mut one: Outgoing) -> Outgoing {
    one.head.intent = Intent::Bytes {
        bytes: one.bytes.clone(),
        tried: true,
    };
    one
}

/// Why what is confidential is not sent any more.
fn withheld() -> Reason {
    Reason::new(
        "part_withheld",
        "您在本案中的岗位已不能填写这部分内容，未予提交；您写下的文字留在本机，请抄录后交由承办人。",
    )
}
