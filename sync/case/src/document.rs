//! The case document: an Automerge document that any device may write and none may spoil.
//!
//! This module and what lies below it are the only code that speaks to Automerge. It writes
//! [`Edit`]s, reads a [`CaseView`], and takes changes that were linted before
//! (docs/security.md#the-gate); it never panics on what it reads.

mod error;
mod genesis;
mod history;
mod hold;
mod parts;
mod past;
mod read;
mod replay;
mod seen;
mod write;

pub use crate::edit::Origin;
pub(crate) use error::Result;
pub use error::{DocError, EditError};
pub use replay::{Replay, Replayed, Work};
pub use seen::{BadSeen, Basis, ChangeMessage, Seen};
pub use write::Inside;

pub(crate) use genesis::{change as genesis_change, places as genesis_places};
pub(crate) use history::{ClockReversal, History, TextTouch};
pub(crate) use hold::calm;
pub(crate) use read::{Authored, DocReader, SessionAtom, VisitAtom, author_of, json, view};

use crate::{
    edit::{Edit, TextTarget},
    ids::{Actor, ChangeHash, EntryId},
    part::CasePart,
    view::{CaseView, DraftView, Meta},
};
use automerge::{ActorId, Automerge, Change, ScalarValue, legacy, transaction::CommitOptions};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// One raw change: uncompressed, chunk type 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawChange {
    /// Its hash.
    pub hash: ChangeHash,
    /// Its bytes.
    #[serde(with = "crate::bytes")]
    pub bytes: Vec<u8>,
}

/// The document of one case.
#[derive(Debug, Clone)]
pub struct CaseDoc {
    doc: Automerge,
}

impl CaseDoc {
    /// Begins a document: the genesis and the creator's first change.
    ///
    /// # Errors
    /// When the change cannot be written.
    pub fn create(
        actor: Actor,
        meta: &Meta,
        origin: &Origin,
        at: Timestamp,
    ) -> Result<(Self, RawChange)> {
        let mut case = Self {
            doc: Automerge::new(),
        };
        case.doc.apply_changes([genesis_change().clone()])?;
        let stamp = ChangeStamp {
            actor: actor.phone(),
            at,
            message: None,
        };
        let written = case.commit(stamp, |tx| write::begin(tx, meta, origin))?;
        Ok((case, written))
    }

    /// The deterministic first change. It is part of every document and never sent as a change of a
    /// device.
    #[must_use]
    pub fn genesis() -> RawChange {
        written(genesis_change())
    }

    /// Loads a document that was saved by us.
    ///
    /// # Errors
    /// When the bytes are not a document that begins with the genesis.
    pub fn load(bytes: &[u8]) -> Result<Self, DocError> {
        let doc = hold::calm(|| Automerge::load(bytes))?
            .map_err(|error| DocError::Load(Box::new(error)))?;
        if doc
            .get_change_meta_by_hash(&genesis_change().hash())
            .is_none()
        {
            return Err(DocError::NoGenesis);
        }
        Ok(Self { doc })
    }

    /// Builds a document from all its changes but the genesis.
    ///
    /// # Errors
    /// When a change does not parse or lacks a dependency.
    pub fn from_log(changes: &[Vec<u8>]) -> Result<Self, DocError> {
        let mut case = Self {
            doc: Automerge::new(),
        };
        case.doc
            .apply_changes([genesis_change().clone()])
            .map_err(|error| DocError::Apply(Box::new(error)))?;
        case.apply(changes)?;
        Ok(case)
    }

    /// The whole document as bytes.
    pub fn save(&mut self) -> Vec<u8> {
        self.doc.save()
    }

