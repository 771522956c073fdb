//! What may be done to the clocks of a case. None of it ever starts a clock anew.

use super::{at_percent, day_of, end_of, length};
use crate::{
    facts::{
        ClockKey, Deadline, DeadlineKind, Extensible, Facts, Pause, Subject, Waiver, WhenClosed,
    },
    ids::EntryId,
    policy::{Calendar, Length, Policy},
    reason::Explain,
    record::SuspensionGround,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use std::borrow::Cow;

/// Whether a clock waits to be met in the present state of its case.
#[must_use]
pub fn runs(facts: &Facts, clock: &Deadline) -> bool {
    let runs_on = clock.kind.fixed().closed == WhenClosed::RunsOn;
    clock.is_running() && (facts.stage.status().is_open() || runs_on)
}

/// Starts a clock, unless one of its kind is running already: a clock is never restarted. One that
/// the end of a round cut off goes on if it is to run since the same moment.
///
/// A dispatch clock that was met goes on from its own start when the case is given back (E06).
pub fn start(facts: &mut Facts, kind: DeadlineKind, policy: &Policy, from: Timestamp) {
    begin(facts, (kind, None), policy, from);
}

/// Starts a clock about one subject, unless it is running already.
pub fn start_of(
    facts: &mut Facts,
    kind: DeadlineKind,
    subject: Subject,
    policy: &Policy,
    from: Timestamp,
) {
    begin(facts, (kind, Some(subject)), policy, from);
}

/// Starts the clock of one clause, which ends with the agreed day.
pub fn start_obligation(facts: &mut Facts, clause: EntryId, due_on: Date, from: Timestamp) {
    let name = (DeadlineKind::Obligation, Some(Subject::Clause(clause)));
    put(facts, name, from, (end_of(due_on), "协议约定"));
}

/// Starts the clock of an order of supervision, which ends with the day that it names, and says
/// under which key.
pub fn start_order(
    facts: &mut Facts,
    no: u32,
    due_on: Option<Date>,
    policy: &Policy,
    from: Timestamp,
) -> ClockKey {
    let name = (DeadlineKind::OrderAnswer, Some(Subject::Measure(no)));
    match due_on {
        Some(day) => put(facts, name, from, (end_of(day), "督办单")),
        None => begin(facts, name, policy, from),
    }
    let (kind, subject) = name;
    ClockKey {
        kind,
        subject,
        starts_at: from,
    }
}

pub(super) type Name = (DeadlineKind, Option<Subject>);

fn begin(facts: &mut Facts, name: Name, policy: &Policy, from: Timestamp) {
    let kind = name.0;
    if kind == DeadlineKind::Dispatch && go_on(facts) {
        return;
    }
    let from = match kind {
        DeadlineKind::Legal if policy.is_labour(facts) => facts.round_began_at().min(from),
        _ => from,
    };
    let end = length::due(kind, facts, policy, from);
    put(facts, name, from, end);
}

pub(super) fn put(
    facts: &mut Facts,
    (kind, subject): Name,
    from: Timestamp,
    end: (Timestamp, &str),
) {
    let same = |d: &&mut Deadline| d.kind == kind && d.subject == subject;
    if facts
        .deadlines
        .iter_mut()
        .filter(same)
        .any(|d| d.is_running())
    {
        return;
    }
    let unmet = |d: &Deadline| d.met_at.is_none() && d.waived.is_none();
    let cut_off = |d: &&mut Deadline| d.starts_at == from && unmet(d);
    if let Some(clock) = facts.deadlines.iter_mut().filter(same).rfind(cut_off) {
        clock.ended_at = None;
        return;
    }
    let from = unlike(facts, (kind, subject), from);
    facts
        .deadlines
        .push(Deadline::starting(kind, subject, from, end.0, end.1));
}

/// The first moment from here on that names a clock: the beginning is part of its key, and what was
/// met in this very moment is not asked for under the same one.
pub(super) fn unlike(facts: &Facts, (kind, subject): Name, from: Timestamp) -> Timestamp {
    let taken = |at: Timestamp| {
        let mut clocks = facts.deadlines.iter();
        clocks.any(|d| (d.kind, d.subject, d.starts_at) == (kind, subject, at))
    };
    let most = i64::try_from(facts.deadlines.len()).unwrap_or(i64::MAX);
    let mut moments =
        (0..=most).filter_map(|n| from.checked_add(SignedDuration::from_micros(n)).ok());
    moments.find(|at| !taken(*at)).unwrap_or(from)
}

/// Lets a dispatch clock go on that was met in this round of the case.
fn go_on(facts: &mut Facts) -> bool {
    let dispatch = |d: &&mut Deadline| d.kind == DeadlineKind::Dispatch;
    let last = facts.deadlines.iter_mut().rfind(dispatch);
    match last {
        Some(clock) if clock.met_at.is_some() && clock.ended_at.is_none() => {
            clock.met_at = None;
            true
        }
        _ => false,
    }
}

/// Marks the running clocks of a kind as met, and those which the same moment ended.
pub fn meet(facts: &mut Facts, kind: DeadlineKind, at: Timestamp) {
    for clock in facts.deadlines.iter_mut().filter(|d| d.kind == kind) {
        met(clock, at);
    }
}

/// Marks the running clock about one subject as met.
pub fn meet_of(facts: &mut Facts, kind: DeadlineKind, subject: Subject, at: Timestamp) {
    let same = |d: &&mut Deadline| d.kind == kind && d.subject == Some(subject);
    for clock in facts.deadlines.iter_mut().filter(same) {
        met(clock, at);
    }
}

pub(super) fn met(clock: &mut Deadline, at: Timestamp) {
    let waits = clock.met_at.is_none() && clock.waived.is_none();
    if waits && clock.ended_at.is_none_or(|ended| ended >= at) {
        // What was done before its clock even ran was not done late.
        clock.met_at = Some(at.max(clock.starts_at));
    }
}

/// Stops the clocks that a suspension for this ground stops (E15); those that stand still already
/// are left alone.
pub fn pause(facts: &mut Facts, ground: SuspensionGround, policy: &Policy, at: Timestamp) {
    let stopped = |d: &Deadline| d.is_running() && policy.stops(d.kind, ground, facts);
    let stopped: Vec<bool> = facts.deadlines.iter().map(stopped).collect();
    let clocks = facts.deadlines.iter_mut().zip(stopped);
    for clock in clocks.filter(|(_, stopped)| *stopped).map(|(d, _)| d) {
        if clock.pauses.last().is_none_or(|last| last.to.is_some()) {
            clock.pauses.push(Pause { from: at, to: None });
        }
    }
}

/// Lets the clocks go on that a suspension stopped. What may not end on a day off ends on none
/// after its pause either.
pub fn resume(facts: &mut Facts, policy: &Policy, at: Timestamp) {
    let length = |d: &Deadline| policy.length(d.kind, facts).0;
    let lengths: Vec<Length> = facts.deadlines.iter().map(length).collect();
    let clocks = facts.deadlines.iter_mut().zip(lengths);
    for (clock, length) in clocks.filter(|(d, _)| d.is_running()) {
        if let Some(pause) = clock.pauses.last_mut().filter(|last| last.to.is_none()) {
            pause.to = Some(at.max(pause.from));
            roll_on(clock, length, &policy.calendar);
        }
    }
}

/// Moves the end of a clock that may not end on a day off out of its days off.
fn roll_on(clock: &mut Deadline, length: Length, calendar: &Calendar) {
    let Some(end) = at_percent(clock, 100).filter(|_| length.ends_at_work()) else {
        return;
    };
    // It ends with a day, not at the beginning of the next.
    let last = day_of(
        end.saturating_sub(SignedDuration::from_micros(1))
            .unwrap_or(end),
    );
    if let Ok(off) = last.until(calendar.working_day_from(last)) {
        let off = SignedDuration::from_hours(i64::from(off.get_days()) * 24);
        clock.due_at = clock.due_at.checked_add(off).unwrap_or(Timestamp::MAX);
    }
}

/// Gives a running clock its length, from its own start and with its extension.
fn give_length(clock: &mut Deadline, length: Length, calendar: &Calendar) {
    let whole = length.extended(clock.extended_days);
    clock.due_at = whole.end(clock.starts_at, calendar);
    roll_on(clock, length, calendar);
}

/// Why a clock is not extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExtendError {
    /// No clock of this kind runs.
    #[error("no such clock is running")]
    NotRunning,
    /// No rule lets this kind be extended.
    #[error("clocks of this kind are not extended")]
    NotExtensible,
    /// It was extended before.
    #[error("the clock was extended before")]
    Again,
    /// No days, or more than may be.
    #[error("the extension is not within 1 to {most} days")]
    OutOfRange {
        /// The most that may be given.
        most: u32,
    },
}

