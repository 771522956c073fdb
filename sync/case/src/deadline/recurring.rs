//! The daily and the weekly look 日清周结, and the looks at a joint case, whether it is checked and
//! whether it moves: each period is a clock of its own, and only that of the present period is
//! kept.

use super::{length, running::put};
use crate::{
    facts::{Deadline, DeadlineKind, Facts, Status},
    policy::Policy,
};
use jiff::Timestamp;

/// The kinds that come again.
const RECURRING: [DeadlineKind; 4] = [
    DeadlineKind::DailyProgress,
    DeadlineKind::WeeklyUrge,
    DeadlineKind::JointCheck,
    DeadlineKind::JointMove,
];

/// Says that the case moved: today's and this week's look find progress, and that at the table
/// (R136 联而不动).
pub fn progress(facts: &mut Facts, at: Timestamp) {
    super::meet(facts, DeadlineKind::DailyProgress, at);
    super::meet(facts, DeadlineKind::WeeklyUrge, at);
    super::meet(facts, DeadlineKind::JointMove, at);
}

/// Puts the clock of the present period in the place of one that is over; stops them when nobody
/// handles the case, such as while it is suspended or waits for visits.
///
/// Call it after [`super::ladder::supervised`], which still has to see that a period ended without
/// progress.
pub fn roll(facts: &mut Facts, policy: &Policy, now: Timestamp) {
    for kind in RECURRING {
        let place = facts.deadlines.iter().rposition(|d| d.kind == kind);
        match place {
            Some(place) if !comes(kind, facts.stage.status()) => {
                let clock = &mut facts.deadlines[place];
                if clock.is_running() {
                    clock.ended_at = Some(now);
                }
            }
            Some(place) if is_over(&facts.deadlines[place], now) => {
                facts.deadlines[place] = period(kind, facts, policy, now);
            }
            None if comes(kind, facts.stage.status()) => {
                let end = length::due(kind, facts, policy, now);
                put(facts, (kind, None), now, end);
            }
            Some(_) | None => {}
        }
    }
}

fn is_over(clock: &Deadline, now: Timestamp) -> bool {
    clock.due_at <= now || clock.ended_at.is_some()
}

fn period(kind: DeadlineKind, facts: &Facts, policy: &Policy, now: Timestamp) -> Deadline {
    let (due_at, basis) = length::due(kind, facts, policy, now);
    Deadline::starting(kind, None, now, due_at, basis)
}

/// Whether a kind comes again in this state: somebody signed for the case and works on it, or
/// several bodies do.
fn comes(kind: DeadlineKind, status: Status) -> bool {
    if matches!(kind, DeadlineKind::JointCheck | DeadlineKind::JointMove) {
        return status == Status::JointHandling;
    }
    matches!(
        status,
        Status::SignedFor
            | Status::OnScene
            | Status::PendingAcceptance
            | Status::Accepted
            | Status::Mediating
            | Status::JointHandling
            | Status::AgreementPending
    )
}
