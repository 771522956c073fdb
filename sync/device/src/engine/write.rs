//! Writing: document, unsent change and intent go into the store in one commit.

use super::{
    Engine, EngineError,
    card::Card,
    history, read,
    row::{self, Held, Intent, Outgoing, OutgoingHead},
};
use crate::{
    entropy::draw,
    seal::Change,
    store::{Store, Table},
};
use hejie_case::{
    catalogue::Catalogue,
    document::{CaseDoc, Origin, Written},
    edit::{Edit, NewEntry},
    ids::{CaseId, ChangeHash, EntryId},
    record::{Ask, Request},
    view::Meta,
};
use jiff::Timestamp;

/// Proof that a piece of work is durable on this phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The case.
    pub case: CaseId,
    /// The change.
    pub change: ChangeHash,
}

impl<S: Store> Engine<S> {
    /// Begins a case on this phone (E01 as a draft); the server registers it at the next exchange.
    ///
    /// # Errors
    /// [`EngineError`] when the phone is not enrolled or the store fails.
    pub fn create_case(&mut self, origin: Origin, now: Timestamp) -> Result<Receipt, EngineError> {
        let owner = self.owner()?;
        let case = CaseId::new(now, draw(self.store.entropy())?);
        let meta = Meta {
            schema: 1,
            case_id: case,
            created_by_device: Some(owner.device),
            created_at: now,
            catalogue_version: Catalogue::current().version,
        };
        let (doc, written) = CaseDoc::create(owner.actor, &meta, &origin, now)?;
        let intent = Intent::Begin { meta, origin };
        self.keep_written(Held::new(case), doc, vec![(written, intent)], now)
    }

    /// Writes one edit.
    ///
    /// # Errors
    /// [`EngineError`] when the edit does not fit the document or the store fails; nothing is kept then.
    pub fn edit(
        &mut self,
        case: CaseId,
        edit: Edit,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        self.edit_all(case, vec![edit], now)
    }

    /// Writes several edits that belong together: all of them or none.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn edit_all(
        &mut self,
        case: CaseId,
        edits: Vec<Edit>,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        self.edit_with(case, edits, Vec::new(), now)
    }

    /// Writes edits together with rows that belong to them.
    pub(super) fn edit_with(
        &mut self,
        case: CaseId,
        edits: Vec<Edit>,
        rows: Vec<Change>,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let (held, doc, written) = self.written(case, edits, now)?;
        self.keep_with(held, doc, written, rows, now)
    }

    /// Adds an entry under a fresh id.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn add(
        &mut self,
        case: CaseId,
        entry: NewEntry,
        now: Timestamp,
    ) -> Result<EntryId, EngineError> {
        let id = self.new_entry_id(now)?;
        self.edit(case, Edit::Add { id, entry }, now)?;
        Ok(id)
    }

    /// Asks the server to rule, on the facts that this phone knows.
    ///
    /// # Errors
    /// As [`Self::edit`].
    pub fn ask(&mut self, case: CaseId, ask: Ask, now: Timestamp) -> Result<EntryId, EngineError> {
        let entry = self.request(case, ask, now)?;
        self.add(case, entry, now)
    }

    /// The entry that asks the server to rule.
    ///
    /// # Errors
    /// [`EngineError::UnknownCase`].
    pub fn request(&self, case: CaseId, ask: Ask, now: Timestamp) -> Result<NewEntry, EngineError> {
        let base_version = self.held(case)?.facts_version;
        Ok(NewEntry::Request(Request {
            ask,
            base_version,
            at: now,
            anchor: self.anchor(now),
        }))
    }

    /// Makes an id for a new entry.
    ///
    /// # Errors
    /// [`EngineError::Entropy`].
    pub fn new_entry_id(&mut self, now: Timestamp) -> Result<EntryId, EngineError> {
        Ok(EntryId::new(now, draw(self.store.entropy())?))
    }

    /// Writes a refused piece of work once more, on the document as it is now.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or as [`Self::edit`]; the refusal stays then.
    pub fn retry(
        &mut self,
        case: CaseId,
        number: u64,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let refusal = self.refusal(case, number)?;
        let Intent::Edit { edit } = refusal.intent else {
            return Err(EngineError::UnknownRefusal);
        };
        let (mut held, doc, written) = self.written(case, vec![edit], now)?;
        held.refused = held.refused.saturating_sub(1);
        let gone = Change::Delete(row::of_case(Table::Refusal, case, number));
        self.keep_with(held, doc, written, vec![gone], now)
    }

    /// Takes a refused piece of work off the list, after its author has seen it.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or when the store fails.
    pub fn dismiss(&mut self, case: CaseId, number: u64) -> Result<(), EngineError> {
        self.refusal(case, number)?;
        let mut held = self.held(case)?.clone();
        held.refused = held.refused.saturating_sub(1);
        let gone = Change::Delete(row::of_case(Table::Refusal, case, number));
        self.commit(vec![gone, row::put_held(&held)?])?;
        self.keep(held);
        Ok(())
    }

    fn written(
        &mut self,
        case: CaseId,
        edits: Vec<Edit>,
        now: Timestamp,
    ) -> Result<Work, EngineError> {
        let owner = self.owner()?;
        let held = self.held(case)?.clone();
        if let Some(reason) = held.gone {
            return Err(EngineError::Left(reason));
        }
        let mut doc = self.document(&held)?;
        let mut written = Vec::with_capacity(edits.len());
        for edit in edits {
            written.push((doc.edit(owner.actor, now, &edit)?, Intent::Edit { edit }));
        }
        Ok((held, doc, written))
    }

    fn keep_written(
        &mut self,
        held: Held,
        doc: CaseDoc,
        written: Vec<(Written, Intent)>,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        self.keep_with(held, doc, written, Vec::new(), now)
    }

    fn keep_with(
        &mut self,
        mut held: Held,
        mut doc: CaseDoc,
        written: Vec<(Written, Intent)>,
        mut changes: Vec<Change>,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let case = held.case;
        let mut fresh = Vec::with_capacity(written.len());
        let mut receipt = Receipt {
            case,
            change: ChangeHash([0; 32]),
        };
        for (Written { hash, bytes }, intent) in written {
            history::admit(&bytes)?;
            let outgoing = Outgoing {
                number: held.next,
                head: OutgoingHead {
                    hash,
                    at: now,
                    intent,
                },
                bytes,
            };
            changes.push(row::put_outgoing(case, &outgoing)?);
            fresh.push(outgoing);
            held.next += 1;
            held.waiting += 1;
            receipt.change = hash;
        }
        let facts = read::facts(&self.store, case)?;
        held.card = Card::of(&doc.view()?, facts.as_ref(), self.enrolment.as_ref(), now);
        changes.push(Change::Put(
            row::of_case(Table::Document, case, 0),
            doc.save(),
        ));
        changes.push(row::put_held(&held)?);
        self.commit(changes)?;
        self.keep(held);
        self.announce(case, &fresh);
        Ok(receipt)
    }
}

/// A case with edits written into its document, not kept yet.
type Work = (Held, CaseDoc, Vec<(Written, Intent)>);
