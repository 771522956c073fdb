//! Guards of joint handling 联席会商 (E22, R117): three parties, and a plan.

use super::{Scene, need};
use crate::{
    facts::{Difficulty, Level},
    role::Role,
    rule::{Act, Refusal},
};

/// Somebody answers for the case and goes on answering for it (R027).
pub(crate) fn somebody_answers(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        scene.facts.answering().is_some(),
        "nobody_answers",
        "本案尚无人签收承办，请先派单并签收。",
    )
}

/// The case is complex or red, or was given back twice.
pub(crate) fn joint_is_warranted(scene: &Scene<'_>) -> Result<(), Refusal> {
    let facts = scene.facts;
    need(
        facts.difficulty == Difficulty::Complex
            || facts.colour.level == Level::Red
            || facts.returns >= 2,
        "joint_not_warranted",
        "联席会商适用于复杂、红色预警或两次退回的纠纷。",
    )
}

/// 110, 12345 and the centre sit at the table (R117).
pub(crate) fn three_parties_present(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::OpenJoint { members } = &scene.motion.act else {
        return Ok(());
    };
    let at_the_table = |wanted: &[Role]| {
        let mut roles = members.iter().map(|m| m.to.role);
        wanted.contains(&scene.motion.by.role) || roles.any(|role| wanted.contains(&role))
    };
    let police = at_the_table(&[Role::PoliceDesk, Role::PoliceOfficer]);
    let hotline = at_the_table(&[Role::HotlineDesk]);
    let centre = at_the_table(&[Role::Dispatcher, Role::Supervisor]);
    need(
        police && hotline && centre,
        "three_parties_missing",
        "联席会商须有110、12345和矛调中心三方参加，请补齐参会人员。",
    )
}

/// The plan stands in the document, with steps that somebody owns (一案一策).
pub(crate) fn plan_has_steps(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::EndJoint { plan } = &scene.motion.act else {
        return Ok(());
    };
    let steps = scene.docket.view.plans.get(plan).map(|p| &p.value.steps);
    let owned = steps.is_some_and(|steps| {
        !steps.is_empty() && steps.values().all(|step| !step.owner_org.trim().is_empty())
    });
    need(
        owned,
        "plan_missing",
        "请先在一案一策中写明步骤、责任单位和期限。",
    )
}
