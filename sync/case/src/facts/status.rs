//! The statuses of a case (docs/domain/events.md): the names of its stages.

use crate::kinds::kinds;

/// Calls `$made!` with the statuses, for whoever needs the same list.
#[macro_export]
macro_rules! for_each_status {
    ($made:ident $($head:tt)*) => { $made! { $($head)*
        /// The name of a stage without its data, in the order of the life cycle.
        pub enum Status {
            Registered "registered" "已登记" "Registered" "has a number and a receipt time";
            PendingDispatch "pending_dispatch" "待分流" "To dispatch"
                "not a police matter; who handles is open";
            Dispatched "dispatched" "已派单待签收" "Dispatched" "offered to a person";
            SignedFor "signed_for" "已签收" "Signed for" "a named first handler answers for it";
            OnScene "on_scene" "现场处置" "On scene" "arrived";
            PendingAcceptance "pending_acceptance" "待受理" "To accept"
                "notice given, consent being asked";
            Accepted "accepted" "已受理" "Accepted" "consent of all; the clocks run";
            Mediating "mediating" "调解中" "Mediating" "inquiry and sessions";
            JointHandling "joint_handling" "联席会商" "Joint handling" "a plan of three parties";
            Suspended "suspended" "中止" "Suspended" "clocks paused for a stated ground";
            AgreementPending "agreement_pending" "协议待生效" "Agreement pending"
                "a frozen draft; signatures or seal missing";
            AgreementEffective "agreement_effective" "协议已生效" "Agreement effective"
                "signed and sealed, or orally agreed by all";
            Performing "performing" "履行中" "Performing" "obligations open";
            FollowUp "follow_up" "回访中" "Follow-up" "7, 30, 90 days; a red case also 1 and 3";
            PendingClose "pending_close" "待结案审核" "Closing asked" "closing asked for";
            CloseDisputed "close_disputed" "结案待裁" "Closing disputed"
                "closings that contradict each other, or pass over what their author had not seen";
            Closed "closed" "已结案" "Closed" "with one way of closing";
            Archived "archived" "已归档" "Archived" "dossier filed, document read-only";
        }
    } };
}
for_each_status!(kinds);

impl Status {
    /// Whether work on the case goes on.
    #[must_use]
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Archived)
    }
}
