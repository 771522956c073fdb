//! Keeping what an answer says of one case: document, facts, outbox and refusals in one commit.

use super::{
    Engine, EngineError,
    alarm::was_told,
    attest::AnsweredCase,
    card::Card,
    merge::{LocalCase, MergeOutcome, merge},
    phantom::may_give,
    read,
    row::{self, CaseRow, Intent, Outgoing, RefusedRow},
    verdict::says,
};
use crate::{
    encryption::RowChange,
    store::{Store, Table},
};
use hejie_case::{
    document::CaseDoc,
    facts::Facts,
    ids::{CaseId, ChangeHash},
    part::Extent,
    view::CaseView,
};
use hejie_wire::{
    attest::Statement,
    code,
    message::{CaseDown, Up},
};
use jiff::Timestamp;
use serde_bytes::ByteBuf;

impl<S: Store> Engine<S> {
    /// Keeps what the answer says of one case. Tells whether more of it may go up at once: nothing
    /// of what the request held of it waits any more, or what waits was written anew.
    pub(super) fn take_case(
        &mut self,
        down: &CaseDown,
        request: &Up,
        now: Timestamp,
    ) -> Result<bool, EngineError> {
        let actor = self.owner()?.actor;
        let known = self.held.get(&down.case).cloned();
        let is_new = known.is_none();
        if is_new && !may_give(down) {
            return Ok(false);
        }
        let was_damaged = known.is_some_and(|held| held.damaged);
        if was_damaged && down.snapshot.is_none() {
            // Only the whole case mends it; the repair at the end of this exchange brings it.
            return Ok(false);
        }
        let mut held = self.followed(down, now)?;
        let before = row::read_outgoing(&self.store, down.case)?;
        let saved = self.readable_document(down)?;
        let keeps_all = held.prove;
        let read = || LocalCase {
            case: down.case,
            actor,
            keeps_all,
            doc: saved.clone(),
            outgoing: before.clone(),
            server_heads: held.server_heads.clone(),
            sent: sent_of(request, down.case),
        };
        let Some(merged) = self.merged(&held, read, down)? else {
            return Ok(false);
        };
        let brings = !down.changes.is_empty() || down.snapshot.is_some();
        held.acknowledged |= brings || down.facts.is_some() || !down.accepted.is_empty();
        if brings && merged.problem.is_none() {
            held.gone = None;
            held.receipt = None;
        }
        let sent = sent_of(request, down.case);
        let goes_on = goes_on(&before, &merged.outgoing, down, &sent);
        let is_mended = was_damaged && merged.problem.is_none();
        let standing = AnsweredCase {
            doc: None,
            down,
            asked: request.attest.contains(&down.case),
        };
        self.keep_merged(held, &before, merged, &standing, now)?;
        if says(down, code::NUMBER_USED) {
            self.tell_set_back()?;
        }
        if is_mended {
            self.mend(down.case, now)?;
        }
        Ok(goes_on || is_mended)
    }

    /// The case as far as its person holds it by this answer, and whether it is proved first: until
    /// then nothing leaves the phone.
    fn followed(&mut self, down: &CaseDown, now: Timestamp) -> Result<CaseRow, EngineError> {
        let known = self.held.get(&down.case).cloned();
        let held = known.unwrap_or_else(|| self.begun_anew(down.case));
        let told = told_extent(down).unwrap_or(held.extent);
        let narrows = told < held.extent;
        let saved = self.readable_document(down)?;
        let prove = self.must_prove(&held, saved.as_ref(), down, narrows)?;
        if prove && narrows {
            return Ok(CaseRow { prove, ..held });
        }
        self.follow_extent(down, told, now)?;
        let known = self.held.get(&down.case).cloned();
        Ok(CaseRow {
            prove,
            extent: told,
            ..known.unwrap_or(held)
        })
    }

