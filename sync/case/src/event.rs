//! The events of docs/domain/events.md by their numbers, the order in which requests that meet are
//! heard, and the act that makes each. The console's words and the table of the glossary are made
//! from here (tests/tidy/kinds.rs).

use crate::{
    act::{
        Absorb, Accept, AckPush, Adjust, AnswerInvitation, AnswerItem, Archive, Arrive, AskClose,
        Assign, Breach, CallPolice, CheckJoint, Claim, Close, Confirm, DecideConfirmation,
        DecideItem, Dispatch, DisputeClose, EndJoint, EndSeised, Engage, Extend, FinishTask,
        Freeze, GiveNotice, HandOn, Handover, Invite, Merge, NoteSeised, OpenJoint, OverrideColour,
        Part, PoliceAccept, Reclassify, RecordConsultation, RecordWarning, Recuse, Refuse,
        Register, Release, Reopen, ReportCrime, ReportDanger, ReportViolence, ResendPush,
        ResidualRisk, Resume, Return, RuleConflict, SendBack, SendConfirmation, SettleOnScene,
        SignFor, Split, Start, Supervise, Suspend, TakeEffect, TakeOn, Terminate, Transfer,
        Transition, Triage, Unmerge, WaiveFile, WaiveVisit, WritePlan,
    },
    facts::RepeatCall,
    record::{PerformanceEntry, Signature, Visit},
    rule::ActRow,
};
use serde::{Deserialize, Serialize};

