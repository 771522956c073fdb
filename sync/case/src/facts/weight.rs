//! How hard and how dangerous a case is.

use crate::role::Author;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// 难易程度: decides the length of the feedback clock (7 / 15 / 30 days).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// 简易.
    Simple,
    /// 一般.
    Ordinary,
    /// 复杂.
    Complex,
}

/// 三色预警: advice with reasons; a person rules (P07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour {
    /// The level that holds.
    pub level: Level,
    /// What was reckoned, while a person's word holds over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reckoned: Option<Level>,
    /// 0 to 100.
    pub score: u8,
    /// What the score is made of.
    pub reasons: Vec<ScoreReason>,
}

impl Colour {
    /// The level that was reckoned, whatever a person says over it.
    #[must_use]
    pub fn reckoned(&self) -> Level {
        self.reckoned.unwrap_or(self.level)
    }
}

/// Blue, yellow or red.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 蓝.
    Blue,
    /// 黄.
    Yellow,
    /// 红.
    Red,
}

impl Level {
    /// The Chinese name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Blue => "蓝",
            Self::Yellow => "黄",
            Self::Red => "红",
        }
    }
}

/// One part of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreReason {
    /// A stable code, such as `emotion`.
    pub code: String,
    /// Points; negative ones calm.
    pub points: i16,
    /// In Chinese words.
    pub zh: String,
}

/// A person's word over the colour (docs/domain/rules.md#colour): upward freely, downward with a
/// reason and for seven days at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColourOverride {
    /// The level that holds.
    pub level: Level,
    /// Who says so.
    pub by: Author,
    /// Why.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when; an override upward may be without end.
    pub until: Option<Timestamp>,
}
