//! Names of things for people, beside the stable words of the API.

use hejie_case::{event::Event, facts::Duty};
use serde::Serialize;

/// The stable word of an enum value without data, such as `pending_close`.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

pub(super) fn event_zh(code: &str) -> &'static str {
    Event::by_code(code).map_or("", Event::zh)
}

pub(super) fn duty_zh(duty: Duty) -> &'static str {
    match duty {
        Duty::First => "首处",
        Duty::Lead => "主办",
        Duty::Co => "协办",
        Duty::Visit => "回访",
    }
}
