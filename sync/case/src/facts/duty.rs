//! Who answers for a case, and its clocks.

use crate::{
    ids::{OrgId, UserId},
    role::Role,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who answers for a case, from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Counts up within the case; what [`crate::record::Ask::SignFor`] names.
    pub version: u32,
    /// The person.
    pub user: UserId,
    /// The organisation.
    pub org: OrgId,
    /// In which role the person works here.
    pub role: Role,
    /// For what the person answers.
    pub duty: Duty,
    /// Offered when.
    pub from: Timestamp,
    /// Signed for when.
    pub signed_at: Option<Timestamp>,
    /// Ended when.
    pub to: Option<Timestamp>,
}

/// For what an assigned person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 首处责任: answers until a receiver signs (R027).
    First,
    /// 主办人: exactly one per open accepted case (R022).
    Lead,
    /// 协办.
    Co,
    /// Follow-up visits of the grid.
    Visit,
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// Runs since.
    pub starts_at: Timestamp,
    /// Ends at.
    pub due_at: Timestamp,
    /// Met when.
    pub met_at: Option<Timestamp>,
    /// The rule it comes from.
    pub basis: String,
}

/// The kinds of clock (domain.md 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 分拨, 24 h.
    Dispatch,
    /// 公安受理, 24 h.
    PoliceAccept,
    /// 签收.
    SignFor,
    /// 到场.
    Arrive,
    /// 联系当事人, 24 h.
    FirstContact,
    /// 反馈110, 7 / 15 / 30 d.
    Feedback,
    /// 调解期限, 30 d and others.
    Legal,
    /// 首次调解, 3 d.
    FirstSession,
    /// 司法确认, 30 d of effect.
    Confirmation,
    /// 履行期限.
    Obligation,
    /// 回访.
    FollowUp,
}
