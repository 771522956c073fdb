//! What belongs to one round of a case and to its neighbours: holds, pushes, visits due, merges, the file.

use super::{Assignment, Deadline, Stage};
use crate::{
    ids::{CaseId, EntryId, SituationCode},
    kinds::kinds,
    record::{Ask, CloseKind},
    role::Author,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The hold that a reported danger lays on a case (E23): nothing is accepted, frozen, sealed or closed until it is released.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Since when.
    pub since: Timestamp,
    /// Who reported.
    pub by: Author,
    /// What was seen, without names.
    pub what: String,
    /// The request that reported it; none if a desk did.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The case in which it was reported, if that goes on under this one.
    #[serde(default)]
    pub from: Option<CaseId>,
}

impl Hold {
    /// Whether it is of the same danger, whichever case it lies on now.
    #[must_use]
    pub fn is_of_same(&self, other: &Self) -> bool {
        (self.since, self.by, self.entry, &self.what)
            == (other.since, other.by, other.entry, &other.what)
    }
}

/// Something that the police are asked to take over. Orders are only added: whatever happens afterwards, each is owed once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliceOrder {
    /// Why it is theirs.
    pub cause: PoliceCause,
    /// What they are told, without names.
    pub text: String,
    /// When the server received what caused it.
    pub at: Timestamp,
    /// The request that caused it; none if a desk, a channel or a rule did.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// The channel that reported the matter by an order of its own and has our answer to it: if that is the police, they know.
    #[serde(default)]
    pub known_to: Option<String>,
}

/// Why something is a matter of the police.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PoliceCause {
    /// A danger was reported (E23).
    Danger,
    /// The case was closed as handed over to them (E02, E24).
    HandedOver,
    /// The case goes on, and its situation was found to be one of their list (M10).
    Situation,
    /// A further call reports a situation of their list (E29).
    Call,
}

/// A request that waits for a desk (E14, E18, E24, E33): asked by somebody who may ask but not decide.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Referral {
    /// What is asked.
    pub ask: Ask,
    /// By whom.
    pub by: Author,
    /// When, by a device's clock.
    pub claimed_at: Option<Timestamp>,
    /// When the server received it.
    pub received_at: Timestamp,
}

/// One of the three pushes 三推送 that go out with a dispatch (R107).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Push {
    /// To whom.
    pub target: PushTarget,
    /// When.
    pub pushed_at: Timestamp,
    /// Acknowledged when.
    pub acked_at: Option<Timestamp>,
}

kinds! {
    /// The three receivers of the pushes (R107).
    pub enum PushTarget {
        PartyGovPlac "party_gov_plac" "党委政府和政法委" "Party, government, political-legal committee"
            "party, government and the political and legal committee";
        OneStopCentre "one_stop_centre" "“一站式”矛调中心" "One-stop centre"
            "the one-stop centre of mediation";
        TerritoryDept "territory_dept" "属地属事部门" "Territory and department"
            "the territory and the department of the matter";
    }
}

/// Judicial confirmation 司法确认 (E32; LW13, LW14).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The draft whose agreement is to be confirmed.
    pub draft: EntryId,
    /// The court, by name.
    pub court: String,
    /// Asked for when.
    pub asked_at: Timestamp,
    /// Sent to the court when.
    pub sent_at: Option<Timestamp>,
    /// What the court decided, and when.
    pub decided: Option<(ConfirmationResult, Timestamp)>,
}

/// What a court says about a joint request for confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfirmationResult {
    /// 确认.
    Confirmed,
    /// 驳回.
    Refused,
    /// 撤回.
    Withdrawn,
    /// 不予受理.
    NotAccepted,
}

/// How this case stands to others (E29, E30).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Kin {
    /// Goes on under another case.
    #[serde(default)]
    pub merged: Option<Merged>,
    /// Cases that go on under this one: its aliases.
    #[serde(default)]
    pub absorbed: Vec<CaseId>,
    /// Was a part of this case.
    #[serde(default)]
    pub split_from: Option<CaseId>,
    /// Parts that became cases of their own.
    #[serde(default)]
    pub split_into: Vec<CaseId>,
    /// Later reports of the same dispute.
    #[serde(default)]
    pub repeats: Vec<RepeatCall>,
    /// Who waits for the result of a case that goes on under this one.
    #[serde(default)]
    pub owed: Vec<Owed>,
    /// The version of the facts that first told that the dispute came back: by the latest of these reports, or by a reopening. Whoever
    /// asked for something on an earlier version did not know (M15).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_back: Option<u64>,
}

/// A channel that reported a case which goes on under another one; it is told the result of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owed {
    /// The case that was merged; with it this leaves again.
    pub from: CaseId,
    /// The channel.
    pub channel: String,
    /// The channel's own number.
    pub external_no: String,
}

/// A case that goes on under another one, and what it takes to undo that (E30).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// The case under which it goes on.
    pub into: CaseId,
    /// Where it stood.
    pub stage: Stage,
    /// Who answered for it.
    pub assignments: Vec<Assignment>,
    /// Its clocks.
    pub deadlines: Vec<Deadline>,
    /// Its dangers that nobody had released; the case under which it goes on is held by them.
    #[serde(default)]
    pub holds: Vec<Hold>,
}

/// A later report of the same dispute (E29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatCall {
    /// The channel.
    pub channel: String,
    /// The channel's own number.
    pub external_no: String,
    /// Received when.
    pub received_at: Timestamp,
    /// The situation, as this call reported it.
    #[serde(default)]
    pub situation: Option<SituationCode>,
}

/// How an earlier round of the case ended (E29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastRound {
    /// How.
    pub outcome: CloseKind,
    /// Closed when.
    pub closed_at: Timestamp,
    /// Reopened when.
    pub reopened_at: Timestamp,
    /// An agreement of that round was in force.
    pub agreed: bool,
    /// What the source channel was told.
    #[serde(default)]
    pub feedback: String,
}

/// The file 卷宗 of an archived case (E31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its number.
    pub number: String,
    /// How long it is kept (D06).
    pub retention: Retention,
    /// Filed when.
    pub filed_at: Timestamp,
}

/// How long a file is kept (LW32): classes of practice, whose years are the county's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// 短期.
    Short,
    /// 长期.
    Long,
    /// 永久.
    Permanent,
}
