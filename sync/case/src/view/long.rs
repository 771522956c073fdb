//! Texts that have become longer than anybody reads.

use super::{CaseView, Entries};
use crate::{ids::EntryId, limit::LONG_TEXT};
use std::fmt;

/// Where a mergeable text lies.
struct TextPlace {
    container: &'static str,
    entry: Option<EntryId>,
    clause: Option<EntryId>,
}

impl CaseView {
    /// The places of the mergeable texts that are longer than [`LONG_TEXT`]: nothing is refused for
    /// it, since two edits that are each short enough may merge into more; whoever reads the case
    /// is told.
    #[must_use]
    pub fn long_texts(&self) -> Vec<String> {
        let texts = self.texts().into_iter();
        let long = texts.filter(|(_, text)| is_long(text));
        long.map(|(place, _)| place.to_string()).collect()
    }

    /// How long the longest mergeable text is, in characters: what the gate must know before it can
    /// tell that a change makes none too long.
    #[must_use]
    pub fn longest_text(&self) -> usize {
        // Bytes bound characters: only a text that is longer in bytes can be longer in characters.
        self.texts().iter().fold(0, |longest, (_, text)| {
            if text.len() > longest {
                longest.max(text.chars().count())
            } else {
                longest
            }
        })
    }

    fn texts(&self) -> Vec<(TextPlace, &str)> {
        let summary = TextPlace {
            container: "intake/summary",
            entry: None,
            clause: None,
        };
        let mut texts = vec![(summary, self.intake.summary.as_str())];
        texts.extend(of(&self.statements, "statements", |one| &one.text));
        texts.extend(of(&self.notes, "notes", |one| &one.text));
        texts.extend(of(&self.evidence, "evidence", |one| &one.caption));
        texts.extend(of(&self.sessions, "sessions", |one| &one.record));
        texts.extend(of(&self.plans, "plans", |one| &one.text));
        texts.extend(of(&self.visits, "visits", |one| &one.text));
        for (id, draft) in &self.drafts {
            let clauses = draft.value.clauses.iter();
            texts.extend(clauses.map(|(clause, value)| {
                let place = TextPlace {
                    container: "drafts",
                    entry: Some(*id),
                    clause: Some(*clause),
                };
                (place, value.text.as_str())
            }));
        }
        texts
    }
}

impl fmt::Display for TextPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.container)?;
        if let Some(entry) = self.entry {
            write!(f, "/{entry}")?;
        }
        match self.clause {
            Some(clause) => write!(f, "/clauses/{clause}"),
            None => Ok(()),
        }
    }
}

fn of<'a, T>(
    entries: &'a Entries<T>,
    container: &'static str,
    text: impl Fn(&'a T) -> &'a str + 'a,
) -> impl Iterator<Item = (TextPlace, &'a str)> {
    entries.iter().map(move |(id, entry)| {
        let place = TextPlace {
            container,
            entry: Some(*id),
            clause: None,
        };
        (place, text(&entry.value))
    })
}

fn is_long(text: &str) -> bool {
    text.len() > LONG_TEXT && text.chars().count() > LONG_TEXT
}
