//! Notices that were given to a party, word for word.

use crate::{ids::EntryId, record::ContactMeans, role::Author};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The notice 不履行告知书 to whoever did not keep a promise (LW07, E20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachNotice {
    /// The clause that was not kept.
    pub obligation: EntryId,
    /// What it says, made from the case.
    pub text: String,
    /// Who gave it.
    pub by: Author,
    /// By which means.
    pub means: ContactMeans,
    /// When, by the device's clock.
    pub given_at: Timestamp,
}