impl Explain for ExtendError {
    fn words(&self) -> (&'static str, Cow<'static, str>) {
        match self {
            Self::NotRunning => (
                "clock_not_running",
                "该期限没有在走，无需延期；请刷新查看最新期限。".into(),
            ),
            Self::NotExtensible => (
                "clock_not_extensible",
                "该期限不能延期，请按期办理；确有困难的，请联系督导员。".into(),
            ),
            Self::Again => (
                "clock_extended_before",
                "该期限已延期一次，不能再延；请按期办理，或申请终止、移交。".into(),
            ),
            Self::OutOfRange { most } => (
                "extension_out_of_range",
                format!("延期须为1至{most}天，请调整天数后重新申请。").into(),
            ),
        }
    }
}

/// Extends a running clock (E33), as far as its kind may be extended.
///
/// # Errors
/// See [`ExtendError`].
pub fn extend(
    facts: &mut Facts,
    kind: DeadlineKind,
    days: u32,
    policy: &Policy,
) -> Result<(), ExtendError> {
    let (length, _) = policy.length(kind, facts);
    let clock = facts
        .deadlines
        .iter_mut()
        .find(|d| d.kind == kind && d.is_running())
        .ok_or(ExtendError::NotRunning)?;
    let most = most_days(kind, length, policy).ok_or(ExtendError::NotExtensible)?;
    if kind.fixed().may != Extensible::AsAgreed && clock.extended_days > 0 {
        return Err(ExtendError::Again);
    }
    if !(1..=most).contains(&days) {
        return Err(ExtendError::OutOfRange { most });
    }
    clock.extended_days = clock.extended_days.saturating_add(days);
    give_length(clock, length, &policy.calendar);
    Ok(())
}

