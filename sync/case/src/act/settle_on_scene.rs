//! E08 现场处结: a simple dispute ends at the scene, with everybody's consent, everybody's yes to what
//! came of it, and a low residual risk; it is entered into the register of oral agreements (R013).

use super::{ask_close, prelude::*};
use crate::{
    deadline::day_of,
    facts::{Difficulty, OralRegister},
    ids::EntryId,
    limit::form,
    record::{CloseKind, Residual, RiskFactor},
    rule::{
        guard::{agreement, standing},
        happened,
    },
};

/// The dispute is settled at the scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettleOnScene {
    /// What came of it, in words.
    pub result: String,
    /// Who said yes to these words, as whoever settles it heard them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assents: Vec<EntryId>,
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
        Guard::new("无须书面协议", |_, attempt| {
            let today = day_of(attempt.context.now);
            agreement::must_be_written(attempt, today).map_or(Ok(()), |why| {
                let zh = format!("{why}，不能以口头协议现场处结，请受理后制作书面调解协议。");
                Err(Reason::new("written_required", zh))
            })
        }),
        Guard::new("各方当事人同意处理结果", |act, attempt| {
            need(
                standing::all_say(attempt, |party| assents(act, attempt, party)),
                "assent_missing",
                "尚有当事人未对现场处理结果表示同意，请逐一确认后再提交。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.round.oral_register = Some(self.register(attempt));
        ask_close::ask(attempt, facts, CloseKind::OnSceneSettled, &self.result);
    }
}

impl SettleOnScene {
    fn register(&self, attempt: &Attempt<'_>) -> OralRegister {
        let facts = attempt.facts;
        OralRegister {
            number: number(facts),
            situation: facts.situation.clone(),
            parties: standing::principals(attempt).map(|(id, _)| id).collect(),
            result: self.result.clone(),
            assents: self.assents.clone(),
            by: attempt.motion.by,
            agreed_at: happened(attempt).0,
        }
    }
}

fn number(facts: &Facts) -> String {
    let year = facts.case_no.as_str().get(7..11).unwrap_or_default();
    let nth = match facts.round_no() {
        1 => String::new(),
        nth => format!("-{nth}"),
    };
    format!("（{year}）口头登记第{}{nth}号", facts.case_no)
}

/// Whether somebody's yes is among those that were heard, under whichever entry.
fn assents(act: &SettleOnScene, attempt: &Attempt<'_>, party: EntryId) -> bool {
    let facts = attempt.facts;
    let mut heard = act.assents.iter();
    heard.any(|entry| facts.person(*entry) == facts.person(party))
}

fn residual_is_low(view: &CaseView) -> bool {
    let high = |factor| matches!(factor, RiskFactor::Residual(Residual::Mid | Residual::High));
    !view.risks.values().any(|r| high(r.value.factor))
}
