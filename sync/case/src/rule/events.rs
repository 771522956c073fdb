//! Which row of the table a motion belongs to.

use super::{Act, Target};
use crate::{event::Event, record::Ask};

impl Act {
    /// The event of the table. A decision on a referred request belongs to no row of its own, but to that of the request.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::Ask(ask) => ask.event(),
            Self::Sign(_) => Event::Sign,
            Self::Perform(_) => Event::Perform,
            Self::Visit(_) => Event::Visit,
            Self::Triage => Event::Triage,
            Self::PoliceAccept => Event::PoliceAccept,
            Self::Dispatch { .. } => Event::Dispatch,
            Self::AckPush(_) => Event::AckPush,
            Self::Assign(..) => Event::Assign,
            Self::Handover(_) => Event::Handover,
            Self::Return { .. } => Event::Return,
            Self::WaiveVisit { .. } => Event::WaiveVisit,
            Self::OpenJoint { .. } => Event::OpenJoint,
            Self::EndJoint { .. } => Event::EndJoint,
            Self::Release { .. } => Event::Release,
            Self::Transfer { .. } => Event::Transfer,
            Self::Close { .. } => Event::Close,
            Self::SendBack { .. } => Event::SendBack,
            Self::WaiveFile { .. } => Event::WaiveFile,
            Self::DisputeClose => Event::DisputeClose,
            Self::Repeat(_) => Event::Repeat,
            Self::Reopen { .. } => Event::Reopen,
            Self::Merge { .. } => Event::Merge,
            Self::Absorb { .. } => Event::Absorb,
            Self::Unmerge { .. } => Event::Unmerge,
            Self::Part { .. } => Event::Part,
            Self::Split { .. } => Event::Split,
            Self::Archive { .. } => Event::Archive,
            Self::SendConfirmation => Event::SendConfirmation,
            Self::DecideConfirmation { .. } => Event::DecideConfirmation,
            Self::DecideItem { .. } => Event::DecideItem,
            Self::OverrideColour { .. } => Event::OverrideColour,
            Self::RuleConflict { .. } | Self::Decide { .. } => Event::RuleConflict,
        }
    }
}

impl Act {
    /// The people whom the act puts on the case.
    #[must_use]
    pub fn targets(&self) -> &[Target] {
        match self {
            Self::Dispatch { target, .. } | Self::Assign(target, _) | Self::Handover(target) => {
                std::slice::from_ref(target)
            }
            Self::OpenJoint { members } => members,
            _ => &[],
        }
    }
}

impl Ask {
    /// The event of the table.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::Triage { .. } => Event::Triage,
            Self::Claim => Event::Claim,
            Self::SignFor { .. } => Event::SignFor,
            Self::Arrive { .. } => Event::Arrive,
            Self::SettleOnScene { .. } => Event::SettleOnScene,
            Self::ResidualRisk { .. } => Event::ResidualRisk,
            Self::GiveNotice { .. } => Event::GiveNotice,
            Self::Accept => Event::Accept,
            Self::Refuse { .. } => Event::Refuse,
            Self::Start => Event::Start,
            Self::Adjust { .. } => Event::Adjust,
            Self::Suspend { .. } => Event::Suspend,
            Self::Resume => Event::Resume,
            Self::Freeze { .. } => Event::Freeze,
            Self::Effect { .. } => Event::Effect,
            Self::Breach { .. } => Event::Breach,
            Self::Danger { .. } => Event::Danger,
            Self::TransferOut { .. } => Event::Transfer,
            Self::Terminate { .. } => Event::Terminate,
            Self::Confirm { .. } => Event::Confirm,
            Self::Resolve { .. } => Event::RuleConflict,
            Self::Extend { .. } => Event::Extend,
            Self::AnswerItem { .. } => Event::AnswerItem,
            Self::AskClose { .. } => Event::AskClose,
        }
    }
}
