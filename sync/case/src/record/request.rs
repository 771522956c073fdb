//! Requests: what the author of an entry asks the server to decide.

use super::Anchor;
pub use crate::act::Ask;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a mediation rests (E15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionGround {
    /// 鉴定.
    Appraisal,
    /// 当事人暂不能到场.
    Absence,
    /// 等待裁判或认定.
    PendingRuling,
}

/// What follows when an agreement is broken (E20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// 继续调解.
    Mediate,
    /// 转诉讼.
    Litigate,
}

/// Who takes a case over from mediation (E24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// 公安.
    Police,
    /// 行政裁决、仲裁等部门.
    Department,
    /// 劳动人事争议仲裁 (R070).
    LabourArbitration,
}

/// Why a mediation ends without an agreement (E25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminationGround {
    /// 达不成协议 (Mediation Law art. 26).
    NoAgreement,
    /// 一方不再参加.
    Absent,
    /// 超过期限 (LW15).
    LimitOver,
    /// 不属调解范围.
    NotMediable,
    /// 他处已受理 (LW16, E11b).
    SeisedElsewhere,
}

/// A request as it stands in the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// What is asked.
    #[serde(flatten)]
    pub ask: Ask,
    /// The version of the facts on which it was made.
    pub base_version: u64,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// How the device knew that time; without it only the receipt counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
}
