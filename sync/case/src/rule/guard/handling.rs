//! Guards of triage, offer, signing for, arrival and settling on the scene.

use super::{Scene, need};
use crate::{
    catalogue::Catalogue,
    facts::{Assignment, Difficulty},
    record::{Ask, Position, Residual, RiskFactor},
    role::Role,
    rule::{Act, Refusal, Target},
};

/// The situation stands in the catalogue.
pub(crate) fn situation_known(scene: &Scene<'_>) -> Result<(), Refusal> {
    let code = match scene.ask() {
        Some(Ask::Triage { situation }) => situation,
        _ => &scene.facts.situation,
    };
    need(
        Catalogue::current().lookup(code).is_some(),
        "unknown_situation",
        "目录中没有这一情形编码，请按现行目录重新选择。",
    )
}

/// Whoever the case is offered to handles cases.
pub(crate) fn target_can_handle(scene: &Scene<'_>) -> Result<(), Refusal> {
    let can = |role| {
        matches!(
            role,
            Role::Mediator | Role::Department | Role::PoliceOfficer
        )
    };
    let holds = match &scene.motion.act {
        Act::Dispatch { target, .. } | Act::Handover(target) => can(target.to.role),
        _ => false,
    };
    need(
        holds,
        "target_cannot_handle",
        "派单对象应为人民调解员、民警或部门承办人，请另选。",
    )
}

/// Whoever a case is given to has an account and the role: the page on which the person was chosen may be old.
pub(crate) fn target_is_there(scene: &Scene<'_>) -> Result<(), Refusal> {
    let targets = scene.motion.act.targets();
    let is_gone = |target: &Target| scene.docket.departed.contains(&target.to);
    need(
        !targets.iter().any(is_gone),
        "target_departed",
        "所选人员的账号已停用或岗位已撤销，请刷新后另选他人。",
    )
}

/// A case is handed over to somebody else than who has it.
pub(crate) fn target_is_another(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Handover(target) = &scene.motion.act else {
        return Ok(());
    };
    let has_it = scene.facts.answering().map(|a| a.user);
    need(
        has_it != Some(target.to.user),
        "already_answers",
        "该同志正是本案现承办人，无需移交；请另选他人。",
    )
}

/// The offer is still the one the phone was shown; whoever is late is told so.
pub(crate) fn assignment_current(scene: &Scene<'_>) -> Result<(), Refusal> {
    let shown = match scene.ask() {
        Some(Ask::SignFor { assignment }) => *assignment,
        _ => return Ok(()),
    };
    need(
        scene
            .facts
            .offered()
            .is_some_and(|offer| offer.version == shown),
        "offer_superseded",
        "该派单已变更，请刷新后按最新派单签收。",
    )
}

/// Person, duty, time and what is expected are fixed (四定, R090): the first three by the offer itself.
pub(crate) fn four_are_fixed(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Dispatch { expected, .. } = &scene.motion.act else {
        return Ok(());
    };
    need(
        !expected.trim().is_empty(),
        "expectation_missing",
        "请写明办理要求（定效）后再派单。",
    )
}

/// After the second return the county decides who handles the case (R109).
pub(crate) fn county_decides_after_two_returns(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        scene.facts.returns < 2 || scene.motion.by.role == Role::Supervisor,
        "county_decides",
        "本案已两次退回，由县级矛调中心指定承办人。",
    )
}

/// A department claims what the routing table gives it; mediators and officers claim whatever waits (R018).
pub(crate) fn stands_on_the_claim_list(scene: &Scene<'_>) -> Result<(), Refusal> {
    let by = scene.motion.by;
    let org = scene.facts.org(by.org);
    let departments = Catalogue::current()
        .lookup(&scene.facts.situation)
        .map(|s| s.default_department.as_str());
    let listed = match (by.role, org, departments) {
        (Role::Department, Some(org), Some(departments)) => departments
            .split('/')
            .any(|name| org.name.contains(name.trim())),
        _ => true,
    };
    need(
        listed,
        "not_on_your_list",
        "该纠纷不在贵单位认领范围内，请由矛调中心分流。",
    )
}

/// No offer is open: the one must be signed for or given back before another is made (M02). One to somebody who is not there any
/// more can be neither, and does not count.
pub(crate) fn no_offer_open(scene: &Scene<'_>) -> Result<(), Refusal> {
    let offered = scene.facts.offered().map(Assignment::author);
    need(
        offered.is_none_or(|to| scene.docket.departed.contains(&to)),
        "offer_open",
        "已有一项派单待签收，请待其签收或退回后再办理。",
    )
}

