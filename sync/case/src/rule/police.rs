//! What the police are asked to take over (E23, E02, E24), by whatever event and on whatever way a
//! case comes to be theirs.
//!
//! Looked at after every motion, so that no event has to think of it.
//!
//! Of a danger a second clock runs, since its receipt: nobody waits for a day until the police say
//! that they have it, and a server that was behind gives nobody more time.

use crate::{
    act::{Act, Ask, DeskAct, ServerAct},
    catalogue::{Catalogue, List},
    deadline,
    facts::{DeadlineKind, Facts, PoliceCause, PoliceOrder, Source, Stage, Subject},
    ids::SituationCode,
    record::CloseKind,
    rule::Attempt,
};

/// Adds the order that follows from the motion of the attempt, if one does, and lets its clocks
/// run: each order has its own, so that the police accept no danger which they have not heard of.
pub(super) fn ask(attempt: &Attempt<'_>, facts: &mut Facts) {
    let Some((cause, text, known_to)) = matter(attempt, facts) else {
        return;
    };
    facts.police_orders.push(PoliceOrder {
        cause,
        text,
        at: attempt.motion.received_at,
        entry: attempt.motion.entry,
        known_to,
    });
    let (policy, now) = (attempt.context.policy, attempt.context.now);
    let order = facts.orders().last();
    if let Some(key) = order.map(|(order, earlier)| order.key(facts.case_id, earlier)) {
        let (kind, subject) = (DeadlineKind::PoliceAccept, Subject::Order(key));
        deadline::start_of(facts, kind, subject, policy, now);
        if cause == PoliceCause::Danger {
            let since = attempt.motion.received_at;
            deadline::start_of(facts, DeadlineKind::DangerCall, subject, policy, since);
        }
    }
}

/// Why something is theirs now, what they are told, and which channel knows already.
fn matter(attempt: &Attempt<'_>, facts: &Facts) -> Option<(PoliceCause, String, Option<String>)> {
    if let Act::Ask(Ask::Danger(danger)) | Act::Desk(DeskAct::Danger(danger)) = &attempt.motion.act
    {
        return Some((PoliceCause::Danger, told(attempt, danger.told()), None));
    }
    if let Act::Ask(Ask::ReportViolence(report)) | Act::Desk(DeskAct::ReportViolence(report)) =
        &attempt.motion.act
    {
        return Some((PoliceCause::Violence, report.told(), None));
    }
    let is_ending = attempt.facts.stage.status().is_open() && !is_called_for(attempt);
    if let (Some(feedback), true) = (handed_over(facts), is_ending) {
        let text = format!("{}：{feedback}", name(&facts.situation));
        return Some((PoliceCause::HandedOver, text, answered(&facts.source)));
    }
    if let Act::Server(ServerAct::Repeat(call)) = &attempt.motion.act {
        let reported = call.situation.as_ref().filter(|code| is_theirs(code))?;
        let text = format!(
            "{}：再次报警所报情形属公安事项清单，请公安机关处置。",
            name(reported)
        );
        return Some((PoliceCause::Call, text, Some(call.channel.clone())));
    }
    let is_other = attempt.facts.situation != facts.situation && !is_called_for(attempt);
    let is_new = is_other && is_theirs(&facts.situation);
    let text = || {
        format!(
            "{}：属公安事项清单，请公安机关处置。",
            name(&facts.situation)
        )
    };
    is_new.then(|| (PoliceCause::Situation, text(), None))
}

/// What is told of a danger. Where nobody has written yet where it is, that is asked of the
/// organisation that reported it.
fn told(attempt: &Attempt<'_>, what: &str) -> String {
    if attempt.context.view.intake.place.get().is_some() {
        return what.into();
    }
    let facts = attempt.facts;
    let reporter = facts.org(attempt.motion.by.org);
    let reporter = reporter.map_or("上报人所在单位", |org| org.name.as_str());
    format!(
        "{what}（地点尚未填写：由{reporter}上报，登记辖区{}，案件编号{}；请立即联系该单位核实地点。）",
        facts.region, facts.case_no
    )
}

/// Whether a further call asked for it in this very moment: what it reports is triaged at once, and
/// the police are asked once for what they were called to.
fn is_called_for(attempt: &Attempt<'_>) -> bool {
    let is_call = |order: &PoliceOrder| {
        order.cause == PoliceCause::Call && order.at == attempt.motion.received_at
    };
    attempt.facts.police_orders.last().is_some_and(is_call)
}

/// What a case was closed with that was handed over.
fn handed_over(facts: &Facts) -> Option<&str> {
    match &facts.stage {
        Stage::Closed {
            outcome: CloseKind::TransferredPolice,
            feedback,
            ..
        } => Some(feedback),
        _ => None,
    }
}

/// The channel that gets the result of the case for an order of its own.
fn answered(source: &Source) -> Option<String> {
    let is_told = source.by_order && source.external_no.is_some();
    is_told.then(|| source.channel.clone())
}

fn is_theirs(code: &SituationCode) -> bool {
    let known = Catalogue::current().lookup(code);
    known.is_some_and(|situation| situation.list == List::Police)
}

fn name(code: &SituationCode) -> &str {
    Catalogue::current()
        .lookup(code)
        .map_or(code.as_str(), |situation| &situation.situation_zh)
}
