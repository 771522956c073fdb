//! Texts that have become longer than anybody reads.

use super::{CaseView, Entries};
use crate::limit::LONG_TEXT;

impl CaseView {
    /// The places of the mergeable texts that are longer than [`LONG_TEXT`]: nothing is refused for it, since two edits that are each
    /// short enough may merge into more; whoever reads the case is told.
    #[must_use]
    pub fn long_texts(&self) -> Vec<String> {
        let mut places = Vec::new();
        if is_long(&self.intake.summary) {
            places.push("intake/summary".into());
        }
        places.extend(of(&self.statements, "statements", |statement| {
            &statement.text
        }));
        places.extend(of(&self.notes, "notes", |note| &note.text));
        places.extend(of(&self.evidence, "evidence", |item| &item.caption));
        places.extend(of(&self.sessions, "sessions", |session| &session.record));
        places.extend(of(&self.plans, "plans", |plan| &plan.text));
        places.extend(of(&self.visits, "visits", |visit| &visit.text));
        for (id, draft) in &self.drafts {
            let clauses = draft.value.clauses.iter();
            let long = clauses.filter(|(_, clause)| is_long(&clause.text));
            places.extend(long.map(|(clause, _)| format!("drafts/{id}/clauses/{clause}")));
        }
        places
    }
}

fn of<'a, T>(
    entries: &'a Entries<T>,
    container: &'a str,
    text: impl Fn(&T) -> &str + 'a,
) -> impl Iterator<Item = String> + 'a {
    let long = entries
        .iter()
        .filter(move |(_, entry)| is_long(text(&entry.value)));
    long.map(move |(id, _)| format!("{container}/{id}"))
}

fn is_long(text: &str) -> bool {
    text.len() > LONG_TEXT && text.chars().count() > LONG_TEXT
}
