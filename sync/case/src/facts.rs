//! Facts: what only the server decides, kept in Postgres and sent beside the document as one versioned object.
//!
//! A phone shows facts and never writes them. Every change of a fact raises [`Facts::version`] by one.

use crate::{
    ids::{
        CaseId, CaseNo, ConflictId, EntryId, OrgId, PublicCode, RegionCode, SituationCode, UserId,
    },
    record::{AgreementForm, CloseKind},
    role::{Author, Role},
    view::Conflict,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// All facts of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The case.
    pub case_id: CaseId,
    /// Raised by one with every ruling; the `base_version` of requests.
    pub version: u64,
    /// Where the case stands.
    pub stage: Stage,
    /// The number, given at registration.
    pub case_no: CaseNo,
    /// 一案一码.
    pub public_code: PublicCode,
    /// Where the case came from.
    pub source: Source,
    /// Where it happened.
    pub region: RegionCode,
    /// When the server received it.
    pub registered_at: Timestamp,
    /// When it was accepted 受理.
    pub accepted_at: Option<Timestamp>,
    /// The situation as ruled; the document's may be disputed.
    pub situation: SituationCode,
    /// The difficulty as ruled.
    pub difficulty: Difficulty,
    /// The colour with its reasons.
    pub colour: Colour,
    /// Who answers for what, past and present.
    pub assignments: Vec<Assignment>,
    /// All clocks.
    pub deadlines: Vec<Deadline>,
    /// What was decided on each request and each observation that moves the case.
    pub rulings: BTreeMap<EntryId, Ruling>,
    /// Disagreements in the document, open and settled.
    pub conflicts: BTreeMap<ConflictId, ConflictFact>,
    /// The agreement, once a draft was frozen.
    pub agreement: Option<AgreementFact>,
    /// What happened, in the order of server receipt: the trail 轨迹.
    pub trail: Vec<TrailEntry>,
}

/// Where a case stands, with the data that belongs to that stage (domain.md 3.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum Stage {
    /// 已登记.
    Registered,
    /// 待分流.
    PendingDispatch,
    /// 已派单待签收; the target stands among the assignments.
    Dispatched,
    /// 已签收.
    SignedFor,
    /// 现场处置.
    OnScene,
    /// 待受理.
    PendingAcceptance,
    /// 已受理.
    Accepted,
    /// 调解中.
    Mediating,
    /// 联席会商.
    JointHandling,
    /// 中止.
    Suspended {
        /// The stage to come back to is always mediating; the ground is kept.
        ground: String,
        /// Since when.
        since: Timestamp,
    },
    /// 协议待生效.
    AgreementPending,
    /// 协议已生效.
    AgreementEffective,
    /// 履行中.
    Performing,
    /// 回访中.
    FollowUp,
    /// 待结案审核.
    PendingClose {
        /// The request, by its entry in the document.
        request: EntryId,
        /// The asked outcome.
        outcome: CloseKind,
        /// What the source channel is told.
        feedback: String,
        /// Since when.
        since: Timestamp,
    },
    /// 结案待裁.
    CloseDisputed {
        /// The outcomes that were asked for, by request.
        outcomes: BTreeMap<EntryId, CloseKind>,
        /// Since when.
        since: Timestamp,
    },
    /// 已结案.
    Closed {
        /// How.
        outcome: CloseKind,
        /// What the source channel is told.
        feedback: String,
        /// When.
        at: Timestamp,
    },
    /// 已归档.
    Archived {
        /// How it was closed.
        outcome: CloseKind,
        /// When it was filed.
        at: Timestamp,
    },
}

/// The name of a stage without its data: `case_status` in the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "each is explained at the stage of the same name"
)]
pub enum Status {
    Registered,
    PendingDispatch,
    Dispatched,
    SignedFor,
    OnScene,
    PendingAcceptance,
    Accepted,
    Mediating,
    JointHandling,
    Suspended,
    AgreementPending,
    AgreementEffective,
    Performing,
    FollowUp,
    PendingClose,
    CloseDisputed,
    Closed,
    Archived,
}

