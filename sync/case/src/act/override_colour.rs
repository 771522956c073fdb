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
    const GUARDS: &'static [Guard<Self>] = &[
        Guard::new(guard::REASON, |act, _| guard::reason(&act.why)),
        Guard::new("上调，或由督导员下调不超过七日", is_allowed),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.colour_override = Some(wanted(self, attempt));
    }

    fn offers(_: &CaseView, _: &Facts) -> Vec<Self> {
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

fn is_allowed(act: &OverrideColour, attempt: &Attempt<'_>) -> Result<(), Reason> {
    let (colour, now) = (&attempt.facts.colour, attempt.context.now);
    need(
        act.until.is_none_or(|until| until > now),
        "override_past",
        "失效时间已过，请填写将来的时间，或留空表示一直有效。",
    )?;
    let lowers = act.level < colour.level || shortens(act, attempt);
    need(
        !lowers || attempt.motion.by.role == Supervisor,
        "rank_too_low",
        "下调预警颜色或提前结束他人的颜色调整，须由县级督导员决定。",
    )?;
    if act.level >= colour.level {
        return Ok(());
    }
    check_override(
        colour,
        &wanted(act, attempt),
        &attempt.context.policy.colour,
    )
    .map_err(|error| error.reason())
}

/// Whether another override is in force now that would have held for longer: after this one the
/// colour would fall earlier.
fn shortens(act: &OverrideColour, attempt: &Attempt<'_>) -> bool {
    let now = attempt.context.now;
    let present = attempt.facts.colour_override.as_ref();
    let in_force = present.filter(|present| present.until.is_none_or(|until| until > now));
    in_force.is_some_and(|present| match (act.until, present.until) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(until), Some(held)) => until < held,
    })
}
