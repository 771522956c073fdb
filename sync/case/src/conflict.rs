//! The detectors of dangerous merges (docs/domain/merges.md): disagreements between authors that a
//! merge leaves behind.
//!
//! Who had seen what is judged by the history of changes, never by clocks. Every replica finds the
//! same and names it alike.

mod clock;
mod closing;
mod evidence;
mod excerpt;
mod identity;
mod locked;
mod payment;
mod performance;
mod register;
mod session;
mod situation;
mod spoken;
mod spot;
mod text;
mod visit;
mod withdrawn;

pub use identity::same_person;

use crate::{
    document::{CaseDoc, DocReader, History, author_of},
    ids::{Actor, ConflictId, EntryId, SituationCode},
    schema::{FieldKind, WritableBy},
    sealing::must_seal,
    view::{
        About, CaseView, Conflict, ConflictKind, DocumentPlace, Severity, Variant, VariantValue,
    },
};
use automerge::ObjId;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What is known beside the document when disagreements are looked for. Whatever is missing is not
/// looked for: a phone finds what stands in the document, the server the rest.
#[derive(Debug, Clone, Default)]
pub struct DetectInput {
    /// Requests that were refused already.
    pub refused: BTreeSet<EntryId>,
    /// Actors of those who handle the case: their word on satisfaction does not count (M26).
    pub handlers: BTreeSet<Actor>,
    /// Evidence whose file has not arrived and was not waived (M17).
    pub missing_files: BTreeSet<EntryId>,
    /// The frozen draft whose agreement is not in force yet: parties and facts over which its
    /// signatures stand are to stay as they are (M03).
    pub to_be_signed: Option<EntryId>,
    /// Which situation a desk decided, and what the document said when it was last heard.
    pub decided: Option<DecidedSituation>,
    /// What identities hash to, by the reference of the sealed identity or else by the party (M08).
    pub identities: BTreeMap<String, String>,
}

/// The situation that a desk decided on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedSituation {
    /// Which.
    pub code: SituationCode,
    /// What the document said when it was last heard: nobody says it anew.
    pub heard: Option<SituationCode>,
}

/// What the detectors look at.
pub(crate) struct DetectContext<'a, 'doc> {
    reader: &'a DocReader<'doc>,
    beside: &'a DetectInput,
    /// None when one device alone has written: nobody can disagree then.
    history: Option<&'a History<'doc>>,
    /// None while the document does not say whose it is.
    view: Option<&'a CaseView>,
}

/// What one author wrote, what it comes to, and the mark by which the same words written again are
/// told apart.
struct AuthoredVariant {
    author: Option<Actor>,
    text: String,
    value: VariantValue,
    mark: String,
}

impl AuthoredVariant {
    /// What one operation wrote, in words.
    fn written(op: &ObjId, text: impl Into<String>) -> Self {
        Self::marked(author_of(op), op.to_string(), text)
    }

    /// Words with a mark of their own.
    fn marked(author: impl Into<Option<Actor>>, mark: String, text: impl Into<String>) -> Self {
        Self {
            author: author.into(),
            text: text.into(),
            value: VariantValue::Words,
            mark,
        }
    }

    /// The same words, with what they come to.
    fn meaning(self, value: VariantValue) -> Self {
        Self { value, ..self }
    }
}

/// All disagreements of a document that are found when this is known beside it.
#[must_use]
pub fn conflicts(doc: &CaseDoc, beside: &DetectInput) -> Vec<Conflict> {
    detect(&doc.reader(), doc.view().ok().as_ref(), beside)
}

