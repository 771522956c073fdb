//! What mediators and grid workers do: intake, notes, evidence, sessions, plans, visits.

use super::{Cents, Place, SignatureMedium};
use crate::ids::{EntryId, SituationCode};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One field of the intake that may be corrected; rival values are kept and shown (M10).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntakeField {
    /// 情形 of the catalogue.
    Situation(SituationCode),
    /// When the dispute broke out.
    OccurredAt(Timestamp),
    /// How many people take part.
    Persons(u32),
    /// How much money is in dispute.
    Amount(Cents),
    /// Whether somebody was hurt.
    Injury(Injury),
    /// Where.
    Place(Place),
    /// Answers to the domestic-violence screening of N01 (LW20).
    DvScreen(DvScreen),
}

/// Whether somebody was hurt in this dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Injury {
    /// Nobody.
    None,
    /// Hurt, without lasting harm.
    Light,
    /// Lasting injury.
    Lasting,
    /// Somebody died.
    Death,
}

/// The domestic-violence screening (LW20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DvScreen {
    /// The questions were asked.
    pub asked: bool,
    /// Violence was affirmed or seen.
    pub violence: bool,
}

/// The kind of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// 现场记录.
    Scene,
    /// 调查.
    Inquiry,
    /// 日清进展.
    DailyProgress,
    /// Anything else.
    Other,
}

/// The head of a note; its text is mergeable (D03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteHead {
    /// The kind.
    pub kind: NoteKind,
    /// When it was begun, by the device's clock.
    pub at: Timestamp,
}

/// The kind of a piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// 照片.
    Photo,
    /// 视频.
    Video,
    /// 录音.
    Audio,
    /// 书证.
    Paper,
}

/// A piece of evidence: what was captured, never the bytes (R016).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The kind.
    pub kind: EvidenceKind,
    /// SHA-256 of the original file, lower-case hex.
    pub sha256: String,
    /// Bytes of the original file.
    pub size: u64,
    /// Media type, such as `image/jpeg`.
    pub mime: String,
    /// When it was taken, by the device's clock.
    pub taken_at: Timestamp,
    /// Where it was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Where it came from, in words.
    pub origin: String,
}

/// An item of a checklist; a harmless last-writer-wins value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckMark {
    /// Done or not.
    pub done: bool,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// A remark.
    #[serde(default)]
    pub remark: String,
}

/// The form of a session (R056).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionForm {
    /// 现场.
    Scene,
    /// 调解室.
    Room,
    /// 线上.
    Online,
    /// 板凳说事.
    Bench,
    /// 巡回.
    Circuit,
}

/// The head of a mediation session 调解; its record has one writer (M13).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionHead {
    /// The form.
    pub form: SessionForm,
    /// When it began, by the device's clock.
    pub start: Timestamp,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The parties who attended.
    pub attendees: Vec<EntryId>,
    /// What came of it, in words.
    #[serde(default)]
    pub result: String,
}

/// That a party signed the record of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSigned {
    /// How.
    pub medium: SignatureMedium,
    /// When, by the device's clock.
    pub at: Timestamp,
}

/// A step of a plan 一案一策: one owner, one date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PlanStep {
    /// What is to be done.
    pub what: String,
    /// By which organisation, by name.
    pub owner_org: String,
    /// Until when.
    pub due: Date,
}

/// How a visit was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitMethod {
    /// 上门.
    Door,
    /// 电话.
    Telephone,
    /// 视频.
    Video,
}

/// Whether an obligation was found performed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Performance {
    /// 已履行.
    Performed,
    /// 部分履行.
    Partly,
    /// 未履行.
    NotPerformed,
    /// 无履行内容.
    NothingDue,
}

/// A follow-up visit 回访.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visit {
    /// The due item it answers, by its number in the series, if it answers one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<u8>,
    /// How.
    pub method: VisitMethod,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What was found.
    pub finding: VisitFinding,
}

/// What a visit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitFinding {
    /// Performance of the agreement.
    pub performance: Performance,
    /// Satisfaction, 1 to 5, 5 best.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<u8>,
    /// The dispute shows signs of breaking out again.
    pub relapse_sign: bool,
}

/// The marks of a checklist by item code.
pub type Checklist = BTreeMap<String, CheckMark>;
