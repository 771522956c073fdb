//! What a reconciliation asks of the world outside the case: feedback to the channel, an order to
//! the police, pushes.
//!
//! Each effect has a key that follows from the case, what happened and the how-manyth time it did:
//! equal whenever the same is decided again, say after a restore, so that whoever receives it twice
//! can tell; and another one where something else is decided, which must not pass for a repetition.

mod packet;

pub use packet::{ConfirmationPacket, PAPERS};

use crate::{
    facts::{Facts, PoliceCause, PoliceOrder, PushTarget, Registered, Stage},
    ids::{CaseId, EntryId},
    record::CloseKind,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Something that the outside must be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// The result goes back to the channel that reported the incident (R126), or one that goes on
    /// under this case.
    Feedback {
        /// The channel.
        channel: String,
        /// The channel's own number.
        external_no: String,
        /// What the channel is told.
        text: String,
        /// The round that ended, from 1.
        round: usize,
        /// How it ended.
        outcome: CloseKind,
        /// The merged case that was reported so; none if it is this one.
        of: Option<CaseId>,
    },
    /// A danger, or a case that is theirs, goes to the police at once (E23, E02, E24; Mediation Law
    /// art. 25).
    PoliceOrder {
        /// What they are asked.
        order: PoliceOrder,
        /// How many orders that no request caused went before.
        earlier: usize,
    },
    /// An application for judicial confirmation goes to the court (E32b, R066).
    Confirmation(ConfirmationPacket),
    /// One of the three pushes of a dispatch (R107).
    Push {
        /// To whom.
        target: PushTarget,
        /// Of the third, which department is responsible.
        department: Option<String>,
        /// The round whose first dispatch it tells of, from 1.
        round: usize,
        /// How often it was sent before, unacknowledged.
        resent: usize,
    },
}

impl Effect {
    /// The order that follows from a danger, for whoever must tell it before its case is settled,
    /// or although it never will be. Its key is that of the order which reconciliation makes of the
    /// same danger, so that the police get one of both.
    #[must_use]
    pub fn danger(entry: EntryId, text: String, at: Timestamp) -> Self {
        let order = PoliceOrder {
            cause: PoliceCause::Danger,
            text,
            at,
            entry: Some(entry),
            known_to: None,
        };
        Self::PoliceOrder { order, earlier: 0 }
    }

    /// The request in which a person reported the danger that this tells the police of, if it does.
    #[must_use]
    pub fn reported_in(&self) -> Option<EntryId> {
        match self {
            Self::PoliceOrder { order, .. } if order.cause == PoliceCause::Danger => order.entry,
            Self::PoliceOrder { .. }
            | Self::Feedback { .. }
            | Self::Confirmation(_)
            | Self::Push { .. } => None,
        }
    }

    /// The key of this effect of a case.
    #[must_use]
    pub fn key(&self, case: CaseId) -> Uuid {
        match self {
            Self::Feedback {
                round,
                outcome,
                channel,
                external_no,
                ..
            } => {
                // Quoted, so that no two numbers of whatever channels make one word.
                let (outcome, to) = (outcome.code(), format!("{channel:?} {external_no:?}"));
                case.derive(&format!("feedback {round} {outcome} {to}"))
            }
            Self::PoliceOrder { order, earlier } => order.key(case, *earlier),
            Self::Confirmation(packet) => packet.key(case),
            Self::Push {
                target,
                round,
                resent,
                ..
            } => target.key(case, *round, *resent),
        }
    }
}

/// What follows from the way from one state of the facts to another, whatever lay between.
#[must_use]
pub fn between(before: &Facts, after: &Facts) -> Vec<Effect> {
    let ended = ended(before, after);
    let mut effects: Vec<Effect> = ended.flat_map(|end| feedback(after, &end)).collect();
    let orders = after.orders().skip(before.police_orders.len());
    effects.extend(orders.map(|(order, earlier)| Effect::PoliceOrder {
        order: order.clone(),
        earlier,
    }));
    let sent: Vec<_> = packet::sent(before).collect();
    let new = packet::sent(after).filter(|packet| !sent.contains(packet));
    effects.extend(new.map(Effect::Confirmation));
    let key = |effect: &Effect| effect.key(after.case_id);
    let pushed: Vec<Uuid> = pushes(before).map(|push| key(&push)).collect();
    effects.extend(pushes(after).filter(|push| !pushed.contains(&key(push))));
    effects
}

/// The pushes of every round, each as often as it was sent; a round that ended and was followed by
/// another at once had some, too.
fn pushes(facts: &Facts) -> impl Iterator<Item = Effect> {
    facts.rounds().zip(1..).flat_map(|(round, no)| {
        let pushes = round.pushes.iter();
        pushes.flat_map(move |push| {
            (0..=push.resent.len()).map(move |resent| Effect::Push {
                target: push.target,
                department: push.department.clone(),
                round: no,
                resent,
            })
        })
    })
}