    /// The case with what the answer says of it; none where that does not count here, or cannot be
    /// merged, which the case then says.
    fn merged<'a>(
        &mut self,
        held: &CaseRow,
        read: impl Fn() -> LocalCase<'a>,
        down: &CaseDown,
    ) -> Result<Option<MergeOutcome>, EngineError> {
        let is_new = !self.held.contains_key(&down.case);
        match merge(read, down) {
            // Of a case that is not here only what gives it counts.
            Ok(merged) if is_new && !merged.gives(down) => Ok(None),
            Err(_) if is_new && down.snapshot.is_none() => Ok(None),
            Ok(merged) => Ok(Some(merged)),
            Err(unusable) => {
                let held = CaseRow {
                    problem: Some(unusable.reason()),
                    ..held.clone()
                };
                self.commit(vec![row::put_case_row(&held)?])?;
                self.keep(held);
                Ok(None)
            }
        }
    }

    /// The document of a case, as far as it loads.
    fn readable_document(&self, down: &CaseDown) -> Result<Option<CaseDoc>, EngineError> {
        match read::document(&self.store, down.case) {
            // It is built anew from what the server has, and from what was saved of it: an edit may
            // stand there alone.
            Err(EngineError::Document(_)) if down.snapshot.is_some() => {
                match read::saved(&self.store, down.case) {
                    Err(EngineError::Document(_)) => Ok(None),
                    saved => saved,
                }
            }
            Err(EngineError::Document(_)) => Ok(None),
            document => document,
        }
    }

    fn keep_merged(
        &mut self,
        mut held: CaseRow,
        before: &[Outgoing],
        merged: MergeOutcome,
        standing: &AnsweredCase<'_>,
        now: Timestamp,
    ) -> Result<(), EngineError> {
        let (case, news) = (held.case, standing.down.facts.as_deref());
        let mut changes = Vec::new();
        held.server_heads = merged.server_heads.clone();
        held.problem = merged.problem.clone();
        if let (None, None, Some((_, reason))) = (&merged.doc, &held.gone, merged.refused.first()) {
            held.gone = Some(reason.clone());
        }
        if let Some(bytes) = news.filter(|_| held.gone.is_none()) {
            held.facts_version = row::version_of(bytes).unwrap_or(held.facts_version);
            held.facts_hash = Some(Statement::hash_of(bytes));
            changes.push(RowChange::Put(
                row::of_case(Table::Facts, case, 0),
                bytes.clone(),
            ));
        }
        let facts = match news {
            Some(bytes) => serde_json::from_slice(bytes).ok(),
            None => read::facts(&self.store, case)?,
        };
        changes.append(&mut self.refusals_carried(case, &merged)?);
        changes.append(&mut self.attested(
            &mut held,
            &AnsweredCase {
                doc: merged.doc.as_ref().map(|(doc, _)| doc),
                ..*standing
            },
        )?);
        changes.append(&mut rows_of(
            &mut held,
            before,
            &merged,
            Some(standing.down),
        )?);
        changes.append(&mut self.to_relay(&mut held, &merged.lost_by_server)?);
        changes.push(self.document_row(&mut held, merged.doc, facts.as_ref(), now));
        changes.push(row::put_case_row(&held)?);
        self.commit(changes)?;
        self.keep(held);
        Ok(())
    }

    /// Earlier refusals, with what their authors had seen as it stands in the document that was
    /// built anew.
    pub(super) fn refusals_carried(
        &self,
        case: CaseId,
        merged: &MergeOutcome,
    ) -> Result<Vec<RowChange>, EngineError> {
        let (Some(lineage), Some((doc, _))) = (&merged.lineage, &merged.doc) else {
            return Ok(Vec::new());
        };
        let mut changes = Vec::new();
        for before in row::read_refusals(&self.store, Some(case))? {
            let intent = lineage.carried(doc, &before.intent);
            if intent != before.intent {
                changes.push(row::put_refusal(&RefusedRow { intent, ..before })?);
            }
        }
        Ok(changes)
    }

    /// A case that left keeps its document only while work of it waits.
    pub(super) fn document_row(
        &self,
        held: &mut CaseRow,
        doc: Option<(CaseDoc, CaseView)>,
        facts: Option<&Facts>,
        now: Timestamp,
    ) -> RowChange {
        let name = row::of_case(Table::Document, held.case, 0);
        held.tail_from = None;
        match doc.filter(|_| held.gone.is_none() || held.waiting > 0) {
            Some((mut doc, mut view)) => {
                view.extent = held.extent;
                if held.gone.is_none() {
                    held.card = Card::of(&view, facts, self.enrolment(), now);
                }
                RowChange::Put(name, doc.save())
            }
            None => RowChange::Delete(name),
        }
    }
}

