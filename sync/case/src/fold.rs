//! The fold: what the registry must show of one case.
//!
//! `fold(document at heads, facts, authors)` is pure; [`plan`] says what has to change in the
//! registry, and is empty exactly when the registry already equals the fold. Refolding from nothing
//! uses the same two functions.

mod course;
mod decided;
mod kin;
mod observed;
mod place;
mod rows;
mod table;
mod together;
mod work;

pub use place::{place_key, place_outside};
pub use rows::*;
pub use table::{RegistryTable, canonical};

use crate::{facts::Facts, ids::Actor, role::Author, view::CaseView};
use jiff::{Timestamp, Unit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The rows of one case: by table, then by key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Projection(pub BTreeMap<RegistryTable, BTreeMap<String, Value>>);

/// One change of the registry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "change")]
pub enum RegistryChange {
    /// Writes a row, in place of the one with its key if there is one.
    Put {
        /// The table.
        table: RegistryTable,
        /// The key within the case.
        key: String,
        /// The row.
        row: Value,
    },
    /// Removes a row.
    Remove {
        /// The table.
        table: RegistryTable,
        /// The key within the case.
        key: String,
    },
}

/// What has to change so that `before` becomes `after`; empty if they are equal.
#[must_use]
pub fn plan(before: &Projection, after: &Projection) -> Vec<RegistryChange> {
    let mut changes = Vec::new();
    let none = BTreeMap::new();
    for table in RegistryTable::ALL {
        let (old, new) = (
            before.0.get(&table).unwrap_or(&none),
            after.0.get(&table).unwrap_or(&none),
        );
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            changes.push(RegistryChange::Remove {
                table,
                key: key.clone(),
            });
        }
        for (key, row) in new.iter().filter(|(key, row)| old.get(*key) != Some(*row)) {
            changes.push(RegistryChange::Put {
                table,
                key: key.clone(),
                row: row.clone(),
            });
        }
    }
    changes
}

/// Folds one case.
#[must_use]
pub fn fold(view: &CaseView, facts: &Facts, authors: &[(Actor, Author)]) -> Projection {
    let mut folding = Folding {
        view,
        facts,
        authors,
        rows: Projection::default(),
    };
    folding.registry();
    folding.people();
    folding.requests();
    folding.course();
    folding.agreement();
    folding.visits();
    folding.conflicts();
    folding.talks();
    folding.words();
    folding.performance();
    folding.visits_due();
    folding.supervision();
    folding.after_agreement();
    folding.colour();
    folding.waiting();
    folding.together();
    folding.kin();
    folding.rounds();
    folding.rows
}

struct Folding<'a> {
    view: &'a CaseView,
    facts: &'a Facts,
    authors: &'a [(Actor, Author)],
    rows: Projection,
}

impl Folding<'_> {
    fn put<R: FoldRow>(&mut self, row: &R) {
        if let Ok(value) = serde_json::to_value(row) {
            self.rows
                .0
                .entry(R::TABLE)
                .or_default()
                .insert(row.key(), value);
        }
    }

    fn author(&self, actor: Actor) -> Option<&Author> {
        self.authors
            .iter()
            .find(|(known, _)| *known == actor)
            .map(|(_, author)| author)
    }
}

/// Postgres keeps microseconds; a fold that kept more would never equal the registry.
fn micros(at: Timestamp) -> Timestamp {
    at.round(
        jiff::TimestampRound::new()
            .smallest(Unit::Microsecond)
            .mode(jiff::RoundMode::Trunc),
    )
    .unwrap_or(at)
}
