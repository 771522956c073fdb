//! Notices that were given to parties, word for word.

use crate::{
    ids::EntryId,
    record::{ContactMeans, Receiver},
    role::Author,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How parties were given a notice; what it says the case makes ([`crate::notice`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NoticeGiven {
    /// By which means.
    #[cfg_attr(feature = "schema", schema(value_type = String, example = "in_person"))]
    pub means: ContactMeans,
    /// When, as whoever gave it says.
    pub at: Timestamp,
}

impl NoticeGiven {
    /// Handed over.
    #[must_use]
    pub const fn in_person(at: Timestamp) -> Self {
        let means = ContactMeans::InPerson;
        Self { means, at }
    }

    /// Whether its words reached the party on paper or on a screen, to be kept.
    #[must_use]
    pub const fn is_in_writing(self) -> bool {
        matches!(self.means, ContactMeans::InPerson | ContactMeans::Message)
    }
}

/// To whom the case went, and the notice 移交告知书 that told the parties (R113, R114, E24).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferRecord {
    /// To what kind of body.
    pub to: Receiver,
    /// To which one, by name.
    pub receiver: String,
    /// The number under which it signed for the case.
    pub receipt: String,
    /// What the notice says, made from the case.
    pub text: String,
    /// How the parties were given it.
    pub given: NoticeGiven,
    /// Who transferred the case.
    pub by: Author,
}

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
