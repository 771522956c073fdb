//! Drafts and statements, now and as they were signed.

use super::{
    DocReader, EditError, Result,
    fields::{ReadFailure, UnreadableKey, id_of},
};
use crate::{
    ids::EntryId,
    record::{AgreementForm, DraftHead, Lock, SealedText, Terms},
    schema,
    signed_text::{TextHash, sha256},
    view::{ClauseView, DraftView, MvRegister},
};
use automerge::ObjId;
use jiff::Timestamp;
use serde::Serialize;

/// What is hashed of a clause. Field order is the order here, whatever features serde is built
/// with.
#[derive(Serialize)]
struct CanonicalClause<'a> {
    id: EntryId,
    order: &'a str,
    text: &'a str,
    terms: Option<&'a Terms>,
}

impl DocReader<'_> {
    /// Reads a draft; also the keys of clauses that could not be read.
    pub(crate) fn draft(
        &self,
        entry: &ObjId,
    ) -> Result<(DraftView, Vec<UnreadableKey>), ReadFailure> {
        let head: DraftHead = self.plain(entry, schema::entry_fields("drafts"))?;
        let (clauses, unreadable) = self.clauses(entry);
        let content_hash = self.hash_of(head.form, &clauses);
        let freezes = self.write_once_values::<Lock>(entry, "frozen").into_iter();
        let mut freezes = freezes.map(|authored| authored.value);
        Ok((
            DraftView {
                head,
                clauses,
                cites: self.members(entry, "cites"),
                frozen: freezes.next(),
                frozen_too: freezes.collect(),
                content_hash,
            },
            unreadable,
        ))
    }

    /// The freeze of a draft as it stands now.
    pub(crate) fn lock_of_draft(&self, draft: EntryId, at: Timestamp) -> Result<Lock> {
        let read = self.draft(&self.entry("drafts", draft)?);
        let (draft, _) = read.map_err(|_| EditError::UnknownEntry)?;
        Ok(Lock {
            heads: self.heads(),
            hash: draft.content_hash,
            at,
        })
    }

    /// What a signature on a draft stands over.
    fn hash_of(&self, form: AgreementForm, clauses: &[(EntryId, ClauseView)]) -> String {
        let hash = TextHash::of(&canonical(clauses), |clauses| {
            self.matter().canonical(form, clauses)
        });
        hash.to_string()
    }

    /// The lock of a statement as it stands now.
    pub(crate) fn lock_of_statement(&self, entry: &ObjId, at: Timestamp) -> Lock {
        Lock {
            heads: self.heads(),
            hash: self.hash_of_statement(entry),
            at,
        }
    }

    /// The hash of what is signed: the plain text, or the sealed words beside it.
    pub(crate) fn hash_of_statement(&self, entry: &ObjId) -> String {
        let text = self.text_of(entry, "text").unwrap_or_default();
        match self.sealed(entry) {
            None => sha256(text.as_bytes()),
            Some(SealedText { key_id, ciphertext }) => {
                // A line feed stands neither in a key id nor in base64.
                sha256(format!("{key_id}\n{ciphertext}\n{text}").as_bytes())
            }
        }
    }

    /// The sealed words of a statement.
    pub(crate) fn sealed(&self, entry: &ObjId) -> Option<SealedText> {
        self.atoms::<SealedText>(entry, "sealed").0.get().cloned()
    }

    fn clauses(&self, draft: &ObjId) -> (Vec<(EntryId, ClauseView)>, Vec<UnreadableKey>) {
        let (mut clauses, mut unreadable) = (Vec::new(), Vec::new());
        let Ok(map) = self.object(draft, "clauses") else {
            return (clauses, unreadable);
        };
        for key in self.keys(&map) {
            match self.clause(&map, &key) {
                Ok(clause) => clauses.push(clause),
                Err(why) => unreadable.push((key, why)),
            }
        }
        clauses.sort_by(|(id, a), (other, b)| a.order.cmp(&b.order).then(id.cmp(other)));
        (clauses, unreadable)
    }

    fn clause(&self, map: &ObjId, key: &str) -> Result<(EntryId, ClauseView), ReadFailure> {
        let id = id_of(key)?;
        let entry = self.object(map, key).map_err(|_| "not an entry")?;
        let (order, _) = self.rivals::<String>(&entry, "order");
        let (terms, _): (MvRegister<Option<Terms>>, _) = self.atoms(&entry, "terms");
        let text = self.text_of(&entry, "text").ok_or("no text")?;
        let order = order.get().cloned().unwrap_or_default();
        Ok((id, ClauseView { order, text, terms }))
    }
}

/// The text of a statement at the heads of its lock.
pub(crate) fn statement_as_signed(reader: &DocReader<'_>, statement: EntryId) -> Option<String> {
    let entry = reader.entry("statements", statement).ok()?;
    let lock = reader.write_once_value::<Lock>(&entry, "locked")?.value;
    reader.back_at(&lock.heads)?.text_of(&entry, "text")
}

/// A draft at the heads of its freeze.
pub(crate) fn draft_as_frozen(reader: &DocReader<'_>, draft: EntryId) -> Option<DraftView> {
    let entry = reader.entry("drafts", draft).ok()?;
    let lock = reader.write_once_value::<Lock>(&entry, "frozen")?.value;
    let (frozen, _) = reader.back_at(&lock.heads)?.draft(&entry).ok()?;
    Some(DraftView {
        frozen: Some(lock),
        ..frozen
    })
}

fn canonical(clauses: &[(EntryId, ClauseView)]) -> String {
    let canonical: Vec<_> = clauses
        .iter()
        .map(|(id, clause)| CanonicalClause {
            id: *id,
            order: &clause.order,
            text: &clause.text,
            terms: clause.terms.get().and_then(Option::as_ref),
        })
        .collect();
    // Strings and numbers only: this cannot fail.
    serde_json::to_string(&canonical).unwrap_or_default()
}
