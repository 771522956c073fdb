//! What somebody is told before they reach the scene (R139): earlier cases of the same pair and of
//! the same place, and what is dangerous about them. No names, no words: the least that keeps the
//! person safe and saves the parties from telling it all again.

use crate::{ids::SituationCode, record::CloseKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many earlier cases are told of the pair, and of the place.
pub const TOLD: u32 = 10;

/// What is told of a case before arrival.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CaseBrief {
    /// Earlier cases of the same pair of parties, the latest first; nothing while it is not known
    /// who they are.
    #[serde(default)]
    pub pair: Vec<FormerCase>,
    /// Earlier cases at the same address, the latest first; of whoever lives there.
    #[serde(default)]
    pub place: Vec<FormerCase>,
    /// What was seen of danger in this case and in those of the pair.
    #[serde(default)]
    pub of_pair: BTreeSet<Hazard>,
    /// What was seen of danger in those of the place.
    #[serde(default)]
    pub of_place: BTreeSet<Hazard>,
}

/// An earlier case: its number, what it was about, how it ended, and its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerCase {
    /// Its number.
    pub case_no: String,
    /// What it was about.
    pub situation: SituationCode,
    /// How it ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<CloseKind>,
    /// The day on which it was registered, Asia/Shanghai.
    pub day: Date,
}

/// What somebody who comes to the scene must reckon with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hazard {
    /// A danger was reported.
    Danger,
    /// Somebody threatened to kill, harm, burn or jump.
    Threat,
    /// A weapon or dangerous goods.
    Weapon,
    /// A protection order was breached.
    OrderBreached,
    /// Violence.
    Violence,
    /// The police know of violence at home.
    DvHistory,
}

impl Hazard {
    /// Every hazard.
    pub const ALL: [Self; 6] = [
        Self::Danger,
        Self::Threat,
        Self::Weapon,
        Self::OrderBreached,
        Self::Violence,
        Self::DvHistory,
    ];

    /// The stable word; but for a danger, that of the part of the colour.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Threat => "threat",
            Self::Weapon => "weapon",
            Self::OrderBreached => "order_breached",
            Self::Violence => "violence",
            Self::DvHistory => "dv_history",
        }
    }

    /// What people read.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Danger => "曾报告险情",
            Self::Threat => "曾扬言伤害、放火、跳楼等",
            Self::Weapon => "曾持有凶器或危险物品",
            Self::OrderBreached => "曾违反人身安全保护令",
            Self::Violence => "曾有暴力行为",
            Self::DvHistory => "公安机关提示有家庭暴力史",
        }
    }
}
