//! E08 现场处结: a simple dispute ends at the scene, with everybody's consent and a low residual
//! risk (R013).

use super::{ask_close, prelude::*};
use crate::{
    facts::Difficulty,
    limit::form,
    record::{CloseKind, Residual, RiskFactor},
};

/// The dispute is settled at the scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleOnScene {
    /// What came of it, in words.
    pub result: String,
}

impl Transition for SettleOnScene {
    const ROW: &'static ActRow = &ActRow {
        event: Event::SettleOnScene,
        from: In(&[OnScene]),
        to: OneOf(&[PendingClose]),
        who: &[First],
        asks: &[],
        clocks: &[Meet(DeadlineKind::FirstContact)],
        offline: Offline::Request,
    };
    const GUARDS: Guards<Self> = &[
        guard::violence::reported(),
        guard::not_held(),
        Guard::new("属简易纠纷", |_, attempt| {
            need(
                attempt.facts.difficulty == Difficulty::Simple,
                "not_simple",
                "只有简易纠纷可以现场处结，请按受理、调解程序办理。",
            )
        }),
        Guard::new("写明处理结果", |act, _| {
            need(
                !form::is_blank(&act.result),
                "result_missing",
                "请填写现场处理结果后再提交。",
            )
        }),
        guard::consent::two_sides(),
        guard::speakers::in_order(),
        guard::consent::all_consent(),
        Guard::new("无人判断仍可能再次激发", |_, attempt| {
            need(
                residual_is_low(attempt.context.view),
                "residual_risk",
                "已有人判断仍可能再次激发，不能现场处结，请转矛调中心。",
            )
        }),
        guard::agreement::no_block(),
        // Whoever did not know of a further call is not refused for it: that is looked at (E28).
        Guard::new("已判断再次激发可能性为低", |_, attempt| {
            let judged = attempt.facts.round.residual.filter(|judged| {
                let is_current = judged.is_current || !guard::knows_of_calls(attempt);
                judged.level == Residual::Low && is_current
            });
            need(
                judged.is_some(),
                "residual_not_judged",
                "请先对本次警情作出再次激发可能性判断；判断为低的，才能现场处结。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        ask_close::ask(attempt, facts, CloseKind::OnSceneSettled, &self.result);
    }
}

fn residual_is_low(view: &CaseView) -> bool {
    let high = |factor| matches!(factor, RiskFactor::Residual(Residual::Mid | Residual::High));
    !view.risks.values().any(|r| high(r.value.factor))
}