/// Runs all detectors.
pub(crate) fn detect(
    reader: &DocReader<'_>,
    view: Option<&CaseView>,
    beside: &DetectInput,
) -> Vec<Conflict> {
    let context = DetectContext {
        reader,
        beside,
        history: reader.history(),
        view,
    };
    let mut found = Vec::new();
    for spot in spot::spots(context.reader) {
        found.extend(match spot.field.kind {
            FieldKind::Lww(_) | FieldKind::Atom => register::rivals(&context, &spot),
            FieldKind::Text if spot.field.by == WritableBy::Writers => {
                text::shared(&context, &spot)
            }
            FieldKind::WriteOnce => locked::changed(&context, &spot),
            _ => None,
        });
    }
    found.extend(situation::unknown(&context));
    found.extend(situation::against_desk(&context));
    found.extend(plain_statements(&context));
    found.extend(identity::doubled(&context));
    found.extend(evidence::without_file(&context));
    found.extend(evidence::relied_on(&context));
    if let Some(history) = context.history {
        found.extend(closing::contradictory(&context, history));
        found.extend(performance::disputed(&context));
        found.extend(withdrawn::edited(&context, history));
        found.extend(session::doubled(&context, history));
        found.extend(visit::doubled(&context));
        found.extend(visit::satisfactions(&context));
        found.extend(payment::doubled(&context, history));
        found.extend(clock::contradictions(history));
    }
    found
}

/// The versions of a disagreement as their authors wrote them, in the order of its variants. What
/// is kept as an excerpt is read from the history; should the history not tell it, the excerpt
/// stays.
#[must_use]
pub fn versions(doc: &CaseDoc, conflict: &Conflict) -> Vec<String> {
    let reader = &doc.reader();
    let spots = spot::spots(reader);
    let whole = |variant: &Variant| match conflict.kind {
        ConflictKind::SharedText => text::version(reader, &spots, conflict, variant),
        ConflictKind::DraftChanged | ConflictKind::ChangedAfterSigning => {
            locked::version(reader, &spots, conflict, variant)
        }
        _ => None,
    };
    let read = |variant: &Variant| {
        let whole = variant.is_excerpt.then(|| whole(variant)).flatten();
        whole.unwrap_or_else(|| variant.text.clone())
    };
    conflict.variants.iter().map(read).collect()
}

/// Statements in plain words where they must be sealed. The words themselves are not repeated.
fn plain_statements(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let ruled = context.beside.decided.as_ref().map(|decided| &decided.code);
    let Some(view) = context.view.filter(|view| must_seal(view, ruled)) else {
        return Vec::new();
    };
    let plain = view
        .statements
        .iter()
        .filter(|(_, entry)| !entry.value.text.is_empty());
    plain
        .map(|(id, entry)| {
            let said =
                AuthoredVariant::marked(entry.author, String::new(), "以明文记录，内容不在此显示");
            conflict(
                ConflictKind::PlainStatement,
                Severity::Review,
                About::Place(DocumentPlace::entry("statements", *id)),
                vec![said],
            )
        })
        .collect()
}

/// Two entries of one container.
fn pair(container: &str, earlier: EntryId, later: EntryId) -> About {
    About::Pair {
        container: container.into(),
        earlier,
        later,
    }
}

/// Every two of some entries, the earlier first.
fn pairs<T>(entries: &[T]) -> impl Iterator<Item = (&T, &T)> {
    let rest = |n: usize| &entries[n + 1..];
    entries
        .iter()
        .enumerate()
        .flat_map(move |(n, a)| rest(n).iter().map(move |b| (a, b)))
}

/// A disagreement under an id that is made from its kind, what it is about and who wrote what;
/// never from the words for people, which may be put in another way.
fn conflict(
    kind: ConflictKind,
    severity: Severity,
    about: About,
    said: Vec<AuthoredVariant>,
) -> Conflict {
    let mut marks: Vec<&str> = said.iter().map(|said| said.mark.as_str()).collect();
    marks.sort_unstable();
    let mut hash = Sha256::new();
    for part in [kind.code(), &about.to_string()].into_iter().chain(marks) {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    let id = ConflictId(uuid::Builder::from_custom_bytes(id).into_uuid());
    let variants = said
        .into_iter()
        .map(|said| Variant {
            author: said.author,
            text: said.text,
            value: said.value,
            at: Vec::new(),
            is_excerpt: false,
        })
        .collect();
    Conflict {
        id,
        kind,
        about,
        severity,
        variants,
    }
}
