//! Dangers that hold a case, and what the police are asked to take over.

use super::Facts;
use crate::{
    ids::{CaseId, EntryId},
    role::Author,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The hold that a reported danger lays on a case (E23): nothing is accepted, frozen, sealed or
/// closed until it is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub since: Timestamp,
    /// Who reported.
    pub by: Author,
    /// What was seen, without names.
    pub what: String,
    /// The request that reported it; none if a desk did.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The case in which it was reported, if that goes on under this one.
    #[serde(default)]
    pub from: Option<CaseId>,
}

impl Hold {
    /// Whether it is of the same danger, whichever case it lies on now.
    #[must_use]
    pub fn is_of_same(&self, other: &Self) -> bool {
        (self.since, self.by, self.entry, &self.what)
            == (other.since, other.by, other.entry, &other.what)
    }

    /// Whether it is of the same request: whatever became of its case since, it is written once.
    #[must_use]
    pub fn is_of_same_entry(&self, other: &Self) -> bool {
        self.entry.is_some() && self.entry == other.entry
    }
}

/// A criminal case that came of the dispute (民转刑), as the police number it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CriminalCase {
    /// 刑事案件编号.
    pub criminal_no: String,
    /// When the server heard of it.
    pub reported_at: Timestamp,
}

impl Facts {
    /// The numbers of the criminal cases that came of the dispute.
    pub fn criminal_nos(&self) -> impl Iterator<Item = &str> {
        let known = self.criminal_cases.iter();
        known.map(|known| known.criminal_no.as_str())
    }
}

/// Something that the police are asked to take over. Orders are only added: whatever happens
/// afterwards, each is owed once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliceOrder {
    /// Why it is theirs.
    pub cause: PoliceCause,
    /// What they are told, without names.
    pub text: String,
    /// When the server received what caused it.
    pub at: Timestamp,
    /// The request that caused it; none if a desk, a channel or a rule did.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The channel that reported the matter by an order of its own and has our answer to it: if
    /// that is the police, they know.
    #[serde(default)]
    pub known_to: Option<String>,
}

impl PoliceOrder {
    /// The key under which the police get it, which is how they name it to us.
    #[must_use]
    pub fn key(&self, case: CaseId, earlier: usize) -> Uuid {
        case.derive(&match self.entry {
            Some(entry) => format!("police_order {entry}"),
            None => format!("police_order {} after {earlier}", self.cause.word()),
        })
    }
}

impl Facts {
    /// The orders of this case, each with how many that no request caused went before.
    pub fn orders(&self) -> impl Iterator<Item = (&PoliceOrder, usize)> {
        self.police_orders.iter().scan(0, |earlier, order| {
            let before = *earlier;
            *earlier += usize::from(order.entry.is_none());
            Some((order, before))
        })
    }
}

/// Why something is a matter of the police.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoliceCause {
    /// A danger was reported (E23).
    Danger,
    /// Violence at home was reported (E23d).
    Violence,
    /// The case was closed as handed over to them (E02, E24).
    HandedOver,
    /// The case goes on, and its situation was found to be one of their list (M10).
    Situation,
    /// A further call reports a situation of their list (E29).
    Call,
}

impl PoliceCause {
    const fn word(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Violence => "violence",
            Self::HandedOver => "handed_over",
            Self::Situation => "situation",
            Self::Call => "call",
        }
    }
}
