//! The register of mechanisms (R026) and of the framework they stand in (R007): rows of data, in
//! any number and of any name. Nothing in the code depends on how many there are; a county adds,
//! changes and takes away its own.

use super::{rows, shipped};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A mechanism 联动机制: who works together on what kind of dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mechanism {
    /// Its stable code, such as `wages`.
    pub code: String,
    /// Its name.
    pub name_zh: String,
    /// When it begins.
    pub trigger_zh: String,
    /// Who leads.
    pub lead: String,
    /// Who takes part, by name.
    #[serde(
        deserialize_with = "super::routing::read_names",
        serialize_with = "super::routing::write_names"
    )]
    pub members: Vec<String>,
    /// Calendar days within which it should have an outcome.
    pub days: u16,
    /// How it works, in words.
    pub guide_zh: String,
}

/// A part of the framework 工作体系, below another part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameworkItem {
    /// Its stable code.
    pub code: String,
    /// The part above it; none for the whole.
    pub parent: Option<String>,
    /// Its name.
    pub name_zh: String,
    /// What it means here.
    pub note_zh: String,
}

static MECHANISMS: LazyLock<Vec<Mechanism>> =
    LazyLock::new(|| shipped(rows(include_str!("../../data/mechanisms.csv"))));

static FRAMEWORK: LazyLock<Vec<FrameworkItem>> =
    LazyLock::new(|| shipped(rows(include_str!("../../data/framework.csv"))));

/// The mechanisms that ship with the program.
#[must_use]
pub fn mechanisms() -> &'static [Mechanism] {
    &MECHANISMS
}

/// The framework that ships with the program.
#[must_use]
pub fn framework() -> &'static [FrameworkItem] {
    &FRAMEWORK
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Shows R026, R073.
    #[test]
    fn every_mechanism_names_trigger_lead_members_time_limit_and_guide() {
        let codes: BTreeSet<_> = mechanisms().iter().map(|m| &m.code).collect();
        assert_eq!(codes.len(), mechanisms().len());
        for m in mechanisms() {
            let words = [&m.name_zh, &m.trigger_zh, &m.lead, &m.guide_zh];
            assert!(words.iter().all(|word| !word.is_empty()), "{}", m.code);
            assert!(!m.members.is_empty() && m.days > 0, "{}", m.code);
        }
    }

    /// Shows R007, D09.
    #[test]
    fn the_framework_is_a_tree_of_rows() {
        let codes: BTreeSet<_> = framework().iter().map(|part| part.code.as_str()).collect();
        assert_eq!(codes.len(), framework().len());
        let parents = framework().iter().filter_map(|part| part.parent.as_deref());
        assert!(parents.into_iter().all(|parent| codes.contains(parent)));
        assert_eq!(framework().iter().filter(|p| p.parent.is_none()).count(), 1);
    }
}
