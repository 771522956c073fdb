//! Rulings: whether a motion moves a case, and where to.
//!
//! [`rule`] is pure and runs on the phone to show what will probably happen (待确认), and on the
//! server to make it happen. What it knows of an act stands in the file of that act, under
//! [`crate::act`]: its row of the table, and its conditions.

pub(crate) mod guard;
mod police;
mod referral;
mod row;
mod secrecy;
mod unseen;
mod words;

pub use guard::{Guard, Guards, Obstacle, UNKNOWN_HERE};
pub use row::{ActRow, Authority, ClockEffect, NextStage, Offline, Stages};
pub use secrecy::{CONCEALED_ZH, shows_author};
pub use unseen::Unseen;

use crate::{
    act::{Act, AnyTransition},
    catalogue::{Route, routes},
    deadline::{
        meet, meet_of, start,
        trust::{Trust, occurred},
    },
    event::Event,
    facts::{DeadlineKind, Decision, Facts, Ruling, Stage, TrailEntry},
    ids::{EntryId, SituationCode},
    policy::Policy,
    reason::Reason,
    role::{Author, Role},
    view::CaseView,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What lies before the one who rules, beside the facts: everything a ruling may depend on.
#[derive(Debug, Clone, Copy)]
pub struct RuleContext<'a> {
    /// What the document says.
    pub view: &'a CaseView,
    /// When phones of the case were last heard.
    pub devices: &'a [DeviceSeen],
    /// Who of those that the case or a motion names is not there any more: the account is closed,
    /// or the role has ended.
    pub departed: &'a [Author],
    /// Names that plans of the case or a motion give to organisations, and that none in service
    /// bears.
    pub unknown_orgs: &'a [String],
    /// The rows of the county's routing table on which a motion may turn (R014); where none are
    /// given, the shipped ones count.
    pub routes: &'a [Route],
    /// Lengths of clocks and the like.
    pub policy: &'a Policy,
    /// The server's time.
    pub now: Timestamp,
}

impl RuleContext<'_> {
    /// Who handles a situation; none of one that is not in the current issue.
    #[must_use]
    pub fn route(&self, situation: &SituationCode) -> Option<&Route> {
        let table = match self.routes {
            [] => routes(),
            own => own,
        };
        table.iter().find(|route| route.code == *situation)
    }
}

/// When a phone that may write into the case last exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceSeen {
    /// Whose phone.
    pub user: crate::ids::UserId,
    /// When it last completed an exchange.
    pub exchanged_at: Timestamp,
}

/// What a guard looks at, and what an act is performed on: one motion, tried on the facts.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// What lies before the one who rules.
    pub context: &'a RuleContext<'a>,
    /// The facts as they stand.
    pub facts: &'a Facts,
    /// What is asked.
    pub motion: &'a Motion,
}

/// Something that may move a case, and who wants it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Motion {
    /// The entry of the document that it comes from; none for acts of the console and of the
    /// server.
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

impl Motion {
    /// Of somebody who acts online, so that no document holds it and no device's clock claims it.
    #[must_use]
    pub fn online(act: impl Into<Act>, by: Author, now: Timestamp) -> Self {
        Self {
            entry: None,
            act: act.into(),
            by,
            claimed_at: None,
            received_at: now,
        }
    }

    /// Of the server itself.
    #[must_use]
    pub fn by_rule(act: impl Into<Act>, now: Timestamp) -> Self {
        Self::online(act, Author::SYSTEM, now)
    }
}

/// Rules on one motion: the facts after it, or why not. A motion of somebody who may ask but not
/// decide is referred to a desk: that is no refusal, and changes nothing but the list of what
/// waits.
///
/// # Errors
/// The refusal that the author is shown. The facts stay as they are.
pub fn rule(context: &RuleContext<'_>, facts: &Facts, motion: &Motion) -> Result<Facts, Reason> {
    hear(context, facts, motion).map_err(|obstacle| obstacle.reason)
}

/// Whether a desk is shown an act as one that it may do now: it is granted, or what is in its way
/// is instructive.
#[must_use]
pub fn is_available(context: &RuleContext<'_>, facts: &Facts, motion: &Motion) -> bool {
    hear(context, facts, motion).map_or_else(|obstacle| obstacle.is_instructive, |_| true)
}

/// Keeps a refusal among the facts, so that its author sees it.
pub fn refuse(facts: &mut Facts, motion: &Motion, refusal: &Reason, now: Timestamp) {
    if let Some(entry) = motion.entry {
        let decision = Decision::Refused(refusal.clone());
        facts.rulings.insert(entry, Ruling { decision, at: now });
    }
}

