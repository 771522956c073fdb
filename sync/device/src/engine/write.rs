//! Writing: document, unsent change and intent go into the store in one commit.

use super::{
    Engine, EngineError,
    card::Card,
    read,
    reworded::{self, RetriedChange},
    row::{self, CaseRow, Intent, Outgoing, OutgoingHead},
    tail,
};
use crate::{
    encryption::RowChange,
    entropy::draw,
    store::{Store, Table},
};
use hejie_case::{
    catalogue::Catalogue,
    document::{CaseDoc, EditError, Inside, Origin, RawChange, Replay, Work},
    edit::{Edit, NewEntry},
    facts::Facts,
    ids::{Actor, CaseId, ChangeHash, EntryId},
    limit,
    part::Extent,
    reconcile,
    record::{Ask, Request},
    rights,
    role::Role,
    view::{CaseView, Meta},
};
use hejie_wire::chunk::admit;
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
        rights::may_begin(owner.role)?;
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
        let (actor, role) = (owner.actor, owner.role);
        let held = CaseRow {
            extent: Extent::of(role),
            ..CaseRow::new(case)
        };
        let writing = Writing::beginning(actor, role, held, doc);
        self.keep_with(writing, vec![(written, intent)], Vec::new(), now)
    }

    /// Writes one edit.
    ///
    /// # Errors
    /// [`EngineError`] when the edit does not fit the document or the store fails; nothing is kept
    /// then.
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
        rows: Vec<RowChange>,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let mut writing = self.writing(case)?;
        let mut written = Vec::with_capacity(edits.len());
        for edit in edits {
            written.push(writing.write(edit, now)?);
        }
        self.keep_with(writing, written, rows, now)
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
        let at = match ask {
            // A danger is not refused for a clock that is wrong: the server's time counts beside
            // such a claim.
            Ask::Danger(_) => limit::nearest_moment(now),
            _ => now,
        };
        Ok(NewEntry::Request(Request {
            ask,
            base_version,
            at,
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

    /// Writes a refused piece of work once more, on what its author had seen when writing it first:
    /// what others wrote since stays. The beginning of a case brings the case back; the rest of its
    /// refused work can be written again then. A change of which only the bytes are left goes up as
    /// it is, and in its words when it was refused again.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], [`EngineError::NotPossible`] when bytes do not tell their
    /// words, or as [`Self::edit`]; the refusal stays then.
    pub fn retry(
        &mut self,
        case: CaseId,
        number: u64,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let refusal = self.refusal(case, number)?;
        let (mut writing, written) = match &refusal.intent {
            Intent::Begin { meta, origin } => self.begin_again(case, meta, origin, now)?,
            Intent::Bytes { bytes, tried } => {
                let note = self.new_entry_id(now)?;
                let mut writing = self.writing(case)?;
                let (doc, actor) = (&mut writing.doc, writing.actor);
                let written = match reworded::again(doc, actor, bytes, *tried, note)? {
                    RetriedChange::AsItIs(written, intent) => (written, intent),
                    RetriedChange::InWords(edit) => writing.write(edit, now)?,
                };
                (writing, written)
            }
            intent => {
                let mut writing = self.writing(case)?;
                let written = writing.write_again(intent, now)?;
                (writing, written)
            }
        };
        writing.held.refused = writing.held.refused.saturating_sub(1);
        let gone = RowChange::Delete(row::of_case(Table::Refusal, case, number));
        self.keep_with(writing, vec![written], vec![gone], now)
    }

    /// Takes a refused piece of work off the list, after its author has seen it.
    ///
    /// # Errors
    /// [`EngineError::UnknownRefusal`], or when the store fails.
    pub fn dismiss(&mut self, case: CaseId, number: u64) -> Result<(), EngineError> {
        self.refusal(case, number)?;
        let mut held = self.held(case)?.clone();
        held.refused = held.refused.saturating_sub(1);
        let gone = RowChange::Delete(row::of_case(Table::Refusal, case, number));
        self.commit(vec![gone, row::put_case_row(&held)?])?;
        self.keep(held);
        Ok(())
    }

    /// A case whose beginning was refused, begun once more under the same id; nothing of it was
    /// acknowledged, or the refusal would not be its beginning's.
    fn begin_again(
        &mut self,
        case: CaseId,
        meta: &Meta,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<(Writing, (RawChange, Intent)), EngineError> {
        let owner = self.owner()?;
        rights::may_begin(owner.role)?;
        let held = self.held(case)?;
        if held.acknowledged || read::saved(&self.store, case)?.is_some() {
            return Err(EditError::NothingChanged.into());
        }
        let meta = Meta {
            created_by_device: Some(owner.device),
            ..meta.clone()
        };
        let (doc, written) = CaseDoc::create(owner.actor, &meta, origin, now)?;
        let held = CaseRow {
            next: held.next,
            refused: held.refused,
            extent: Extent::of(owner.role),
            ..CaseRow::new(case)
        };
        let intent = Intent::Begin {
            meta,
            origin: origin.clone(),
        };
        let writing = Writing::beginning(owner.actor, owner.role, held, doc);
        Ok((writing, (written, intent)))
    }

    fn writing(&mut self, case: CaseId) -> Result<Writing, EngineError> {
        let owner = self.owner()?;
        let held = self.held(case)?.clone();
        if let Some(reason) = held.gone {
            return Err(EngineError::Left(reason));
        }
        let doc = self.take_document(&held)?;
        let facts = read::facts(&self.store, case)?;
        let seat = facts.as_ref().map(reconcile::members).unwrap_or_default();
        let seat = seat.iter().find(|member| member.user == owner.user);
        Ok(Writing {
            actor: owner.actor,
            role: seat.map_or(owner.role, |member| member.role),
            held,
            doc,
            facts,
        })
    }

    fn keep_with(
        &mut self,
        writing: Writing,
        written: Vec<(RawChange, Intent)>,
        mut changes: Vec<RowChange>,
        now: Timestamp,
    ) -> Result<Receipt, EngineError> {
        let Writing {
            mut held,
            mut doc,
            facts,
            ..
        } = writing;
        let (case, first) = (held.case, held.next);
        let shows = tail::show_on_card(&held.card, &written);
        let begins = matches!(written.first(), Some((_, Intent::Begin { .. })));
        let mut receipt = Receipt {
            case,
            change: ChangeHash([0; 32]),
        };
        for (RawChange { hash, bytes }, intent) in written {
            admit(&bytes)?;
            let outgoing = Outgoing {
                number: held.next,
                head: OutgoingHead {
                    hash,
                    at: now,
                    intent,
                    handed_in: Vec::new(),
                    formerly: Vec::new(),
                },
                bytes,
            };
            changes.push(row::put_outgoing(case, &outgoing)?);
            held.next += 1;
            held.waiting += 1;
            receipt.change = hash;
        }
        if shows {
            let view = CaseView {
                extent: held.extent,
                ..doc.view()?
            };
            held.card = Card::of(&view, facts.as_ref(), self.enrolment(), now);
        }
        let first = Some(first).filter(|first| *first > 0 && !begins);
        changes.extend(tail::save_if_long(&mut held, &mut doc, first));
        changes.push(row::put_case_row(&held)?);
        self.commit(changes)?;
        self.keep(held);
        self.loaded = Some((case, doc));
        Ok(receipt)
    }
}

/// A case into which somebody writes; nothing of it is kept yet.
struct Writing {
    actor: Actor,
    /// In which role the person works on this case, as far as the phone knows.
    role: Role,
    held: CaseRow,
    doc: CaseDoc,
    facts: Option<Facts>,
}

impl Writing {
    /// A case that is not on the server yet.
    fn beginning(actor: Actor, role: Role, held: CaseRow, doc: CaseDoc) -> Self {
        Self {
            actor,
            role,
            held,
            doc,
            facts: None,
        }
    }

    /// Whether the role may write this, and the phone holds the part in which it lies.
    fn may_write(&self, edit: &Edit) -> Result<(), EngineError> {
        rights::may_write(self.role, edit)?;
        if self.held.extent.holds(edit.part()) {
            Ok(())
        } else {
            Err(EngineError::Withheld)
        }
    }

    fn write(&mut self, edit: Edit, now: Timestamp) -> Result<(RawChange, Intent), EngineError> {
        self.may_write(&edit)?;
        let basis = self.doc.basis(&edit, self.held.facts_version);
        let written = self.doc.edit(self.actor, now, &edit)?;
        let intent = Intent::Edit {
            edit: Box::new(edit),
            basis,
            inside: Inside::HeldBack,
        };
        Ok((written, intent))
    }

    fn write_again(
        &mut self,
        intent: &Intent,
        now: Timestamp,
    ) -> Result<(RawChange, Intent), EngineError> {
        let Intent::Edit { edit, basis, .. } = intent else {
            return Err(EngineError::UnknownRefusal);
        };
        self.may_write(edit)?;
        let inside = Inside::Kept;
        let work = Work {
            edit,
            basis,
            inside,
        };
        let done = Replay::default().edit(&mut self.doc, self.actor, now, work)?;
        let written = done.written.ok_or(EditError::NothingChanged)?;
        let intent = Intent::Edit {
            edit: Box::new(done.edit),
            basis: done.basis,
            inside,
        };
        Ok((written, intent))
    }
}
