//! Where the rules of difficulty begin, as a county sets them.

use serde::{Deserialize, Serialize};

/// Thresholds after a published subsidy scheme (docs/domain/rules.md#difficulty).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// Persons from which a case is at least ordinary.
    pub ordinary_persons: u32,
    /// Persons from which it is complex.
    pub complex_persons: u32,
    /// Yuan from which a case is at least ordinary.
    pub ordinary_yuan: u64,
    /// Yuan from which it is complex.
    pub complex_yuan: u64,
    /// Departments from which a case is at least ordinary.
    pub ordinary_departments: u32,
    /// Departments from which it is complex.
    pub complex_departments: u32,
    /// Beginnings of situations that are about tenure or the status of a person.
    pub complex_situations: Vec<String>,
    /// How often a case was given back when it is complex.
    pub returned: u8,
    /// Hours after acceptance in which a difficulty may be lowered.
    pub lower_hours: u32,
    /// The used share of the feedback limit after which raising needs the supervisor, in percent.
    pub raise_percent: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            ordinary_persons: 3,
            complex_persons: 10,
            ordinary_yuan: 20_000,
            complex_yuan: 100_000,
            ordinary_departments: 2,
            complex_departments: 3,
            complex_situations: ["N01-06", "N08-04", "N09-01", "N09-03"]
                .map(Into::into)
                .into(),
            returned: 2,
            lower_hours: 24,
            raise_percent: 50,
        }
    }
}
