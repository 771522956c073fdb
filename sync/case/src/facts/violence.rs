//! Violence at home (LW20): what is known of it, and what was done.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// What is known and was done about violence at home. It is of the case and not of a round: who
/// reported it stays unknown whatever becomes of the dispute.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Violence {
    /// It was found by the screening, reported, or the police warned somebody for it. It is not
    /// unfound: a corrected screening gives nobody's name away.
    #[serde(default)]
    pub found: bool,
    /// When it was first reported to the police as the law asks (E23d, art. 14).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reported_at: Option<Timestamp>,
    /// Warnings of the police 告诫书, the earliest first (E21c, art. 16).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<WarningLetter>,
}

/// A warning 告诫书 that the police gave to whoever was violent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarningLetter {
    /// Its number.
    pub number: String,
    /// The day on which it was issued, from which its visits count.
    pub issued_on: Date,
}
