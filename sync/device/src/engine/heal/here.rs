//! A case that only this phone has, built again from what is left of it: nobody could bring it
//! back.

use crate::{
    encryption::RowChange,
    engine::{
        Engine, EngineError, Reason, history,
        keep::{rows_of, viewed},
        merge::MergeOutcome,
        read,
        rebuild::{RebuildBase, rebuild},
        row::{self, CaseRow, Outgoing},
    },
    store::Store,
};
use hejie_case::{document::CaseDoc, ids::Actor};
use hejie_wire::chunk::{Admitted, admit};
use jiff::Timestamp;
use std::collections::BTreeSet;

impl<S: Store> Engine<S> {
    /// A case that the server does not know: all that its document holds waits in the outbox, and
    /// what the outbox says beside that is put on the document, or written anew where it does not
    /// stand on it any more.
    pub(super) fn built_here(
        &self,
        mut held: CaseRow,
    ) -> Result<(CaseRow, Vec<RowChange>), EngineError> {
        let before = row::read_outgoing(&self.store, held.case)?;
        let mut doc = match read::saved(&self.store, held.case) {
            Err(error) if error.is_damage() => None,
            saved => saved?,
        };
        let left = before.iter().filter(|one| !is_put_on(doc.as_mut(), one));
        let left: Vec<Outgoing> = left.cloned().collect();
        let mut outgoing = doc
            .as_ref()
            .map_or_else(|| Ok(Vec::new()), |doc| all_of(doc, &before))?;
        let Some(actor) = self.writer_of(&before, &outgoing) else {
            let put = row::put_case_row(&held)?;
            return Ok((held, vec![put]));
        };
        let base = RebuildBase {
            case: held.case,
            actor,
            keeps_all: false,
            doc,
            out: BTreeSet::new(),
            snapshot: None,
            theirs: Vec::new(),
            had: Vec::new(),
        };
        let built = rebuild(base, left, Vec::new(), None, true)
            .map_err(|error| EngineError::Unbuildable(error.reason()))?;
        outgoing.extend(built.outgoing);
        let merged = MergeOutcome {
            doc: viewed(built.doc)?,
            outgoing,
            refused: built.refused,
            server_heads: held.server_heads.clone(),
            problem: None,
            lineage: Some(built.lineage),
            lost_by_server: Vec::new(),
        };
        let mut changes = self.refusals_carried(held.case, &merged)?;
        changes.append(&mut rows_of(&mut held, &before, &merged, None)?);
        let at = before
            .last()
            .map_or(Timestamp::UNIX_EPOCH, |one| one.head.at);
        changes.push(self.document_row(&mut held, merged.doc, None, at));
        if held.waiting == 0 {
            held.gone = Some(lost_here());
        }
        changes.push(row::put_case_row(&held)?);
        Ok((held, changes))
    }

    /// Under which actor a case is written on that only this phone has: its owner's, or, where
    /// nobody knows that any more, that of before.
    fn writer_of(&self, before: &[Outgoing], outgoing: &[Outgoing]) -> Option<Actor> {
        let mut all = before.iter().chain(outgoing);
        let own = self.enrolment().map(|owner| owner.actor);
        own.or_else(|| all.find_map(|one| Some(admit(&one.bytes).ok()?.header.actor.phone())))
    }
}

/// Whether a document holds an unsent change, which is put on it if it stands on what is there.
fn is_put_on(doc: Option<&mut CaseDoc>, one: &Outgoing) -> bool {
    doc.is_some_and(|doc| {
        doc.contains(&one.head.hash) || doc.apply(std::slice::from_ref(&one.bytes)).is_ok()
    })
}

/// All changes of a document as they wait in the outbox.
fn all_of(doc: &CaseDoc, before: &[Outgoing]) -> Result<Vec<Outgoing>, EngineError> {
    let row = |change: Admitted| {
        let known = before.iter().find(|one| one.head.hash == change.hash);
        known.cloned().unwrap_or_else(|| Outgoing::of_bytes(change))
    };
    Ok(history::all(doc)?.into_iter().map(row).collect())
}

fn lost_here() -> Reason {
    Reason::new(
        "case_lost",
        "本案仅存于本机且已损坏，能读取的内容在“未被接受”中，请抄录后重新登记。",
    )
}
