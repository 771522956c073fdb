//! M23: a clock that contradicts what its owner had seen. Causality decides; the claimed times are
//! shown as claimed.

use super::{AuthoredVariant, conflict};
use crate::{
    document::{ClockReversal, History},
    view::{About, Conflict, ConflictKind, Severity},
};
use jiff::Timestamp;

pub(super) fn contradictions(history: &History) -> Vec<Conflict> {
    history.backwards().iter().map(contradiction).collect()
}

fn contradiction(backwards: &ClockReversal) -> Conflict {
    let said = vec![
        AuthoredVariant::marked(
            backwards.author,
            backwards.at.to_string(),
            format!("自述 {}，此时已看到下一条", claimed(backwards.claimed)),
        ),
        AuthoredVariant::marked(
            backwards.seen_author,
            String::new(),
            format!("自述 {}", claimed(backwards.seen)),
        ),
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