/// How a round ended.
struct RoundEnd<'a> {
    round: usize,
    outcome: CloseKind,
    feedback: &'a str,
}

/// The rounds that ended since, those included that another one followed at once.
fn ended<'a>(before: &Facts, after: &'a Facts) -> impl Iterator<Item = RoundEnd<'a>> {
    let of_past = after.past.iter().map(|past| (past.outcome, &past.feedback));
    let present = match &after.stage {
        Stage::Closed {
            outcome, feedback, ..
        } => Some((*outcome, feedback)),
        _ => None,
    };
    let is_open = before.stage.status().is_open();
    let over = before.past.len() + usize::from(!is_open);
    let all = of_past.chain(present).enumerate();
    all.skip(over).map(|(n, (outcome, feedback))| RoundEnd {
        round: n + 1,
        outcome,
        feedback,
    })
}

/// Whoever reported the case, reported it again, or reported one that goes on under it, hears how
/// the round ended in which the call came, under its own number (R101). A merged case has no end of
/// its own.
fn feedback(facts: &Facts, end: &RoundEnd<'_>) -> Vec<Effect> {
    if end.outcome == CloseKind::Merged {
        return Vec::new();
    }
    let waiting = facts.waiting(end.round).into_iter();
    let told = waiting.map(|number| Effect::Feedback {
        channel: number.channel.into(),
        external_no: number.external_no.into(),
        text: end.feedback.into(),
        round: end.round,
        outcome: end.outcome,
        of: number.of,
    });
    told.collect()
}

/// What follows from facts that come back whole, as if they had come about at once: under the keys
/// that it had when it did.
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
        again(target, round, 0)
    }

    fn again(target: PushTarget, round: usize, resent: usize) -> Effect {
        Effect::Push {
            target,
            department: None,
            round,
            resent,
        }
    }

    #[test]
    fn a_danger_that_is_told_before_its_case_is_settled_has_the_key_of_the_order_of_settling() {
        let entry = EntryId(Uuid::from_u128(1));
        let early = Effect::danger(entry, "另一种说法".into(), Timestamp::UNIX_EPOCH);
        assert_eq!(early.key(CASE), order(Some(1), 3).key(CASE));
    }

    fn order(entry: Option<u128>, earlier: usize) -> Effect {
        let order = PoliceOrder {
            cause: PoliceCause::Danger,
            text: "持刀".into(),
            at: Timestamp::UNIX_EPOCH,
            entry: entry.map(|n| EntryId(Uuid::from_u128(n))),
            known_to: None,
        };
        Effect::PoliceOrder { order, earlier }
    }

    #[test]
    fn the_same_effect_has_the_same_key_whatever_it_says_and_others_have_others() {
        let ended = |text: &str, round, outcome| Effect::Feedback {
            channel: "110".into(),
            external_no: "A-1".into(),
            text: text.into(),
            round,
            outcome,
            of: None,
        };
        let told = |text: &str, round| ended(text, round, CloseKind::Reconciled);
        let of_number = |channel: &str, external_no: &str| Effect::Feedback {
            channel: channel.into(),
            external_no: external_no.into(),
            text: "一".into(),
            round: 1,
            outcome: CloseKind::Reconciled,
            of: None,
        };
        let handed_over = |earlier| match order(None, earlier) {
            Effect::PoliceOrder { order, earlier } => Effect::PoliceOrder {
                order: PoliceOrder {
                    cause: PoliceCause::HandedOver,
                    ..order
                },
                earlier,
            },
            other => other,
        };
        let of_merged = Effect::Feedback {
            channel: "110".into(),
            external_no: "A-2".into(),
            text: "一".into(),
            round: 1,
            outcome: CloseKind::Reconciled,
            of: Some(CaseId(Uuid::from_u128(9))),
        };
        assert_eq!(told("一", 1).key(CASE), told("二", 1).key(CASE));
        let all = [
            told("一", 1),
            told("一", 2),
            ended("一", 1, CloseKind::Litigation),
            of_merged,
            of_number("110", "A-3"),
            of_number("12345", "A-1"),
            of_number("110 A", "1"),
            of_number("110", "A 1"),
            order(Some(1), 0),
            order(Some(2), 0),
            order(None, 0),
            order(None, 1),
            handed_over(0),
            push(PushTarget::PartyGovPlac, 1),
            push(PushTarget::PartyGovPlac, 2),
            again(PushTarget::PartyGovPlac, 1, 1),
            again(PushTarget::PartyGovPlac, 1, 2),
            push(PushTarget::OneStopCentre, 1),
            push(PushTarget::TerritoryDept, 1),
        ];
        let keys: std::collections::BTreeSet<Uuid> = all.iter().map(|e| e.key(CASE)).collect();
        assert_eq!(keys.len(), all.len());
        let elsewhere = CaseId(Uuid::from_u128(8));
        assert_ne!(all[0].key(CASE), all[0].key(elsewhere));
    }
}
