//! Requests: what the author of an entry asks the server to decide.

use super::{Anchor, CloseKind, Place, Residual};
use crate::{
    facts::{DeadlineKind, Difficulty},
    ids::{ConflictId, EntryId, SituationCode},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why a mediation rests (E15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuspensionGround {
    /// 鉴定.
    Appraisal,
    /// 当事人暂不能到场.
    Absence,
    /// 等待裁判或认定.
    PendingRuling,
}

/// What follows when an agreement is broken (E20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// 继续调解.
    Mediate,
    /// 转诉讼.
    Litigate,
}

/// Who takes a case over from mediation (E24).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receiver {
    /// 公安.
    Police,
    /// 行政裁决、仲裁等部门.
    Department,
}

/// Why a mediation ends without an agreement (E25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminationGround {
    /// 达不成协议 (Mediation Law art. 26).
    NoAgreement,
    /// 一方不再参加.
    Absent,
    /// 超过期限 (LW15).
    LimitOver,
    /// 不属调解范围.
    NotMediable,
}

/// What is asked. One variant per event of docs/domain/events.md that a phone may ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", content = "payload")]
pub enum Ask {
    /// E02: police or non-police, and which situation.
    Triage {
        /// The situation of the catalogue.
        situation: SituationCode,
    },
    /// E04 工作认领.
    Claim,
    /// E05 签收, of the assignment with this version.
    SignFor {
        /// The version of the assignment that the phone was shown.
        assignment: u32,
    },
    /// E07 到场.
    Arrive {
        /// Where the phone was.
        place: Option<Place>,
        /// Why it is far from the case's place, if it is.
        reason: Option<String>,
    },
    /// E08 现场处结.
    SettleOnScene {
        /// What came of it, in words.
        result: String,
    },
    /// E09 再次激发可能性.
    ResidualRisk {
        /// The judgement.
        level: Residual,
        /// Why.
        why: String,
    },
    /// E10 告知.
    GiveNotice {
        /// The version of the text that was shown or read aloud.
        text_version: String,
    },
    /// E11 受理.
    Accept,
    /// E12 拒绝/撤回: a party ends the mediation.
    Refuse {
        /// The party.
        party: EntryId,
        /// The other routes were told (LW07).
        routes_told: bool,
    },
    /// E13 开始调解.
    Start,
    /// E14 难易调整.
    Adjust {
        /// The difficulty that is asked for.
        to: Difficulty,
        /// Why.
        reason: String,
    },
    /// E15 中止.
    Suspend {
        /// The ground, which the law or the county's rules name.
        ground: SuspensionGround,
    },
    /// E15 恢复.
    Resume,
    /// E16 定稿.
    Freeze {
        /// The draft.
        draft: EntryId,
    },
    /// E18 生效.
    Effect {
        /// The frozen draft.
        draft: EntryId,
        /// The number of the seal, for a written agreement.
        seal_no: Option<String>,
    },
    /// E20 不履行: an obligation is broken and urging did not help.
    Breach {
        /// The clause.
        obligation: EntryId,
        /// What follows.
        remedy: Remedy,
        /// When the obliged party was urged, by the device's clock (LW12).
        urged_at: Timestamp,
        /// The other routes were told (LW07).
        routes_told: bool,
    },
    /// E23 险情上报. The phone also shows the call to 110; this is the record of it.
    Danger {
        /// What was seen, without names.
        what: String,
    },
    /// E24 移交: the handler thinks that another body should take the case.
    TransferOut {
        /// To whom.
        to: Receiver,
        /// Why.
        why: String,
    },
    /// E25 终止.
    Terminate {
        /// The ground.
        ground: TerminationGround,
        /// The other routes were told (LW07).
        routes_told: bool,
    },
    /// E32 司法确认: prepared with both parties.
    Confirm {
        /// The court, by name.
        court: String,
        /// Both parties ask for it together (LW13).
        jointly: bool,
    },
    /// R151 分歧裁定: the lead rules on a disagreement that is the lead's to answer.
    Resolve {
        /// Which.
        conflict: ConflictId,
        /// The variant that holds.
        choice: u8,
        /// Why.
        why: String,
    },
    /// E33 延期.
    Extend {
        /// Which clock: feedback or legal.
        clock: DeadlineKind,
        /// By how many days.
        days: u32,
        /// Why.
        why: String,
    },
    /// R054 督办答复.
    AnswerItem {
        /// The number of the measure within the case.
        no: u32,
        /// The answer.
        text: String,
    },
    /// E26 申请结案.
    AskClose {
        /// How the case ends.
        outcome: CloseKind,
        /// What the source channel is told (R126).
        feedback: String,
    },
}

impl Ask {
    /// Whether it asks to end the case with an outcome (E08, E25, E26).
    #[must_use]
    pub fn is_to_close(&self) -> bool {
        matches!(
            self,
            Self::AskClose { .. } | Self::SettleOnScene { .. } | Self::Terminate { .. }
        )
    }
}

/// A request as it stands in the document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// What is asked.
    #[serde(flatten)]
    pub ask: Ask,
    /// The version of the facts on which it was made.
    pub base_version: u64,
    /// When, by the device's clock.
    pub at: Timestamp,
    /// How the device knew that time; without it only the receipt counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
}
