//! Where a case stands, with and without the data that belongs to that stage.

use crate::{
    ids::EntryId,
    record::{CloseKind, SuspensionGround},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where a case stands, with the data that belongs to that stage (docs/domain/events.md).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Stage {
    /// 已登记.
    Registered,
    /// 待分流.
    PendingDispatch,
    /// 已派单待签收; the target stands among the assignments.
    Dispatched,
    /// 已签收.
    SignedFor,
    /// 现场处置.
    OnScene,
    /// 待受理.
    PendingAcceptance,
    /// 已受理.
    Accepted,
    /// 调解中.
    Mediating,
    /// 联席会商.
    JointHandling,
    /// 中止.
    Suspended {
        /// The ground; the stage to come back to is always mediating.
        ground: SuspensionGround,
        /// Since when.
        since: Timestamp,
    },
    /// 协议待生效.
    AgreementPending,
    /// 协议已生效.
    AgreementEffective,
    /// 履行中.
    Performing,
    /// 回访中.
    FollowUp,
    /// 待结案审核.
    PendingClose {
        /// The request, by its entry in the document.
        request: EntryId,
        /// The asked outcome.
        outcome: CloseKind,
        /// What the source channel is told.
        feedback: String,
        /// Since when.
        since: Timestamp,
        /// Where the case stood, and goes back to if the closing is sent back.
        #[serde(default = "follow_up")]
        back: Status,
    },
    /// 结案待裁.
    CloseDisputed {
        /// The outcomes that were asked for, by request.
        outcomes: BTreeMap<EntryId, CloseKind>,
        /// Since when.
        since: Timestamp,
        /// Where the case stood, and goes back to if the closing is sent back.
        #[serde(default = "follow_up")]
        back: Status,
    },
    /// 已结案.
    Closed {
        /// How.
        outcome: CloseKind,
        /// What the source channel is told.
        feedback: String,
        /// When.
        at: Timestamp,
    },
    /// 已归档.
    Archived {
        /// How it was closed.
        outcome: CloseKind,
        /// When it was closed.
        at: Timestamp,
    },
}

fn follow_up() -> Status {
    Status::FollowUp
}

impl Stage {
    /// The stage of a name that needs no data; none for the others.
    #[must_use]
    pub fn plain(status: Status) -> Option<Self> {
        Some(match status {
            Status::Registered => Self::Registered,
            Status::PendingDispatch => Self::PendingDispatch,
            Status::Dispatched => Self::Dispatched,
            Status::SignedFor => Self::SignedFor,
            Status::OnScene => Self::OnScene,
            Status::PendingAcceptance => Self::PendingAcceptance,
            Status::Accepted => Self::Accepted,
            Status::Mediating => Self::Mediating,
            Status::JointHandling => Self::JointHandling,
            Status::AgreementPending => Self::AgreementPending,
            Status::AgreementEffective => Self::AgreementEffective,
            Status::Performing => Self::Performing,
            Status::FollowUp => Self::FollowUp,
            Status::Suspended
            | Status::PendingClose
            | Status::CloseDisputed
            | Status::Closed
            | Status::Archived => return None,
        })
    }

    /// The name of the stage.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Registered => Status::Registered,
            Self::PendingDispatch => Status::PendingDispatch,
            Self::Dispatched => Status::Dispatched,
            Self::SignedFor => Status::SignedFor,
            Self::OnScene => Status::OnScene,
            Self::PendingAcceptance => Status::PendingAcceptance,
            Self::Accepted => Status::Accepted,
            Self::Mediating => Status::Mediating,
            Self::JointHandling => Status::JointHandling,
            Self::Suspended { .. } => Status::Suspended,
            Self::AgreementPending => Status::AgreementPending,
            Self::AgreementEffective => Status::AgreementEffective,
            Self::Performing => Status::Performing,
            Self::FollowUp => Status::FollowUp,
            Self::PendingClose { .. } => Status::PendingClose,
            Self::CloseDisputed { .. } => Status::CloseDisputed,
            Self::Closed { .. } => Status::Closed,
            Self::Archived { .. } => Status::Archived,
        }
    }
}

/// The name of a stage without its data: `case_status` in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "each is explained at the stage of the same name"
)]
pub enum Status {
    Registered,
    PendingDispatch,
    Dispatched,
    SignedFor,
    OnScene,
    PendingAcceptance,
    Accepted,
    Mediating,
    JointHandling,
    Suspended,
    AgreementPending,
    AgreementEffective,
    Performing,
    FollowUp,
    PendingClose,
    CloseDisputed,
    Closed,
    Archived,
}

impl Status {
    /// Every status in the order of the life cycle.
    pub const ALL: [Self; 18] = [
        Self::Registered,
        Self::PendingDispatch,
        Self::Dispatched,
        Self::SignedFor,
        Self::OnScene,
        Self::PendingAcceptance,
        Self::Accepted,
        Self::Mediating,
        Self::JointHandling,
        Self::Suspended,
        Self::AgreementPending,
        Self::AgreementEffective,
        Self::Performing,
        Self::FollowUp,
        Self::PendingClose,
        Self::CloseDisputed,
        Self::Closed,
        Self::Archived,
    ];

    /// Whether work on the case goes on.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Archived)
    }

    /// The Chinese name (docs/domain/events.md).
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Registered => "已登记",
            Self::PendingDispatch => "待分流",
            Self::Dispatched => "已派单待签收",
            Self::SignedFor => "已签收",
            Self::OnScene => "现场处置",
            Self::PendingAcceptance => "待受理",
            Self::Accepted => "已受理",
            Self::Mediating => "调解中",
            Self::JointHandling => "联席会商",
            Self::Suspended => "中止",
            Self::AgreementPending => "协议待生效",
            Self::AgreementEffective => "协议已生效",
            Self::Performing => "履行中",
            Self::FollowUp => "回访中",
            Self::PendingClose => "待结案审核",
            Self::CloseDisputed => "结案待裁",
            Self::Closed => "已结案",
            Self::Archived => "已归档",
        }
    }

    /// The name as it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::PendingDispatch => "pending_dispatch",
            Self::Dispatched => "dispatched",
            Self::SignedFor => "signed_for",
            Self::OnScene => "on_scene",
            Self::PendingAcceptance => "pending_acceptance",
            Self::Accepted => "accepted",
            Self::Mediating => "mediating",
            Self::JointHandling => "joint_handling",
            Self::Suspended => "suspended",
            Self::AgreementPending => "agreement_pending",
            Self::AgreementEffective => "agreement_effective",
            Self::Performing => "performing",
            Self::FollowUp => "follow_up",
            Self::PendingClose => "pending_close",
            Self::CloseDisputed => "close_disputed",
            Self::Closed => "closed",
            Self::Archived => "archived",
        }
    }
}
