//! Whether changes are in canonical form and write only what their author may write
//! (docs/security.md#the-gate, step 4).
//!
//! Pure, and without the document but for one question ([`overgrown`]): an index of the case's
//! objects says where each operation lands. What only the document knows (a frozen draft, a signed
//! statement) is no matter of rights: it is found after merging, by detectors.

mod danger;
mod error;
mod grown;
mod index;
mod op;
mod summary;
mod value;
mod walk;

pub use danger::{Danger, dangers};
pub use error::RightsError;
pub use grown::overgrown;
pub use summary::{ChangeSummary, Passage, PassageContent, summarise};

use crate::{
    document::{CaseDoc, calm, genesis_change},
    edit::Edit,
    ids::Actor,
    role::Role,
    schema::{self, CREATORS},
};
use automerge::{Change, ExpandedChange};
use serde::{Deserialize, Serialize};
use walk::ChangeWalk;

/// An Automerge object id, or that of any operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// The counter of the operation.
    pub counter: u64,
    /// Its actor.
    pub actor: Actor,
}

/// One row of the index of a case: an object, an entry that is one JSON string, or a value that may
/// be replaced.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectEntry {
    /// The operation that made it.
    pub object: ObjectRef,
    /// The container of the schema.
    pub container: String,
    /// The key of the entry; none for a record and its fields.
    pub entry: Option<String>,
    /// The field, for what lies inside an entry or a record; below a nested map its path,
    /// `clauses/<id>/text`.
    pub field: Option<String>,
    /// Who made it.
    pub creator: Actor,
}

/// What changes that may be taken bring.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct JudgedChanges {
    /// The rows to add to the index.
    pub objects: Vec<ObjectEntry>,
    /// The dangers that they report.
    pub dangers: Vec<Danger>,
}

/// Whose device writes, in which role of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeWriter {
    /// The actor of the phone, which writes in each part under one of its own.
    pub actor: Actor,
    /// The role of its user in this case.
    pub role: Role,
}

/// Whether a role may write an edit at all, so that a phone does not write what the server refuses.
/// Who may write in a certain entry is looked at when it is written.
///
/// # Errors
/// [`RightsError::RoleMayNot`].
pub fn may_write(role: Role, edit: &Edit) -> Result<(), RightsError> {
    match schema::container(edit.container()) {
        Some(container) if container.writers.contains(role) => Ok(()),
        _ => Err(RightsError::RoleMayNot),
    }
}

/// Whether a role may begin a case.
///
/// # Errors
/// [`RightsError::RoleMayNot`].
pub fn may_begin(role: Role) -> Result<(), RightsError> {
    if CREATORS.contains(role) {
        Ok(())
    } else {
        Err(RightsError::RoleMayNot)
    }
}

/// Judges linted changes of one device, in causal order, against the index of the case (empty for a
/// case that begins with them). Returns the rows to add to the index.
///
/// # Errors
/// With the first reason why the changes must not be taken; none of them may be taken then.
pub fn check(
    changes: &[Vec<u8>],
    index: &[ObjectEntry],
    writer: &ChangeWriter,
) -> Result<Vec<ObjectEntry>, RightsError> {
    judge(changes, index, writer).map(|judged| judged.objects)
}

/// As [`check`], and says which dangers the changes report.
///
/// # Errors
/// As [`check`].
pub fn judge(
    changes: &[Vec<u8>],
    index: &[ObjectEntry],
    writer: &ChangeWriter,
) -> Result<JudgedChanges, RightsError> {
    let mut walk = ChangeWalk::new(index);
    let mut dangers = Vec::new();
    for bytes in changes {
        let change = canonical(bytes)?;
        let author = Actor::try_from(change.actor_id.to_bytes()).map(Actor::phone);
        if author != Ok(writer.actor) || writer.actor == Actor::GENESIS {
            return Err(RightsError::ForeignActor);
        }
        walk.take(&change, Some(writer))?;
        dangers.extend(danger::of(&change));
    }
    Ok(JudgedChanges {
        objects: walk.into_new_rows(),
        dangers,
    })
}

/// The whole index of a document, for a case that the server began and for repair. Equal to what
/// [`check`] returned for its changes one after the other, but for the order.
///
/// # Errors
/// When the document holds what `check` would have refused whoever wrote it.
pub fn index_of(doc: &CaseDoc) -> Result<Vec<ObjectEntry>, RightsError> {
    let mut walk = ChangeWalk::new(&[]);
    for change in doc.automerge().get_changes(&[]) {
        if change.hash() != genesis_change().hash() {
            walk.take(&change.decode(), None)?;
        }
    }
    Ok(walk.into_new_rows())
}

/// Decodes a change and encodes it again: only what comes out as it went in has one meaning.
fn canonical(bytes: &[u8]) -> Result<ExpandedChange, RightsError> {
    let decoded = calm(|| {
        let change = Change::from_bytes(bytes.to_vec()).ok()?;
        let decoded = change.decode();
        (Change::from(decoded.clone()).hash() == change.hash()).then_some(decoded)
    });
    decoded.ok().flatten().ok_or(RightsError::NotCanonical)
}
