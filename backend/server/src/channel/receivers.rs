//! Which channels the effects of cases go to. Nothing goes into nothing: where a county connects
//! nobody it says so, and a danger always has a channel.

use hejie_case::{
    act::{AckPush, ChannelAct, Engage},
    facts::{EngagingBody, Facts, PushTarget},
    ids::CaseId,
};
use hejie_registry::{
    error::RegistryError,
    identity::{
        channel,
        org::{Org, OrgKind},
    },
    pool::PgConnection,
};
use serde::{Deserialize, Serialize};

/// What stands for a receiver that a county did not connect.
const NONE: &str = "none";

/// Which channels effects go to, by the names under which `hejie channel add` set them up; `none`
/// where a push is acknowledged at a desk alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Receivers {
    /// The police: dangers (E23).
    pub police: String,
    /// 党委政府和政法委: the first of the three pushes (R107).
    pub party_gov_plac: String,
    /// “一站式”矛调中心: the second.
    pub one_stop_centre: String,
    /// 属地属事部门: the third.
    pub territory_dept: String,
    /// Seconds within which a channel answers a message.
    pub answer_seconds: u32,
    /// Seconds after which the outbox is looked at although nobody rang.
    pub look_seconds: u32,
}

impl Default for Receivers {
    fn default() -> Self {
        Self {
            police: "110".into(),
            party_gov_plac: NONE.into(),
            one_stop_centre: NONE.into(),
            territory_dept: NONE.into(),
            answer_seconds: 15,
            look_seconds: 5,
        }
    }
}

/// What is wrong with the receivers of a county.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unconnected {
    /// Channels that the settings name and nobody set up.
    pub unknown: Vec<String>,
    /// The police would not hear of a danger.
    pub police: bool,
}

impl Receivers {
    /// The channel to which a push of a case goes: that of the department which is responsible, if
    /// it has one of its own, else the one that the county named for all of them. None where nobody
    /// is connected, and the push is acknowledged at a desk.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn of_push(
        &self,
        conn: &mut PgConnection,
        case: CaseId,
        target: PushTarget,
        department: Option<&str>,
    ) -> Result<Option<String>, RegistryError> {
        let own = match department {
            Some(name) => channel::of_department(conn, case, name).await?,
            None => None,
        };
        Ok(own.or_else(|| self.named(target).map(str::to_owned)))
    }

    /// The channel that the county named for a push.
    fn named(&self, target: PushTarget) -> Option<&str> {
        let name = match target {
            PushTarget::PartyGovPlac => &self.party_gov_plac,
            PushTarget::OneStopCentre => &self.one_stop_centre,
            PushTarget::TerritoryDept => &self.territory_dept,
        };
        Some(name.as_str()).filter(|name| *name != NONE)
    }

    /// Whether a channel of this name is the one that reports such an act of these cases: the
    /// police accept and number crimes, a push is acknowledged where it went to, a court decides,
    /// and a letter comes from whoever wrote it.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn may_report(
        &self,
        conn: &mut PgConnection,
        (name, of): (&str, &Org),
        (act, cases): (&ChannelAct, &[Facts]),
    ) -> Result<bool, RegistryError> {
        Ok(match act {
            ChannelAct::PoliceAccept(_) | ChannelAct::ReportCrime(_) => self.police == name,
            ChannelAct::AckPush(act) => self.received(conn, name, (act, cases)).await?,
            ChannelAct::DecideConfirmation(_) => of.kind == OrgKind::Court,
            ChannelAct::Engage(act) => is_letter_of(act, of),
        })
    }

    /// Whether a push of one of these cases went to the channel of this name. Where none of them
    /// has one, the rules say so to whoever would get it.
    async fn received(
        &self,
        conn: &mut PgConnection,
        name: &str,
        (act, cases): (&AckPush, &[Facts]),
    ) -> Result<bool, RegistryError> {
        let mut meant: Vec<_> = (cases.iter())
            .flat_map(|facts| {
                let departments = act.departments(facts).into_iter();
                departments.map(|department| (facts.case_id, department))
            })
            .collect();
        if meant.is_empty() {
            meant.extend(cases.first().map(|facts| (facts.case_id, None)));
        }
        for (case, department) in meant {
            let channel = self.of_push(conn, case, act.target, department).await?;
            if channel.as_deref() == Some(name) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the settings leave dangers without a receiver.
    #[must_use]
    pub fn forgets_police(&self) -> bool {
        self.police == NONE || self.police.trim().is_empty()
    }

    /// Looks which receivers nobody set up. The names that a county did not choose are no mistake
    /// of its own.
    ///
    /// # Errors
    /// Postgres failed.
    pub async fn check(&self, conn: &mut PgConnection) -> Result<Unconnected, RegistryError> {
        let (chosen, shipped) = (self.names(), Self::default());
        let mut found = Unconnected::default();
        for (name, default) in chosen.iter().zip(shipped.names()) {
            let known = channel::find_by_name(conn, name).await?;
            if known.is_none() && *name != NONE && *name != default {
                found.unknown.push((*name).to_owned());
            }
            if *name == self.police {
                found.police =
                    known.is_none_or(|known| !known.active || known.webhook_url.is_none());
            }
        }
        Ok(found)
    }

    fn names(&self) -> [&str; 4] {
        [
            &self.police,
            &self.party_gov_plac,
            &self.one_stop_centre,
            &self.territory_dept,
        ]
    }
}

/// Whether a letter is of the organisation of a channel: nobody speaks for another court or office.
#[must_use]
pub fn is_letter_of(letter: &Engage, of: &Org) -> bool {
    let kind = match letter.body {
        EngagingBody::Court => OrgKind::Court,
        EngagingBody::Administration | EngagingBody::LabourArbitration => OrgKind::Department,
    };
    of.kind == kind && of.name_zh == letter.body_name.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_may_go_to_nobody_and_a_danger_may_not() {
        let shipped = Receivers::default();
        assert!(!shipped.forgets_police());
        assert_eq!(shipped.named(PushTarget::OneStopCentre), None);
        for police in ["none", "", " "] {
            let police = police.into();
            assert!(
                Receivers {
                    police,
                    ..shipped.clone()
                }
                .forgets_police()
            );
        }
        let one_stop_centre = "centre".into();
        let named = Receivers {
            one_stop_centre,
            ..shipped
        };
        assert_eq!(named.named(PushTarget::OneStopCentre), Some("centre"));
    }
}