macro_rules! events {
    (
        $($name:ident $code:literal $rank:literal $zh:literal $en:literal
            $meaning:literal => $act:ident;)*
    ) => {
        /// An event of the life of a case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Event {
            $(#[doc = concat!($code, " ", $zh, ": ", $meaning)] $name,)*
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

            /// The English name.
            #[must_use]
            pub fn en(self) -> &'static str {
                match self { $(Self::$name => $en,)* }
            }

            /// What it means, for the glossary.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
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

// Danger 0, refusal 1, repeat call 2, joint 3, transfer and what keeps somebody from the case 4,
// closing 5, effect 6, acceptance 7, the rest 8. A counterpart of an event that belongs to the row
// of another has its number with a letter.
events! {
    Register "E01" 8 "登记" "Registered"
        "a case is registered" => Register;
    Triage "E02" 8 "警务/非警务研判" "Triaged"
        "police or not, and which situation" => Triage;
    PoliceAccept "E02b" 8 "公安受理" "Accepted by the police"
        "the police sign for what was transferred to them" => PoliceAccept;
    Reclassify "E02c" 8 "重新分类" "Reclassified"
        "the case turns out to be about another situation" => Reclassify;
    Dispatch "E03" 8 "派单" "Dispatched"
        "offered to a person" => Dispatch;
    AckPush "E03b" 8 "推送签收" "Push acknowledged"
        "one of the three pushes is acknowledged" => AckPush;
    ResendPush "E03c" 8 "推送重发" "Push sent again"
        "a push that nobody acknowledged is sent again" => ResendPush;
    Claim "E04" 8 "工作认领" "Claimed"
        "claimed from the pool" => Claim;
    SignFor "E05" 8 "签收" "Signed for"
        "signed for: the first handler answers from now on" => SignFor;
    Return "E06" 8 "退回" "Returned"
        "given back with a reason" => Return;
    Arrive "E07" 8 "到场" "Arrived"
        "arrived at the scene" => Arrive;
    SettleOnScene "E08" 8 "现场处结" "Settled on the scene"
        "settled on the scene" => SettleOnScene;
    ResidualRisk "E09" 8 "再次激发可能性" "Residual risk"
        "the judgement after handling: may it break out again" => ResidualRisk;
    GiveNotice "E10" 8 "告知" "Notice given"
        "rights and rules read out or shown" => GiveNotice;
    Accept "E11" 7 "受理" "Accepted"
        "accepted for mediation" => Accept;
    NoteSeised "E11b" 4 "他处受理" "Seised elsewhere"
        "another body has accepted the matter" => NoteSeised;
    EndSeised "E11c" 4 "他处办结" "Seised no more"
        "the other body has the matter no more" => EndSeised;
    Recuse "E11d" 4 "回避" "Recused"
        "somebody steps back from the case for an interest of his" => Recuse;
    Refuse "E12" 1 "拒绝/撤回" "Refused or withdrawn"
        "a party ends the mediation; beats acceptance" => Refuse;
    Start "E13" 8 "开始调解" "Mediation begun"
        "mediation begins" => Start;
    Adjust "E14" 8 "难易调整" "Difficulty adjusted"
        "difficulty raised or lowered" => Adjust;
    Suspend "E15" 8 "中止" "Suspended"
        "suspended" => Suspend;
    Resume "E15b" 8 "恢复" "Resumed"
        "resumed" => Resume;
    Freeze "E16" 8 "定稿" "Draft frozen"
        "a draft is frozen" => Freeze;
    Sign "E17" 8 "签名" "Signed"
        "a party or the mediator signs the frozen draft" => Signature;
    Effect "E18" 6 "生效" "In effect"
        "the agreement takes effect" => TakeEffect;
    Perform "E19" 8 "履行" "Performed"
        "performed, in part or in full" => PerformanceEntry;
    Breach "E20" 8 "不履行" "Agreement broken"
        "an agreement is broken" => Breach;
    Visit "E21" 8 "回访" "Visited"
        "visited" => Visit;
    WaiveVisit "E21b" 8 "免访" "Visit waived"
        "a due visit is waived" => WaiveVisit;
    RecordWarning "E21c" 8 "告诫书" "Police warning recorded"
        "the police warned whoever was violent at home, and visits begin" => RecordWarning;
    OpenJoint "E22" 3 "联席会商" "Joint handling"
        "three parties take the case up together" => OpenJoint;
    EndJoint "E22b" 3 "一案一策" "Plan settled"
        "the plan stands and the case goes on" => EndJoint;
    WritePlan "E22c" 3 "拟定方案" "Plan written"
        "a desk writes the plan of a joint handling" => WritePlan;
    CheckJoint "E22d" 3 "联席检查" "Plan checked"
        "the weekly look at how far the plan has come" => CheckJoint;
    Danger "E23" 0 "险情上报" "Danger reported"
        "danger; beats everything" => ReportDanger;
    Release "E23b" 8 "险情解除" "Released"
        "the hold after a danger ends" => Release;
    CallPolice "E23c" 8 "电话报险" "Police called"
        "somebody called the police about a danger" => CallPolice;
    ReportViolence "E23d" 8 "强制报告" "Violence reported"
        "violence at home is reported to the police; who did is secret" => ReportViolence;
    Transfer "E24" 4 "移交" "Transferred out"
        "transferred out" => Transfer;
    ReportCrime "E24b" 8 "民转刑" "Became a criminal case"
        "the police report the number of a criminal case that came of it" => ReportCrime;
    Terminate "E25" 5 "终止" "Terminated"
        "mediation fails" => Terminate;
    AskClose "E26" 5 "申请结案" "Closing asked for"
        "the lead asks to close" => AskClose;
    Close "E27" 5 "结案" "Closed"
        "closed, and the channel is told" => Close;
    SendBack "E27b" 5 "结案退回" "Closing sent back"
        "the closing is sent back" => SendBack;
    WaiveFile "E27c" 5 "免传附件" "File waived"
        "a missing file is waived" => WaiveFile;
    DisputeClose "E28" 5 "结案冲突" "Closings disputed"
        "closings contradict each other, or pass over what their author had not seen" => DisputeClose;
    Repeat "E29" 2 "重复报警" "Reported again"
        "the same dispute is reported again" => RepeatCall;
    Reopen "E29b" 2 "复发重启" "Reopened"
        "reopened as the next round" => Reopen;
    Merge "E30" 8 "并案" "Merged"
        "goes on under another case" => Merge;
    Absorb "E30b" 8 "并入" "Took another case in"
        "another case goes on under this one" => Absorb;
    Unmerge "E30c" 8 "撤销并案" "Merge undone"
        "a merge is undone" => Unmerge;
    Split "E30d" 8 "拆案" "Split"
        "a part becomes a case of its own" => Split;
    Part "E30e" 8 "撤出并案" "Other case parted"
        "a case that was taken in goes its own way again" => Part;
    HandOn "E30f" 8 "续报移送" "Late report handed on"
        "what came after a merge goes on with it" => HandOn;
    TakeOn "E30g" 8 "续报并入" "Late report taken on"
        "what came late into a case that was taken in stands in this one" => TakeOn;
    Archive "E31" 8 "归档" "Filed"
        "filed" => Archive;
    Confirm "E32" 8 "申请司法确认" "Confirmation prepared"
        "judicial confirmation is prepared" => Confirm;
    SendConfirmation "E32b" 8 "提交司法确认" "Confirmation sent"
        "sent to the court" => SendConfirmation;
    DecideConfirmation "E32c" 8 "司法确认结果" "Court decided"
        "the court has decided" => DecideConfirmation;
    Extend "E33" 8 "延期" "Clock extended"
        "a clock is extended" => Extend;
    Invite "R003" 8 "邀请联调" "Invited"
        "somebody of another body is invited into the case for a term" => Invite;
    AnswerInvitation "R003b" 8 "邀请答复" "Invitation answered"
        "whoever was invited comes or does not" => AnswerInvitation;
    Engage "R069" 8 "委托、联合、邀请" "Engaged"
        "a letter by which another body engages the committee, or is engaged" => Engage;
    RecordConsultation "R119" 3 "联席会商记录" "Consultation recorded"
        "what the table of a joint case decided, with its tasks" => RecordConsultation;
    FinishTask "R119b" 3 "会商任务办结" "Task done"
        "a task of a sitting was done" => FinishTask;
    Assign "R019" 8 "增派" "Assigned"
        "a co-handler or visitor joins" => Assign;
    Supervise "R025" 8 "督办交办" "Supervision order"
        "a person orders something of whoever handles the case" => Supervise;
    Handover "R027" 8 "移交主办" "Handed over"
        "the case is offered to another lead" => Handover;
    AnswerItem "R054" 8 "督办答复" "Measure answered"
        "a measure of supervision is answered" => AnswerItem;
    DecideItem "R091" 8 "督办决定" "Measure decided"
        "a measure that was proposed is taken or dropped" => DecideItem;
    OverrideColour "R042" 8 "颜色调整" "Colour overridden"
        "a person overrides the colour" => OverrideColour;
    RuleConflict "R151" 8 "分歧裁定" "Conflict ruled on"
        "a disagreement is ruled on" => RuleConflict;
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
    fn the_events_are_numbered_without_a_gap() {
        let numbered = |event: &&Event| event.code().len() == 3 && event.code().starts_with('E');
        for n in 1..=Event::ALL.iter().filter(numbered).count() {
            let code = format!("E{n:02}");
            let event = Event::by_code(&code).expect(&code);
            assert_eq!(event.code(), code);
        }
    }
}
