//! What channels report of a case that they were told of.

use super::{
    AckPush, Act, AnyTransition, DecideConfirmation, PoliceAccept, PrintedAct, Transition, line,
};
use crate::{
    event::Event,
    facts::{DeadlineKind, Facts},
    rule::ActRow,
    view::CaseView,
};
use serde::{Deserialize, Serialize};

acts! {
    /// What a channel reports of a case that it was told of.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    ChannelAct {
        PoliceAccept "police_accept";
        AckPush(AckPush) "ack_push";
        DecideConfirmation(DecideConfirmation) "decide_confirmation";
    }
}

impl ChannelAct {
    /// Whether it stands among the facts already: a channel that got no answer reports again.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        let round = &facts.round;
        match self {
            Self::PoliceAccept => facts
                .deadlines
                .iter()
                .any(|clock| clock.kind == DeadlineKind::PoliceAccept && clock.met_at.is_some()),
            Self::AckPush(act) => {
                let mut pushes = round.pushes.iter();
                pushes.any(|push| push.target == act.target && push.acked_at.is_some())
            }
            Self::DecideConfirmation(act) => {
                let mut decided = facts.confirmations().filter_map(|of| of.decided);
                decided.any(|(result, _)| result == act.result)
            }
        }
    }
}

impl From<ChannelAct> for Act {
    fn from(act: ChannelAct) -> Self {
        Self::Channel(act)
    }
}
