//! The table of docs/domain/events.md: from where to where, decided by whom, asked for by whom,
//! under which guards, with which clocks, and whether it works offline. Read it beside that page:
//! each row is one event, in the order of their numbers.

use super::{Motion, Refusal, guard};
use crate::{
    event::Event,
    facts::{
        DeadlineKind::{
            self, CloseRuling, Confirmation, Feedback, FirstContact, FirstSession, JointPlan,
            JointStart, Legal, RiskVisit, SameDay,
        },
        Facts,
        Status::{self, *},
    },
    role::Role::{
        Court, Department, Dispatcher, Exchange, GridLeader, JudicialOffice, Leader, Mediator,
        PoliceDesk, PoliceOfficer, Supervisor,
    },
};

/// One row: one event.
#[derive(Debug)]
pub struct Row {
    /// The event.
    pub event: Event,
    /// The states it may start from.
    pub from: Stages,
    /// The states it leads to.
    pub to: To,
    /// Who decides it: their motion is carried out at once if the guards hold.
    pub who: &'static [Who],
    /// Who may ask for it: it is referred to those who decide, unless a rule grants it.
    pub asks: &'static [Who],
    /// The rule that grants what was asked for without a desk.
    pub granted: fn(&guard::Scene<'_>) -> bool,
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
    /// None: the case does not exist yet.
    New,
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
    /// Every open state from acceptance on.
    Accepted,
}

/// The states an event leads to.
#[derive(Debug)]
pub enum To {
    /// The case stays where it is.
    Same,
    /// One of these, or where it was if the event changes nothing else.
    States(&'static [Status]),
    /// Where the case was before something interrupted it.
    Back,
}

/// Who may do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Whoever acts in this role.
    Role(crate::role::Role),
    /// Everybody who may write a request.
    Anyone,
    /// The person the case is offered to and who has not signed for it yet.
    Target,
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
pub enum Clock {
    /// Starts.
    Start(DeadlineKind),
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

macro_rules! row {
    ($event:ident: $from:expr => $to:expr; [$($who:expr),*]; [$($guard:ident),*]; [$($clock:expr),*]; $offline:ident
        $(; asked by [$($ask:expr),*] $(granted if $granted:ident)?)?) => {
        Row {
            event: Event::$event,
            from: $from,
            to: $to,
            who: &[$($who),*],
            asks: &[$($($ask),*)?],
            granted: row!(@granted $($($granted)?)?),
            guards: &[$(guard::$guard),*],
            clocks: &[$($clock),*],
            offline: Offline::$offline,
        }
    };
    (@granted) => { guard::never };
    (@granted $granted:ident) => { guard::$granted };
}

use Clock::{Meet, Start};
use Stages::{Any, BeforeEffect, New, Open, States, Unfiled};
use To::{Back, Same, States as Into};
use Who::{Anyone, First, Lead, Member, Role as By, Rule, Target};

/// Every event of the life of a case.
#[rustfmt::skip]
pub static TABLE: &[Row] = &[
    // Intake and offer.
    row!(Register: New => Into(&[Registered]); [Rule]; []; [Start(DeadlineKind::Dispatch)]; Observation),
    row!(Triage: States(&[Registered]) => Into(&[PendingDispatch, Closed]);
        [By(Dispatcher), By(PoliceDesk), By(PoliceOfficer), Rule]; [situation_known]; []; Request),
    row!(PoliceAccept: Any => Same; [By(PoliceDesk), By(PoliceOfficer), By(Exchange)]; [police_asked]; [Meet(DeadlineKind::PoliceAccept)]; Online),
    row!(Dispatch: States(&[PendingDispatch]) => Into(&[Dispatched]); [By(Dispatcher), By(Supervisor), Rule];
        [not_held, target_can_handle, target_is_there, four_are_fixed, county_decides_after_two_returns];
        [Meet(DeadlineKind::Dispatch), Start(DeadlineKind::SignFor), Meet(SameDay)]; Online),
    row!(AckPush: Any => Same; [By(Dispatcher), By(Leader), By(Department), By(Supervisor), By(Exchange)]; [push_waits]; []; Online),
    row!(Claim: States(&[PendingDispatch]) => Into(&[SignedFor]); [By(Department), By(Mediator), By(PoliceOfficer)];
        [not_held, stands_on_the_claim_list, county_decides_after_two_returns];
        [Meet(DeadlineKind::Dispatch), Start(DeadlineKind::Arrive)]; Request),
    row!(SignFor: Open => Into(&[SignedFor]); [Target]; [assignment_current];
        [Meet(DeadlineKind::SignFor), Start(DeadlineKind::Arrive), Start(FirstContact)]; Request),
    row!(Return: States(&[Dispatched, SignedFor]) => Into(&[PendingDispatch]); [Target, First, Rule]; [reason_given];
        [Start(DeadlineKind::Dispatch)]; Online),
    // At the scene.
    row!(Arrive: States(&[SignedFor]) => Into(&[OnScene]); [First]; [near_or_reason]; [Meet(DeadlineKind::Arrive)]; Observation),
    row!(SettleOnScene: States(&[OnScene]) => Into(&[PendingClose]); [First];
        [not_held, simple, result_given, all_consent, residual_low, no_block]; [Meet(FirstContact)]; Request),
    row!(ResidualRisk: States(&[OnScene]) => Into(&[PendingDispatch]); [First, By(PoliceOfficer)]; [residual_mid_or_high];
        [Start(DeadlineKind::Dispatch)]; Request),
    // Will and acceptance.
    row!(GiveNotice: States(&[SignedFor, OnScene]) => Into(&[PendingAcceptance]); [First]; []; [Meet(FirstContact)]; Observation),
    row!(Accept: States(&[PendingAcceptance]) => Into(&[Accepted]); [First];
        [not_held, may_be_mediated, has_parties, all_consent, consent_is_real]; [Start(Feedback), Start(Legal), Start(FirstSession)]; Request),
    row!(Refuse: BeforeEffect => Into(&[Closed]); [First, Lead]; [refusal_recorded, routes_told]; []; Request),
    // Mediation.
    row!(Start: States(&[Accepted]) => Into(&[Mediating]); [Lead]; [not_held, none_refused]; [Meet(FirstSession)]; Observation),
    row!(Adjust: Stages::Accepted => Same; [By(Supervisor)]; [reason_given, adjustment_allowed]; []; Request;
        asked by [Lead] granted if raised_in_time),
    row!(Suspend: States(&[Mediating]) => Into(&[Suspended]); [Lead, By(JudicialOffice)]; []; []; Request),
    row!(Resume: States(&[Suspended]) => Into(&[Mediating]); [Lead, By(JudicialOffice), Rule]; []; []; Request),
    // The agreement.
    row!(Freeze: States(&[Mediating, AgreementPending]) => Into(&[AgreementPending]); [Lead];
        [not_held, none_refused, draft_frozen, words_agree_with_figures, no_block]; []; Observation),
    row!(Sign: States(&[AgreementPending]) => Same; [Lead, Member];
        [not_held, none_refused, signs_the_frozen_draft, medium_allowed, no_block]; []; Observation),
    row!(Effect: States(&[AgreementPending]) => Into(&[AgreementEffective]); [By(JudicialOffice)];
        [not_held, none_refused, effect_of_the_frozen_draft, all_signed, oral_allowed, sealed, no_block]; [Start(Confirmation)]; Request;
        asked by [Lead] granted if seal_is_at_the_scene),
    row!(Perform: States(&[AgreementEffective, Performing, FollowUp, PendingClose, CloseDisputed]) => Into(&[Performing, FollowUp]);
        [Member]; [obligation_known]; []; Observation),
    row!(Breach: States(&[AgreementEffective, Performing, FollowUp]) => Into(&[Mediating, Closed]); [Lead];
        [not_held, breach_recorded, urged_before, routes_told]; []; Request),
    // Visits.
    row!(Visit: Unfiled => Same; [Member]; []; [Meet(RiskVisit)]; Observation),
    row!(WaiveVisit: Unfiled => Same; [By(Supervisor), By(JudicialOffice)]; [reason_given, visit_is_due]; []; Online),
    // Several bodies, danger, transfer.
    row!(OpenJoint: Open => Into(&[JointHandling]); [By(Dispatcher), By(Supervisor)];
        [somebody_answers, joint_is_warranted, three_parties_present, target_is_there]; [Start(JointPlan), Meet(JointStart), Meet(SameDay)]; Online),
    row!(EndJoint: States(&[JointHandling]) => Into(&[Mediating, PendingAcceptance]); [By(Dispatcher), By(Supervisor), Lead];
        [plan_has_steps]; [Meet(JointPlan)]; Online),
    row!(Danger: Any => Same; [Anyone]; [danger_told]; [Start(DeadlineKind::PoliceAccept)]; Observation),
    row!(Release: Any => Same; [By(PoliceDesk), By(Supervisor)]; [is_held, reason_given]; [Meet(DeadlineKind::PoliceAccept)]; Online),
    row!(Transfer: Open => Into(&[Closed]); [By(Dispatcher), By(Supervisor)]; [danger_goes_to_the_police, receiver_signed]; []; Online;
        asked by [First, Lead]),
    // Closing.
    row!(Terminate: States(&[Mediating, JointHandling, AgreementPending, PendingClose]) => Into(&[PendingClose, CloseDisputed]); [Lead];
        [routes_told]; []; Request),
    row!(AskClose: States(&[OnScene, AgreementEffective, Performing, FollowUp, PendingClose]) => Into(&[PendingClose, CloseDisputed]);
        [Lead]; [feedback_given, outcome_fits, obligations_done]; []; Request),
    row!(Close: States(&[PendingClose, CloseDisputed]) => Into(&[Closed]);
        [Rule, By(Dispatcher), By(JudicialOffice), By(Supervisor)];
        [not_held, rank_may_close, not_ones_own, outcome_was_asked, nothing_unseen, no_other_block, obligations_done, files_are_there,
            devices_heard];
        [Meet(Feedback), Meet(Legal)]; Online),
    row!(SendBack: States(&[PendingClose, CloseDisputed]) => Back; [By(Dispatcher), By(JudicialOffice), By(Supervisor)];
        [reason_given]; [Meet(CloseRuling)]; Online),
    row!(WaiveFile: Unfiled => Same; [By(Supervisor), By(JudicialOffice)]; [reason_given, file_is_missing]; []; Online),
    row!(DisputeClose: States(&[PendingClose]) => Into(&[CloseDisputed]); [Rule]; []; [Start(CloseRuling)]; Online),
    // Neighbours in time and place.
    row!(Repeat: Unfiled => Into(&[Registered, CloseDisputed]); [Rule]; [call_is_new]; []; Online),
    row!(Reopen: States(&[Closed]) => Into(&[Registered]); [By(Supervisor), Rule]; [reason_given, not_merged]; [Start(DeadlineKind::Dispatch)]; Online),
    row!(Merge: Open => Into(&[Closed]); [By(Dispatcher), By(Supervisor)]; [reason_given, another_case]; []; Online),
    row!(Absorb: Open => Same; [By(Dispatcher), By(Supervisor)]; [reason_given, another_case]; []; Online),
    row!(Unmerge: States(&[Closed]) => Back; [By(Dispatcher), By(Supervisor)]; [reason_given, is_merged]; []; Online),
    row!(Part: Unfiled => Same; [By(Dispatcher), By(Supervisor)]; [reason_given, has_absorbed]; []; Online),
    row!(Split: Open => Same; [By(Dispatcher), By(Supervisor)]; [reason_given, another_case]; []; Online),
    row!(Archive: States(&[Closed]) => Into(&[Archived]); [By(JudicialOffice)]; [not_held, not_merged, dossier_complete, visits_settled];
        [Meet(DeadlineKind::Archive)]; Online),
    // After the agreement, and over its clocks.
    row!(Confirm: States(&[AgreementEffective, Performing, FollowUp]) => Same; [Lead];
        [asked_jointly, within_thirty_days, may_be_confirmed]; []; Request),
    row!(SendConfirmation: Unfiled => Same; [Lead, By(JudicialOffice)]; [confirmation_prepared]; [Meet(Confirmation)]; Online),
    row!(DecideConfirmation: Unfiled => Same; [By(Court), By(JudicialOffice), By(Exchange)]; [confirmation_sent]; []; Online),
    row!(Extend: Stages::Accepted => Same; [By(JudicialOffice), By(Supervisor)]; [extension_allowed, reason_given, both_agree_to_extend]; []; Request;
        asked by [Lead]),
    // People, colours, disagreements.
    row!(Assign: Open => Same; [By(Dispatcher), By(GridLeader), By(Supervisor), Rule]; [not_assigned_yet, target_is_there]; [Meet(SameDay)]; Online),
    row!(Handover: Open => Same; [By(Dispatcher), By(Supervisor)]; [somebody_answers, target_can_handle, target_is_there, target_is_another, no_offer_open];
        [Start(DeadlineKind::SignFor), Meet(SameDay)]; Online),
    row!(AnswerItem: Unfiled => Same; [Target, First, Lead, By(Dispatcher), By(PoliceDesk)]; [item_waits, reason_given]; []; Request),
    row!(DecideItem: Unfiled => Same; [By(Supervisor), By(Leader)]; [item_is_proposed, reason_given]; []; Online),
    row!(OverrideColour: Open => Same; [By(Supervisor), By(Dispatcher)]; [reason_given, override_allowed]; []; Online),
    row!(RuleConflict: Unfiled => Same; [By(Supervisor), By(Dispatcher), By(JudicialOffice), Lead];
        [conflict_open, answers_this_kind, choice_exists, reason_given]; []; Request),
];

/// The row of an event.
#[must_use]
pub fn row(event: Event) -> &'static Row {
    let found = TABLE.iter().find(|row| row.event == event);
    #[expect(
        clippy::expect_used,
        reason = "a test shows that every event has its row"
    )]
    found.expect("every event stands in the table")
}

