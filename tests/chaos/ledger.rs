//! What each author saw returned, and where it is looked for afterwards.
//!
//! A word counts where its author put it: in its own entry of its own case. Where it is not, only
//! the refusal of its own edit keeps it: the one edit of that phone that was written at that
//! moment, and of that edit what its author changed. A text edit holds the whole text, with words
//! of colleagues and of earlier edits; those are kept by nothing but the text.

use crate::words::{Done, Refused, Retried};
use hejie_case::ids::{CaseId, EntryId};
use jiff::Timestamp;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// One piece of writing.
#[derive(Debug, Clone)]
struct Written {
    /// The word that it carries, which no other piece has.
    word: String,
    /// The phone.
    phone: usize,
    /// What kind of writing.
    kind: Kind,
    /// Where it was to be written; none where it begins a case.
    case: Option<CaseId>,
    /// The answer to the call that wrote it, once that has returned.
    done: Option<Done>,
    /// It was in a refusal once.
    was_refused: bool,
}

/// Kinds of writing that carry a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Begin,
    Note,
    Insert,
    Risk,
    Party,
    Evidence,
    Request,
}

/// Everything that was written.
#[derive(Debug, Default)]
pub struct Ledger {
    written: Vec<Written>,
    /// Every refusal that a phone showed, by its edit, with its code.
    refused: BTreeMap<(usize, CaseId, Timestamp), String>,
}

/// What is wrong with one word.
pub struct Fault {
    written: Written,
    what: &'static str,
}

/// How many pieces of each kind a run wrote, and what became of them.
#[derive(Debug, Default)]
pub struct Tally {
    /// Pieces that stand in their entries.
    pub there: BTreeMap<Kind, usize>,
    /// Of those, how many had been refused before.
    pub retried: BTreeMap<Kind, usize>,
    /// Pieces that a refusal keeps.
    pub kept: BTreeMap<Kind, usize>,
    /// Refused edits of the cases that all share, by code; one that is tried again and refused
    /// again counts again.
    pub refused: BTreeMap<String, usize>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Written {
            word,
            phone,
            kind,
            done,
            was_refused,
            ..
        } = &self.written;
        let what = self.what;
        let before = if *was_refused { ", refused before" } else { "" };
        write!(
            f,
            "{what}: {word}, {kind:?} of phone {phone}{before}, {done:?}"
        )
    }
}

impl Ledger {
    /// Notes a piece before it is written; returns its place and its word.
    pub fn note(&mut self, phone: usize, case: Option<CaseId>, kind: Kind) -> (usize, String) {
        let at = self.written.len();
        let word = format!("甲{phone}乙{at:05}丙");
        self.written.push(Written {
            word: word.clone(),
            phone,
            kind,
            case,
            done: None,
            was_refused: false,
        });
        (at, word)
    }

    /// The call that wrote a piece has returned.
    pub fn returned(&mut self, at: usize, done: Done) {
        self.written[at].done = Some(done);
    }

    /// A phone wrote refused edits once more.
    pub fn retried(&mut self, phone: usize, again: &[Retried]) {
        for Retried { case, was, is } in again {
            for one in self.written.iter_mut().filter(|one| one.phone == phone) {
                let done = one.done.as_mut();
                if let Some(done) = done.filter(|done| done.case == *case && done.at == *was) {
                    done.at = *is;
                }
            }
        }
    }

    /// A phone showed these refusals.
    pub fn saw_refused(&mut self, phone: usize, refusals: &[Refused]) {
        for refused in refusals {
            self.refused
                .insert((phone, refused.case, refused.at), refused.code.clone());
            for one in self.written.iter_mut().filter(|one| one.phone == phone) {
                one.was_refused |= one.is_kept_by(refused);
            }
        }
    }

    /// How many pieces returned.
    pub fn count(&self) -> usize {
        self.written.iter().filter(|one| one.done.is_some()).count()
    }

    /// Looks for every word, in all entries of all cases and in the refusals that the phones show
    /// at last.
    pub fn look(
        &self,
        details: &BTreeMap<CaseId, Value>,
        refusals: &[Vec<Refused>],
        shared: &[CaseId],
    ) -> (Tally, Vec<Fault>) {
        let entries = entries_of(details);
        let (mut tally, mut faults) = (Tally::default(), Vec::new());
        for written in &self.written {
            let is_kept = refusals[written.phone]
                .iter()
                .any(|refused| written.is_kept_by(refused));
            match written.standing(&entries, is_kept) {
                Ok(counts) => counts.count(written, &mut tally),
                Err(what) => faults.push(Fault {
                    written: written.clone(),
                    what,
                }),
            }
        }
        let here: BTreeSet<&CaseId> = shared.iter().collect();
        let refused = self
            .refused
            .iter()
            .filter(|((_, case, _), _)| here.contains(case));
        for (_, code) in refused {
            *tally.refused.entry(code.clone()).or_default() += 1;
        }
        (tally, faults)
    }
}

