//! M04 and M10: rival values of one field.

use super::{AuthoredVariant, DetectContext, conflict, spoken::spoken, spot::Spot};
use crate::{
    document::json,
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};
use serde_json::Value;

/// The place of a clause is settled by itself (M28).
const HARMLESS: &str = "order";

pub(super) fn rivals(context: &DetectContext<'_, '_>, spot: &Spot) -> Option<Conflict> {
    let values = context.reader.all(&spot.parent, spot.field.name);
    if values.len() < 2 || spot.field.name == HARMLESS {
        return None;
    }
    let mut rivals = Vec::new();
    for (value, op) in values.iter().rev() {
        let value = json(value)?;
        if rivals.iter().all(|(other, _)| *other != value) {
            rivals.push((value, op));
        }
    }
    if rivals.len() < 2 {
        return None;
    }
    let (kind, severity) = match (spot.container.name, spot.field.name) {
        ("drafts", _) => (ConflictKind::RivalTerms, Severity::Block),
        (_, "situation_code") => (ConflictKind::RivalSituation, Severity::Review),
        _ => (ConflictKind::RivalValues, Severity::Review),
    };
    let said = rivals.iter().map(|(value, op)| {
        AuthoredVariant::written(op, spoken(context.reader, spot.field.name, value))
            .meaning(read(kind, value))
    });
    let about = About::Place(spot.place.clone());
    Some(conflict(kind, severity, about, said.collect()))
}

/// What a value of a register comes to; a code that is none is for people to read.
fn read(kind: ConflictKind, value: &Value) -> VariantValue {
    let code = match kind {
        ConflictKind::RivalSituation => value.as_str().and_then(|word| word.parse().ok()),
        _ => None,
    };
    code.map_or(VariantValue::Words, VariantValue::Situation)
}
