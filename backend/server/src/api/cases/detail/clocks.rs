//! The clocks of a case as they stand at the moment of reading.

use super::{super::words::word, DetailContext};
use hejie_case::{
    deadline::{DeadlineState, deadline_state, ends_at},
    facts::{Deadline, Subject},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeadlineView {
    kind: String,
    kind_zh: String,
    /// What it is about, where a case has several of a kind.
    subject: Option<SubjectView>,
    starts_at: Timestamp,
    /// Its end, with its extension and with its pauses so far.
    due_at: Timestamp,
    met_at: Option<Timestamp>,
    /// `running`, `soon75`, `soon90`, `overdue`, `paused`, `met`, `waived` or `ended`.
    standing: String,
    /// Met or ended after its end.
    late: bool,
    /// By how much it is overdue, in percent of its length.
    overdue_percent: Option<u32>,
    /// Days by which it was extended.
    extended_days: u32,
    /// When it stood still.
    pauses: Vec<PauseView>,
    /// Why it was let off.
    waived: Option<WaiverView>,
    basis: String,
}

/// What a clock is about.
#[derive(Debug, Serialize, ToSchema)]
pub struct SubjectView {
    /// `clause`, `visit`, `conflict`, `entry`, `order` or `measure`.
    kind: String,
    /// The entry, or the key of the order, where it is one.
    id: Option<Uuid>,
    /// The number of the visit or of the measure, where it is one.
    n: Option<u32>,
}

/// A span in which a clock stood still.
#[derive(Debug, Serialize, ToSchema)]
pub struct PauseView {
    from: Timestamp,
    /// None while it lasts.
    to: Option<Timestamp>,
}

/// Who let a clock off, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaiverView {
    /// None when a rule did.
    by_name: Option<String>,
    at: Timestamp,
    why: String,
}

impl DetailContext<'_> {
    pub(super) fn deadlines(&self) -> Vec<DeadlineView> {
        let clocks = self.facts.deadlines.iter();
        clocks.map(|clock| self.deadline(clock)).collect()
    }

    fn deadline(&self, clock: &Deadline) -> DeadlineView {
        let now = self.onlooker.now;
        let (standing, late, overdue_percent) = stands(clock, now);
        let until = clock.met_at.or(clock.ended_at).unwrap_or(now);
        let pause = |p: &hejie_case::facts::Pause| PauseView {
            from: p.from,
            to: p.to,
        };
        DeadlineView {
            kind: word(&clock.kind),
            kind_zh: clock.kind.zh().into(),
            subject: clock.subject.map(subject),
            starts_at: clock.starts_at,
            due_at: ends_at(clock, until),
            met_at: clock.met_at,
            standing: standing.into(),
            late,
            overdue_percent,
            extended_days: clock.extended_days,
            pauses: clock.pauses.iter().map(pause).collect(),
            waived: self.waiver(clock),
            basis: clock.basis.clone(),
        }
    }

    pub(super) fn waiver(&self, clock: &Deadline) -> Option<WaiverView> {
        let waiver = clock.waived.as_ref()?;
        Some(WaiverView {
            by_name: waiver.by.and_then(|user| self.people.user(user)),
            at: waiver.at,
            why: waiver.why.clone(),
        })
    }
}

/// The word for how a clock stands, whether it was late, and by how much it is overdue.
pub(super) fn stands(clock: &Deadline, now: Timestamp) -> (&'static str, bool, Option<u32>) {
    match deadline_state(clock, now) {
        DeadlineState::Met { late } => ("met", late, None),
        DeadlineState::Waived => ("waived", false, None),
        DeadlineState::Ended { late } => ("ended", late, None),
        DeadlineState::Paused => ("paused", false, None),
        DeadlineState::Running => ("running", false, None),
        DeadlineState::Soon75 => ("soon75", false, None),
        DeadlineState::Soon90 => ("soon90", false, None),
        DeadlineState::Overdue { percent } => ("overdue", true, Some(percent)),
    }
}

fn subject(subject: Subject) -> SubjectView {
    let (kind, id, n) = match subject {
        Subject::Clause(id) => ("clause", Some(id.0), None),
        Subject::Visit(n) => ("visit", None, Some(u32::from(n))),
        Subject::Conflict(id) => ("conflict", Some(id.0), None),
        Subject::Entry(id) => ("entry", Some(id.0), None),
        Subject::Order(key) => ("order", Some(key), None),
        Subject::Measure(no) => ("measure", None, Some(no)),
    };
    SubjectView {
        kind: kind.into(),
        id,
        n,
    }
}
