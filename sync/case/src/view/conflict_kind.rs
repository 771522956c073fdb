//! The kinds of disagreement (docs/domain/merges.md): what each is called, who answers it, and what
//! is to be done. Where one is found stands in [`crate::conflict`].

use crate::kinds::kinds;
use Resolver::{Dispatcher, JudicialOffice, Lead, Supervisor};
use serde::{Deserialize, Serialize};

/// Calls `$made!` with the kinds of disagreement, for whoever needs the same list.
#[macro_export]
macro_rules! for_each_conflict_kind {
    ($made:ident $($head:tt)*) => { $made! { $($head)*
        /// The dangerous merges of docs/domain/merges.md that leave a disagreement behind.
        pub enum ConflictKind: Disagreement {
            Closings "closings" "结案方式不一致" "Closings disagree"
                "closings with different outcomes"
                => on("M01", Supervisor, "两份结案申请的方式不同，请核实后裁定以哪一种结案。").within(48);
            DraftChanged "draft_changed" "定稿后文稿又有改动" "Draft changed after it was frozen"
                "a draft changed after it was frozen; signatures stay with the frozen text"
                => on("M03", Lead, "原签名只对定稿文本有效；需要改动的，请另起一稿，重新定稿签名。");
            RivalTerms "rival_terms" "条款约定不一致" "Rival terms"
                "rival terms of one clause"
                => on("M04", Lead, "请与当事人核对，选定一种约定并重新写入，再定稿。");
            SharedText "shared_text" "同一段文字被两人同时改动" "One text changed by two at once"
                "one text touched by two authors at once"
                => on("M05", Lead, "合并后的文字可能不通，请逐字核对，重写或确认。");
            WithdrawnEdited "withdrawn_edited" "当事人已作废又有新记录" "Written about after withdrawal"
                "a party withdrawn by one, written about by another who had not seen it"
                => on("M07", Lead, "请核对该当事人是否确应作废；仍应参加调解的，请重新登记。");
            SamePerson "same_person" "可能是同一人重复登记" "Perhaps one person entered twice"
                "two parties with one identity"
                => on("M08", Dispatcher, "请核对身份；是同一人的选定保留的一条，不是的注明分别保留。");
            RivalSituation "rival_situation" "纠纷情形填写不一致" "Rival situations"
                "the case was reclassified by two"
                => on("M10", Dispatcher, "请裁定适用的情形；期限以裁定为准。");
            RivalValues "rival_values" "同一项内容填写不一致" "Rival values of one field"
                "other registers with rival values"
                => on("M10", Lead, "请核实后选定正确的内容并重新填写。");
            ChangedAfterSigning "changed_after_signing" "签名后又有改动" "Changed after signing"
                "a statement changed after signing"
                => on("M12", JudicialOffice, "以签名时的文字为准；确需更正的，请记录人另做补充笔录。");
            SameSession "same_session" "同一场调解有两份记录" "Two records of one session"
                "two records of one session"
                => on("M13", Lead, "两份记录都保留；请核对是否为同一场调解。");
            DoubleVisit "double_visit" "同一次回访由两人完成" "Two visits for one due item"
                "two visits for one due item"
                => on("M14", Lead, "两次回访都保留，只计一次。");
            FileMissing "file_missing" "证据文件尚未上传" "File of evidence awaited"
                "a piece of evidence without its file"
                => on("M17", JudicialOffice, "请联系采集人上传文件；确实无法取得的，由司法所或督导员说明理由后免传。");
            EvidenceWithdrawn "evidence_withdrawn" "被引用的证据已撤回"
                "Evidence withdrawn that something relies on"
                "evidence was withdrawn that something relies on"
                => on("M18", Lead, "请核对引用它的协议或笔录是否仍然成立，必要时另起一稿或补充笔录。");
            UnknownSituation "unknown_situation" "目录中没有这一情形" "Situation not in the catalogue"
                "a situation that the catalogue does not know"
                => on("M20", Dispatcher, "请按现行目录重新研判，选定情形。");
            DoublePayment "double_payment" "同一笔付款可能重复登记" "Perhaps one payment logged twice"
                "one payment, probably, logged by two"
                => on("M22", JudicialOffice, "请核对凭证；重复的选定保留的一笔，确为两笔的予以说明。");
            ClockContradiction "clock_contradiction" "手机时间前后矛盾" "A phone's clock contradicts itself"
                "somebody wrote, by the own clock, before what he or she had seen"
                => on("M23", Supervisor, "先后以接收顺序为准，手机时间仅作自述；请提醒核对手机时间。");
            TwoSatisfactions "two_satisfactions" "承办人与回访人都填写了满意度"
                "Satisfaction entered by handler and visitor"
                "by a handler and by an independent visitor"
                => on("M26", Supervisor, "两份都保留，只计独立回访人填写的满意度。");
            PerformanceDisputed "performance_disputed" "履行情况说法不一" "Performance disputed"
                "performed and not performed"
                => on("M27", Lead, "请向双方当事人核实履行情况，附凭证后裁定。");
            PlainStatement "plain_statement" "应封存的陈述以明文记录"
                "Statement in plain words that must be sealed"
                "a statement in plain words that must be sealed"
                => on("D03", Supervisor, "请记录人重新封存记录；明文部分限制查阅并说明原因。");
        }
    } };
}
for_each_conflict_kind!(kinds);

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

/// What is fixed about a kind of disagreement.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Disagreement {
    row: &'static str,
    resolver: Resolver,
    advice_zh: &'static str,
    /// Hours in which it is answered; two days for a ruling on closing (E28).
    pub hours: i64,
}

const fn on(row: &'static str, resolver: Resolver, advice_zh: &'static str) -> Disagreement {
    Disagreement {
        row,
        resolver,
        advice_zh,
        hours: 24,
    }
}

impl Disagreement {
    const fn within(self, hours: i64) -> Self {
        Self { hours, ..self }
    }
}

impl ConflictKind {
    /// The row of docs/domain/merges.md, such as `M04`; `D03` for a plain statement that must be
    /// sealed.
    #[must_use]
    pub fn merge(self) -> &'static str {
        self.fixed().row
    }

    /// Who answers it.
    #[must_use]
    pub fn resolver(self) -> Resolver {
        self.fixed().resolver
    }

    /// A Chinese sentence that says what to do.
    #[must_use]
    pub fn advice_zh(self) -> &'static str {
        self.fixed().advice_zh
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
