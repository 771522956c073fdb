//! The events of domain.md 3.2 by their numbers, and the order in which requests that meet are heard.

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
            /// The number in domain.md 3.2, such as `E05`.
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

            /// The event with a number such as `E05`.
            #[must_use]
            pub fn by_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

// Danger 0, refusal 1, repeat call 2, joint 3, transfer 4, closing 5, effect 6, acceptance 7, the rest 8.
events! {
    Register "E01" 8 "登记" "a case is registered";
    Triage "E02" 8 "警务/非警务研判" "police or non-police";
    Dispatch "E03" 8 "派单" "offered to a person";
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
    Freeze "E16" 8 "定稿" "draft frozen";
    Sign "E17" 8 "签名" "signed";
    Effect "E18" 6 "生效" "agreement takes effect";
    Perform "E19" 8 "履行" "performed";
    Visit "E21" 8 "回访" "visited";
    AskClose "E26" 5 "申请结案" "closing asked for";
    Close "E27" 5 "结案" "closed";
    DisputeClose "E28" 5 "结案冲突" "closings contradict each other";
    Assign "R019" 8 "增派" "a co-handler or visitor joins";
    RuleConflict "R151" 8 "分歧裁定" "a disagreement is ruled on";
}
