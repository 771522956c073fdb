//! Catalogue, guides, phrases, and what a search finds.

use crate::words::{
    CatalogueList, Difficulty, FoundKind, GuideSection, Occasion, SituationCode, Timestamp,
};
use hejie_case::{catalogue, guide, search};
use hejie_device::engine;

/// A situation of the catalogue.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SituationInfo {
    /// Its code.
    pub code: SituationCode,
    /// On which list it stands.
    pub list: CatalogueList,
    /// Its category.
    pub category: String,
    /// Its name.
    pub name: String,
    /// Difficulty before rules raise it.
    pub difficulty: Difficulty,
    /// Departments by name, the leading one first.
    pub departments: Vec<String>,
    /// Whether the agreement is signed on paper only.
    pub needs_paper: bool,
    /// Whether to screen for domestic violence first.
    pub needs_violence_screen: bool,
}

/// 任务指引 of a situation.
#[derive(Debug, Clone, uniffi::Record)]
pub struct TaskGuide {
    /// The situation.
    pub situation: SituationInfo,
    /// How people call it.
    pub sayings: Vec<String>,
    /// The lines in the order in which they are read: danger first, the most particular first.
    pub lines: Vec<GuideText>,
    /// How an agreement is signed.
    pub signature: String,
    /// Whether and how a court may confirm it.
    pub confirmation: String,
}

/// A line of a guide.
#[derive(Debug, Clone, uniffi::Record)]
pub struct GuideText {
    /// What it is about.
    pub section: GuideSection,
    /// The code of the item of the checklist that it is.
    pub item: Option<String>,
    /// The line.
    pub text: String,
}

/// An item of the checklist of a case.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Check {
    /// Its code.
    pub code: String,
    /// What it is about; none when no guide knows it any more.
    pub section: Option<GuideSection>,
    /// What is to be done.
    pub text: String,
    /// Whether it is marked as done.
    pub done: bool,
    /// When it was marked, by the device's clock.
    pub marked_at: Option<Timestamp>,
    /// The remark.
    pub remark: String,
    /// False when it was marked under another situation of the case.
    pub is_asked: bool,
}

/// 规范用语.
#[derive(Debug, Clone, uniffi::Record)]
pub struct StandardPhrase {
    /// Its code.
    pub code: String,
    /// On which occasion it is said.
    pub occasion: Occasion,
    /// The name of the occasion.
    pub occasion_name: String,
    /// The words.
    pub text: String,
}

/// A better wording.
#[derive(Debug, Clone, uniffi::Record)]
pub struct WordingSuggestion {
    /// Where the words begin, in characters.
    pub at: u64,
    /// The words.
    pub avoid: String,
    /// What to write instead.
    pub instead: String,
    /// Why.
    pub why: String,
}

/// A route of redress.
#[derive(Debug, Clone, uniffi::Record)]
pub struct LawRoute {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: String,
    /// What is to be known about it.
    pub parts: Vec<LawPart>,
}

/// A part of what is to be known about a route.
#[derive(Debug, Clone, uniffi::Record)]
pub struct LawPart {
    /// Its heading.
    pub heading: String,
    /// Its lines.
    pub lines: Vec<String>,
}

/// What a search found.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Found {
    /// What it is, and so what its code means.
    pub kind: FoundKind,
    /// The code under which it is opened.
    pub code: String,
    /// The situation, when it is or belongs to one.
    pub situation: Option<SituationCode>,
    /// Its name.
    pub title: String,
    /// The part of its text where the words stand, in pieces that follow each other.
    pub snippet: Vec<SnippetPiece>,
}

/// A piece of a snippet.
#[derive(Debug, Clone, uniffi::Record)]
pub struct SnippetPiece {
    /// Its text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_match: bool,
}

impl From<&catalogue::Situation> for SituationInfo {
    fn from(s: &catalogue::Situation) -> Self {
        Self {
            code: s.code.clone(),
            list: s.list,
            category: s.category_zh.clone(),
            name: s.situation_zh.clone(),
            difficulty: s.default_difficulty,
            departments: s.default_department.split('/').map(str::to_owned).collect(),
            needs_paper: s.needs_paper(),
            needs_violence_screen: s.touches(catalogue::LegalConcern::ViolenceScreen),
        }
    }
}

impl From<&guide::Guide> for TaskGuide {
    fn from(guide: &guide::Guide) -> Self {
        let lines = guide.lines.iter().map(|line| GuideText {
            section: line.section,
            item: line.item.clone(),
            text: line.text.clone(),
        });
        Self {
            situation: guide.situation.into(),
            sayings: guide.sayings.to_vec(),
            lines: lines.collect(),
            signature: guide.signature_zh().to_owned(),
            confirmation: guide.confirmation_zh().to_owned(),
        }
    }
}

impl From<engine::CheckItem> for Check {
    fn from(item: engine::CheckItem) -> Self {
        let engine::CheckItem {
            code,
            section,
            text,
            mark,
            is_asked,
        } = item;
        Self {
            code,
            section,
            text,
            done: mark.as_ref().is_some_and(|mark| mark.done),
            marked_at: mark.as_ref().map(|mark| mark.at),
            remark: mark.map(|mark| mark.remark).unwrap_or_default(),
            is_asked,
        }
    }
}

impl From<&guide::Phrase> for StandardPhrase {
    fn from(phrase: &guide::Phrase) -> Self {
        Self {
            code: phrase.code.clone(),
            occasion: phrase.occasion,
            occasion_name: phrase.occasion.zh().to_owned(),
            text: phrase.text.clone(),
        }
    }
}

impl From<guide::Suggestion> for WordingSuggestion {
    fn from(found: guide::Suggestion) -> Self {
        Self {
            at: found.at as u64,
            avoid: found.avoid.to_owned(),
            instead: found.instead.to_owned(),
            why: found.why.to_owned(),
        }
    }
}

impl From<&guide::LawRoute> for LawRoute {
    fn from(route: &guide::LawRoute) -> Self {
        let parts = route.parts.iter().map(|part| LawPart {
            heading: part.heading.clone(),
            lines: part.lines.clone(),
        });
        Self {
            code: route.code.clone(),
            title: route.title.clone(),
            parts: parts.collect(),
        }
    }
}

impl From<search::Hit<'_>> for Found {
    fn from(hit: search::Hit<'_>) -> Self {
        let pieces = hit.snippet.into_iter().map(|piece| SnippetPiece {
            text: piece.text,
            is_match: piece.is_match,
        });
        Self {
            kind: hit.entry.kind,
            situation: hit.entry.code.parse().ok(),
            code: hit.entry.code.clone(),
            title: hit.entry.title.clone(),
            snippet: pieces.collect(),
        }
    }
}
