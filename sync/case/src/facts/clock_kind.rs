//! The kinds of clock (docs/domain/rules.md#clocks). How long each runs says `Policy::length`
//! ([`crate::policy`]): a kind without a length does not compile.

use crate::kinds::kinds;
use {Extensible::*, WhenClosed::*, WhenLate::*};

/// Calls `$made!` with the kinds of clock, for whoever needs the same list.
#[macro_export]
macro_rules! for_each_deadline_kind {
    ($made:ident $($head:tt)*) => { $made! { $($head)*
        /// The kinds of clock (docs/domain/rules.md#clocks).
        pub enum DeadlineKind: Nature {
            Dispatch "dispatch" "分拨" "Dispatch" "24 h from registration" => clock(Accuses, Ends);
            PoliceAccept "police_accept" "公安受理" "Police acceptance" "24 h from the centre's order"
                => clock(Accuses, RunsOn).taken_along();
            DangerCall "danger_call" "电话报险" "Danger called in"
                "5 min from the receipt of a danger, while the police have not signed for it"
                => clock(RemindsAtEnd, RunsOn).taken_along();
            ViolenceReport "violence_report" "强制报告" "Mandatory report"
                "60 min from the finding of violence at home against somebody who cannot help himself"
                => clock(Accuses, RunsOn).taken_along();
            SignFor "sign_for" "签收" "Sign for" "30 min urgent, 4 h ordinary"
                => clock(Accuses, Ends);
            Arrive "arrive" "到场" "Arrive" "30 min in town, 60 min in the country"
                => clock(Accuses, Ends);
            FirstContact "first_contact" "首次联系当事人" "First contact" "24 h from signing for it"
                => clock(Accuses, Ends);
            Feedback "feedback" "反馈110" "Feedback to 110" "7 / 15 / 30 days from acceptance"
                => clock(Accuses, Met).stopped().extended(ByItsLength).taken_along();
            Legal "legal" "调解期限" "Mediation term"
                "30 days, of a medical dispute 30 working days, of labour 15"
                => clock(Accuses, Met).stopped().extended(AsAgreed).taken_along();
            FirstSession "first_session" "首次调解" "First session" "3 days from acceptance"
                => clock(Accuses, Ends).stopped().extended(ByItsLength);
            Confirmation "confirmation" "司法确认" "Judicial confirmation" "30 days from effect"
                => clock(Reminds, RunsOn);
            Obligation "obligation" "履行" "Performance" "of one clause, as agreed"
                => clock(Reminds, RunsOn);
            FollowUp "follow_up" "回访" "Follow-up visit"
                "one clock a visit: 7, 30, 90 days; a red case also 1 and 3"
                => clock(Accuses, RunsOn);
            DailyProgress "daily_progress" "日清" "Daily progress" "progress each day until 17:30"
                => clock(RemindsAtEnd, Ends);
            WeeklyUrge "weekly_urge" "周结" "Weekly look" "movement each week until Monday 08:30"
                => clock(RemindsAtEnd, Ends);
            SameDay "same_day" "当日交办" "Same day" "a red case is handed out on the day it turns red"
                => clock(Accuses, Ends);
            RiskVisit "risk_visit" "风险走访" "Risk visit"
                "a yellow case is visited in 3 days, a red one in 24 h"
                => clock(Accuses, Ends).taken_along();
            JointStart "joint_start" "启动联席会商" "Joint handling begun"
                "joint handling of a red case begins in 3 days"
                => clock(Accuses, Ends);
            JointPlan "joint_plan" "一案一策方案" "Plan" "3 days from the beginning of joint handling"
                => clock(Accuses, Ends).extended(ByItsLength);
            JointCheck "joint_check" "联席会商检查" "Weekly check" "the weekly look at a joint case"
                => clock(RemindsAtEnd, Ends);
            JointMove "joint_move" "联动进展" "Movement of a joint case"
                "48 h in which some body at the table moves" => clock(RemindsAtEnd, Ends);
            PetitionReply "petition_reply" "信访受理告知" "Answer to a petition" "15 days from receipt"
                => clock(Accuses, RunsOn).taken_along();
            PetitionObjection "petition_objection" "信访转送异议" "Objection to a referral"
                "5 working days from the referral"
                => clock(Reminds, RunsOn);
            Petition "petition" "信访办理" "Petition" "60 days, extended once by 30"
                => clock(Accuses, RunsOn).extended(ByTheLawOfPetitions).taken_along();
            Letter "letter" "函件回复" "Answer to a letter" "5 working days" => clock(Accuses, RunsOn);
            OrderAnswer "order_answer" "督办办理" "Answer to an order"
                "until the day that a supervisor's order names, or 3 days" => clock(Accuses, Ends);
            CloseRuling "close_ruling" "结案裁定" "Ruling on closing"
                "48 h from a closing that became disputed"
                => clock(Accuses, Met);
            MergeReview "merge_review" "分歧复核" "Review of a conflict"
                "24 h from a disagreement of grade review"
                => clock(Accuses, Ends);
            Archive "archive" "归档" "Filing" "30 days after closing"
                => clock(Accuses, RunsOn).extended(ByItsLength);
            Suspension "suspension" "中止期限" "Longest suspension" "60 days, then the case goes on"
                => clock(Reminds, Ends);
        }
    } };
}
for_each_deadline_kind!(kinds);

/// What is fixed about a kind of clock, whatever its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nature {
    /// What being late on it comes to, unless the county says otherwise.
    pub late: WhenLate,
    /// What becomes of it when the case is closed.
    pub closed: WhenClosed,
    /// Whether it stands still while the case is suspended (E15).
    pub is_stopped: bool,
    /// How far it may be extended (E33).
    pub may: Extensible,
    /// Whether it runs on in the case under which its own goes on (E30): somebody outside waits, or
    /// the law does, whichever case it is done in. What a case owes by where it stands itself, or
    /// by what its own document holds, stays with it.
    pub goes_along: bool,
}

/// What being late on a clock comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenLate {
    /// It is somebody's omission: the whole ladder.
    Accuses,
    /// Reminders and nothing more: a clock of the parties or of the law.
    Reminds,
    /// One reminder, at the end: a daily or weekly look, or what somebody has to be called for.
    RemindsAtEnd,
}

/// What becomes of a clock when its case is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenClosed {
    /// It ends, if it is overdue as missed.
    Ends,
    /// Closing itself meets it.
    Met,
    /// It belongs to the time after and runs on.
    RunsOn,
}

/// How far a clock may be extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extensible {
    /// Not at all.
    Never,
    /// An administrative limit: once, by no more than its own length.
    ByItsLength,
    /// Once, by what the regulation allows (LW25).
    ByTheLawOfPetitions,
    /// As long as all parties wish, which the guard of the event has to see.
    AsAgreed,
}

const fn clock(late: WhenLate, closed: WhenClosed) -> Nature {
    Nature {
        late,
        closed,
        is_stopped: false,
        may: Extensible::Never,
        goes_along: false,
    }
}

impl Nature {
    const fn stopped(self) -> Self {
        Self {
            is_stopped: true,
            ..self
        }
    }

    const fn extended(self, may: Extensible) -> Self {
        Self { may, ..self }
    }

    const fn taken_along(self) -> Self {
        Self {
            goes_along: true,
            ..self
        }
    }
}
