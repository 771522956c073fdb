//! The events of docs/domain/events.md by their numbers, the order in which requests that meet are
//! heard, and the act that makes each.

use crate::{
    act::{
        Absorb, Accept, AckPush, Adjust, AnswerItem, Archive, Arrive, AskClose, Assign, Breach,
        Claim, Close, Confirm, DecideConfirmation, DecideItem, Dispatch, DisputeClose, EndJoint,
        Extend, Freeze, GiveNotice, Handover, Merge, OpenJoint, OverrideColour, Part, PoliceAccept,
        Refuse, Register, Release, Reopen, ReportDanger, ResidualRisk, Resume, Return,
        RuleConflict, SendBack, SendConfirmation, SettleOnScene, SignFor, Split, Start, Suspend,
        TakeEffect, Terminate, Transfer, Transition, Triage, Unmerge, WaiveFile, WaiveVisit,
    },
    facts::RepeatCall,
    record::{PerformanceEntry, Signature, Visit},
    rule::ActRow,
};
use serde::{Deserialize, Serialize};

macro_rules! events {
    ($($name:ident $code:literal $rank:literal $zh:literal $en:literal $act:ident;)*) => {
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

            /// Which is heard first when requests meet on one version of the facts: the lower the
            /// earlier.
            #[must_use]
            pub fn rank(self) -> u8 {
                match self { $(Self::$name => $rank,)* }
            }

            /// The Chinese name.
            #[must_use]
            pub fn zh(self) -> &'static str {
                match self { $(Self::$name => $zh,)* }
            }

            /// The row of the table; from here its act, with all that is known of it, is one step
            /// away.
            #[must_use]
            pub fn row(self) -> &'static ActRow {
                match self { $(Self::$name => $act::ROW,)* }
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

// Danger 0, refusal 1, repeat call 2, joint 3, transfer 4, closing 5, effect 6, acceptance 7, the
// rest 8. A counterpart of an event that belongs to the row of another has its number with a
// letter.
events! {
    Register "E01" 8 "登记" "a case is registered" Register;
    Triage "E02" 8 "警务/非警务研判" "police or non-police" Triage;
    PoliceAccept "E02b" 8 "公安受理" "the police sign for what was transferred to them" PoliceAccept;
    Dispatch "E03" 8 "派单" "offered to a person" Dispatch;
    AckPush "E03b" 8 "推送签收" "one of the three pushes is acknowledged" AckPush;
    Claim "E04" 8 "工作认领" "claimed from the pool" Claim;
    SignFor "E05" 8 "签收" "signed for" SignFor;
    Return "E06" 8 "退回" "given back" Return;
    Arrive "E07" 8 "到场" "arrived at the scene" Arrive;
    SettleOnScene "E08" 8 "现场处结" "settled on the scene" SettleOnScene;
    ResidualRisk "E09" 8 "再次激发可能性" "residual risk judged" ResidualRisk;
    GiveNotice "E10" 8 "告知" "notice given" GiveNotice;
    Accept "E11" 7 "受理" "accepted" Accept;
    Refuse "E12" 1 "拒绝/撤回" "refused or withdrawn" Refuse;
    Start "E13" 8 "开始调解" "mediation begins" Start;
    Adjust "E14" 8 "难易调整" "difficulty raised or lowered" Adjust;
    Suspend "E15" 8 "中止" "suspended" Suspend;
    Resume "E15b" 8 "恢复" "resumed" Resume;
    Freeze "E16" 8 "定稿" "draft frozen" Freeze;
    Sign "E17" 8 "签名" "signed" Signature;
    Effect "E18" 6 "生效" "agreement takes effect" TakeEffect;
    Perform "E19" 8 "履行" "performed" PerformanceEntry;
    Breach "E20" 8 "不履行" "an agreement is broken" Breach;
    Visit "E21" 8 "回访" "visited" Visit;
    WaiveVisit "E21b" 8 "免访" "a due visit is waived" WaiveVisit;
    OpenJoint "E22" 3 "联席会商" "three parties take the case up together" OpenJoint;
    EndJoint "E22b" 3 "一案一策" "the plan stands and the case goes on" EndJoint;
    Danger "E23" 0 "险情上报" "danger reported" ReportDanger;
    Release "E23b" 8 "险情解除" "the hold after a danger ends" Release;
    Transfer "E24" 4 "移交" "transferred out" Transfer;
    Terminate "E25" 5 "终止" "mediation fails" Terminate;
    AskClose "E26" 5 "申请结案" "closing asked for" AskClose;
    Close "E27" 5 "结案" "closed" Close;
    SendBack "E27b" 5 "结案退回" "the closing is sent back" SendBack;
    WaiveFile "E27c" 5 "免传附件" "a missing file is waived" WaiveFile;
    DisputeClose "E28" 5 "结案冲突" "closings contradict each other, or something came in between" DisputeClose;
    Repeat "E29" 2 "重复报警" "the same dispute is reported again" RepeatCall;
    Reopen "E29b" 2 "复发重启" "reopened as the next round" Reopen;
    Merge "E30" 8 "并案" "goes on under another case" Merge;
    Absorb "E30b" 8 "并入" "another case goes on under this one" Absorb;
    Unmerge "E30c" 8 "撤销并案" "a merge is undone" Unmerge;
    Split "E30d" 8 "拆案" "a part becomes a case of its own" Split;
    Part "E30e" 8 "撤出并案" "a case that was taken in goes its own way again" Part;
    Archive "E31" 8 "归档" "filed" Archive;
    Confirm "E32" 8 "申请司法确认" "judicial confirmation is prepared" Confirm;
    SendConfirmation "E32b" 8 "提交司法确认" "sent to the court" SendConfirmation;
    DecideConfirmation "E32c" 8 "司法确认结果" "the court has decided" DecideConfirmation;
    Extend "E33" 8 "延期" "a clock is extended" Extend;
    Assign "R019" 8 "增派" "a co-handler or visitor joins" Assign;
    Handover "R027" 8 "移交主办" "the case is offered to another lead" Handover;
    AnswerItem "R054" 8 "督办答复" "a measure of supervision is answered" AnswerItem;
    DecideItem "R091" 8 "督办决定" "a measure that was proposed is taken or dropped" DecideItem;
    OverrideColour "R042" 8 "颜色调整" "a person overrides the colour" OverrideColour;
    RuleConflict "R151" 8 "分歧裁定" "a disagreement is ruled on" RuleConflict;
}

impl Event {
    /// Whether the event is heard before everything else that waits, wherever its author stands in
    /// line: danger and refusal win.
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
