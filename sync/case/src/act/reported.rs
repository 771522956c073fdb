//! What channels report of a case that they were told of.

use super::{
    AcceptOrder, AckPush, Act, AnyTransition, DecideConfirmation, Engage, PrintedAct, ReportCrime,
    Transition, line,
};
use crate::{event::Event, facts::Facts, rule::ActRow, view::CaseView};
use serde::{Deserialize, Serialize};

acts! {
    /// What a channel reports of a case that it was told of.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    ChannelAct {
        PoliceAccept(AcceptOrder) "police_accept";
        AckPush(AckPush) "ack_push";
        DecideConfirmation(DecideConfirmation) "decide_confirmation";
        Engage(Engage) "engage";
        ReportCrime(ReportCrime) "report_crime";
    }
}

impl ChannelAct {
    /// As a channel of this name means it: the police who name no order sign for what they reported
    /// themselves, of which they got no message. The cases are the one of which it is reported, and
    /// those under which that goes on.
    #[must_use]
    pub fn meant_by(self, channel: &str, cases: &[Facts]) -> Self {
        let Self::PoliceAccept(AcceptOrder { order: None }) = self else {
            return self;
        };
        let own = cases.iter().flat_map(|facts| {
            let orders = facts.orders();
            let own = orders.filter(|(order, _)| order.known_to.as_deref() == Some(channel));
            own.map(|(order, earlier)| order.key(facts.case_id, earlier))
        });
        let own: Vec<AcceptOrder> = own.map(|key| AcceptOrder { order: Some(key) }).collect();
        let waits = |act: &&AcceptOrder| cases.iter().any(|facts| act.waits(facts));
        let meant = own.iter().find(waits).or(own.last()).copied();
        Self::PoliceAccept(meant.unwrap_or(AcceptOrder { order: None }))
    }

    /// Whether it is waited for in this case.
    #[must_use]
    pub fn waits(&self, facts: &Facts) -> bool {
        match self {
            Self::PoliceAccept(act) => act.waits(facts),
            Self::AckPush(act) => act.waits(facts),
            Self::DecideConfirmation(act) => act.waits(facts),
            Self::Engage(act) => facts.kin.merged.is_none() && !act.stands(facts),
            Self::ReportCrime(act) => act.waits(facts),
        }
    }

    /// Whether it stands among the facts already: a channel that got no answer reports again.
    #[must_use]
    pub fn stands(&self, facts: &Facts) -> bool {
        match self {
            Self::PoliceAccept(act) => act.stands(facts),
            Self::AckPush(act) => act.stands(facts),
            Self::DecideConfirmation(act) => act.stands(facts),
            Self::Engage(act) => act.stands(facts),
            Self::ReportCrime(act) => act.stands(facts),
        }
    }
}

impl From<ChannelAct> for Act {
    fn from(act: ChannelAct) -> Self {
        Self::Channel(act)
    }
}