impl Stage {
    /// The name of the stage.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Registered => Status::Registered,
            Self::PendingDispatch => Status::PendingDispatch,
            Self::Dispatched => Status::Dispatched,
            Self::SignedFor => Status::SignedFor,
            Self::OnScene => Status::OnScene,
            Self::PendingAcceptance => Status::PendingAcceptance,
            Self::Accepted => Status::Accepted,
            Self::Mediating => Status::Mediating,
            Self::JointHandling => Status::JointHandling,
            Self::Suspended { .. } => Status::Suspended,
            Self::AgreementPending => Status::AgreementPending,
            Self::AgreementEffective => Status::AgreementEffective,
            Self::Performing => Status::Performing,
            Self::FollowUp => Status::FollowUp,
            Self::PendingClose { .. } => Status::PendingClose,
            Self::CloseDisputed { .. } => Status::CloseDisputed,
            Self::Closed { .. } => Status::Closed,
            Self::Archived { .. } => Status::Archived,
        }
    }
}

impl Status {
    /// Every status in the order of the life cycle.
    pub const ALL: [Self; 18] = [
        Self::Registered,
        Self::PendingDispatch,
        Self::Dispatched,
        Self::SignedFor,
        Self::OnScene,
        Self::PendingAcceptance,
        Self::Accepted,
        Self::Mediating,
        Self::JointHandling,
        Self::Suspended,
        Self::AgreementPending,
        Self::AgreementEffective,
        Self::Performing,
        Self::FollowUp,
        Self::PendingClose,
        Self::CloseDisputed,
        Self::Closed,
        Self::Archived,
    ];

    /// Whether work on the case goes on.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Archived)
    }

    /// The Chinese name (domain.md 3.2).
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Registered => "已登记",
            Self::PendingDispatch => "待分流",
            Self::Dispatched => "已派单待签收",
            Self::SignedFor => "已签收",
            Self::OnScene => "现场处置",
            Self::PendingAcceptance => "待受理",
            Self::Accepted => "已受理",
            Self::Mediating => "调解中",
            Self::JointHandling => "联席会商",
            Self::Suspended => "中止",
            Self::AgreementPending => "协议待生效",
            Self::AgreementEffective => "协议已生效",
            Self::Performing => "履行中",
            Self::FollowUp => "回访中",
            Self::PendingClose => "待结案审核",
            Self::CloseDisputed => "结案待裁",
            Self::Closed => "已结案",
            Self::Archived => "已归档",
        }
    }

    /// The name as it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::PendingDispatch => "pending_dispatch",
            Self::Dispatched => "dispatched",
            Self::SignedFor => "signed_for",
            Self::OnScene => "on_scene",
            Self::PendingAcceptance => "pending_acceptance",
            Self::Accepted => "accepted",
            Self::Mediating => "mediating",
            Self::JointHandling => "joint_handling",
            Self::Suspended => "suspended",
            Self::AgreementPending => "agreement_pending",
            Self::AgreementEffective => "agreement_effective",
            Self::Performing => "performing",
            Self::FollowUp => "follow_up",
            Self::PendingClose => "pending_close",
            Self::CloseDisputed => "close_disputed",
            Self::Closed => "closed",
            Self::Archived => "archived",
        }
    }
}

/// Where a case came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The channel, such as `110`, `12345`, `walk_in`.
    pub channel: String,
    /// The channel's own number, if it has one.
    pub external_no: Option<String>,
}

/// 难易程度: decides the length of the feedback clock (7 / 15 / 30 days).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// 简易.
    Simple,
    /// 一般.
    Ordinary,
    /// 复杂.
    Complex,
}

/// 三色预警: advice with reasons; a person rules (P07).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour {
    /// The level.
    pub level: Level,
    /// 0 to 100.
    pub score: u8,
    /// What the score is made of.
    pub reasons: Vec<Reason>,
}

/// Blue, yellow or red.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 蓝.
    Blue,
    /// 黄.
    Yellow,
    /// 红.
    Red,
}

/// One part of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A stable code, such as `emotion`.
    pub code: String,
    /// Points; negative ones calm.
    pub points: i16,
    /// In Chinese words.
    pub zh: String,
}

/// Who answers for a case, from when to when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Counts up within the case; what [`crate::record::Ask::SignFor`] names.
    pub version: u32,
    /// The person.
    pub user: UserId,
    /// The organisation.
    pub org: OrgId,
    /// In which role the person works here.
    pub role: Role,
    /// For what the person answers.
    pub duty: Duty,
    /// Offered when.
    pub from: Timestamp,
    /// Signed for when.
    pub signed_at: Option<Timestamp>,
    /// Ended when.
    pub to: Option<Timestamp>,
}

