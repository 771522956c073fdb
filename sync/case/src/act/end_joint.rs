//! E22b 一案一策: the plan stands, with an owner and a date for each step, and the case goes on where
//! it stood (R117).

use super::{candidate::NO_ENTRY, perform as performance, prelude::*, write_plan::can_be_done};
use crate::{deadline::day_of, ids::EntryId, limit::form, record::PlanStep};
use jiff::civil::Date;
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
        to: Back,
        who: &[By(Dispatcher), By(Supervisor), Lead],
        asks: &[],
        clocks: &[Meet(DeadlineKind::JointPlan)],
        offline: Offline::Online,
    };
    const GUARDS: Guards<Self> = &[
        Guard::instructive("一案一策有步骤和责任单位", |act, attempt| {
            let owned = steps(act, attempt).is_some_and(|steps| {
                let mut steps = steps.values().peekable();
                steps.peek().is_some() && steps.all(|step| !form::is_blank(&step.owner_org))
            });
            need(
                owned,
                "plan_missing",
                "请先在一案一策中写明步骤、责任单位和期限。",
            )
        }),
        // A phone without signal knows no list of organisations.
        Guard::instructive(
            "责任单位在机构名册中，期限不早于会商之日",
            |act, attempt| {
                let mut steps = steps(act, attempt).into_iter().flatten();
                let since = sat_down_on(attempt);
                steps.try_for_each(|(_, step)| can_be_done(step, since, attempt))
            },
        ),
    ];

    /// The case goes on where it stood: nothing that was given notice of, accepted, signed or
    /// agreed before the table sat is undone by its plan, and nothing of it is passed over.
    fn perform(&self, attempt: &Attempt<'_>, facts: &mut Facts) {
        facts.stage = goes_on(facts);
        performance::go_on(attempt, facts);
    }

    fn candidates(view: &CaseView, facts: &Facts) -> Vec<Self> {
        let mut plans = view.plans.keys().chain(facts.round.plans.keys());
        let plan = plans.next().copied().unwrap_or(NO_ENTRY);
        vec![Self { plan }]
    }
}

/// Where the case stood; whoever it was offered to may have signed for it while the table sat.
fn goes_on(facts: &Facts) -> Stage {
    let stood = facts.round.joint_from.and_then(Stage::plain);
    match (stood, facts.round.accepted_at) {
        (Some(Stage::Dispatched), _) if facts.offered().is_none() => Stage::SignedFor,
        (Some(stood), _) => stood,
        (None, Some(_)) => Stage::Mediating,
        (None, None) => Stage::PendingAcceptance,
    }
}

/// The day on which the table sat down.
fn sat_down_on(attempt: &Attempt<'_>) -> Date {
    let mut lines = attempt.facts.trail.iter().rev();
    let opened = lines.find(|line| line.event == Event::OpenJoint.code());
    day_of(opened.map_or(attempt.facts.registered_at, |line| line.received_at))
}

/// The steps of the plan that is named.
fn steps<'a>(act: &EndJoint, attempt: &Attempt<'a>) -> Option<&'a BTreeMap<EntryId, PlanStep>> {
    let of_phone = attempt.context.view.plans.get(&act.plan);
    let of_desk = || attempt.facts.round.plans.get(&act.plan);
    of_phone
        .map(|plan| &plan.value.steps)
        .or_else(|| of_desk().map(|plan| &plan.steps))
}
