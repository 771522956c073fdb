//! What supervision does about a clock: the ladder 提醒→督办单→约谈→通报→追责 (docs/domain/rules.md#supervision).

use super::ClockKey;
use crate::role::Author;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A measure of the ladder, from mild to severe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 提醒.
    Reminder,
    /// 督办单.
    Order,
    /// 约谈.
    Consult,
    /// 通报: only proposed to a person.
    Notice,
    /// 追责: only proposed to a person.
    Accountability,
}

impl Measure {
    /// The Chinese name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Reminder => "提醒",
            Self::Order => "督办单",
            Self::Consult => "约谈",
            Self::Notice => "通报",
            Self::Accountability => "追责",
        }
    }

    /// Whether no rule may take it: a person decides.
    #[must_use]
    pub fn needs_person(self) -> bool {
        self >= Self::Notice
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
    /// The share of the limit at which the rung stands, in percent; tells two reminders of one clock apart.
    pub percent: u32,
    /// When the clock reached the rung.
    pub at: Timestamp,
    /// What became of it.
    pub state: ItemState,
    /// A Chinese sentence for whoever is meant.
    pub zh: String,
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
