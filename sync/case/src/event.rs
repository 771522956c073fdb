//! The events of docs/domain/events.md by their numbers, and the order in which requests that meet are heard.

use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($name:ident $code:literal $rank:literal $zh:literal $en:literal;)*) => {
        /// An event of the life of a case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Event {
            $(#[doc = concat!($code, " ", $zh, ": ", $en)] $name,)*
        }

        impl Event {
            /// The number in docs/domain/events.md, such as `E05`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// Which is heard first when requests meet on one version of the facts: the lower the earlier.
            #[must_use]
            pub fn rank(self) -> u8 {
                match self { $(Self::$name => $rank,)* }
            }

            /// The Chinese name.
            #[must_use]
            pub fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh,)* }
            }

            /// Every event, in the order of the numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The event with a number such as `E05`.
            #[must_use]
            pub fn by_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

// Danger 0, refusal 1, repeat call 2, joint 3, transfer 4, closing 5, effect 6, acceptance 7, the rest 8. A counterpart of an
// event that belongs to the row of another has its number with a letter.
events! {
    Register "E01" 8 "登记" "a case is registered";
    Triage "E02" 8 "警务/非警务研判" "police or non-police";
    PoliceAccept "E02b" 8 "公安受理" "the police sign for what was transferred to them";
    Dispatch "E03" 8 "派单" "offered to a person";
    AckPush "E03b" 8 "推送签收" "one of the three pushes is acknowledged";
    Claim "E04" 8 "工作认领" "claimed from the pool";
    SignFor "E05" 8 "签收" "signed for";
    Return "E06" 8 "退回" "given back";
    Arrive "E07" 8 "到场" "arrived at the scene";
    SettleOnScene "E08" 8 "现场处结" "settled on the scene";
    ResidualRisk "E09" 8 "再次激发可能性" "residual risk judged";
    GiveNotice "E10" 8 "告知" "notice given";
    Accept "E11" 7 "受理" "accepted";
    Refuse "E12" 1 "拒绝/撤回" "refused or withdrawn";
    Start "E13" 8 "开始调解" "mediation begins";
    Adjust "E14" 8 "难易调整" "difficulty raised or lowered";
    Suspend "E15" 8 "中止" "suspended";
    Resume "E15b" 8 "恢复" "resumed";
    Freeze "E16" 8 "定稿" "draft frozen";
    Sign "E17" 8 "签名" "signed";
    Effect "E18" 6 "生效" "agreement takes effect";
    Perform "E19" 8 "履行" "performed";
    Breach "E20" 8 "不履行" "an agreement is broken";
    Visit "E21" 8 "回访" "visited";
    WaiveVisit "E21b" 8 "免访" "a due visit is waived";
    OpenJoint "E22" 3 "联席会商" "three parties take the case up together";
    EndJoint "E22b" 3 "一案一策" "the plan stands and the case goes on";
    Danger "E23" 0 "险情上报" "danger reported";
    Release "E23b" 8 "险情解除" "the hold after a danger ends";
    Transfer "E24" 4 "移交" "transferred out";
    Terminate "E25" 5 "终止" "mediation fails";
    AskClose "E26" 5 "申请结案" "closing asked for";
    Close "E27" 5 "结案" "closed";
    SendBack "E27b" 5 "结案退回" "the closing is sent back";
    WaiveFile "E27c" 5 "免传附件" "a missing file is waived";
    DisputeClose "E28" 5 "结案冲突" "closings contradict each other, or something came in between";
    Repeat "E29" 2 "重复报警" "the same dispute is reported again";
    Reopen "E29b" 2 "复发重启" "reopened as the next round";
    Merge "E30" 8 "并案" "goes on under another case";
    Absorb "E30b" 8 "并入" "another case goes on under this one";
    Unmerge "E30c" 8 "撤销并案" "a merge is undone";
    Split "E30d" 8 "拆案" "a part becomes a case of its own";
    Part "E30e" 8 "撤出并案" "a case that was taken in goes its own way again";
    Archive "E31" 8 "归档" "filed";
    Confirm "E32" 8 "申请司法确认" "judicial confirmation is prepared";
    SendConfirmation "E32b" 8 "提交司法确认" "sent to the court";
    DecideConfirmation "E32c" 8 "司法确认结果" "the court has decided";
    Extend "E33" 8 "延期" "a clock is extended";
    Assign "R019" 8 "增派" "a co-handler or visitor joins";
    Handover "R027" 8 "移交主办" "the case is offered to another lead";
    AnswerItem "R054" 8 "督办答复" "a measure of supervision is answered";
    DecideItem "R091" 8 "督办决定" "a measure that was proposed is taken or dropped";
    OverrideColour "R042" 8 "颜色调整" "a person overrides the colour";
    RuleConflict "R151" 8 "分歧裁定" "a disagreement is ruled on";
}

impl Event {
    /// Whether the event is heard before everything else that waits, wherever its author stands in line: danger and refusal win.
    #[must_use]
    pub fn is_heard_first(self) -> bool {
        self.rank() <= Self::Refuse.rank()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shows R151.
    #[test]
    fn all_33_events_have_a_name_of_their_own() {
        for n in 1..=33 {
            let code = format!("E{n:02}");
            let event = Event::by_code(&code).expect(&code);
            assert_eq!(event.code(), code);
        }
    }
}
