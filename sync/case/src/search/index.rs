//! The index: for each term the entries in which it stands, with what it adds to their rank.

use super::{
    entries::{SearchEntry, SearchKind},
    snippet::{self, Piece},
    token::{self, Token},
};
use std::collections::{BTreeMap, BTreeSet};

/// How fast more of the same term stops to count (BM25).
const SATURATION: f32 = 1.2;

/// How much a long entry is held against it (BM25).
const LENGTH: f32 = 0.5;

/// How much more a term counts in the title of a thing than in its text, and less in that of a line
/// of a guide, which many share.
const TITLE: f32 = 1.5;
const SHARED_TITLE: f32 = 0.3;

/// How much more a situation counts than what is said about it.
const SITUATION: f32 = 1.4;

/// A full-text index over entries. It holds no clock and no randomness: the same entries and query
/// give the same hits.
#[derive(Debug)]
pub struct SearchIndex {
    entries: Vec<SearchEntry>,
    /// For each entry the first of those that are one thing with it: all names of a situation are
    /// one.
    things: Vec<usize>,
    postings: BTreeMap<Token, Vec<Posting>>,
}

/// A term in an entry.
#[derive(Debug, Clone, Copy)]
struct Posting {
    entry: usize,
    /// How often it stands there, by weight; then what it adds to the rank.
    weight: f32,
}

/// An entry that answers a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit<'i> {
    /// The entry.
    pub entry: &'i SearchEntry,
    /// The part of its text where the words of the query stand.
    pub snippet: Vec<Piece>,
    /// Its rank; comparable within one query only.
    pub score: f32,
}

/// What a thing has gathered in a query.
#[derive(Clone, Copy, Default)]
struct Tally {
    score: f32,
    /// How many terms of the query it has, and which one came last with which weight: of several
    /// names with one term the best counts.
    terms: u16,
    last: Option<(usize, f32)>,
    /// The entry that shows it best.
    best: Option<(usize, f32)>,
}

impl SearchIndex {
    /// Builds the index.
    #[must_use]
    pub fn build(entries: Vec<SearchEntry>) -> Self {
        let mut postings: BTreeMap<Token, Vec<Posting>> = BTreeMap::new();
        let mut lengths = Vec::with_capacity(entries.len());
        for (entry, content) in entries.iter().enumerate() {
            let terms = term_weights(content);
            lengths.push(terms.values().sum::<f32>());
            for (token, weight) in terms {
                postings
                    .entry(token)
                    .or_default()
                    .push(Posting { entry, weight });
            }
        }
        rank(&mut postings, &lengths);
        Self {
            things: things(&entries),
            entries,
            postings,
        }
    }

    /// How many entries it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Finds the best entries for a query. A situation is listed once, however many of its names
    /// match.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Hit<'_>> {
        let pairs: BTreeSet<Token> = token::wanted(query).into_iter().collect();
        let found = self.ranked(&pairs);
        let (wanted, found) = if found.is_empty() {
            let singles: BTreeSet<Token> = token::singles(query).into_iter().collect();
            let found = self.ranked(&singles);
            (singles, found)
        } else {
            (pairs, found)
        };
        let found = found.into_iter().take(limit);
        let hits = found.filter_map(|(entry, score)| {
            let entry = self.entries.get(entry)?;
            Some(Hit {
                entry,
                snippet: snippet::cut(&entry.text, &wanted),
                score,
            })
        });
        hits.collect()
    }

    /// Entries with their ranks, one a thing, the best first.
    fn ranked(&self, wanted: &BTreeSet<Token>) -> Vec<(usize, f32)> {
        let mut tallies = vec![Tally::default(); self.entries.len()];
        for (term, token) in wanted.iter().enumerate() {
            for posting in self.postings.get(token).into_iter().flatten() {
                let thing = self.things.get(posting.entry).copied();
                if let Some(tally) = thing.and_then(|thing| tallies.get_mut(thing)) {
                    tally.add(term, *posting);
                }
            }
        }
        let all = wanted.len().max(1) as f32;
        let mut found: Vec<(usize, f32)> = tallies
            .into_iter()
            .filter_map(|tally| {
                let (entry, _) = tally.best?;
                let coverage = f32::from(tally.terms) / all;
                Some((entry, tally.score * coverage * self.preference(entry)))
            })
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found
    }

    fn preference(&self, entry: usize) -> f32 {
        match self.entries.get(entry).map(|entry| entry.kind) {
            Some(SearchKind::Situation) => SITUATION,
            _ => 1.0,
        }
    }
}

impl Tally {
    fn add(&mut self, term: usize, posting: Posting) {
        let before = match self.last {
            Some((last, weight)) if last == term => weight,
            _ => {
                self.terms += 1;
                0.0
            }
        };
        let counted = posting.weight.max(before);
        self.score += counted - before;
        self.last = Some((term, counted));
        if self.best.is_none_or(|(_, weight)| posting.weight > weight) {
            self.best = Some((posting.entry, posting.weight));
        }
    }
}

fn things(entries: &[SearchEntry]) -> Vec<usize> {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let things = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| match entry.kind {
            SearchKind::Situation => *first.entry(entry.code.as_str()).or_insert(at),
            _ => at,
        });
    things.collect()
}

/// The terms of an entry, with how much each counts in it.
fn term_weights(entry: &SearchEntry) -> BTreeMap<Token, f32> {
    let title = if entry.kind == SearchKind::Guide {
        SHARED_TITLE
    } else {
        TITLE
    };
    let mut terms = BTreeMap::new();
    for (text, weight) in [
        (&entry.title, title),
        (&entry.text, 1.0),
        (&entry.code, 1.0),
    ] {
        for placed in token::all(text) {
            *terms.entry(placed.token).or_default() += weight;
        }
    }
    terms
}

/// Turns weights into what they add to the rank (BM25).
fn rank(postings: &mut BTreeMap<Token, Vec<Posting>>, lengths: &[f32]) {
    let count = lengths.len() as f32;
    let average = lengths.iter().sum::<f32>() / count.max(1.0);
    for list in postings.values_mut() {
        let known = list.len() as f32;
        let rarity = (1.0 + (count - known + 0.5) / (known + 0.5)).ln();
        for posting in list {
            let length = lengths.get(posting.entry).copied().unwrap_or(average);
            let norm = SATURATION * (1.0 - LENGTH + LENGTH * length / average);
            posting.weight = rarity * posting.weight * (SATURATION + 1.0) / (posting.weight + norm);
        }
    }
}
