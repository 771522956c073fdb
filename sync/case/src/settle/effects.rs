//! What a settling asks of the world outside the case: feedback to the channel, an order to the police, pushes.
//!
//! Each effect has a key that follows from the case, what happened and the how-manyth time it did: equal whenever the same is decided
//! again, say after a restore, so that whoever receives it twice can tell.

use crate::{
    facts::{Facts, PushTarget, Registered, Stage},
    ids::{CaseId, EntryId},
    record::CloseKind,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Something that the outside must be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// The result goes back to the channel that reported the incident (R126).
    Feedback {
        /// The channel.
        channel: String,
        /// The channel's own number.
        external_no: String,
        /// What the channel is told.
        text: String,
        /// The round that ended so, from 1.
        round: usize,
    },
    /// A danger goes to the police at once (E23; Mediation Law art. 25).
    PoliceOrder {
        /// What was seen, without names.
        text: String,
        /// When the server received it.
        since: Timestamp,
        /// The request that reported it; none if a desk did.
        entry: Option<EntryId>,
        /// How many dangers had been reported in the case before.
        earlier: usize,
    },
    /// One of the three pushes of a dispatch (R107).
    Push {
        /// To whom.
        target: PushTarget,
        /// The round whose first dispatch it tells of, from 1.
        round: usize,
    },
}

impl Effect {
    /// The key of this effect of a case.
    #[must_use]
    pub fn key(&self, case: CaseId) -> Uuid {
        let what = match self {
            Self::Feedback { round, .. } => format!("feedback {round}"),
            Self::PoliceOrder {
                entry: Some(entry), ..
            } => format!("police_order {entry}"),
            Self::PoliceOrder { earlier, .. } => format!("police_order after {earlier}"),
            Self::Push { target, round } => format!("push {round} {}", name(*target)),
        };
        let hash = Sha256::new()
            .chain_update("hejie effect 1\0")
            .chain_update(case.0)
            .chain_update(what)
            .finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hash[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}

fn name(target: PushTarget) -> &'static str {
    match target {
        PushTarget::PartyGovPlac => "party_gov_plac",
        PushTarget::OneStopCentre => "one_stop_centre",
        PushTarget::TerritoryDept => "territory_dept",
    }
}

/// What follows from the way from one state of the facts to another.
#[must_use]
pub fn between(before: &Facts, after: &Facts) -> Vec<Effect> {
    let round = after.round();
    let mut effects = Vec::new();
    if let (
        Stage::Closed {
            outcome, feedback, ..
        },
        true,
    ) = (&after.stage, before.stage.status().is_open())
    {
        let told = after.source.external_no.clone();
        if let Some(external_no) = told.filter(|_| *outcome != CloseKind::Merged) {
            effects.push(Effect::Feedback {
                channel: after.source.channel.clone(),
                external_no,
                text: feedback.clone(),
                round,
            });
        }
    }
    if let (None, Some(hold)) = (&before.hold, &after.hold) {
        effects.push(Effect::PoliceOrder {
            text: hold.what.clone(),
            since: hold.since,
            entry: hold.entry,
            earlier: hold.earlier,
        });
    }
    let pushed = |target: &PushTarget| {
        before.round() == round && before.pushes.iter().any(|p| p.target == *target)
    };
    let new = after.pushes.iter().map(|p| p.target).filter(|t| !pushed(t));
    effects.extend(new.map(|target| Effect::Push { target, round }));
    effects
}

/// What follows from facts that come back whole, as if they had come about at once: under the keys that it had when it did.
#[must_use]
pub fn from_nothing(facts: &Facts) -> Vec<Effect> {
    let before = Facts::registered(&Registered {
        case: facts.case_id,
        case_no: facts.case_no.clone(),
        public_code: facts.public_code.clone(),
        source: facts.source.clone(),
        region: facts.region.clone(),
        situation: facts.situation.clone(),
        difficulty: facts.difficulty,
        at: facts.registered_at,
    });
    between(&before, facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: CaseId = CaseId(Uuid::from_u128(7));

    fn push(target: PushTarget, round: usize) -> Effect {
        Effect::Push { target, round }
    }

    fn order(entry: Option<u128>, earlier: usize) -> Effect {
        Effect::PoliceOrder {
            text: "持刀".into(),
            since: Timestamp::UNIX_EPOCH,
            entry: entry.map(|n| EntryId(Uuid::from_u128(n))),
            earlier,
        }
    }

    #[test]
    fn the_same_effect_has_the_same_key_whatever_it_says_and_others_have_others() {
        let told = |text: &str, round| Effect::Feedback {
            channel: "110".into(),
            external_no: "A-1".into(),
            text: text.into(),
            round,
        };
        assert_eq!(told("一", 1).key(CASE), told("二", 1).key(CASE));
        let all = [
            told("一", 1),
            told("一", 2),
            order(Some(1), 0),
            order(Some(2), 0),
            order(None, 0),
            order(None, 1),
            push(PushTarget::PartyGovPlac, 1),
            push(PushTarget::PartyGovPlac, 2),
            push(PushTarget::OneStopCentre, 1),
            push(PushTarget::TerritoryDept, 1),
        ];
        let keys: std::collections::BTreeSet<Uuid> = all.iter().map(|e| e.key(CASE)).collect();
        assert_eq!(keys.len(), all.len());
        let elsewhere = CaseId(Uuid::from_u128(8));
        assert_ne!(all[0].key(CASE), all[0].key(elsewhere));
    }
}
