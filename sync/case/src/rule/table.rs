//! The table of domain.md 3.2: from where, by whom, under which guards, with which clocks, and whether it works offline.

use super::{Motion, Refusal, guard};
use crate::{
    event::Event,
    facts::{
        DeadlineKind::{self, Confirmation, Feedback, FirstContact, FirstSession, Legal},
        Facts,
        Status::{self, *},
    },
    role::Role,
};

/// One row: one event.
#[derive(Debug)]
pub struct Row {
    /// The event.
    pub event: Event,
    /// The states it may start from.
    pub from: Stages,
    /// Who may do it.
    pub who: &'static [Who],
    /// What must hold, in the order in which it is looked at.
    pub guards: &'static [guard::Guard],
    /// The clocks it starts and meets.
    pub clocks: &'static [Clock],
    /// Whether it works without signal.
    pub offline: Offline,
}

/// The states an event may start from.
#[derive(Debug)]
pub enum Stages {
    /// Only these.
    States(&'static [Status]),
    /// Every state.
    Any,
    /// Every state but closed and archived.
    Open,
    /// Every state but archived.
    Unfiled,
    /// Every open state before an agreement took effect.
    BeforeEffect,
}

/// Who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever acts in this role.
    Role(Role),
    /// The person the case is offered to and who has not signed for it yet.
    Target,
    /// The first handler who signed for it.
    First,
    /// The lead; before acceptance the first handler.
    Lead,
    /// Everybody who is assigned to the case.
    Member,
    /// A rule of the server itself.
    Rule,
}

/// A clock that an event starts or meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// Starts.
    Start(DeadlineKind),
    /// Is met.
    Meet(DeadlineKind),
}

/// Offline classes of domain.md 3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offline {
    /// O1: an observation; always kept.
    Observation,
    /// O2: a request, shown as 待确认 until it is ruled on.
    Request,
    /// O3: online only.
    Online,
}

macro_rules! row {
    ($event:ident: $from:expr; [$($who:expr),*]; [$($guard:ident),*]; [$($clock:expr),*]; $offline:ident) => {
        Row {
            event: Event::$event,
            from: $from,
            who: &[$($who),*],
            guards: &[$(guard::$guard),*],
            clocks: &[$($clock),*],
            offline: Offline::$offline,
        }
    };
}

use Clock::{Meet, Start};
use Stages::{Any, BeforeEffect, Open, States, Unfiled};
use Who::{First, Lead, Member, Role as By, Rule, Target};

