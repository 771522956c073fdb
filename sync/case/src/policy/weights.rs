//! What the score is made of, as a county sets it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Points from a number on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FromOn {
    /// The least number.
    pub from: u64,
    /// The points.
    pub points: i16,
}

/// Weights and thresholds of the three-colour score (docs/domain/rules.md#colour).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// Red from this score on.
    pub red_from: u8,
    /// Yellow from this score on.
    pub yellow_from: u8,
    /// A threat to kill, harm, burn or jump; red at once.
    pub threat: i16,
    /// A weapon or dangerous goods; red at once.
    pub weapon: i16,
    /// A protection order was breached; red at once.
    pub order_breached: i16,
    /// Violence in this dispute.
    pub violence: i16,
    /// A history of domestic violence, known to the police.
    pub dv_history: i16,
    /// Each repeat call of the pair beyond the first.
    pub repeat_call: i16,
    /// No more than this for repeat calls.
    pub repeat_calls_most: i16,
    /// The officer judges that it may flare up again: middling.
    pub residual_mid: i16,
    /// The officer judges that it may flare up again: high.
    pub residual_high: i16,
    /// Persons taking part.
    pub persons: Vec<FromOn>,
    /// A gathering of so many is red at once.
    pub gathering_red_from: u32,
    /// Money in dispute, in yuan.
    pub yuan: Vec<FromOn>,
    /// Categories of the catalogue by the beginning of their situations.
    pub categories: BTreeMap<String, i16>,
    /// Any other category.
    pub other_category: i16,
    /// An earlier agreement was broken.
    pub broken_agreement: i16,
    /// A step of being overdue, in percent of the limit.
    pub overdue_step_percent: u32,
    /// Each step of being overdue.
    pub overdue_step: i16,
    /// No more than this for being overdue.
    pub overdue_most: i16,
    /// Somebody is agitated.
    pub agitated: i16,
    /// Somebody is out of control.
    pub out_of_control: i16,
    /// A minor, pregnant or frail person is affected.
    pub vulnerable: i16,
    /// Signs of petitioning.
    pub petition_sign: i16,
    /// A visit found signs of breaking out again.
    pub relapse_sign: i16,
    /// The agreement took effect.
    pub effective: i16,
    /// The agreement was performed.
    pub performed: i16,
    /// Enough calm visits.
    pub calm: i16,
    /// How many calm visits are enough.
    pub calm_visits: usize,
    /// Days for which a person may override the colour downward.
    pub override_days: u32,
}

impl Default for Weights {
    fn default() -> Self {
        let from = |from, points| FromOn { from, points };
        let categories = [
            ("N01", 8),
            ("N02", 4),
            ("N03", 6),
            ("N05", 5),
            ("N06", 6),
            ("N09", 6),
            ("N10", 6),
        ];
        Self {
            red_from: 60,
            yellow_from: 30,
            threat: 40,
            weapon: 40,
            order_breached: 40,
            violence: 20,
            dv_history: 18,
            repeat_call: 8,
            repeat_calls_most: 24,
            residual_mid: 10,
            residual_high: 20,
            persons: vec![from(5, 5), from(10, 15), from(30, 25)],
            gathering_red_from: 30,
            yuan: vec![from(20_000, 3), from(100_000, 8), from(500_000, 12)],
            categories: categories
                .map(|(code, points)| (code.into(), points))
                .into(),
            other_category: 2,
            broken_agreement: 10,
            overdue_step_percent: 20,
            overdue_step: 3,
            overdue_most: 9,
            agitated: 5,
            out_of_control: 12,
            vulnerable: 5,
            petition_sign: 10,
            relapse_sign: 20,
            effective: -10,
            performed: -15,
            calm: -10,
            calm_visits: 2,
            override_days: 7,
        }
    }
}

impl Weights {
    /// The points of the highest threshold that a number has reached.
    pub(crate) fn reached(steps: &[FromOn], number: u64) -> Option<FromOn> {
        let reached = steps.iter().filter(|step| step.from <= number);
        reached.max_by_key(|step| step.from).copied()
    }
}
