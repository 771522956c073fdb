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
    const ROW: &'static Row = &Row {
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
        since: attempt.docket.now,
        until: act.until,
    }
}

fn is_allowed(act: &OverrideColour, attempt: &Attempt<'_>) -> Result<(), Reason> {
    let colour = &attempt.facts.colour;
    if act.level >= colour.level {
        return Ok(());
    }
    need(
        attempt.motion.by.role == Supervisor,
        "rank_too_low",
        "下调预警颜色须由县级督导员决定。",
    )?;
    check_override(colour, &wanted(act, attempt), &attempt.docket.policy.colour)
        .map_err(|error| error.reason())
}
