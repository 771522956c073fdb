//! A phone whose person may hold the work alone from now on: what is confidential leaves it
//! (docs/adr/0026).
//!
//! What of that waits is refused, and kept as the change that it is: in that stand the words of its
//! author alone, and not those of others among which they were written. What waits of the work is
//! written again without a word of the other part. Nothing that was acknowledged is lost with it:
//! a registry that was set back is shown the case before, and what nobody then has said is there
//! stays as refused.

use super::{
    Engine, EngineError, history,
    keep::{rows_of, viewed},
    merge::MergeOutcome,
    prove::is_unshown,
    read,
    rebuild::{RebuildBase, rebuild},
    row::{self, AttestedRow, CaseRow, Intent, Outgoing, RefusedRow, Relay},
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
use hejie_wire::{
    chunk::{Admitted, admit},
    message::CaseDown,
};
use jiff::Timestamp;
use std::collections::BTreeSet;

impl<S: Store> Engine<S> {
    /// Follows what the answer says of how much of a case the phone's person holds.
    pub(super) fn follow_extent(
        &mut self,
        down: &CaseDown,
        told: Extent,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let Some(held) = self.held.get(&down.case) else {
            return Ok(());
        };
        if told < held.extent {
            return self.narrow(down, now);
        }
        if told == held.extent || held.prove || held.damaged {
            return Ok(());
        }
        // It names the work alone, and would seem to be of another state of the registry.
        let name = row::of_case(Table::Attestation, down.case, 0);
        self.commit(vec![RowChange::Delete(name)])
    }

    /// Takes the confidential part of a case off the phone.
    fn narrow(&mut self, down: &CaseDown, now: Timestamp) -> Result<(), EngineError> {
        let case = down.case;
        let before = row::read_outgoing(&self.store, case)?;
        let held = CaseRow {
            extent: Extent::Work,
            ..self.held(case)?.clone()
        };
        let doc = self.as_far_as_it_reads(case)?;
        let facts = read::facts(&self.store, case)?;
        let (mut held, merged) = self.narrowed(held, doc, &before, down)?;
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

    /// The document, or what was saved of it; none of one that does not read, which is fetched
    /// again whole: of that the answer brings no more than the work.
    fn as_far_as_it_reads(&self, case: CaseId) -> Result<Option<CaseDoc>, EngineError> {
        match read::document(&self.store, case) {
            Err(error) if error.is_damage() => match read::saved(&self.store, case) {
                Err(error) if error.is_damage() => Ok(None),
                saved => saved,
            },
            doc => doc,
        }
    }

    fn narrowed(
        &self,
        mut held: CaseRow,
        doc: Option<CaseDoc>,
        before: &[Outgoing],
        down: &CaseDown,
    ) -> Result<(CaseRow, MergeOutcome), EngineError> {
        let waits = Waiting::of(before, down);
        let mut withheld: Vec<(Outgoing, Reason)> = Vec::new();
        if let Some(doc) = &doc {
            let all = history::all(doc)?;
            withheld.extend(self.unheard_of(&held, &all, before, &waits)?);
            held.server_heads = work_heads(&all, &held.server_heads);
            history::advance(&mut held.server_heads, &waits.accepted);
        }
        let confidential = waits.confidential.into_iter();
        withheld.extend(confidential.map(|one| (as_change(one), not_sent())));
        let (doc, outgoing, refused) = match doc {
            Some(doc) => {
                let base = RebuildBase {
                    case: held.case,
                    actor: self.owner()?.actor,
                    keeps_all: true,
                    doc: Some(doc.within(Extent::Work)?),
                    out: waits.work.iter().map(|one| one.head.hash).collect(),
                    snapshot: None,
                    theirs: Vec::new(),
                    had: Vec::new(),
                };
                let built = rebuild(base, waits.work, Vec::new(), None, true)
                    .map_err(|error| EngineError::Unbuildable(error.reason()))?;
                (built.doc, built.outgoing, built.refused)
            }
            // It is written on what comes.
            None => (None, waits.work, Vec::new()),
        };
        let merged = MergeOutcome {
            doc: viewed(doc)?,
            outgoing,
            refused: refused.into_iter().chain(withheld).collect(),
            server_heads: held.server_heads.clone(),
            problem: None,
            lineage: None,
            lost_by_server: Vec::new(),
        };
        Ok((held, merged))
    }

    /// Own confidential changes of which nobody has said that the registry has them since it was
    /// set back: they were acknowledged before, and no proof brought them back.
    fn unheard_of(
        &self,
        held: &CaseRow,
        all: &[Admitted],
        before: &[Outgoing],
        waits: &Waiting,
    ) -> Result<Vec<(Outgoing, Reason)>, EngineError> {
        let kept = match row::read_attested(&self.store, held.case) {
            Err(error) if error.is_damage() => None,
            kept => kept?,
        };
        let read = |kept: &AttestedRow| Some(kept.head.attestation.read().ok()?.statement.epoch);
        let Some(kept) = kept.filter(|kept| read(kept).is_some_and(|epoch| epoch < self.epoch))
        else {
            return Ok(Vec::new());
        };
        let is_unshown = held.problem.as_ref().is_some_and(is_unshown);
        let shown: &[ChangeHash] = if is_unshown { &[] } else { &kept.head.heads };
        let beyond = history::beyond(all, shown);
        let own = self.owner()?.actor;
        let is_unheard = |change: &&Admitted| {
            let (actor, hash) = (change.header.actor, change.hash);
            let waited = before.iter().any(|one| one.head.hash == hash);
            actor.phone() == own
                && actor.part() == CasePart::Confidential
                && beyond.contains(&hash)
                && !waited
                && !waits.there.contains(&hash)
        };
        let unheard = all.iter().filter(is_unheard).cloned();
        let unheard = unheard.map(|change| (as_change(Outgoing::of_bytes(change)), not_heard()));
        Ok(unheard.collect())
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

/// What waits of a case whose confidential part leaves the phone.
struct Waiting {
    /// What the server has by the answer.
    there: BTreeSet<ChangeHash>,
    /// What waited of the work and is there: it is sent no more, and keeps its name.
    accepted: Vec<Admitted>,
    work: Vec<Outgoing>,
    confidential: Vec<Outgoing>,
}

impl Waiting {
    fn of(before: &[Outgoing], down: &CaseDown) -> Self {
        let arrived = down.changes.iter().filter_map(|bytes| admit(bytes).ok());
        let arrived = arrived.map(|change| change.hash);
        let mut there: BTreeSet<ChangeHash> = arrived.chain(down.accepted.clone()).collect();
        let saved = down.snapshot.as_ref();
        if let Some(Ok(theirs)) = saved.map(|bytes| CaseDoc::load(bytes)) {
            let names = before.iter().map(|one| one.head.hash);
            there.extend(names.filter(|hash| theirs.contains(hash)));
        }
        let waits = before.iter().filter(|one| !there.contains(&one.head.hash));
        let (work, confidential) = waits.cloned().partition(is_work);
        let had = before
            .iter()
            .filter(|one| is_work(one) && there.contains(&one.head.hash));
        Self {
            accepted: had.filter_map(|one| admit(&one.bytes).ok()).collect(),
            work,
            confidential,
            there,
        }
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

/// Why what was sent once is kept by itself.
fn not_heard() -> Reason {
    Reason::new(
        "part_unconfirmed",
        "服务器恢复自较早的备份，您在本案中的岗位已不能查看这部分内容，无法确认服务器是否还有；您写下的文字留在本机，请抄录后交由承办人核对。",
    )
}

/// Why what is confidential is not sent any more.
fn not_sent() -> Reason {
    Reason::new(
        "part_withheld",
        "您在本案中的岗位已不能填写这部分内容，未予提交；您写下的文字留在本机，请抄录后交由承办人。",
    )
}
