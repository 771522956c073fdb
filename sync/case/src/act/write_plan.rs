//! E22c 拟定方案: a desk writes the plan of a joint handling, as the lead and the members write it on
//! their phones (R023, R117).
//!
//! What a desk decides is a fact, so the plan of a desk is one too. Phones show it beside those of
//! the document, and whichever of them is named in the end stands (E22b).

use super::{candidate::NO_ENTRY, prelude::*};
use crate::{deadline::day_of, facts::DeskPlan, ids::EntryId, limit::form, record::PlanStep};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// No plan of a desk has more steps: the facts go to every phone of the case.
const MOST_STEPS: usize = 20;
/// No round has more plans of desks: one for each of the three parties at the table.
const MOST_PLANS: usize = 3;

/// A plan as a desk writes it; written again under its id it replaces what stood there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WritePlan {
    /// Its id, made by the writer.
    pub plan: EntryId,
    /// What is to be reached.
    #[serde(rename = "plan_text")]
    pub text: String,
    /// Its steps, by ids that the writer made.
    pub steps: BTreeMap<EntryId, PlanStep>,
}

impl Transition for WritePlan {
    const ROW: &'static ActRow = &ActRow {
        event: Event::WritePlan,
        from: In(&[JointHandling]),
        to: Same,
        who: &[By(Dispatcher), By(Supervisor), Lead, Member],
        asks: &[],
        clocks: &[Meet(DeadlineKind::JointMove)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::new("写明方案", |act, _| {
            need(
                !form::is_blank(&act.text),
                "plan_empty",
                "请先写明方案要达到的目标和总体安排。",
            )
        }),
        Guard::new(
            "每一步写明事项和责任单位，最多二十步",
            |act, _| steps_are_owned(act),
        ),
        Guard::new(
            "责任单位在机构名册中，期限不早于今天",
            |act, attempt| {
                let known = attempt.facts.round.plans.get(&act.plan);
                let stood = |id| known.and_then(|plan| plan.steps.get(id));
                let mut new = act
                    .steps
                    .iter()
                    .filter(|(id, step)| stood(id) != Some(step));
                let today = day_of(attempt.context.now);
                new.try_for_each(|(_, step)| can_be_done(step, today, attempt))
            },
        ),
        Guard::new("本轮最多三份，可改写", |act, attempt| {
            let plans = &attempt.facts.round.plans;
            need(
                plans.contains_key(&act.plan) || plans.len() < MOST_PLANS,
                "too_many_plans",
                "本轮会商已拟定三份方案，不能再另拟；请改写其中一份。",
            )
        }),
        Guard::new("不是手机上填写的方案", |act, attempt| {
            need(
                !attempt.context.view.plans.contains_key(&act.plan),
                "plan_of_phone",
                "这份方案是在手机上填写的，请由填写人在手机上修改，或另拟一份。",
            )
        }),
    ];

    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        let written = DeskPlan {
            text: self.text.clone(),
            steps: self.steps.clone(),
            by: attempt.motion.by,
            at: attempt.context.now,
        };
        facts.round.plans.insert(self.plan, written);
    }

    fn candidates(_: &CaseView, _: &Facts) -> Vec<Self> {
        vec![Self {
            plan: NO_ENTRY,
            text: FILLED.into(),
            steps: BTreeMap::new(),
        }]
    }
}

/// Somebody bears the name of the organisation that a step is given to, and its day is not over.
pub(super) fn can_be_done(step: &PlanStep, since: Date, attempt: &Attempt<'_>) -> Holds {
    let owner = step.owner_org.trim();
    if attempt
        .context
        .unknown_orgs
        .iter()
        .any(|name| name == owner)
    {
        let zh = format!("机构名册中没有“{owner}”，请核对责任单位的名称。");
        return Err(Reason::new("owner_unknown", zh));
    }
    need(
        step.due >= since,
        "step_past",
        "方案步骤的期限已经过去，请重新填写期限。",
    )
}

fn steps_are_owned(act: &WritePlan) -> Holds {
    let is_said = |words: &str| !form::is_blank(words);
    need(
        act.steps.len() <= MOST_STEPS,
        "too_many_steps",
        "一份方案最多二十步，请合并后再提交。",
    )?;
    need(
        (act.steps.values()).all(|step| is_said(&step.what) && is_said(&step.owner_org)),
        "step_unowned",
        "请为每一步写明事项和责任单位。",
    )
}
