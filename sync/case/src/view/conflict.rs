//! Disagreements between authors: which there are, how grave they are, who answers them, and what each is called.

use crate::ids::{Actor, ChangeHash, ConflictId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How grave a disagreement is (docs/domain/merges.md#severity).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Shown in the trail.
    Note,
    /// A named person must look within 24 hours.
    Review,
    /// Nothing can be frozen, signed or closed before it is ruled on.
    Block,
}

/// A disagreement between authors, found in a document by a detector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Made from kind, path and variants: the same on every replica.
    pub id: ConflictId,
    /// Which dangerous merge it is.
    pub kind: ConflictKind,
    /// Where in the document, for people: `notes/<id>`.
    pub path: String,
    /// How grave.
    pub severity: Severity,
    /// What each author wrote; the first is what stands in the document now.
    pub variants: Vec<Variant>,
}

/// What one author wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Who; none for a merged text that nobody wrote.
    pub author: Option<Actor>,
    /// The value, as a person reads it; of a long text the passage that differs (see [`Variant::is_excerpt`]).
    pub text: String,
    /// The heads at which the document reads like this. Empty for what stands where all versions are merged, and for values, which
    /// are said whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<ChangeHash>,
    /// Only the passage that differs is kept; the whole is read from the history of the document (`CaseDoc::versions`).
    #[serde(default, skip_serializing_if = "is_whole")]
    pub is_excerpt: bool,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands the field over like this"
)]
fn is_whole(is_excerpt: &bool) -> bool {
    !is_excerpt
}

/// The dangerous merges of docs/domain/merges.md that leave a disagreement behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    /// M01: closings with different outcomes.
    Closings,
    /// M03: a draft changed after it was frozen; old signatures stay with the frozen text.
    DraftChanged,
    /// M04: rival terms of one clause.
    RivalTerms,
    /// M05: one text touched by two authors at once.
    SharedText,
    /// M07: a party was withdrawn, and written about by somebody who had not seen it.
    WithdrawnEdited,
    /// M08: two parties with one identity.
    SamePerson,
    /// M10: the case was reclassified by two.
    RivalSituation,
    /// M10, other registers: rival values of one field.
    RivalValues,
    /// M12: a statement changed after signing.
    ChangedAfterSigning,
    /// M13: two records of one session.
    SameSession,
    /// M14: two visits for one due item.
    DoubleVisit,
    /// M17: a piece of evidence without its file.
    FileMissing,
    /// M18: evidence was withdrawn that something relies on.
    EvidenceWithdrawn,
    /// M20: a situation that the catalogue does not know.
    UnknownSituation,
    /// M22: one payment, probably, logged by two.
    DoublePayment,
    /// M23: somebody wrote, by the own clock, before what he or she had seen.
    ClockContradiction,
    /// M26: satisfaction entered by a handler and by an independent visitor.
    TwoSatisfactions,
    /// M27: performed and not performed.
    PerformanceDisputed,
    /// A statement in plain words that must be sealed (D03).
    PlainStatement,
}

/// Who answers a disagreement. The supervisor of the county may answer every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolver {
    /// 主办调解员; before acceptance the first handler.
    Lead,
    /// 分流员.
    Dispatcher,
    /// 司法所.
    JudicialOffice,
    /// 督导员.
    Supervisor,
}

impl Resolver {
    /// The Chinese name.
    #[must_use]
    pub fn zh(self) -> &'static str {
        match self {
            Self::Lead => "主办调解员",
            Self::Dispatcher => "矛调中心分流员",
            Self::JudicialOffice => "司法所",
            Self::Supervisor => "县级督导员",
        }
    }
}

impl Conflict {
    /// How long its resolver has to answer, from when it was found; none for what is only noted.
    #[must_use]
    pub fn answer_within(&self) -> Option<SignedDuration> {
        let hours = match (self.severity, self.kind) {
            (Severity::Note, _) => return None,
            // E28: two days for a ruling on closing.
            (_, ConflictKind::Closings) => 48,
            _ => 24,
        };
        Some(SignedDuration::from_hours(hours))
    }

    /// Until when its resolver has to answer, if it was found then.
    #[must_use]
    pub fn due_at(&self, found_at: Timestamp) -> Option<Timestamp> {
        found_at.checked_add(self.answer_within()?).ok()
    }
}

/// What is fixed about a kind.
struct Word {
    merge: &'static str,
    resolver: Resolver,
    zh: &'static str,
    advice: &'static str,
}

const fn word(
    merge: &'static str,
    resolver: Resolver,
    zh: &'static str,
    advice: &'static str,
) -> Word {
    Word {
        merge,
        resolver,
        zh,
        advice,
    }
}

