//! Raising and lowering by a person (E14).

use super::{DifficultyGround, grounds};
use crate::{
    deadline::{at_percent, plus},
    facts::{DeadlineKind, Difficulty, Facts},
    policy::Policy,
    reason::Explain,
    view::CaseView,
};
use jiff::{Timestamp, ToSpan};
use std::borrow::Cow;

/// Who decides on an adjustment that may be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruler {
    /// The rule itself.
    Rule,
    /// The supervisor: so late it might only buy time.
    Supervisor,
}

/// Why a difficulty is not adjusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdjustError {
    /// It is that already.
    #[error("the difficulty would stay as it is")]
    Unchanged,
    /// Lowering is only possible shortly after acceptance.
    #[error("too late to lower the difficulty")]
    TooLate {
        /// Hours after acceptance in which it is possible.
        hours: u32,
    },
    /// The rules ask for more.
    #[error("the rules ask for a higher difficulty")]
    BelowRules {
        /// The rules that do.
        grounds: Vec<DifficultyGround>,
    },
}

impl Explain for AdjustError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        match self {
            Self::Unchanged => ("difficulty_unchanged", "难易程度未改变，无需调整。".into()),
            Self::TooLate { hours } => {
                let zh = format!("受理已超过{hours}小时，不能再降低难易程度，请按现有期限办理。");
                ("too_late_to_lower", zh.into())
            }
            Self::BelowRules { grounds } => {
                let why: Vec<&str> = grounds.iter().map(|g| g.zh.as_str()).collect();
                let why = why.join("、");
                let zh = format!("按规则本案不能降低难易程度（{why}），请按现有期限办理。");
                ("rules_forbid_lowering", zh.into())
            }
        }
    }
}

/// Whether a person may set this difficulty now, and who decides on it.
///
/// # Errors
/// See [`AdjustError`].
pub fn adjust(
    view: &CaseView,
    facts: &Facts,
    policy: &Policy,
    to: Difficulty,
    now: Timestamp,
) -> Result<Ruler, AdjustError> {
    if to == facts.difficulty {
        return Err(AdjustError::Unchanged);
    }
    if to > facts.difficulty {
        return Ok(raised_by(facts, policy, now));
    }
    let hours = policy.difficulty.lower_hours;
    let accepted = facts.round.accepted_at;
    if accepted.is_none_or(|at| now > plus(at, i64::from(hours).hours())) {
        return Err(AdjustError::TooLate { hours });
    }
    let mut grounds = grounds(view, facts, policy);
    grounds.retain(|ground| ground.least > to);
    if grounds.is_empty() {
        Ok(Ruler::Supervisor)
    } else {
        Err(AdjustError::BelowRules { grounds })
    }
}

/// A raise after half of the time needs the supervisor (docs/domain/rules.md#difficulty, against
/// gaming).
fn raised_by(facts: &Facts, policy: &Policy, now: Timestamp) -> Ruler {
    let running = |d: &&crate::facts::Deadline| d.kind == DeadlineKind::Feedback && d.is_running();
    let clock = facts.deadlines.iter().find(running);
    let late = clock
        .and_then(|clock| at_percent(clock, policy.difficulty.raise_percent))
        .is_some_and(|half| now > half);
    if late { Ruler::Supervisor } else { Ruler::Rule }
}