/// Every event of the first loop.
pub static TABLE: [Row; 20] = [
    row!(Triage: States(&[Registered]); [By(Role::Dispatcher), By(Role::PoliceDesk), Rule]; [situation_known]; []; Request),
    row!(Dispatch: States(&[PendingDispatch]); [By(Role::Dispatcher), Rule]; [target_can_handle];
        [Meet(DeadlineKind::Dispatch), Start(DeadlineKind::SignFor)]; Online),
    row!(Claim: States(&[PendingDispatch]); [By(Role::Department), By(Role::Mediator), By(Role::PoliceOfficer)]; [];
        [Meet(DeadlineKind::Dispatch), Start(DeadlineKind::Arrive)]; Request),
    row!(SignFor: States(&[Dispatched]); [Target]; [assignment_current];
        [Meet(DeadlineKind::SignFor), Start(DeadlineKind::Arrive), Start(FirstContact)]; Request),
    row!(Return: States(&[Dispatched, SignedFor]); [Target, First]; [reason_given]; [Start(DeadlineKind::Dispatch)]; Online),
    row!(Arrive: States(&[SignedFor]); [First]; [near_or_reason]; [Meet(DeadlineKind::Arrive)]; Observation),
    row!(SettleOnScene: States(&[OnScene]); [First]; [simple, result_given, all_consent, residual_low, no_block];
        [Meet(FirstContact)]; Request),
    row!(ResidualRisk: States(&[OnScene]); [First, By(Role::PoliceOfficer)]; [residual_mid_or_high];
        [Start(DeadlineKind::Dispatch)]; Request),
    row!(GiveNotice: States(&[SignedFor, OnScene]); [First]; []; [Meet(FirstContact)]; Observation),
    row!(Accept: States(&[PendingAcceptance]); [First]; [has_parties, all_consent];
        [Start(Feedback), Start(Legal), Start(FirstSession)]; Request),
    row!(Refuse: BeforeEffect; [First, Lead]; [refusal_recorded, routes_told]; []; Request),
    row!(Start: States(&[Accepted]); [Lead]; []; [Meet(FirstSession)]; Observation),
    row!(Freeze: States(&[Mediating, AgreementPending]); [Lead];
        [draft_frozen, words_agree_with_figures, no_block]; []; Observation),
    row!(Sign: States(&[AgreementPending]); [Lead, Member]; [signs_the_frozen_draft, medium_allowed, no_block]; []; Observation),
    row!(Effect: States(&[AgreementPending]); [Lead, By(Role::JudicialOffice)];
        [effect_of_the_frozen_draft, all_signed, oral_allowed, sealed, no_block]; [Start(Confirmation)]; Request),
    row!(Perform: States(&[AgreementEffective, Performing, FollowUp, PendingClose, CloseDisputed]); [Member]; [obligation_known]; []; Observation),
    row!(Visit: Any; [Member]; []; []; Observation),
    row!(AskClose: States(&[OnScene, AgreementEffective, Performing, FollowUp, PendingClose]); [Lead];
        [feedback_given, obligations_done]; []; Request),
    row!(Close: States(&[PendingClose, CloseDisputed]);
        [Rule, By(Role::Dispatcher), By(Role::JudicialOffice), By(Role::Supervisor)];
        [rank_may_close, outcome_was_asked, no_other_block, obligations_done, devices_heard]; [Meet(Feedback), Meet(Legal)]; Online),
    row!(Assign: Open; [By(Role::Dispatcher), By(Role::GridLeader), By(Role::Supervisor), Rule]; [not_assigned_yet]; []; Online),
];

static RULE_CONFLICT: Row = row!(RuleConflict: Unfiled;
    [By(Role::Supervisor), By(Role::Dispatcher), By(Role::JudicialOffice)];
    [conflict_open, choice_exists, reason_given]; []; Online);

static NEVER: Row = row!(Register: States(&[]); []; []; []; Online);

/// The row of an event. Registration has no row of its own: it makes the facts.
#[must_use]
pub fn row(event: Event) -> &'static Row {
    if event == Event::RuleConflict {
        return &RULE_CONFLICT;
    }
    TABLE
        .iter()
        .find(|row| row.event == event)
        .unwrap_or(&NEVER)
}

impl Stages {
    /// Whether an event may start from this state.
    ///
    /// # Errors
    /// A refusal that says where the case stands.
    pub fn check(&self, status: Status) -> Result<(), Refusal> {
        let may = match self {
            States(states) => states.contains(&status),
            Any => true,
            Unfiled => status != Archived,
            Open => status.is_open(),
            BeforeEffect => status.is_open() && status < AgreementEffective,
        };
        if may {
            return Ok(());
        }
        let zh = format!(
            "案件当前为“{}”，不能办理此项；请刷新后查看最新进展。",
            status.zh()
        );
        Err(Refusal::new("wrong_stage", &zh))
    }
}

impl Who {
    /// Whether the author of a motion is meant.
    #[must_use]
    pub fn is(self, facts: &Facts, motion: &Motion) -> bool {
        let by = motion.by;
        match self {
            By(role) => by.role == role,
            Target => facts.offered().is_some_and(|a| a.user == by.user),
            First => facts.first().is_some_and(|a| a.user == by.user),
            Lead => facts
                .lead()
                .or_else(|| facts.first())
                .is_some_and(|a| a.user == by.user),
            Member => facts
                .assignments
                .iter()
                .any(|a| a.to.is_none() && a.user == by.user),
            Rule => by.role == Role::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_stands_in_the_table_once() {
        for row in &TABLE {
            assert_eq!(
                TABLE.iter().filter(|r| r.event == row.event).count(),
                1,
                "{:?}",
                row.event
            );
        }
    }
}
