//! What somebody at a desk writes with an act. A person was asked for it, so it is kept, whatever
//! the act itself makes of it: the trail is where the next one looks for why something was done.

use super::{Attempt, guard::sharing};
use crate::{
    act::{Act, Ask, ChannelAct, DecideConfirmation, DeskAct, ServerAct},
    catalogue::Catalogue,
    deadline::SHANGHAI,
    facts::Facts,
    ids::SituationCode,
    limit,
    role::Role,
};
use serde_json::Value;

/// What the trail says of a motion: from what to what a case was reclassified by it, what somebody
/// wrote with it, and on what the law lets whoever joins by it get to know the case (P05).
pub(super) fn of_line(attempt: &Attempt<'_>, after: &Facts) -> Option<String> {
    let (motion, before) = (attempt.motion, attempt.facts);
    let reclassified = (before.situation != after.situation).then(|| {
        let (from, to) = (name(&before.situation), name(&after.situation));
        let why = match &motion.act {
            Act::Ask(Ask::Reclassify(asked)) => format!("；{}", asked.why.trim()),
            _ => String::new(),
        };
        format!("{from}→{to}{why}")
    });
    let said = reclassified.into_iter().chain(written(attempt));
    joined(said.chain(basis(attempt)))
}

/// On what the law lets whoever joins get to know the case.
fn basis(attempt: &Attempt<'_>) -> Option<String> {
    let act = &attempt.motion.act;
    match act {
        Act::Desk(
            DeskAct::Assign(_) | DeskAct::Handover(_) | DeskAct::OpenJoint(_) | DeskAct::Invite(_),
        ) => {
            let basis = sharing::basis(act.targets(), attempt).ok().flatten();
            basis.map(|basis| basis.zh().to_owned())
        }
        _ => None,
    }
}

/// Several texts as one; none of none.
pub(super) fn joined(parts: impl Iterator<Item = String>) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join("；"))
}

/// A situation by its code and its name.
fn name(code: &SituationCode) -> String {
    match Catalogue::current().lookup(code) {
        Some(situation) => format!("{code} {}", situation.situation_zh),
        None if code.is_unclassified() => "未分类".into(),
        None => code.to_string(),
    }
}

/// The texts of an act that somebody did online; none of what stands in a document, where they are
/// read, and none of what the server does by itself.
pub(super) fn written(attempt: &Attempt<'_>) -> Option<String> {
    let motion = attempt.motion;
    if let Act::Server(ServerAct::TakeOn(act)) = &motion.act {
        return act.told(attempt.facts.case_id);
    }
    if motion.entry.is_some() || motion.by.role == Role::System {
        return None;
    }
    if let Some(act) = decided_by_court(&motion.act) {
        let agreement = act.agreement_no.as_ref().map(|no| format!("（{no}）"));
        return Some(format!(
            "{}{}",
            act.result.zh(),
            agreement.unwrap_or_default()
        ));
    }
    if let Act::Desk(DeskAct::CallPolice(act)) = &motion.act {
        let at = SHANGHAI.to_datetime(act.called_at);
        let called = act.called.trim();
        return Some(format!("{called}（{}）", at.strftime("%Y-%m-%d %H:%M")));
    }
    if let Act::Desk(DeskAct::RecuseHandler(act)) = &motion.act {
        let name = attempt.facts.names.get(&act.handler);
        let name = name.map_or("承办人员", String::as_str);
        return Some(format!("{name}：{}。{}", act.ground.zh(), act.why.trim()));
    }
    if let Act::Desk(DeskAct::Transfer(act)) = &motion.act {
        let (receiver, receipt) = (act.receiver.trim(), act.receipt.trim());
        return Some(format!("{receiver}（签收编号：{receipt}）"));
    }
    let act = serde_json::to_value(&motion.act).ok()?;
    let mut texts = Vec::new();
    collect(&act, &mut texts);
    (!texts.is_empty()).then(|| texts.join("；"))
}

/// What a court decided is one word of a list, which people read as such.
fn decided_by_court(act: &Act) -> Option<&DecideConfirmation> {
    match act {
        Act::Desk(DeskAct::DecideConfirmation(act))
        | Act::Channel(ChannelAct::DecideConfirmation(act)) => Some(act),
        _ => None,
    }
}

fn collect<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if limit::is_text(name) => texts.push(text.trim()),
                    other => collect(other, texts),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        _ => {}
    }
    texts.retain(|text| !text.is_empty());
}