fn hear(context: &RuleContext<'_>, facts: &Facts, motion: &Motion) -> Result<Facts, Obstacle> {
    let attempt = Attempt {
        context,
        facts,
        motion,
    };
    let act = match (&motion.act, motion.act.transition()) {
        (Act::Decide(decision), _) => return Ok(referral::decide(&attempt, decision)?),
        (_, None) => return Err(not_yours().into()),
        (_, Some(act)) => act,
    };
    let row = act.row();
    row.from.check(facts.stage.status())?;
    let decides = row.who.iter().any(|who| who.is(facts, motion));
    let asks = row.asks.iter().any(|who| who.is(facts, motion));
    if !decides && !asks {
        return Err(not_yours().into());
    }
    act.check(&attempt)?;
    // What is asked for is asked for in the document; at a desk somebody decides.
    let is_asked = matches!(motion.act, Act::Ask(_));
    if decides || (is_asked && act.needs_no_desk(&attempt)) {
        Ok(carry_out(&attempt, act))
    } else {
        Ok(referral::refer(&attempt, row)?)
    }
}

fn not_yours() -> Reason {
    Reason::new(
        "not_yours",
        "您不是本环节的责任人，请联系主办人或矛调中心分流员办理。",
    )
}

/// Performs an act that may be performed: what it does, what becomes a matter of the police by it,
/// its clocks, its line in the trail.
fn carry_out(attempt: &Attempt<'_>, act: &dyn AnyTransition) -> Facts {
    let (context, motion) = (attempt.context, attempt.motion);
    let mut after = attempt.facts.clone();
    act.carry_out(attempt, &mut after);
    police::ask(attempt, &mut after);
    for clock in act.row().clocks {
        match clock {
            ClockEffect::BeginEach(_) => {}
            // Where the case stays where it is, nobody waits to be sent there.
            ClockEffect::Begin(DeadlineKind::Dispatch) if !is_to_be_dispatched(&after) => {}
            ClockEffect::Begin(kind) => {
                let since = begins_at(*kind, &after, context.now);
                start(&mut after, *kind, context.policy, since);
            }
            ClockEffect::Meet(kind) => {
                let at = happened(attempt).0;
                match act.subject() {
                    Some(subject) => meet_of(&mut after, *kind, subject, at),
                    None => meet(&mut after, *kind, at),
                }
            }
        }
    }
    if let Some(entry) = motion.entry {
        let (decision, at) = (Decision::Accepted, motion.received_at);
        after.rulings.insert(entry, Ruling { decision, at });
    }
    record(attempt, &mut after, act.row().event);
    after
}

fn is_to_be_dispatched(after: &Facts) -> bool {
    matches!(after.stage, Stage::Registered | Stage::PendingDispatch)
}

/// Since when a clock that an act begins runs: the thirty days for confirmation since the day on
/// which the agreement took effect, whenever that was heard (LW13); any other from now on.
fn begins_at(kind: DeadlineKind, after: &Facts, now: Timestamp) -> Timestamp {
    let agreement = after.round.agreement.as_ref();
    let effective = agreement.and_then(|agreement| agreement.effective_at);
    effective
        .filter(|_| kind == DeadlineKind::Confirmation)
        .unwrap_or(now)
}

/// When what is asked for happened: the claimed time where it is believed, else the receipt.
pub(crate) fn happened(attempt: &Attempt<'_>) -> (Timestamp, Trust) {
    let context = attempt.context;
    let entry = attempt
        .motion
        .entry
        .and_then(|id| context.view.requests.get(&id));
    let Some(request) = entry.map(|entry| &entry.value) else {
        return (context.now, Trust::Received);
    };
    occurred(request.into(), attempt.motion.received_at, context.policy)
}

/// Writes the trail; a closing that became disputed is an event of its own (E28).
fn record(attempt: &Attempt<'_>, after: &mut Facts, event: Event) {
    let disputed = |stage: &Stage| matches!(stage, Stage::CloseDisputed { .. });
    let newly = disputed(&after.stage) && !disputed(&attempt.facts.stage);
    after.trail.push(line(attempt, after, event));
    if newly && event != Event::DisputeClose {
        let mut second = line(attempt, after, Event::DisputeClose);
        (second.by, second.claimed_at, second.words) = (None, None, None);
        after.trail.push(second);
    }
}

fn line(attempt: &Attempt<'_>, after: &Facts, event: Event) -> TrailEntry {
    let motion = attempt.motion;
    TrailEntry {
        event: event.code().into(),
        by: (motion.by.role != Role::System).then_some(motion.by),
        claimed_at: motion.claimed_at,
        received_at: motion.received_at,
        from: attempt.facts.stage.status(),
        to: after.stage.status(),
        zh: match happened(attempt).1 {
            Trust::Suspect(_) => format!("{}（时钟可疑）", event.zh()),
            Trust::Claimed | Trust::Received => event.zh().into(),
        },
        words: words::of_line(attempt, after),
    }
}