impl ConflictKind {
    /// Every kind, in the order of docs/domain/merges.md.
    pub const ALL: [Self; 19] = [
        Self::Closings,
        Self::DraftChanged,
        Self::RivalTerms,
        Self::SharedText,
        Self::WithdrawnEdited,
        Self::SamePerson,
        Self::RivalSituation,
        Self::RivalValues,
        Self::ChangedAfterSigning,
        Self::SameSession,
        Self::DoubleVisit,
        Self::FileMissing,
        Self::EvidenceWithdrawn,
        Self::UnknownSituation,
        Self::DoublePayment,
        Self::ClockContradiction,
        Self::TwoSatisfactions,
        Self::PerformanceDisputed,
        Self::PlainStatement,
    ];

    /// The row of docs/domain/merges.md, such as `M04`; `D03` for a plain statement that must be sealed.
    #[must_use]
    pub fn merge(self) -> &'static str {
        self.word().merge
    }

    /// Who answers it.
    #[must_use]
    pub fn resolver(self) -> Resolver {
        self.word().resolver
    }

    /// A Chinese title.
    #[must_use]
    pub fn zh(self) -> &'static str {
        self.word().zh
    }

    /// A Chinese sentence that says what to do.
    #[must_use]
    pub fn advice_zh(self) -> &'static str {
        self.word().advice
    }

    #[rustfmt::skip]
    fn word(self) -> Word {
        use Resolver::{Dispatcher, JudicialOffice, Lead, Supervisor};
        match self {
            Self::Closings => word("M01", Supervisor, "结案方式不一致", "两份结案申请的方式不同，请核实后裁定以哪一种结案。"),
            Self::DraftChanged => word("M03", Lead, "定稿后文稿又有改动", "原签名只对定稿文本有效；需要改动的，请另起一稿，重新定稿签名。"),
            Self::RivalTerms => word("M04", Lead, "条款约定不一致", "请与当事人核对，选定一种约定并重新写入，再定稿。"),
            Self::SharedText => word("M05", Lead, "同一段文字被两人同时改动", "合并后的文字可能不通，请逐字核对，重写或确认。"),
            Self::WithdrawnEdited => word("M07", Lead, "当事人已作废又有新记录", "请核对该当事人是否确应作废；仍应参加调解的，请重新登记。"),
            Self::SamePerson => word("M08", Dispatcher, "可能是同一人重复登记", "请核对身份；是同一人的选定保留的一条，不是的注明分别保留。"),
            Self::RivalSituation => word("M10", Dispatcher, "纠纷情形填写不一致", "请裁定适用的情形；期限以裁定为准。"),
            Self::RivalValues => word("M10", Lead, "同一项内容填写不一致", "请核实后选定正确的内容并重新填写。"),
            Self::ChangedAfterSigning => word("M12", JudicialOffice, "签名后又有改动", "以签名时的文字为准；确需更正的，请记录人另做补充笔录。"),
            Self::SameSession => word("M13", Lead, "同一场调解有两份记录", "两份记录都保留；请核对是否为同一场调解。"),
            Self::DoubleVisit => word("M14", Lead, "同一次回访由两人完成", "两次回访都保留，只计一次。"),
            Self::FileMissing => word("M17", JudicialOffice, "证据文件尚未上传", "请联系采集人上传文件；确实无法取得的，由司法所或督导员说明理由后免传。"),
            Self::EvidenceWithdrawn => word("M18", Lead, "被引用的证据已撤回", "请核对引用它的协议或笔录是否仍然成立，必要时另起一稿或补充笔录。"),
            Self::UnknownSituation => word("M20", Dispatcher, "目录中没有这一情形", "请按现行目录重新研判，选定情形。"),
            Self::DoublePayment => word("M22", JudicialOffice, "同一笔付款可能重复登记", "请核对凭证；重复的选定保留的一笔，确为两笔的予以说明。"),
            Self::ClockContradiction => word("M23", Supervisor, "手机时间前后矛盾", "先后以接收顺序为准，手机时间仅作自述；请提醒核对手机时间。"),
            Self::TwoSatisfactions => word("M26", Supervisor, "承办人与回访人都填写了满意度", "两份都保留，只计独立回访人填写的满意度。"),
            Self::PerformanceDisputed => word("M27", Lead, "履行情况说法不一", "请向双方当事人核实履行情况，附凭证后裁定。"),
            Self::PlainStatement => word("D03", Supervisor, "应封存的陈述以明文记录", "请记录人重新封存记录；明文部分限制查阅并说明原因。"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_title_and_says_what_to_do() {
        for kind in ConflictKind::ALL {
            assert!(!kind.zh().is_empty() && kind.advice_zh().ends_with('。'));
            assert_eq!(kind.merge().len(), 3, "{kind:?}");
        }
    }
}