/// How much of the case the phone's person holds, where the answer says so.
fn told_extent(down: &CaseDown) -> Option<Extent> {
    let says = down.facts.is_some() || down.snapshot.is_some();
    match down.work_alone {
        true => Some(Extent::Work),
        false => says.then_some(Extent::Whole),
    }
}

/// The rows of the outbox and of the refusals after a merge with an answer, if it was one. Numbers
/// keep the order in which changes must be sent.
pub(super) fn rows_of(
    held: &mut CaseRow,
    before: &[Outgoing],
    merged: &MergeOutcome,
    down: Option<&CaseDown>,
) -> Result<Vec<RowChange>, EngineError> {
    let case = held.case;
    let stay: Vec<&Outgoing> = before
        .iter()
        .filter(|o| merged.outgoing.contains(o))
        .collect();
    let as_they_were = stay.len() == merged.outgoing.len()
        && stay.iter().zip(&merged.outgoing).all(|(a, b)| *a == b);
    let mut changes = Vec::new();
    for old in before
        .iter()
        .filter(|old| !as_they_were || !merged.outgoing.contains(old))
    {
        changes.push(RowChange::Delete(row::of_case(
            Table::Outgoing,
            case,
            old.number,
        )));
    }
    if !as_they_were {
        for one in &merged.outgoing {
            changes.push(row::put_outgoing(
                case,
                &Outgoing {
                    number: take_number(held),
                    ..one.clone()
                },
            )?);
        }
    }
    for (one, reason) in &merged.refused {
        let (at, intent) = (one.head.at, kept_intent(one));
        changes.push(row::put_refusal(&RefusedRow {
            case,
            number: take_number(held),
            reason: reason.clone(),
            at,
            intent,
            told: down.is_some_and(|down| was_told(down, one, reason)),
        })?);
        held.refused += 1;
    }
    held.waiting = u32::try_from(merged.outgoing.len()).unwrap_or(u32::MAX);
    Ok(changes)
}

/// A document with what it says.
pub(super) fn viewed(doc: Option<CaseDoc>) -> Result<Option<(CaseDoc, CaseView)>, EngineError> {
    let read = doc.map(|doc| doc.view().map(|view| (doc, view)));
    Ok(read.transpose()?)
}

/// A change without an intent keeps its content as bytes.
fn kept_intent(one: &Outgoing) -> Intent {
    match &one.head.intent {
        Intent::Again => Intent::Bytes {
            bytes: one.bytes.clone(),
            tried: false,
        },
        intent => intent.clone(),
    }
}

fn take_number(held: &mut CaseRow) -> u64 {
    held.next += 1;
    held.next - 1
}

fn sent_of(request: &Up, case: CaseId) -> Vec<&ByteBuf> {
    let up = request.cases.iter().filter(|up| up.case == case);
    up.flat_map(|up| &up.changes).collect()
}

/// Whether more of a case may go up at once, of which this waited before the answer and after it:
/// nothing that was sent waits any more, or what waits was written anew.
fn goes_on(before: &[Outgoing], after: &[Outgoing], down: &CaseDown, sent: &[&ByteBuf]) -> bool {
    let names =
        |all: &[Outgoing]| -> Vec<ChangeHash> { all.iter().map(|one| one.head.hash).collect() };
    let mut expected = names(before);
    expected.retain(|hash| !down.accepted.contains(hash));
    let waits = |one: &Outgoing| sent.iter().any(|bytes| bytes[..] == one.bytes);
    expected != names(after) || !after.iter().any(waits)
}
