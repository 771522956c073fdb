//! What every act's file needs.

pub(super) use super::{Transition, offer::FILLED};
pub(super) use crate::{
    event::Event,
    facts::{DeadlineKind, Facts, Stage, Status::*},
    reason::{Explain, Reason},
    role::Role::*,
    rule::{
        Attempt,
        Clock::{Begin, Meet},
        Offline, Row,
        Stages::{Any, BeforeEffect, In, New, Open, SinceAcceptance, Unfiled},
        To::{Back, OneOf, Same},
        Who::{Anyone, By, First, Lead, Member, Offered, Rule},
        guard::{self, Guard, need},
    },
    view::CaseView,
};
pub(super) use serde::{Deserialize, Serialize};