impl Row {
    /// Looks at all guards in their order.
    ///
    /// # Errors
    /// The refusal of the first that does not hold.
    pub fn check(&self, scene: &guard::Scene<'_>) -> Result<(), Refusal> {
        self.guards.iter().try_for_each(|guard| guard(scene))
    }
}

impl Stages {
    /// Whether an event may start from this state.
    ///
    /// # Errors
    /// A refusal that says where the case stands.
    pub fn check(&self, status: Status) -> Result<(), Refusal> {
        let may = match self {
            New => false,
            States(states) => states.contains(&status),
            Any => true,
            Unfiled => status != Archived,
            Self::Accepted => status.is_open() && status >= Accepted,
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
            Anyone => true,
            Target => facts.offered().is_some_and(|a| a.user == by.user),
            First => facts.first().is_some_and(|a| a.user == by.user),
            Lead => facts.answering().is_some_and(|a| a.user == by.user),
            Member => {
                let mut own = facts.assignments.iter().filter(|a| a.user == by.user);
                own.any(|a| a.to.is_none_or(|to| was_made_before(motion, to)))
            }
            Rule => by.role == crate::role::Role::System,
        }
    }
}

/// Whether an entry of the document was written before then. Of somebody who lost the case, the server lets in only what was
/// written in time by a clock that it believes (M19).
fn was_made_before(motion: &Motion, then: jiff::Timestamp) -> bool {
    motion.entry.is_some() && motion.claimed_at.is_some_and(|at| at <= then)
}

impl To {
    /// Whether a case may stand there after the event.
    #[must_use]
    pub fn allows(&self, before: Status, after: Status) -> bool {
        match self {
            Same => before == after,
            Into(states) => before == after || states.contains(&after),
            Back => after.is_open(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows R151.
    #[test]
    fn every_event_stands_in_the_table_once_and_in_the_order_of_the_numbers_of_each_group() {
        for event in Event::ALL {
            let rows = TABLE.iter().filter(|row| row.event == *event).count();
            assert_eq!(rows, 1, "{event:?}");
        }
    }

    #[test]
    fn every_state_but_registered_is_reached_by_some_event_and_left_by_another() {
        for status in Status::ALL {
            let reached = |row: &Row| matches!(row.to, Into(states) if states.contains(&status));
            assert!(TABLE.iter().any(reached), "nothing leads to {status:?}");
            let left = |row: &Row| row.from.check(status).is_ok() && !matches!(row.to, Same);
            assert!(
                status == Archived || TABLE.iter().any(left),
                "nothing leads out of {status:?}"
            );
        }
    }
}