fn most_days(kind: DeadlineKind, length: Length, policy: &Policy) -> Option<u32> {
    match kind.fixed().may {
        Extensible::Never => None,
        Extensible::ByItsLength => length.days(),
        Extensible::ByTheLawOfPetitions => Some(policy.petition_extension_days),
        Extensible::AsAgreed => Some(365),
    }
}

/// Lets the running clocks of a kind off; they count neither as met nor as missed.
pub fn waive(facts: &mut Facts, kind: DeadlineKind, waiver: &Waiver) {
    let running = |d: &&mut Deadline| d.kind == kind && d.is_running();
    for clock in facts.deadlines.iter_mut().filter(running) {
        clock.waived = Some(waiver.clone());
    }
}

/// Gives the running clocks that depend on difficulty or colour the length which the case has now,
/// each from its own start and with its extension; none is restarted.
pub fn relength(facts: &mut Facts, policy: &Policy) {
    for kind in [DeadlineKind::Feedback, DeadlineKind::RiskVisit] {
        let (length, _) = policy.length(kind, facts);
        let running = |d: &&mut Deadline| d.kind == kind && d.is_running();
        for clock in facts.deadlines.iter_mut().filter(running) {
            give_length(clock, length, &policy.calendar);
        }
    }
}

/// Lets the legal limit be that of the situation: one of labour runs from receipt on (LW17), and
/// where the situation was corrected, a running one has the length of the new one.
pub fn follow_the_law(facts: &mut Facts, policy: &Policy) {
    let (kind, since) = (DeadlineKind::Legal, facts.round_began_at());
    let of_round = |d: &Deadline| d.kind == kind && d.starts_at >= since;
    let is_open = facts.stage.status().is_open();
    if is_open && policy.is_labour(facts) && !facts.deadlines.iter().any(of_round) {
        start(facts, kind, policy, since);
    }
    let (length, basis) = policy.length(kind, facts);
    let running = |d: &&mut Deadline| d.kind == kind && d.is_running() && d.basis != basis;
    for clock in facts.deadlines.iter_mut().filter(running) {
        basis.clone_into(&mut clock.basis);
        give_length(clock, length, &policy.calendar);
    }
}

/// Ends the clocks of a case that is closed: what closing itself fulfils is met, what belongs to
/// the time after it runs on, and the rest ends, overdue ones as missed.
pub fn end_all(facts: &mut Facts, at: Timestamp) {
    for clock in &mut facts.deadlines {
        end(clock, at);
    }
}

/// Ends the clocks of a case that goes on under another one. What goes along runs on there: the
/// merge meets nothing of it.
pub fn hand_on(facts: &mut Facts, at: Timestamp) {
    for clock in &mut facts.deadlines {
        if clock.is_running() && clock.kind.fixed().goes_along {
            clock.ended_at = Some(at);
        } else {
            end(clock, at);
        }
    }
}

fn end(clock: &mut Deadline, at: Timestamp) {
    match clock.kind.fixed().closed {
        WhenClosed::RunsOn => return,
        WhenClosed::Met => met(clock, at),
        WhenClosed::Ends => {}
    }
    clock.ended_at.get_or_insert(at);
}
