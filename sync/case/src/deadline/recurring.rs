//! The daily and the weekly look 日清周结: each period is a clock of its own, and only that of the present period is kept.

use super::{Policy, length, running::put};
use crate::facts::{Deadline, DeadlineKind, Facts, Status};
use jiff::Timestamp;

/// The kinds that come again while a case is being handled.
const RECURRING: [DeadlineKind; 2] = [DeadlineKind::DailyProgress, DeadlineKind::WeeklyUrge];

/// Says that the case moved: today's and this week's look find progress.
pub fn progress(facts: &mut Facts, at: Timestamp) {
    for kind in RECURRING {
        super::meet(facts, kind, at);
    }
}

/// Puts the clock of the present period in the place of one that is over; stops them when nobody handles the case, such as while
/// it is suspended or waits for visits.
///
/// Call it after [`super::ladder::supervised`], which still has to see that a period ended without progress.
pub fn roll(facts: &mut Facts, policy: &Policy, now: Timestamp) {
    for kind in RECURRING {
        let place = facts.deadlines.iter().rposition(|d| d.kind == kind);
        match place {
            Some(place) if !is_handled(facts.stage.status()) => {
                let clock = &mut facts.deadlines[place];
                if clock.is_running() {
                    clock.ended_at = Some(now);
                }
            }
            Some(place) if is_over(&facts.deadlines[place], now) => {
                facts.deadlines[place] = period(kind, facts, policy, now);
            }
            None if is_handled(facts.stage.status()) => {
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

/// Somebody signed for the case and works on it.
fn is_handled(status: Status) -> bool {
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