/// A reason is given in words.
pub(crate) fn reason_given(scene: &Scene<'_>) -> Result<(), Refusal> {
    let reason = match &scene.motion.act {
        Act::Return { reason } | Act::Ask(Ask::Adjust { reason, .. }) => reason,
        Act::RuleConflict { why, .. }
        | Act::WaiveVisit { why, .. }
        | Act::WaiveFile { why, .. }
        | Act::Release { why }
        | Act::SendBack { why }
        | Act::Reopen { why }
        | Act::Merge { why, .. }
        | Act::Absorb { why, .. }
        | Act::Unmerge { why, .. }
        | Act::Part { why, .. }
        | Act::Split { why, .. }
        | Act::OverrideColour { why, .. }
        | Act::DecideItem {
            take: false, why, ..
        }
        | Act::Ask(
            Ask::Extend { why, .. } | Ask::Resolve { why, .. } | Ask::AnswerItem { text: why, .. },
        ) => why,
        _ => return Ok(()),
    };
    need(
        !reason.trim().is_empty(),
        "reason_missing",
        "请填写理由后再提交。",
    )
}

/// The phone is near the place of the case, or says why it is not.
pub(crate) fn near_or_reason(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Some(Ask::Arrive { place, reason }) = scene.ask() else {
        return Ok(());
    };
    let here = place.as_ref().and_then(|p| p.position);
    let there = scene
        .docket
        .view
        .intake
        .place
        .get()
        .and_then(|p| p.position);
    let near = match (here, there) {
        (Some(here), Some(there)) => {
            metres(here, there) <= f64::from(scene.docket.policy.arrive_metres)
        }
        _ => true,
    };
    let explained = reason.as_ref().is_some_and(|r| !r.trim().is_empty());
    need(
        near || explained,
        "too_far",
        "到场位置与案发地相距较远，请说明原因后重新上报到场。",
    )
}

/// The case is simple.
pub(crate) fn simple(scene: &Scene<'_>) -> Result<(), Refusal> {
    need(
        scene.facts.difficulty == Difficulty::Simple,
        "not_simple",
        "只有简易纠纷可以现场处结，请按受理、调解程序办理。",
    )
}

/// The result is told in words.
pub(crate) fn result_given(scene: &Scene<'_>) -> Result<(), Refusal> {
    let given =
        !matches!(scene.ask(), Some(Ask::SettleOnScene { result }) if result.trim().is_empty());
    need(given, "result_missing", "请填写现场处理结果后再提交。")
}

/// Nobody judged that the dispute may well break out again.
pub(crate) fn residual_low(scene: &Scene<'_>) -> Result<(), Refusal> {
    let high = |factor| matches!(factor, RiskFactor::Residual(Residual::Mid | Residual::High));
    need(
        !scene
            .docket
            .view
            .risks
            .values()
            .any(|r| high(r.value.factor)),
        "residual_risk",
        "已有人判断仍可能再次激发，不能现场处结，请转矛调中心。",
    )
}

/// The judgement is mid or high, and has a reason.
pub(crate) fn residual_mid_or_high(scene: &Scene<'_>) -> Result<(), Refusal> {
    let holds = match scene.ask() {
        Some(Ask::ResidualRisk { level, why }) => *level > Residual::Low && !why.trim().is_empty(),
        _ => false,
    };
    need(
        holds,
        "residual_low",
        "再次激发可能性为中或高并说明理由时，才需要流转。",
    )
}

/// The person is not on the case already.
pub(crate) fn not_assigned_yet(scene: &Scene<'_>) -> Result<(), Refusal> {
    let Act::Assign(target, duty) = &scene.motion.act else {
        return Ok(());
    };
    let already = scene.facts.assignments.iter();
    let mut already =
        already.filter(|a| a.to.is_none() && a.duty == *duty && a.user == target.to.user);
    need(
        already.next().is_none(),
        "already_assigned",
        "该同志已在本案中承担此项职责。",
    )
}

fn metres(a: Position, b: Position) -> f64 {
    const EARTH: f64 = 6_371_000.0;
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let h = half(lat_a, lat_b)
        + lat_a.cos() * lat_b.cos() * half(a.lon.to_radians(), b.lon.to_radians());
    2.0 * EARTH * h.sqrt().min(1.0).asin()
}
