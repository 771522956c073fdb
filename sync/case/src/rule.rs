//! Rulings: whether a motion moves a case, and where to.
//!
//! [`rule`] is pure and runs on the phone to show what will probably happen (待确认), and on the server to make it happen.
//! What it knows stands in one table, [`TABLE`]; the conditions of the table are the functions in `guard`.

mod guard;
mod moves;
mod table;

pub(crate) use guard::{obligation_state, promises};
pub use table::{Clock, Offline, Row, Stages, TABLE, Who, row};

use crate::{
    deadline::{Policy, meet, start},
    event::Event,
    facts::{Decision, Duty, Facts, Ruling, TrailEntry},
    ids::{ConflictId, EntryId},
    record::{Ask, CloseKind, PerformanceEntry, Signature, Visit},
    role::{Author, Role},
    view::CaseView,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What lies before the one who rules: everything a ruling may depend on.
#[derive(Debug, Clone, Copy)]
pub struct Docket<'a> {
    /// What the document says.
    pub view: &'a CaseView,
    /// When phones of the case were last heard.
    pub devices: &'a [DeviceSeen],
    /// Lengths of clocks and the like.
    pub policy: &'a Policy,
    /// The server's time.
    pub now: Timestamp,
}

/// When a phone that may write into the case last exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSeen {
    /// Whose phone.
    pub user: crate::ids::UserId,
    /// When it last completed an exchange.
    pub exchanged_at: Timestamp,
}

/// Something that may move a case, and who wants it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Motion {
    /// The entry of the document that it comes from; none for acts of the console and of the server.
    pub entry: Option<EntryId>,
    /// What.
    pub act: Act,
    /// Who.
    pub by: Author,
    /// When, by a device's clock.
    pub claimed_at: Option<Timestamp>,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// What a motion wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "act", content = "with")]
pub enum Act {
    /// A request of the document.
    Ask(Ask),
    /// A signature of the document (E17).
    Sign(Signature),
    /// An entry of the performance log (E19).
    Perform(PerformanceEntry),
    /// A visit of the document (E21).
    Visit(Visit),
    /// The triage by the catalogue (E02).
    Triage,
    /// An offer to a first handler (E03).
    Dispatch(Target),
    /// A co-handler or visitor joins (R019).
    Assign(Target, Duty),
    /// Given back (E06).
    Return {
        /// Why.
        reason: String,
    },
    /// Closed with the asked outcome, or with one of the disputed ones (E27).
    Close {
        /// The outcome.
        outcome: CloseKind,
    },
    /// A ruling on a disagreement (R151).
    RuleConflict {
        /// Which.
        conflict: ConflictId,
        /// The variant that holds.
        choice: u8,
        /// Why.
        why: String,
    },
}

/// To whom a case is offered, and in which role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The person, the role and the organisation.
    pub to: Author,
}

/// Why a motion was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("refused: {code}")]
pub struct Refusal {
    /// A stable code.
    pub code: String,
    /// A Chinese sentence that says what to do.
    pub zh: String,
}

impl Refusal {
    /// Makes a refusal.
    #[must_use]
    pub fn new(code: &str, zh: &str) -> Self {
        Self {
            code: code.into(),
            zh: zh.into(),
        }
    }
}

impl Act {
    /// The event of the table.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::Ask(ask) => ask.event(),
            Self::Sign(_) => Event::Sign,
            Self::Perform(_) => Event::Perform,
            Self::Visit(_) => Event::Visit,
            Self::Triage => Event::Triage,
            Self::Dispatch(_) => Event::Dispatch,
            Self::Assign(..) => Event::Assign,
            Self::Return { .. } => Event::Return,
            Self::Close { .. } => Event::Close,
            Self::RuleConflict { .. } => Event::RuleConflict,
        }
    }
}

impl Ask {
    /// The event of the table.
    #[must_use]
    pub fn event(&self) -> Event {
        match self {
            Self::Triage { .. } => Event::Triage,
            Self::Claim => Event::Claim,
            Self::SignFor { .. } => Event::SignFor,
            Self::Arrive { .. } => Event::Arrive,
            Self::SettleOnScene { .. } => Event::SettleOnScene,
            Self::ResidualRisk { .. } => Event::ResidualRisk,
            Self::GiveNotice { .. } => Event::GiveNotice,
            Self::Accept => Event::Accept,
            Self::Refuse { .. } => Event::Refuse,
            Self::Start => Event::Start,
            Self::Freeze { .. } => Event::Freeze,
            Self::Effect { .. } => Event::Effect,
            Self::AskClose { .. } => Event::AskClose,
        }
    }
}

/// Rules on one motion: the facts after it, or why not.
///
/// # Errors
/// The refusal that the author is shown. The facts stay as they are.
pub fn rule(docket: &Docket<'_>, facts: &Facts, motion: &Motion) -> Result<Facts, Refusal> {
    let event = motion.act.event();
    let row = row(event);
    row.from.check(facts.stage.status())?;
    if !row.who.iter().any(|who| who.is(facts, motion)) {
        return Err(Refusal::new(
            "not_yours",
            "您不是本环节的责任人，请联系主办人或矛调中心分流员办理。",
        ));
    }
    let scene = guard::Scene {
        docket,
        facts,
        motion,
    };
    for guard in row.guards {
        guard(&scene)?;
    }
    let mut after = facts.clone();
    moves::perform(&scene, &mut after);
    for clock in row.clocks {
        match clock {
            Clock::Start(kind) => start(&mut after, *kind, docket.policy, docket.now),
            Clock::Meet(kind) => meet(&mut after, *kind, docket.now),
        }
    }
    record(facts, &mut after, motion, event);
    Ok(after)
}

/// Keeps a refusal among the facts, so that its author sees it.
pub fn refuse(facts: &mut Facts, motion: &Motion, refusal: &Refusal, now: Timestamp) {
    if let Some(entry) = motion.entry {
        let decision = Decision::Refused {
            code: refusal.code.clone(),
            zh: refusal.zh.clone(),
        };
        facts.rulings.insert(entry, Ruling { decision, at: now });
    }
}

fn record(before: &Facts, after: &mut Facts, motion: &Motion, event: Event) {
    if let Some(entry) = motion.entry {
        after.rulings.insert(
            entry,
            Ruling {
                decision: Decision::Accepted,
                at: motion.received_at,
            },
        );
    }
    after.trail.push(TrailEntry {
        event: event.code().into(),
        by: (motion.by.role != Role::System).then_some(motion.by),
        claimed_at: motion.claimed_at,
        received_at: motion.received_at,
        from: before.stage.status(),
        to: after.stage.status(),
        zh: event.zh().into(),
    });
}
