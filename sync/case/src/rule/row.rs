//! The rows of the table of the life of a case (docs/domain/life.md): from where to where, decided
//! by whom, asked for by whom, with which clocks, and whether it works offline. Each stands in the
//! file of its act.

use super::{Motion, guard::Holds};
use crate::{
    event::Event,
    facts::{DeadlineKind, Facts, MergedInto, Status},
    reason::Reason,
    role::Role,
};

/// One row: one event.
#[derive(Debug)]
pub struct ActRow {
    /// The event.
    pub event: Event,
    /// The states it may start from.
    pub from: Stages,
    /// The states it leads to.
    pub to: NextStage,
    /// Who decides it: their motion is carried out at once if the guards hold.
    pub who: &'static [Authority],
    /// Who may ask for it: it is referred to those who decide, unless a rule grants it.
    pub asks: &'static [Authority],
    /// The clocks it starts and meets.
    pub clocks: &'static [ClockEffect],
    /// Whether it works without signal.
    pub offline: Offline,
}

/// The states an event may start from.
#[derive(Debug)]
pub enum Stages {
    /// None: the case does not exist yet.
    New,
    /// Only these.
    In(&'static [Status]),
    /// Every state.
    Any,
    /// Every state but closed and archived.
    Open,
    /// Every state but archived.
    Unfiled,
    /// Every open state before an agreement took effect.
    BeforeEffect,
    /// Every open state from acceptance on.
    SinceAcceptance,
}

/// The states an event leads to.
#[derive(Debug)]
pub enum NextStage {
    /// The case stays where it is.
    Same,
    /// One of these, or where it was if the event changes nothing else.
    OneOf(&'static [Status]),
    /// Where the case was before something interrupted it.
    Back,
}

/// Who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// Whoever acts in this role.
    By(Role),
    /// Whoever acts in this role for an organisation of the county, and not of a town in it. Of an
    /// organisation that is not known nobody has that rank.
    OfCounty(Role),
    /// Everybody who may write a request.
    Anyone,
    /// The person the case is offered to and who has not signed for it yet.
    Offered,
    /// Whoever was invited into the case and has not answered yet.
    Guest,
    /// The first handler who signed for it.
    First,
    /// The lead; before acceptance the first handler.
    Lead,
    /// Everybody who is assigned to the case, and who was when the entry was written.
    Member,
    /// A rule of the server itself.
    Rule,
}

/// A clock that an event starts or meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEffect {
    /// Starts.
    Begin(DeadlineKind),
    /// Starts where the act is performed, once for each order or visit that comes of it.
    BeginEach(DeadlineKind),
    /// Is met.
    Meet(DeadlineKind),
}

/// Offline classes (docs/domain/events.md#offline).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// O1: an observation; always kept.
    Observation,
    /// O2: a request, shown as 待确认 until it is ruled on.
    Request,
    /// O3: online only.
    Online,
}

impl Stages {
    /// Whether an event may start from this state.
    ///
    /// # Errors
    /// A refusal that says where the case stands.
    pub fn check(&self, status: Status) -> Holds {
        let may = match self {
            Self::New => false,
            Self::In(states) => states.contains(&status),
            Self::Any => true,
            Self::Unfiled => status != Status::Archived,
            Self::SinceAcceptance => status.is_open() && status >= Status::Accepted,
            Self::Open => status.is_open(),
            Self::BeforeEffect => status.is_open() && status < Status::AgreementEffective,
        };
        if may {
            return Ok(());
        }
        let zh = format!(
            "案件当前为“{}”，不能办理此项；请刷新后查看最新进展。",
            status.zh()
        );
        Err(Reason::new("wrong_stage", zh))
    }
}

impl Authority {
    /// Whether the author of a motion is meant.
    #[must_use]
    pub fn is(self, facts: &Facts, motion: &Motion) -> bool {
        let by = motion.by;
        match self {
            Self::By(role) => by.role == role,
            Self::OfCounty(role) => by.role == role && facts.is_of_county(by.org),
            Self::Anyone => true,
            Self::Offered => facts.offered().is_some_and(|a| a.user == by.user),
            Self::Guest => facts.invitation_of(&by).is_some(),
            Self::First => facts.first().is_some_and(|a| a.user == by.user),
            // Who led it until it was merged may know nothing of that.
            Self::Lead => {
                let merged = facts.kin.merged.as_ref();
                let led = || merged.and_then(MergedInto::answering);
                facts
                    .answering()
                    .or_else(led)
                    .is_some_and(|a| a.user == by.user)
            }
            Self::Member => {
                // Whoever worked on it when it was merged knows nothing of that until he hears it.
                let at_the_merge = facts.kin.merged.iter().flat_map(|m| &m.assignments);
                let mut own = facts.assignments.iter().filter(|a| a.user == by.user);
                own.any(|a| a.to.is_none_or(|to| was_made_before(motion, to)))
                    || at_the_merge
                        .filter(|a| a.user == by.user)
                        .any(|a| a.to.is_none())
            }
            Self::Rule => by.role == Role::System,
        }
    }
}

/// Whether an entry of the document was written before then. Of somebody who lost the case, the
/// server lets in only what was written in time by a clock that it believes (M19).
fn was_made_before(motion: &Motion, then: jiff::Timestamp) -> bool {
    motion.entry.is_some() && motion.claimed_at.is_some_and(|at| at <= then)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows R151.
    #[test]
    fn every_event_has_one_row_which_every_act_of_the_event_shares() {
        for event in Event::ALL {
            assert_eq!(event.row().event, *event);
        }
        for (row, _) in crate::act::all() {
            assert_eq!(format!("{row:?}"), format!("{:?}", row.event.row()));
        }
    }

    #[test]
    fn every_state_but_registered_is_reached_by_some_event_and_left_by_another() {
        let rows = || Event::ALL.iter().map(|event| event.row());
        for status in Status::ALL {
            let reached =
                |row: &ActRow| matches!(row.to, NextStage::OneOf(to) if to.contains(&status));
            assert!(rows().any(reached), "nothing leads to {status:?}");
            let left =
                |row: &ActRow| row.from.check(status).is_ok() && !matches!(row.to, NextStage::Same);
            assert!(
                status == Status::Archived || rows().any(left),
                "nothing leads out of {status:?}"
            );
        }
    }
}
