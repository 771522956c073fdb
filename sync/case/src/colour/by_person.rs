//! A person's word over the colour (docs/domain/rules.md#colour): upward freely, downward with a
//! reason and for seven days at most.

use crate::{
    deadline::plus,
    facts::{Colour, ColourOverride, Level, ScoreReason},
    policy::Weights,
    reason::Explain,
};
use jiff::{Timestamp, ToSpan};
use std::borrow::Cow;

/// Why a colour is not overridden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// Downward needs a reason.
    #[error("an override downward needs a reason")]
    NoReason,
    /// Downward needs an end that lies ahead.
    #[error("an override downward needs an end within {days} days")]
    NoEnd {
        /// The most days.
        days: u32,
    },
}

impl Explain for OverrideError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        match self {
            Self::NoReason => ("override_without_reason", "下调预警颜色须写明理由。".into()),
            Self::NoEnd { days } => (
                "override_too_long",
                format!("下调预警颜色须写明截止时间，最长{days}日。").into(),
            ),
        }
    }
}

/// The codes of what makes a case red by itself.
const DANGERS: [&str; 4] = ["threat", "weapon", "order_breached", "gathering"];

/// Whether a person may say this over what was reckoned.
///
/// # Errors
/// See [`OverrideError`]; upward nothing is refused.
pub fn check_override(
    reckoned: Level,
    wanted: &ColourOverride,
    weights: &Weights,
) -> Result<(), OverrideError> {
    if wanted.level >= reckoned {
        return Ok(());
    }
    if wanted.why.trim().is_empty() {
        return Err(OverrideError::NoReason);
    }
    let days = weights.override_days;
    let last = plus(wanted.since, (i64::from(days) * 24).hours());
    match wanted.until {
        Some(until) if until > wanted.since && until <= last => Ok(()),
        _ => Err(OverrideError::NoEnd { days }),
    }
}

/// The colour that is shown: what a person said over it while that lasts.
#[must_use]
pub fn shown(reckoned: Colour, over: Option<&ColourOverride>, now: Timestamp) -> Colour {
    let Some(over) = over.filter(|over| lasts(over, now) && over.level != reckoned.level) else {
        return reckoned;
    };
    let mut shown = reckoned;
    shown.reckoned = Some(shown.level);
    shown.level = over.level;
    shown.reasons.push(ScoreReason {
        code: "override".into(),
        points: 0,
        zh: format!("人工调整为{}色：{}", over.level.zh(), over.why),
    });
    shown
}

/// Whether something came up that makes a case red by itself: it ends an override downward, which
/// did not know of it.
#[must_use]
pub fn new_danger(before: &Colour, after: &Colour) -> bool {
    let has = |colour: &Colour, code: &str| colour.reasons.iter().any(|r| r.code == code);
    DANGERS
        .iter()
        .any(|code| has(after, code) && !has(before, code))
}

/// Which of two overrides holds: the higher, of equals the longer; one that is over holds no more.
#[must_use]
pub fn prevailing(a: ColourOverride, b: ColourOverride, now: Timestamp) -> ColourOverride {
    let key = |o: &ColourOverride| {
        let end = o.until.unwrap_or(Timestamp::MAX);
        (lasts(o, now), o.level, end)
    };
    if key(&b) > key(&a) { b } else { a }
}

fn lasts(over: &ColourOverride, now: Timestamp) -> bool {
    over.until.is_none_or(|until| now < until)
}
