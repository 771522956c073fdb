//! M23: a clock that contradicts what its owner had seen. Causality decides; the claimed times are
//! shown as claimed.

use super::{AuthoredVariant, conflict};
use crate::{
    document::{ClockReversal, History},
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};
use jiff::Timestamp;

pub(super) fn contradictions(history: &History) -> Vec<Conflict> {
    history.backwards().iter().map(contradiction).collect()
}

fn contradiction(backwards: &ClockReversal) -> Conflict {
    let said = vec![
        AuthoredVariant {
            author: Some(backwards.author),
            text: format!("自述 {}，此时已看到下一条", claimed(backwards.claimed)),
            value: VariantValue::Words,
            mark: backwards.at.to_string(),
        },
        AuthoredVariant {
            author: backwards.seen_author,
            text: format!("自述 {}", claimed(backwards.seen)),
            value: VariantValue::Words,
            mark: String::new(),
        },
    ];
    conflict(
        ConflictKind::ClockContradiction,
        Severity::Note,
        About::Clock(backwards.author),
        said,
    )
}

fn claimed(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| "不明时间".into(), super::spoken::minute)
}
