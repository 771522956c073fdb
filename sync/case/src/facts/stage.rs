//! Where a case stands, with and without the data that belongs to that stage.

use super::Status;
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
