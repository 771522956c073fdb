//! E22b 一案一策: the plan stands, with an owner and a date for each step, and the case goes on
//! (R117).

use super::{candidate::NO_ENTRY, prelude::*};
use crate::{ids::EntryId, limit::form, record::PlanStep};
use std::collections::BTreeMap;

/// The plan of the three parties stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct EndJoint {
    /// The plan, by its entry of the document or as a desk wrote it.
    pub plan: EntryId,
}

impl Transition for EndJoint {
    const ROW: &'static ActRow = &ActRow {
        event: Event::EndJoint,
        from: In(&[JointHandling]),
        to: OneOf(&[Mediating, PendingAcceptance]),
        who: &[By(Dispatcher), By(Supervisor), Lead],
        asks: &[],
        clocks: &[Meet(DeadlineKind::JointPlan)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[Guard::instructive(
        "一案一策有步骤和责任单位",
        |act, attempt| {
            let owned = steps(act, attempt).is_some_and(|steps| {
                let mut steps = steps.values().peekable();
                steps.peek().is_some() && steps.all(|step| !form::is_blank(&step.owner_org))
            });
            need(
                owned,
                "plan_missing",
                "请先在一案一策中写明步骤、责任单位和期限。",
            )
        },
    )];

    /// Without acceptance there is no mediation to go back to: will is asked for first (LW01).
    fn perform(&self, _: &Attempt<'_>, facts: &mut Facts) {
        facts.stage = if facts.round.accepted_at.is_some() {
            Stage::Mediating
        } else {
            Stage::PendingAcceptance
        };
    }

    fn candidates(view: &CaseView, facts: &Facts) -> Vec<Self> {
        let mut plans = view.plans.keys().chain(facts.round.plans.keys());
        let plan = plans.next().copied().unwrap_or(NO_ENTRY);
        vec![Self { plan }]
    }
}

/// The steps of the plan that is named.
fn steps<'a>(act: &EndJoint, attempt: &Attempt<'a>) -> Option<&'a BTreeMap<EntryId, PlanStep>> {
    let of_phone = attempt.context.view.plans.get(&act.plan);
    let of_desk = || attempt.facts.round.plans.get(&act.plan);
    of_phone
        .map(|plan| &plan.value.steps)
        .or_else(|| of_desk().map(|plan| &plan.steps))
}
