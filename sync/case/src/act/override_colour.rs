//! R042 颜色调整: a person's word over the colour (docs/domain/rules.md#colour).

use super::prelude::*;
use crate::{
    colour::check_override,
    facts::{ColourOverride, Level},
};
use jiff::Timestamp;

/// A person overrides the colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OverrideColour {
    /// The level that is to hold.
    pub level: Level,
    /// Why.
    pub why: String,
    /// Until when.
    #[serde(default)]
    pub until: Option<Timestamp>,
}

impl Transition for OverrideColour {
    const ROW: &'static ActRow = &ActRow {
        event: Event::OverrideColour,
        from: Open,
        to: Same,
        who: &[By(Supervisor), By(Dispatcher)],
        asks: &[],
        clocks: &[],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("上调，或由县级督导员下调不超过七日", is_allowed),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.colour_override = Some(wanted(self, attempt));
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            level: Level::Red,
            why: FILLED.into(),
            until: None,
        }]
    }
}

fn wanted(act: &OverrideColour, attempt: &Attempt<'_>) -> ColourOverride {
    ColourOverride {
        level: act.level,
        by: attempt.motion.by,
        why: act.why.clone(),
        since: attempt.context.now,
        until: act.until,
    }
}

/// A word is weighed against what was reckoned, and not against what another word shows: else one
/// could be made to last by saying it again.
fn is_allowed(act: &OverrideColour, attempt: &Attempt<'_>) -> Holds {
    let (reckoned, now) = (attempt.facts.colour.reckoned(), attempt.context.now);
    need(
        act.until.is_none_or(|until| until > now),
        "override_past",
        "失效时间已过，请填写将来的时间，或留空表示一直有效。",
    )?;
    let lowers = act.level < reckoned || undercuts(act, attempt);
    need(
        !lowers || guard::is_of_county(attempt),
        "rank_too_low",
        "下调预警颜色或提前结束他人的颜色调整，须由县级督导员决定。",
    )?;
    let weights = &attempt.context.policy.colour;
    check_override(reckoned, &wanted(act, attempt), weights).map_err(|error| error.reason())
}

/// Whether a word upward is in force that is higher, or would have held for longer: after this one
/// the colour would fall, now or earlier.
fn undercuts(act: &OverrideColour, attempt: &Attempt<'_>) -> bool {
    let (reckoned, now) = (attempt.facts.colour.reckoned(), attempt.context.now);
    let present = attempt.facts.colour_override.as_ref();
    let in_force = present.filter(|present| present.until.is_none_or(|until| until > now));
    let upward = in_force.filter(|present| present.level >= reckoned);
    upward.is_some_and(|present| {
        let ends_earlier = match (act.until, present.until) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(until), Some(held)) => until < held,
        };
        act.level < present.level || ends_earlier
    })
}
