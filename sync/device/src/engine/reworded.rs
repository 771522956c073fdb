//! A refused change of which only the bytes are left, tried again by hand: first as it is, since
//! the reason may have passed; when it comes back, its words are written as a note, which is a
//! change of its own and is judged by itself.

use super::{EngineError, Intent, history::stands_beside, secret::not_possible};
use hejie_case::{
    document::{CaseDoc, EditError, RawChange},
    edit::{Edit, NewEntry},
    ids::{Actor, EntryId},
    record::{NoteHead, NoteKind},
    rights::{self, ChangeSummary, Passage, PassageContent},
};
use hejie_wire::chunk::{Admitted, admit};

/// What stands above the words, so that nobody takes them for a note that was written as one.
const HEADING: &str = "（以下内容原未被接受，现按原文重新记录）";
/// Fields of the head of a note: the new one has its own.
const HEAD: [&str; 2] = ["at", "kind"];

/// How a change of which only the bytes are left is tried again.
pub(super) enum RetriedChange {
    /// As it is; it stands in the document now.
    AsItIs(RawChange, Intent),
    /// In its words.
    InWords(Edit),
}

/// Tries a change again. `tried` says that it came back already as it is; `note` is the id of the
/// note that its words become.
pub(super) fn again(
    doc: &mut CaseDoc,
    actor: Actor,
    bytes: &[u8],
    tried: bool,
    note: EntryId,
) -> Result<RetriedChange, EngineError> {
    let known = admit(bytes)?;
    if doc.contains(&known.hash) {
        return Err(EditError::NothingChanged.into());
    }
    // What another actor of this person wrote, the server does not take from this one; and a number
    // is given once.
    let is_own = known.header.actor.phone() == actor;
    let may_stay = !tried && is_own && stands_beside(doc, &known);
    if may_stay && doc.apply(std::slice::from_ref(&known.bytes)).is_ok() {
        let intent = Intent::Bytes {
            bytes: known.bytes.clone(),
            tried: true,
        };
        let Admitted { hash, bytes, .. } = known;
        return Ok(RetriedChange::AsItIs(RawChange { hash, bytes }, intent));
    }
    let told = rights::summarise(&known.bytes, &[])?;
    let text = words(&told).ok_or_else(no_words)?;
    let head = NoteHead {
        kind: NoteKind::Other,
        at: known.header.claimed_at().unwrap_or_default(),
    };
    Ok(RetriedChange::InWords(Edit::Add {
        id: note,
        entry: NewEntry::Note(head, text),
    }))
}

/// All that a change says; none where a note would leave something of it out.
fn words(told: &ChangeSummary) -> Option<String> {
    let mut text = HEADING.to_owned();
    for passage in &told.passages {
        let line = line(passage)?;
        if !line.is_empty() {
            text.push('\n');
            text.push_str(&line);
        }
    }
    (!told.more && text != HEADING).then_some(text)
}

/// What is said in one place; none where it cannot be said in words.
fn line(passage: &Passage) -> Option<String> {
    let field = passage.field.as_deref().unwrap_or_default();
    let is_head = passage.container.as_deref() == Some("notes") && HEAD.contains(&field);
    match &passage.said {
        PassageContent::Typed(text) => Some(text.clone()),
        PassageContent::Set(value) if value.is_empty() || is_head => Some(String::new()),
        PassageContent::Set(value) if field.is_empty() => Some(value.clone()),
        PassageContent::Set(value) => Some(format!("{field}：{value}")),
        PassageContent::Erased(count) => Some(format!("（删去{count}处）")),
        PassageContent::Sealed | PassageContent::Other => None,
    }
}

fn no_words() -> EngineError {
    not_possible(
        "only_bytes",
        "这项内容无法由本机重新写出，原样仍留在本机；请联系矛调中心核对后重新填写。",
    )
}
