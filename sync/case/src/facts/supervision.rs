//! What supervision does about a clock: the ladder 提醒→督办单→约谈→通报→追责
//! (docs/domain/rules.md#supervision).

use super::ClockKey;
use crate::{kinds::kinds, role::Author};
use TakenBy::{Person, Rule};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

kinds! {
    /// A measure of the ladder, from mild to severe.
    pub enum Measure: TakenBy {
        Reminder "reminder" "提醒" "Reminder" "a word before a limit is over" => Rule;
        Order "order" "督办单" "Supervision order" "to act at once, and to say why it is late" => Rule;
        Consult "consult" "约谈" "Talk" "a talk with whoever handles the case" => Rule;
        Notice "notice" "通报" "Public notice" "only proposed: a person takes it or drops it" => Person;
        Accountability "accountability" "追责" "Accountability"
            "only proposed: a person takes it or drops it" => Person;
        Relapse "relapse" "复发研判" "Relapse"
            "a visit found signs of breaking out again: a person decides what is to be done" => Person;
    }
}

/// Who takes a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TakenBy {
    /// A rule, when the clock reaches the rung.
    Rule,
    /// A person, to whom it is only proposed.
    Person,
}

impl Measure {
    /// Whether no rule may take it: a person decides.
    #[must_use]
    pub fn needs_person(self) -> bool {
        self.fixed() == Person
    }
}

/// One measure about one clock of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionItem {
    /// Counts up within the case.
    pub no: u32,
    /// The clock that gave rise to it.
    pub clock: ClockKey,
    /// The measure.
    pub measure: Measure,
    /// The share of the limit at which the rung stands, in percent; tells two reminders of one
    /// clock apart.
    pub percent: u32,
    /// When the clock reached the rung.
    pub at: Timestamp,
    /// What became of it.
    pub state: ItemState,
    /// A Chinese sentence for whoever is meant; what a person ordered, in that person's words.
    pub zh: String,
    /// Who ordered it; nobody, if a rule did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Author>,
}

/// What became of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ItemState {
    /// Taken by rule, not answered yet.
    Issued,
    /// Proposed to a person, who has not decided yet.
    Proposed,
    /// A person took it.
    Taken {
        /// Who.
        by: Author,
        /// When.
        at: Timestamp,
    },
    /// A person dropped it.
    Dropped {
        /// Who.
        by: Author,
        /// When.
        at: Timestamp,
        /// Why, in words.
        why: String,
    },
    /// Answered by whoever was meant.
    Answered {
        /// Who.
        by: Author,
        /// When.
        at: Timestamp,
        /// The answer.
        text: String,
    },
    /// The clock was met or ended before anybody answered.
    Past {
        /// When that was seen.
        at: Timestamp,
    },
}

impl ItemState {
    /// Whether it still waits for somebody.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Issued | Self::Proposed | Self::Taken { .. })
    }
}
