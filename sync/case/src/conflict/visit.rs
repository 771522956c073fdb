//! M14 and M26: two visits for one due item, and satisfaction entered by a handler beside an
//! independent visitor. Both are kept; one counts.

use super::{AuthoredVariant, DetectContext, conflict, pair, pairs};
use crate::{
    document::{Authored, VisitAtom},
    ids::EntryId,
    record::VisitFinding,
    view::{Conflict, ConflictKind, Severity},
};

pub(super) fn doubled(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let visits = context.reader.authored_below::<VisitAtom>("visits", "head");
    let pairs = pairs(&visits).filter(|(a, b)| {
        a.1.value.due.is_some() && a.1.value.due == b.1.value.due && a.1.author != b.1.author
    });
    pairs
        .map(|(a, b)| {
            let said = |(_, authored): &(EntryId, Authored<VisitAtom>)| {
                AuthoredVariant::written(
                    &authored.op,
                    format!("第 {} 次回访", authored.value.due.unwrap_or_default()),
                )
            };
            conflict(
                ConflictKind::DoubleVisit,
                Severity::Note,
                pair("visits", a.0, b.0),
                vec![said(a), said(b)],
            )
        })
        .collect()
}

pub(super) fn satisfactions(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let visits = context
        .reader
        .authored_below::<VisitFinding>("visits", "finding");
    let handles =
        |authored: &Authored<VisitFinding>| context.beside.handlers.contains(&authored.author);
    let pairs = pairs(&visits).filter(|(a, b)| {
        let (said, other) = (a.1.value.satisfaction, b.1.value.satisfaction);
        said.is_some() && other.is_some() && said != other && handles(&a.1) != handles(&b.1)
    });
    pairs
        .map(|(a, b)| {
            let said = |(_, authored): &(EntryId, Authored<VisitFinding>)| {
                AuthoredVariant::written(
                    &authored.op,
                    format!(
                        "满意度 {}（{}）",
                        authored.value.satisfaction.unwrap_or_default(),
                        if handles(authored) {
                            "承办人填写，不计"
                        } else {
                            "独立回访"
                        }
                    ),
                )
            };
            conflict(
                ConflictKind::TwoSatisfactions,
                Severity::Note,
                pair("visits", a.0, b.0),
                vec![said(a), said(b)],
            )
        })
        .collect()
}