/// Where a word was found.
enum Stands {
    InItsEntry,
    InARefusal,
    /// The call never returned, and nothing came of it.
    Nowhere,
}

impl Stands {
    fn count(&self, written: &Written, tally: &mut Tally) {
        let add = |of: &mut BTreeMap<Kind, usize>| *of.entry(written.kind).or_default() += 1;
        match self {
            Self::InItsEntry => {
                add(&mut tally.there);
                if written.was_refused {
                    add(&mut tally.retried);
                }
            }
            Self::InARefusal => add(&mut tally.kept),
            Self::Nowhere => {}
        }
    }
}

impl Written {
    fn standing(&self, entries: &[Entry], is_kept: bool) -> Result<Stands, &'static str> {
        let holds = |entry: &&Entry| entry.text.contains(&self.word);
        let times = |entry: &Entry| entry.text.matches(&self.word).count();
        let found: usize = entries.iter().map(times).sum();
        match (found, is_kept) {
            (0, true) => Ok(Stands::InARefusal),
            (0, false) if self.done.is_none() => Ok(Stands::Nowhere),
            (0, false) => Err("missing"),
            (1, true) => Err("there and refused"),
            (1, false) => match entries.iter().find(holds) {
                Some(entry) if self.is_home(entry) => Ok(Stands::InItsEntry),
                _ => Err("in another entry"),
            },
            (_, _) => Err("twice"),
        }
    }

    /// Whether its author put it there. Of an edit whose call did not return, only case and kind
    /// are known.
    fn is_home(&self, entry: &Entry) -> bool {
        let done = self.done.as_ref();
        let case = done.map(|done| done.case).or(self.case);
        entry.part == self.kind.part()
            && case.is_none_or(|case| case == entry.case)
            && done.is_none_or(|done| done.entry == entry.id)
    }

    /// Whether a refusal is that of this very edit, and holds its word as something that the edit
    /// wrote.
    fn is_kept_by(&self, refused: &Refused) -> bool {
        let Some(done) = &self.done else { return false };
        let is_this = refused.case == done.case && refused.at == done.at;
        is_this && wrote(&refused.intent, self.kind, done.entry, &self.word)
    }
}

impl Kind {
    /// The part of a case's detail in which its words stand.
    fn part(self) -> &'static str {
        match self {
            Self::Begin => "intake",
            Self::Note | Self::Insert => "notes",
            Self::Risk => "risks",
            Self::Party => "parties",
            Self::Evidence => "evidence",
            Self::Request => "requests",
        }
    }
}

/// Whether refused work wrote a word: as a part of the entry that it added, or as what it changed
/// in the text of an entry.
fn wrote(intent: &Value, kind: Kind, entry: Option<EntryId>, word: &str) -> bool {
    let holds = |value: &Value| value.to_string().contains(word);
    let edit = &intent["edit"];
    let is_of = |id: &Value| id.as_str() == entry.map(|entry| entry.to_string()).as_deref();
    match (kind, edit["edit"].as_str()) {
        (Kind::Begin, None) => holds(&intent["origin"]),
        (Kind::Insert, Some("text")) => {
            let base = &intent["basis"]["base_text"];
            is_of(&edit["target"]["id"])
                && base.is_string()
                && holds(&edit["content"])
                && !holds(base)
        }
        (_, Some("add")) => is_of(&edit["id"]) && holds(&edit["entry"]),
        _ => false,
    }
}

/// One entry of a case, as the desk sees it.
struct Entry {
    case: CaseId,
    part: &'static str,
    /// None of the intake.
    id: Option<EntryId>,
    text: String,
}

/// The parts of a case in which words count: each stands in one of them.
const PARTS: [&str; 6] = [
    "intake", "notes", "risks", "parties", "evidence", "requests",
];

fn entries_of(details: &BTreeMap<CaseId, Value>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (case, detail) in details {
        for part in PARTS {
            let entry = |value: &Value| Entry {
                case: *case,
                part,
                id: value["id"].as_str().and_then(|id| id.parse().ok()),
                text: value.to_string(),
            };
            match &detail[part] {
                Value::Array(all) => entries.extend(all.iter().map(entry)),
                one => entries.push(entry(one)),
            }
        }
    }
    entries
}
