//! For what a full identity or a sealed statement may be read (P17): a code of a list, and words
//! for this one time.

use super::numbers_in;
use serde::{Deserialize, Serialize};

/// The least and the most that must be said, in characters.
const WORDS: std::ops::RangeInclusive<usize> = 4..=200;

/// The list of purposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// 联系当事人.
    Contact,
    /// 核对身份.
    Verify,
    /// 制作协议文书.
    Agreement,
    /// 调解需要了解陈述.
    Mediation,
    /// 审查协议与签章.
    Review,
    /// 申请司法确认.
    Confirmation,
    /// 移交其他部门.
    Transfer,
    /// 处置现实危险.
    Safety,
    /// 分流派单.
    Dispatch,
    /// 督导核查.
    Supervision,
    /// 应当事人请求查阅、更正.
    PartyRequest,
    /// 关爱帮扶: of whoever needs protection (R098).
    Protection,
}

/// A purpose as somebody stated it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedPurpose {
    /// Which of the list.
    pub purpose: Purpose,
    /// In words, for this one time; without numbers of persons.
    pub words: String,
}

/// Why a purpose cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPurpose {
    /// Too little is said, or far too much.
    #[error("a purpose takes 4 to 200 characters")]
    Length,
    /// The words hold a number of a person; the audit log is no place for it.
    #[error("a purpose holds no numbers of persons")]
    HoldsNumber,
}

impl Purpose {
    /// The stable word, as in the log.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Verify => "verify",
            Self::Agreement => "agreement",
            Self::Mediation => "mediation",
            Self::Review => "review",
            Self::Confirmation => "confirmation",
            Self::Transfer => "transfer",
            Self::Safety => "safety",
            Self::Dispatch => "dispatch",
            Self::Supervision => "supervision",
            Self::PartyRequest => "party_request",
            Self::Protection => "protection",
        }
    }

    /// What people read.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Contact => "联系当事人",
            Self::Verify => "核对身份",
            Self::Agreement => "制作协议文书",
            Self::Mediation => "调解需要了解陈述",
            Self::Review => "审查协议与签章",
            Self::Confirmation => "申请司法确认",
            Self::Transfer => "移交其他部门",
            Self::Safety => "处置现实危险",
            Self::Dispatch => "分流派单",
            Self::Supervision => "督导核查",
            Self::PartyRequest => "应当事人请求查阅、更正",
            Self::Protection => "关爱帮扶",
        }
    }
}

impl StatedPurpose {
    /// Takes what somebody stated.
    ///
    /// # Errors
    /// [`BadPurpose`]: too short to mean anything, or it holds what the log must not.
    pub fn new(purpose: Purpose, words: &str) -> Result<Self, BadPurpose> {
        let words = words.trim();
        if !WORDS.contains(&words.chars().count()) {
            return Err(BadPurpose::Length);
        }
        if !numbers_in(words).is_empty() {
            return Err(BadPurpose::HoldsNumber);
        }
        Ok(Self {
            purpose,
            words: words.to_owned(),
        })
    }

    /// As it stands in the audit log: the code, a colon, the words.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: {}", self.purpose.code(), self.words)
    }
}

impl BadPurpose {
    /// What the person reads.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Length => "请用四个字以上说明本次查看的用途。",
            Self::HoldsNumber => "用途说明中不要写身份证号或电话号码。",
        }
    }
}
