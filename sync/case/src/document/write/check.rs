//! What the document itself forbids. Who may write at all is judged by [`crate::rights`].

use crate::{
    document::{DocReader, EditError, Result, author_of, view},
    edit::{Edit, NewEntry},
    ids::{Actor, EntryId},
    record::StatementBody,
    schema::{self, MAX_ATOM, MAX_WORD},
    sealing::must_seal,
    view::DraftView,
};
use automerge::{ObjId, ScalarValue};
use serde::Serialize;

pub(super) fn key_is_free(reader: &DocReader<'_>, map: &ObjId, id: EntryId) -> Result<()> {
    if reader.is_free(map, &id.to_string()) {
        Ok(())
    } else {
        Err(EditError::EntryExists)
    }
}

pub(super) fn not_frozen(reader: &DocReader<'_>, draft: &ObjId) -> Result<()> {
    if reader.has(draft, "frozen") {
        Err(EditError::Frozen)
    } else {
        Ok(())
    }
}

/// No clause holds two promises at once: what is frozen cannot be chosen from any more (M04).
pub(super) fn terms_are_chosen(reader: &DocReader<'_>, draft: &ObjId) -> Result<()> {
    let draft = reader.draft(draft).map(|(draft, _)| draft);
    let disputed = |draft: DraftView| draft.clauses.iter().any(|(_, c)| c.terms.is_disputed());
    if draft.is_ok_and(disputed) {
        Err(EditError::RivalTerms)
    } else {
        Ok(())
    }
}

pub(super) fn not_withdrawn(reader: &DocReader<'_>, entry: &ObjId) -> Result<()> {
    if reader.has(entry, "withdrawn") {
        Err(EditError::Withdrawn)
    } else {
        Ok(())
    }
}

pub(super) fn own(actor: Actor, entry: &ObjId) -> Result<()> {
    if author_of(entry) == Some(actor) {
        Ok(())
    } else {
        Err(EditError::NotYours)
    }
}

pub(super) fn open_and_own(reader: &DocReader<'_>, actor: Actor, statement: &ObjId) -> Result<()> {
    own(actor, statement)?;
    if reader.has(statement, "locked") {
        Err(EditError::Locked)
    } else {
        Ok(())
    }
}

/// What an edit of the work refers to in the confidential part is there: asked of the document as
/// its author has it, since the work alone does not say.
pub(in crate::document) fn references(reader: &DocReader<'_>, edit: &Edit) -> Result<()> {
    match edit {
        Edit::Add {
            entry: NewEntry::Signature(signature),
            ..
        } => reader.entry("drafts", signature.draft).map(drop),
        _ => Ok(()),
    }
}

/// The words of an entry are sealed where they must be.
pub(super) fn entry(reader: &DocReader<'_>, entry: &NewEntry) -> Result<()> {
    match entry {
        NewEntry::Statement(_, StatementBody::Plain(text)) if !text.is_empty() => {
            plain_allowed(reader)
        }
        _ => Ok(()),
    }
}

/// The words of a statement may be plain in this case (D03).
pub(super) fn plain_allowed(reader: &DocReader<'_>) -> Result<()> {
    let view = view(reader);
    if view.is_ok_and(|view| must_seal(&view, None)) {
        Err(EditError::MustSeal)
    } else {
        Ok(())
    }
}

/// The words of the statement are plain so far.
pub(super) fn not_sealed(reader: &DocReader<'_>, statement: &ObjId) -> Result<()> {
    if reader.has(statement, "sealed") {
        Err(EditError::Sealed)
    } else {
        Ok(())
    }
}

pub(super) fn item_code(item: &str) -> Result<()> {
    if schema::is_item_code(item) {
        Ok(())
    } else {
        Err(EditError::BadItem)
    }
}

/// A plain value that is not too long.
pub(super) fn short(value: ScalarValue) -> Result<ScalarValue> {
    match &value {
        ScalarValue::Str(word) if word.len() > MAX_WORD => Err(EditError::TooLong),
        _ => Ok(value),
    }
}

/// A record as JSON that is not too long.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    let json = serde_json::to_string(value)?;
    if json.len() > MAX_ATOM {
        return Err(EditError::TooLong);
    }
    Ok(json)
}
