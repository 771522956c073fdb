//! The clocks of a case (docs/domain/rules.md#clocks). What may be done to them stands in [`crate::deadline`].

use crate::ids::{ConflictId, EntryId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A clock. It keeps its start for ever: nothing restarts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// What it is about, where a case has several of a kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Runs since.
    pub starts_at: Timestamp,
    /// Ends at, with its extension and without its pauses; see [`crate::deadline::ends_at`].
    pub due_at: Timestamp,
    /// When it stood still.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Days by which it was extended; `due_at` holds them already.
    #[serde(default)]
    pub extended_days: u32,
    /// Met when.
    pub met_at: Option<Timestamp>,
    /// Let off, by whom and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Waiver>,
    /// Stopped without having been met, because the case ended first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// The rule it comes from.
    pub basis: String,
}

/// What a clock is about, where a case has several of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A clause of the agreement.
    Clause(EntryId),
    /// A visit, by its number in the series.
    Visit(u8),
    /// A disagreement of the document.
    Conflict(ConflictId),
    /// An entry of the document, such as a request.
    Entry(EntryId),
}

/// A span in which a clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Since.
    pub from: Timestamp,
    /// Until; none while it lasts.
    pub to: Option<Timestamp>,
}

/// A clock that somebody let off: it counts neither as met nor as missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// By whom; none when a rule did it.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// Why, in words.
    pub why: String,
}

/// The name of one clock within its case; it never changes, since no clock is restarted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClockKey {
    /// Its kind.
    pub kind: DeadlineKind,
    /// What it is about.
    pub subject: Option<Subject>,
    /// Its start.
    pub starts_at: Timestamp,
}

impl Deadline {
    /// A clock that begins to run.
    #[must_use]
    pub fn starting(
        kind: DeadlineKind,
        subject: Option<Subject>,
        starts_at: Timestamp,
        due_at: Timestamp,
        basis: &str,
    ) -> Self {
        Self {
            kind,
            subject,
            starts_at,
            due_at,
            pauses: Vec::new(),
            extended_days: 0,
            met_at: None,
            waived: None,
            ended_at: None,
            basis: basis.into(),
        }
    }

    /// Its name within the case.
    #[must_use]
    pub fn key(&self) -> ClockKey {
        ClockKey {
            kind: self.kind,
            subject: self.subject,
            starts_at: self.starts_at,
        }
    }

    /// Whether it still waits to be met; a paused clock does.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.met_at.is_none() && self.waived.is_none() && self.ended_at.is_none()
    }
}

/// The kinds of clock (docs/domain/rules.md#clocks).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 分拨, 24 h.
    Dispatch,
    /// 公安受理, 24 h.
    PoliceAccept,
    /// 签收, 30 min when urgent, else 4 h.
    SignFor,
    /// 到场, 30 min in town, 60 min in the country.
    Arrive,
    /// 联系当事人, 24 h.
    FirstContact,
    /// 反馈110, 7 / 15 / 30 d.
    Feedback,
    /// 调解期限: 30 d; medical 30 working days; labour 15 d.
    Legal,
    /// 首次调解, 3 d.
    FirstSession,
    /// 司法确认, 30 d of effect.
    Confirmation,
    /// 履行期限 of one clause, as agreed.
    Obligation,
    /// 回访, one clock a visit: 7, 30, 90 d; red also 1, 3.
    FollowUp,
    /// 日清, each day at 17:30.
    DailyProgress,
    /// 周结, Monday at 08:30.
    WeeklyUrge,
    /// 当日交办 of a red case, end of the day.
    SameDay,
    /// Visit to a yellow case in 3 d, to a red one in 24 h.
    RiskVisit,
    /// Joint handling of a red case, begun in 3 d.
    JointStart,
    /// 一案一策, 3 d.
    JointPlan,
    /// The weekly look at a joint case.
    JointCheck,
    /// 信访受理告知, 15 d.
    PetitionReply,
    /// Objection to a referral, 5 working days.
    PetitionObjection,
    /// 信访办理, 60 d (+30).
    Petition,
    /// The answer to a letter, 5 working days.
    Letter,
    /// The ruling on contradictory closings, 48 h.
    CloseRuling,
    /// The look at a disagreement of grade review, 24 h.
    MergeReview,
    /// 归档, 30 d after closing.
    Archive,
    /// The longest suspension, 60 d.
    Suspension,
}

impl DeadlineKind {
    /// Every kind.
    pub const ALL: [Self; 26] = [
        Self::Dispatch,
        Self::PoliceAccept,
        Self::SignFor,
        Self::Arrive,
        Self::FirstContact,
        Self::Feedback,
        Self::Legal,
        Self::FirstSession,
        Self::Confirmation,
        Self::Obligation,
        Self::FollowUp,
        Self::DailyProgress,
        Self::WeeklyUrge,
        Self::SameDay,
        Self::RiskVisit,
        Self::JointStart,
        Self::JointPlan,
        Self::JointCheck,
        Self::PetitionReply,
        Self::PetitionObjection,
        Self::Petition,
        Self::Letter,
        Self::CloseRuling,
        Self::MergeReview,
        Self::Archive,
        Self::Suspension,
    ];

    /// The Chinese name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Dispatch => "分拨",
            Self::PoliceAccept => "公安受理",
            Self::SignFor => "签收",
            Self::Arrive => "到场",
            Self::FirstContact => "首次联系当事人",
            Self::Feedback => "反馈110",
            Self::Legal => "调解期限",
            Self::FirstSession => "首次调解",
            Self::Confirmation => "司法确认",
            Self::Obligation => "履行",
            Self::FollowUp => "回访",
            Self::DailyProgress => "日清",
            Self::WeeklyUrge => "周结",
            Self::SameDay => "当日交办",
            Self::RiskVisit => "风险走访",
            Self::JointStart => "启动联席会商",
            Self::JointPlan => "一案一策方案",
            Self::JointCheck => "联席会商检查",
            Self::PetitionReply => "信访受理告知",
            Self::PetitionObjection => "信访转送异议",
            Self::Petition => "信访办理",
            Self::Letter => "函件回复",
            Self::CloseRuling => "结案裁定",
            Self::MergeReview => "分歧复核",
            Self::Archive => "归档",
            Self::Suspension => "中止期限",
        }
    }
}
