//! What a settling asks of the world outside the case: feedback to the channel, an order to the police, pushes.

use super::Effect;
use crate::{
    facts::{Facts, PushTarget, Stage},
    record::CloseKind,
};

/// What follows from the way from one state of the facts to another.
pub(super) fn between(before: &Facts, after: &Facts) -> Vec<Effect> {
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
            });
        }
    }
    if let (None, Some(hold)) = (&before.hold, &after.hold) {
        effects.push(Effect::PoliceOrder {
            text: hold.what.clone(),
            since: hold.since,
        });
    }
    let pushed = |target: &PushTarget| before.pushes.iter().any(|p| p.target == *target);
    let new = after.pushes.iter().map(|p| p.target).filter(|t| !pushed(t));
    effects.extend(new.map(|target| Effect::Push { target }));
    effects
}