    /// The heads, sorted.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self
            .doc
            .get_heads()
            .iter()
            .map(|hash| ChangeHash(hash.0))
            .collect();
        heads.sort_unstable();
        heads
    }

    /// Whether a change is part of the document.
    #[must_use]
    pub fn contains(&self, change: &ChangeHash) -> bool {
        self.doc
            .get_change_meta_by_hash(&automerge::ChangeHash(change.0))
            .is_some()
    }

    /// Writes one edit as exactly one change of this phone, in the part to which it belongs.
    ///
    /// # Errors
    /// When the edit does not fit the document; nothing is written then.
    pub fn edit(&mut self, actor: Actor, at: Timestamp, edit: &Edit) -> Result<RawChange> {
        write::references(&self.reader(), edit)?;
        let beside = self.beside(edit.part());
        match self.ground(edit.part())? {
            None => self.edit_here(actor, at, edit, &beside),
            Some(mut ground) => {
                let written = ground.edit_here(actor, at, edit, &beside)?;
                self.take(&written)?;
                Ok(written)
            }
        }
    }

    /// Writes an edit on this document as it is, beside these heads of the confidential part.
    fn edit_here(
        &mut self,
        actor: Actor,
        at: Timestamp,
        edit: &Edit,
        beside: &[ChangeHash],
    ) -> Result<RawChange> {
        let reader = self.reader();
        let plan = write::plan(&reader, actor.phone(), edit)?;
        let choice = plan.chooses_from(&reader);
        let stamp = ChangeStamp {
            actor: actor.writing(edit.part()),
            at,
            message: ChangeMessage::message_beside(beside),
        };
        match choice {
            None => self.commit(stamp, |tx| plan.write(tx)),
            Some((value, rivals)) => {
                let deletion = self.clone().commit(stamp, |tx| plan.write(tx))?;
                self.put_instead(&deletion, &value, &rivals)
            }
        }
    }

    /// Takes in a change that was written on a part of this document.
    fn take(&mut self, written: &RawChange) -> Result<()> {
        let change =
            Change::from_bytes(written.bytes.clone()).map_err(|_| EditError::NothingChanged)?;
        Ok(self.doc.apply_changes([change])?)
    }

    /// On what an edit is written now, to be kept beside it until the server has it.
    #[must_use]
    pub fn basis(&self, edit: &Edit, facts_version: u64) -> Basis {
        let part = edit.part();
        let seen = Seen {
            heads: match part {
                CasePart::Work => self.heads_of(CasePart::Work),
                CasePart::Confidential => self.heads(),
            },
            beside: self.beside(part),
            facts_version,
        };
        let base_text = match edit {
            Edit::Text { target, .. } => self.text(*target),
            _ => None,
        };
        Basis { seen, base_text }
    }

    /// Those of these changes on which no other of them builds, sorted; what the document does not
    /// have is left out.
    #[must_use]
    pub fn foremost(&self, changes: &[ChangeHash]) -> Vec<ChangeHash> {
        let (mut foremost, mut behind) = (Vec::new(), HashSet::<automerge::ChangeHash>::new());
        // Against causal order: whoever is built on is met after all that build on it.
        for meta in self.doc.get_changes_meta(&[]).into_iter().rev() {
            let hash = ChangeHash(meta.hash.0);
            if behind.contains(&meta.hash) {
                behind.extend(meta.deps);
            } else if changes.contains(&hash) {
                foremost.push(hash);
                behind.extend(meta.deps);
            }
        }
        foremost.sort_unstable();
        foremost
    }

    /// A text; none when it is not in the document.
    #[must_use]
    pub fn text(&self, target: TextTarget) -> Option<String> {
        let reader = self.reader();
        reader.text(&write::text_object(&reader, target).ok()?)
    }

    /// Takes linted changes whose dependencies are present or in the batch: all of them or none.
    ///
    /// # Errors
    /// When a change does not parse, lacks a dependency or overwrites what lies elsewhere; the
    /// document is unchanged then.
    pub fn apply(&mut self, changes: &[Vec<u8>]) -> Result<(), DocError> {
        if changes.is_empty() {
            return Ok(());
        }
        let changes = changes
            .iter()
            .map(|bytes| hold::parse(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        hold::all_dependencies_known(&self.doc, &changes)?;
        parts::work_builds_on_work(&self.doc, &changes)?;
        let mut doc = self.doc.clone();
        hold::calm(|| doc.apply_changes(changes.clone()))?
            .map_err(|error| DocError::Apply(Box::new(error)))?;
        hold::all_references_in_place(&doc, &changes)?;
        self.doc = doc;
        Ok(())
    }

    /// The changes that somebody with these heads lacks, in causal order, the genesis left out.
    #[must_use]
    pub fn changes_since(&self, heads: &[ChangeHash]) -> Vec<RawChange> {
        let known: Vec<_> = heads
            .iter()
            .map(|hash| automerge::ChangeHash(hash.0))
            .collect();
        let genesis = genesis_change().hash();
        let mut changes = self.doc.get_changes(&known);
        changes.retain(|change| change.hash() != genesis);
        changes.iter().map(written).collect()
    }

    /// Reads the whole case. Entries that cannot be read are listed, never dropped in silence.
    ///
    /// # Errors
    /// When the document does not say whose it is.
    pub fn view(&self) -> Result<CaseView, DocError> {
        view(&self.reader())
    }

    /// Reads the document as it is.
    pub(crate) fn reader(&self) -> DocReader<'_> {
        DocReader::now(&self.doc)
    }

    /// The text of a statement as it was signed; none when it is not locked or its lock names
    /// unknown heads.
    #[must_use]
    pub fn statement_as_signed(&self, statement: EntryId) -> Option<String> {
        read::statement_as_signed(&self.reader(), statement)
    }

    /// A draft as it was frozen; none when it is not frozen or its freeze names unknown heads.
    #[must_use]
    pub fn draft_as_frozen(&self, draft: EntryId) -> Option<DraftView> {
        read::draft_as_frozen(&self.reader(), draft)
    }

    /// The Automerge document, for the parts of this crate that walk its changes.
    pub(crate) fn automerge(&self) -> &Automerge {
        &self.doc
    }

    /// Takes a change that deletes the rivals of a value as one that puts the value.
    fn put_instead(
        &mut self,
        deletion: &RawChange,
        value: &ScalarValue,
        rivals: &[legacy::OpId],
    ) -> Result<RawChange> {
        let change =
            Change::from_bytes(deletion.bytes.clone()).map_err(|_| EditError::NothingChanged)?;
        let mut change = change.decode();
        for op in &mut change.operations {
            op.action = legacy::OpType::Put(value.clone());
            op.pred = rivals.to_vec().into();
        }
        let change = Change::from(change);
        self.doc.apply_changes([change.clone()])?;
        Ok(written(&change))
    }

    fn commit(
        &mut self,
        stamp: ChangeStamp,
        write: impl FnOnce(&mut write::Tx<'_>) -> Result<()>,
    ) -> Result<RawChange> {
        self.doc.set_actor(ActorId::from(stamp.actor.0));
        let mut tx = self.doc.transaction();
        if let Err(error) = write(&mut tx) {
            tx.rollback();
            return Err(error);
        }
        let mut options = CommitOptions::default().with_time(stamp.at.as_second());
        if let Some(message) = stamp.message {
            options = options.with_message(message);
        }
        let (hash, _) = tx.commit_with(options);
        let change = hash
            .and_then(|_| self.doc.get_last_local_change())
            .ok_or(EditError::NothingChanged)?;
        Ok(written(&change))
    }
}

/// What a change says of itself beside its operations.
struct ChangeStamp {
    actor: Actor,
    at: Timestamp,
    message: Option<String>,
}

fn written(change: &Change) -> RawChange {
    RawChange {
        hash: ChangeHash(change.hash().0),
        bytes: change.raw_bytes().to_vec(),
    }
}
