//! What every act's file needs.

pub(super) use super::{Transition, candidate::FILLED};
pub(super) use crate::{
    event::Event,
    facts::{DeadlineKind, Facts, Stage, Status::*},
    reason::{Explain, Reason},
    role::Role::*,
    rule::{
        ActRow, Attempt,
        Authority::{Anyone, By, First, Guest, Lead, Member, Offered, Rule},
        ClockEffect::{Begin, BeginEach, Meet},
        NextStage::{Back, OneOf, Same},
        Offline,
        Stages::{Any, BeforeEffect, In, New, Open, SinceAcceptance, Unfiled},
        guard::{self, Guard, Guards, Holds, need},
    },
    view::CaseView,
};
pub(super) use serde::{Deserialize, Serialize};