/// For what an assigned person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// 首处责任: answers until a receiver signs (R027).
    First,
    /// 主办人: exactly one per open accepted case (R022).
    Lead,
    /// 协办.
    Co,
    /// Follow-up visits of the grid.
    Visit,
}

/// A clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// Runs since.
    pub starts_at: Timestamp,
    /// Ends at.
    pub due_at: Timestamp,
    /// Met when.
    pub met_at: Option<Timestamp>,
    /// The rule it comes from.
    pub basis: String,
}

/// The kinds of clock (domain.md 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 分拨, 24 h.
    Dispatch,
    /// 公安受理, 24 h.
    PoliceAccept,
    /// 签收.
    SignFor,
    /// 到场.
    Arrive,
    /// 联系当事人, 24 h.
    FirstContact,
    /// 反馈110, 7 / 15 / 30 d.
    Feedback,
    /// 调解期限, 30 d and others.
    Legal,
    /// 首次调解, 3 d.
    FirstSession,
    /// 司法确认, 30 d of effect.
    Confirmation,
    /// 履行期限.
    Obligation,
    /// 回访.
    FollowUp,
}

/// What was decided on a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Accepted or refused.
    pub decision: Decision,
    /// When.
    pub at: Timestamp,
}

/// Accepted, or refused with a reason that the author sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "ruling")]
pub enum Decision {
    /// 已准.
    Accepted,
    /// 未准.
    Refused {
        /// A stable code.
        code: String,
        /// A Chinese sentence that says what to do.
        zh: String,
    },
}

/// A disagreement and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictFact {
    /// The disagreement as it was found.
    pub conflict: Conflict,
    /// When it was found.
    pub found_at: Timestamp,
    /// How it was ruled on; none while open.
    pub settled: Option<Settlement>,
}

/// The ruling on a disagreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// Who ruled; none when the authors themselves removed the disagreement by writing again.
    pub by: Option<Author>,
    /// When.
    pub at: Timestamp,
    /// The variant that holds, by its place among the variants.
    pub choice: Option<u8>,
    /// Why, in words.
    pub why: String,
}

/// The agreement of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementFact {
    /// The frozen draft.
    pub draft: EntryId,
    /// Written or oral.
    pub form: AgreementForm,
    /// The hash that was signed.
    pub content_hash: String,
    /// Its number, given with effect.
    pub number: Option<String>,
    /// When it took effect.
    pub effective_at: Option<Timestamp>,
    /// The number of the seal.
    pub seal_no: Option<String>,
    /// When it was replaced by another draft.
    pub void_at: Option<Timestamp>,
}

/// One line of the trail 轨迹.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrailEntry {
    /// The event of domain.md 3.2, such as `E05`.
    pub event: String,
    /// Who did it.
    pub by: Option<Author>,
    /// When it is claimed to have happened, by a device's clock.
    pub claimed_at: Option<Timestamp>,
    /// When the server received it: the fact.
    pub received_at: Timestamp,
    /// Before.
    pub from: Status,
    /// After.
    pub to: Status,
    /// A short Chinese sentence without names.
    pub zh: String,
}

impl Facts {
    /// The offer that nobody has signed for yet.
    #[must_use]
    pub fn offered(&self) -> Option<&Assignment> {
        self.open(Duty::First).rev().find(|a| a.signed_at.is_none())
    }

    /// The first handler who signed for the case and still answers for it.
    #[must_use]
    pub fn first(&self) -> Option<&Assignment> {
        self.open(Duty::First).rev().find(|a| a.signed_at.is_some())
    }

    /// The lead.
    #[must_use]
    pub fn lead(&self) -> Option<&Assignment> {
        self.open(Duty::Lead).next_back()
    }

    /// Disagreements that nobody has ruled on.
    pub fn open_conflicts(&self) -> impl Iterator<Item = &Conflict> {
        self.conflicts
            .values()
            .filter(|c| c.settled.is_none())
            .map(|c| &c.conflict)
    }

    /// The next number for an assignment.
    #[must_use]
    pub fn next_assignment(&self) -> u32 {
        self.assignments
            .iter()
            .map(|a| a.version + 1)
            .max()
            .unwrap_or(1)
    }

    fn open(&self, duty: Duty) -> impl DoubleEndedIterator<Item = &Assignment> {
        self.assignments
            .iter()
            .filter(move |a| a.duty == duty && a.to.is_none())
    }
}
