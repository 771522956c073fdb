//! Rulings: whether a motion moves a case, and where to.
//!
//! [`rule`] is pure and runs on the phone to show what will probably happen (待确认), and on the server to make it happen.
//! What it knows stands in one table, [`TABLE`]; the conditions of the table are the functions in `guard`.

mod brings;
mod events;
mod guard;
mod moves;
mod referral;
mod table;
mod unseen;

pub use brings::Brings;
pub use guard::{obligation_state, promises};
pub use table::{Clock, Offline, Row, Stages, TABLE, To, Who, row};
pub use unseen::Unseen;

use crate::{
    deadline::{
        Policy, meet, start,
        trust::{Claim, Trust, occurred},
    },
    event::Event,
    facts::{
        ConfirmationResult, Decision, Duty, Facts, Hold, Level, PushTarget, RepeatCall, Retention,
        Ruling, Stage, TrailEntry,
    },
    ids::{CaseId, ConflictId, EntryId, UserId},
    record::{Ask, CloseKind, PerformanceEntry, Receiver, Signature, Visit},
    role::{Author, Role},
    view::CaseView,
};
use guard::Scene;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What lies before the one who rules, beside the facts: everything a ruling may depend on.
#[derive(Debug, Clone, Copy)]
pub struct Docket<'a> {
    /// What the document says.
    pub view: &'a CaseView,
    /// When phones of the case were last heard.
    pub devices: &'a [DeviceSeen],
    /// Who of those that the case or a motion names is not there any more: the account is closed, or the role has ended.
    pub departed: &'a [Author],
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
    /// The police sign for what was transferred to them (E02b).
    PoliceAccept,
    /// An offer to a first handler (E03): person, duty, time and what is expected (四定, R090).
    Dispatch {
        /// To whom.
        target: Target,
        /// 定效: what is expected.
        expected: String,
    },
    /// One of the three pushes is acknowledged (E03b).
    AckPush(PushTarget),
    /// A co-handler or visitor joins (R019).
    Assign(Target, Duty),
    /// The case is offered to another lead, who must sign for it (R027).
    Handover(Target),
    /// Given back (E06).
    Return {
        /// Why.
        reason: String,
    },
    /// A visit that is due need not be made (E21b).
    WaiveVisit {
        /// Its number.
        n: u8,
        /// Why.
        why: String,
    },
    /// Three parties take the case up (E22): these join.
    OpenJoint {
        /// Who joins.
        members: Vec<Target>,
    },
    /// The plan of the three parties stands (E22b).
    EndJoint {
        /// The plan, by its entry.
        plan: EntryId,
    },
    /// The hold after a danger ends (E23b).
    Release {
        /// Why.
        why: String,
    },
    /// Transferred out (E24).
    Transfer {
        /// To what kind of body.
        to: Receiver,
        /// To which one, by name.
        receiver: String,
        /// The number under which the receiver signed for it.
        receipt: String,
        /// The parties were given the handover notice (LW03, R114).
        notice_given: bool,
    },
    /// Closed with the asked outcome, or with one of the disputed ones (E27).
    Close {
        /// The outcome.
        outcome: CloseKind,
    },
    /// The closing is sent back (E27b).
    SendBack {
        /// Why.
        why: String,
    },
    /// The file of a piece of evidence need not arrive (E27c, M17).
    WaiveFile {
        /// The evidence.
        evidence: EntryId,
        /// Why.
        why: String,
    },
    /// Something came in between the request to close and the closing (E28).
    DisputeClose,
    /// The same dispute is reported again (E29).
    Repeat(RepeatCall),
    /// Reopened as the next round (E29b).
    Reopen {
        /// Why.
        why: String,
    },
    /// Goes on under another case (E30).
    Merge {
        /// Which.
        into: CaseId,
        /// Why.
        why: String,
    },
    /// Another case goes on under this one (E30b): its earlier clocks stay.
    Absorb {
        /// Which.
        from: CaseId,
        /// What it brings.
        brings: Brings,
        /// Why.
        why: String,
    },
    /// A merge is undone: on the case that went on elsewhere (E30c).
    Unmerge {
        /// What holds the other case because of this one.
        #[serde(default)]
        held: Vec<Hold>,
        /// Why.
        why: String,
    },
    /// A merge is undone: on the case that had taken the other in (E30e).
    Part {
        /// Which.
        from: CaseId,
        /// Those who joined as co-handlers because of the merge; they leave again.
        #[serde(default)]
        people: Vec<UserId>,
        /// Why.
        why: String,
    },
    /// A part becomes a case of its own (E30d).
    Split {
        /// The new case.
        into: CaseId,
        /// Why.
        why: String,
    },
    /// Filed (E31).
    Archive {
        /// How long it is kept.
        retention: Retention,
    },
    /// The request for confirmation is sent to the court (E32b).
    SendConfirmation,
    /// The court has decided (E32c).
    DecideConfirmation {
        /// What.
        result: ConfirmationResult,
    },
    /// A person overrides the colour (R042).
    OverrideColour {
        /// The level that is to hold.
        level: Level,
        /// Why.
        why: String,
        /// Until when.
        until: Option<Timestamp>,
    },
    /// A measure that no rule may take is taken or dropped by a person (R091).
    DecideItem {
        /// Its number.
        no: u32,
        /// Taken or dropped.
        take: bool,
        /// Why; needed when it is dropped.
        why: String,
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
    /// A desk decides on a request that was referred to it.
    Decide {
        /// The request.
        request: EntryId,
        /// Granted or not.
        grant: bool,
        /// Why; needed when it is not granted.
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

/// Rules on one motion: the facts after it, or why not. A motion of somebody who may ask but not decide is referred to a desk:
/// that is no refusal, and changes nothing but the list of what waits.
///
/// # Errors
/// The refusal that the author is shown. The facts stay as they are.
pub fn rule(docket: &Docket<'_>, facts: &Facts, motion: &Motion) -> Result<Facts, Refusal> {
    let scene = Scene {
        docket,
        facts,
        motion,
    };
    if let Act::Decide {
        request,
        grant,
        why,
    } = &motion.act
    {
        return referral::decide(&scene, *request, *grant, why);
    }
    let row = row(motion.act.event());
    row.from.check(facts.stage.status())?;
    let decides = row.who.iter().any(|who| who.is(facts, motion));
    let asks = row.asks.iter().any(|who| who.is(facts, motion));
    if !decides && !asks {
        return Err(Refusal::new(
            "not_yours",
            "您不是本环节的责任人，请联系主办人或矛调中心分流员办理。",
        ));
    }
    row.check(&scene)?;
    if decides || (row.granted)(&scene) {
        Ok(carry_out(&scene, row))
    } else {
        referral::refer(&scene, row)
    }
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

/// Performs a motion that may be performed: what it does, its clocks, its line in the trail.
fn carry_out(scene: &Scene<'_>, row: &Row) -> Facts {
    let (docket, motion) = (scene.docket, scene.motion);
    let mut after = scene.facts.clone();
    moves::perform(scene, &mut after);
    for clock in row.clocks {
        match clock {
            Clock::Start(kind) => start(&mut after, *kind, docket.policy, docket.now),
            Clock::Meet(kind) => meet(&mut after, *kind, happened(scene).0),
        }
    }
    if let Some(entry) = motion.entry {
        let (decision, at) = (Decision::Accepted, motion.received_at);
        after.rulings.insert(entry, Ruling { decision, at });
    }
    record(scene, &mut after, row.event);
    after
}

/// When what is asked for happened: the claimed time where it is believed, else the receipt.
fn happened(scene: &Scene<'_>) -> (Timestamp, Trust) {
    let docket = scene.docket;
    let entry = scene
        .motion
        .entry
        .and_then(|id| docket.view.requests.get(&id));
    let Some(request) = entry.map(|entry| &entry.value) else {
        return (docket.now, Trust::Received);
    };
    let claim = Claim {
        at: request.at,
        anchor: request.anchor,
    };
    occurred(claim, scene.motion.received_at, docket.policy)
}

/// Writes the trail; a closing that became disputed is an event of its own (E28).
fn record(scene: &Scene<'_>, after: &mut Facts, event: Event) {
    let disputed = |stage: &Stage| matches!(stage, Stage::CloseDisputed { .. });
    let newly = disputed(&after.stage) && !disputed(&scene.facts.stage);
    after.trail.push(line(scene, after, event));
    if newly && event != Event::DisputeClose {
        let mut second = line(scene, after, Event::DisputeClose);
        (second.by, second.claimed_at) = (None, None);
        after.trail.push(second);
    }
}

fn line(scene: &Scene<'_>, after: &Facts, event: Event) -> TrailEntry {
    let motion = scene.motion;
    TrailEntry {
        event: event.code().into(),
        by: (motion.by.role != Role::System).then_some(motion.by),
        claimed_at: motion.claimed_at,
        received_at: motion.received_at,
        from: scene.facts.stage.status(),
        to: after.stage.status(),
        zh: match happened(scene).1 {
            Trust::Suspect(_) => format!("{}（时钟可疑）", event.zh()),
            Trust::Claimed | Trust::Received => event.zh().into(),
        },
    }
}
