//! What somebody at a desk writes with an act. A person was asked for it, so it is kept, whatever
//! the act itself makes of it: the trail is where the next one looks for why something was done.

use super::Motion;
use crate::{
    act::{Act, Ask, ChannelAct, DecideConfirmation, DeskAct},
    catalogue::Catalogue,
    facts::Facts,
    ids::SituationCode,
    limit,
    role::Role,
};
use serde_json::Value;

/// What the trail says of a motion: from what to what a case was reclassified by it, and what was
/// written with it.
pub(super) fn of_line(motion: &Motion, before: &Facts, after: &Facts) -> Option<String> {
    let reclassified = (before.situation != after.situation).then(|| {
        let (from, to) = (name(&before.situation), name(&after.situation));
        let why = match &motion.act {
            Act::Ask(Ask::Reclassify(asked)) => format!("；{}", asked.why.trim()),
            _ => String::new(),
        };
        format!("{from}→{to}{why}")
    });
    joined(reclassified.into_iter().chain(written(motion)))
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
pub(super) fn written(motion: &Motion) -> Option<String> {
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
