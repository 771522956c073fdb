//! Values as a person reads them, in Chinese.

use crate::{
    act,
    deadline::SHANGHAI,
    document::DocReader,
    ids::EntryId,
    record::{
        Ask, Cents, CloseKind, DvScreen, Party, Performance, Place, PromiseKind, Request, Terms,
    },
    schema,
};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The value of a field.
pub(super) fn spoken(reader: &DocReader<'_>, field: &str, value: &Value) -> String {
    let said = match field {
        "amount_cents" => value.as_u64().map(|cents| format!("{} 元", Cents(cents))),
        "persons" => value.as_u64().map(|count| format!("{count} 人")),
        "occurred_at" => value.as_str().and_then(time),
        "side" | "injury" | "role" => value.as_str().map(|word| named(word).into()),
        "is_minor" => value
            .as_bool()
            .map(|is| if is { "未成年人" } else { "成年人" }.into()),
        "is_incapacitated" => value.as_bool().map(|is| {
            if is {
                "行为能力受限"
            } else {
                "有完全行为能力"
            }
            .into()
        }),
        "is_representative" => value
            .as_bool()
            .map(|is| if is { "代表人" } else { "非代表人" }.into()),
        "place" => {
            atom::<Place>(value).map(|place| format!("{}（{}）", place.address, place.region))
        }
        "dv_screen" => atom(value).map(screening),
        "terms" => atom::<Option<Terms>>(value).map(|terms| promise(reader, terms.as_ref())),
        _ => None,
    };
    said.unwrap_or_else(|| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), String::from)
    })
}

/// A closing.
pub(super) fn closing(outcome: CloseKind, request: &Request) -> String {
    let name = outcome.zh();
    match &request.ask {
        Ask::AskClose(act::AskClose { feedback, .. }) if !feedback.is_empty() => {
            format!("{name}：{feedback}")
        }
        _ => name.into(),
    }
}

/// What was found of performance.
pub(super) fn performance(state: Performance, by_visit: bool) -> String {
    let state = match state {
        Performance::Performed => "已履行",
        Performance::Partly => "部分履行",
        Performance::NotPerformed => "未履行",
        Performance::NothingDue => "无履行内容",
    };
    format!("{state}（{}）", if by_visit { "回访" } else { "履行记录" })
}

fn atom<T: DeserializeOwned>(value: &Value) -> Option<T> {
    serde_json::from_str(value.as_str()?).ok()
}

fn time(word: &str) -> Option<String> {
    word.parse().ok().map(minute)
}

/// A time to the minute, as clocks in China show it.
pub(super) fn minute(at: Timestamp) -> String {
    let at = SHANGHAI.to_datetime(at);
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn named(word: &str) -> &str {
    match word {
        "a" => "甲方",
        "b" => "乙方",
        "third" => "第三人",
        "none" => "无人受伤",
        "light" => "受伤",
        "lasting" => "致残",
        "death" => "死亡",
        "principal" => "本人",
        "guardian" => "监护人",
        "agent" => "委托代理人",
        other => other,
    }
}

fn screening(screen: DvScreen) -> String {
    let asked = if screen.asked {
        "已询问"
    } else {
        "未询问"
    };
    format!(
        "{asked}，{}",
        if screen.violence {
            "有家庭暴力"
        } else {
            "无家庭暴力"
        }
    )
}

fn promise(reader: &DocReader<'_>, terms: Option<&Terms>) -> String {
    let Some(terms) = terms else {
        return "无履行内容".into();
    };
    let kind = match terms.kind {
        PromiseKind::Pay => "支付",
        PromiseKind::Do => "作为",
        PromiseKind::Refrain => "不作为",
        PromiseKind::Apologise => "赔礼道歉",
    };
    let (from, to) = (name(reader, terms.obligor), name(reader, terms.obligee));
    let mut parts = vec![format!(
        "{from} 对 {to}：{kind} {} 元（{}）",
        terms.amount, terms.amount_words
    )];
    parts.extend(
        terms
            .schedule
            .iter()
            .map(|part| format!("{} 前 {} 元", part.due, part.amount)),
    );
    let words = [&terms.method, &terms.on_breach]
        .into_iter()
        .filter(|words| !words.is_empty());
    parts.extend(words.cloned());
    parts.join("；")
}

fn name(reader: &DocReader<'_>, party: EntryId) -> String {
    let entry = reader.entry("parties", party).ok();
    let party = entry.and_then(|entry| {
        reader
            .plain::<Party>(&entry, schema::entry_fields("parties"))
            .ok()
    });
    party.map_or_else(|| "未登记当事人".into(), |party| party.name_masked)
}
