//! What the clocks of a case have reached on the ladder of its county, and the measures that
//! follow.

use super::{SHANGHAI, at_percent, day_of, end_of, plus, runs, visits::start_visit_again};
use crate::{
    facts::{ClockKey, Deadline, DeadlineKind, Facts, ItemState, Measure, SupervisionItem},
    policy::{Policy, Rung},
};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A rung that a clock has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LadderStep {
    /// The clock.
    pub clock: ClockKey,
    /// The measure; the severe ones are only proposed (see [`Measure::needs_person`]).
    pub measure: Measure,
    /// The share of the limit at which the rung stands.
    pub percent: u32,
    /// When the clock reached it.
    pub at: Timestamp,
    /// When the clock ends or ended.
    pub ends_at: Timestamp,
}

/// When a clock reaches a rung; none while it stands still before that.
pub(super) fn reaches(clock: &Deadline, rung: Rung) -> Option<Timestamp> {
    let at = at_percent(clock, rung.percent)?;
    if rung.hours_late == 0 {
        return Some(at);
    }
    let end = at_percent(clock, 100)?;
    Some(at.max(plus(end, i64::from(rung.hours_late).hours())))
}

/// All rungs that the running clocks of a case have reached by now, in the order of the clocks and
/// of the rungs.
#[must_use]
pub fn steps(facts: &Facts, policy: &Policy, now: Timestamp) -> Vec<LadderStep> {
    let mut steps = Vec::new();
    for clock in facts.deadlines.iter().filter(|d| runs(facts, d)) {
        for rung in policy.ladder.rungs_of(clock.kind) {
            let Some(at) = reaches(clock, rung).filter(|at| *at <= now) else {
                continue;
            };
            steps.push(LadderStep {
                clock: clock.key(),
                measure: rung.measure,
                percent: rung.percent,
                at,
                ends_at: at_percent(clock, 100).unwrap_or(clock.due_at),
            });
        }
    }
    steps
}

/// The measures about a case after time has passed: what was taken before, what its clocks reached
/// since, and as past what nobody answered before its clock was met or ended.
///
/// Of several rungs that were reached since the last look only the highest is taken, and the
/// highest that needs a person is proposed: nobody is reminded of what is overdue already.
#[must_use]
pub fn supervised(
    items: &[SupervisionItem],
    facts: &Facts,
    policy: &Policy,
    now: Timestamp,
) -> Vec<SupervisionItem> {
    let mut items = items.to_vec();
    for item in items.iter_mut().filter(|item| item.state.is_open()) {
        let mut clocks = facts.deadlines.iter();
        if !clocks.any(|d| d.key() == item.clock && runs(facts, d)) {
            item.state = ItemState::Past { at: now };
        }
    }
    let steps = steps(facts, policy, now);
    for (place, step) in steps.iter().enumerate() {
        let track = step.measure.needs_person();
        let same = |clock: ClockKey, measure: Measure| {
            clock == step.clock && measure.needs_person() == track
        };
        let known = items
            .iter()
            .any(|i| same(i.clock, i.measure) && i.percent >= step.percent);
        let higher = steps[place + 1..].iter().any(|s| same(s.clock, s.measure));
        if !known && !higher {
            let no = items.iter().map(|i| i.no + 1).max().unwrap_or(1);
            items.push(item(no, step));
        }
    }
    items
}

/// What whoever decides reads of a relapse.
const RELAPSE: &str = "回访发现复发苗头，请督导员决定是否介入或复发重启；到期前须再次回访。";

/// Lets a visit that found signs of a relapse be looked at (R041): another one is due within days,
/// and what else is to be done is for a person, once until it is decided or the next visit is made.
pub fn relapses(facts: &mut Facts, policy: &Policy, now: Timestamp) {
    let mut known = facts.supervision.iter();
    if known.any(|item| item.measure == Measure::Relapse && item.state.is_open()) {
        return;
    }
    let clock = start_visit_again(facts, policy, now);
    let no = facts.supervision.iter().map(|i| i.no + 1).max();
    let step = LadderStep {
        clock: clock.key(),
        measure: Measure::Relapse,
        percent: 0,
        at: now,
        ends_at: clock.due_at,
    };
    facts.supervision.push(item(no.unwrap_or(1), &step));
}

fn item(no: u32, step: &LadderStep) -> SupervisionItem {
    let state = if step.measure.needs_person() {
        ItemState::Proposed
    } else {
        ItemState::Issued
    };
    SupervisionItem {
        no,
        clock: step.clock,
        measure: step.measure,
        percent: step.percent,
        at: step.at,
        state,
        zh: sentence(step),
        by: None,
    }
}

fn sentence(step: &LadderStep) -> String {
    let kind = step.clock.kind;
    let name = kind.zh();
    match (step.measure, kind) {
        (Measure::Reminder, DeadlineKind::DailyProgress) => {
            "今日尚无办理进展，请补记进展或说明原因。".into()
        }
        (Measure::Reminder, DeadlineKind::WeeklyUrge) => {
            "一周内没有办理进展，请督促承办人推进。".into()
        }
        (Measure::Reminder, DeadlineKind::JointCheck) => {
            "联席会商已满一周，请检查各成员单位任务进展。".into()
        }
        (Measure::Reminder, DeadlineKind::JointMove) => {
            "联席会商后各成员单位没有办理动作，请逐家联系，推动落实。".into()
        }
        (Measure::Reminder, _) if step.percent >= 100 => {
            format!("“{name}”期限已到，请核实办理情况并督促。")
        }
        (Measure::Reminder, _) => format!(
            "“{name}”期限已用去{}%，请在{}前办结。",
            step.percent,
            shown(step.ends_at)
        ),
        (Measure::Order, _) => {
            format!("“{name}”已超期，现发督办单，请立即办理并回复超期原因。")
        }
        (Measure::Consult, _) => format!("“{name}”超期较久，请约谈承办人和承办单位。"),
        (Measure::Notice, _) => format!("“{name}”严重超期，建议通报，请督导员决定。"),
        (Measure::Relapse, _) => RELAPSE.into(),
        (Measure::Accountability, _) => {
            format!("“{name}”超期已达期限一倍以上，建议追责，请督导员决定。")
        }
    }
}

/// The end of a limit as people say it: midnight is 24:00 of the day that ends.
fn shown(end: Timestamp) -> String {
    let day = day_of(end);
    let before = end
        .checked_sub(SignedDuration::from_secs(1))
        .map_or(day, day_of);
    if end_of(before) == end {
        return format!("{}月{}日24时", before.month(), before.day());
    }
    let time = SHANGHAI.to_datetime(end);
    format!(
        "{}月{}日{:02}:{:02}",
        day.month(),
        day.day(),
        time.hour(),
        time.minute()
    )
}
