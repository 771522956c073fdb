//! The ladder 提醒→督办单→约谈→通报→追责 (docs/domain/rules.md#supervision), as data: which measure
//! at which share of a limit.

use crate::facts::{DeadlineKind, Measure, WhenLate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The ladder of a county.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ladder {
    /// The rungs from the lowest to the highest.
    pub rungs: Vec<Rung>,
    /// Clocks of parties and of the law: they remind and never accuse.
    pub gentle: BTreeSet<DeadlineKind>,
    /// Clocks of a daily or weekly look, and of a danger for which somebody calls: one reminder at
    /// their end.
    pub at_end: BTreeSet<DeadlineKind>,
}

/// A rung: a measure, and when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// The measure.
    pub measure: Measure,
    /// The used share of the limit, in percent; beyond 100 the clock is overdue.
    pub percent: u32,
    /// Never earlier than this many hours after the end, so that a limit of minutes does not run up
    /// the ladder in an hour.
    pub hours_late: u32,
}

const AT_END: Rung = Rung {
    measure: Measure::Reminder,
    percent: 100,
    hours_late: 0,
};

impl Default for Ladder {
    fn default() -> Self {
        let rung = |measure, percent, hours_late| Rung {
            measure,
            percent,
            hours_late,
        };
        Self {
            rungs: vec![
                rung(Measure::Reminder, 75, 0),
                rung(Measure::Reminder, 90, 0),
                rung(Measure::Order, 100, 0),
                rung(Measure::Consult, 120, 24),
                rung(Measure::Notice, 150, 72),
                rung(Measure::Accountability, 200, 168),
            ],
            gentle: kinds(WhenLate::Reminds),
            at_end: kinds(WhenLate::RemindsAtEnd),
        }
    }
}

impl Ladder {
    /// The rungs for a kind of clock.
    pub(crate) fn rungs_of(&self, kind: DeadlineKind) -> impl Iterator<Item = Rung> {
        let at_end = self.at_end.contains(&kind);
        let gentle = self.gentle.contains(&kind);
        let of_ladder = move |rung: &&Rung| {
            !at_end && (!gentle || (rung.measure == Measure::Reminder && rung.percent < 100))
        };
        let climbed = self.rungs.iter().filter(of_ladder).copied();
        climbed.chain((at_end || gentle).then_some(AT_END))
    }

    /// Whether being late on a clock is somebody's omission.
    #[must_use]
    pub fn accuses(&self, kind: DeadlineKind) -> bool {
        !self.gentle.contains(&kind) && !self.at_end.contains(&kind)
    }
}

fn kinds(late: WhenLate) -> BTreeSet<DeadlineKind> {
    let all = DeadlineKind::ALL.into_iter();
    all.filter(|kind| kind.fixed().late == late).collect()
}
