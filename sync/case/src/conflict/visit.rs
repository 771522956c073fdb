//! M14 and M26: two visits for one due item, and satisfaction entered by a handler beside an
//! independent visitor. Both are kept; one counts.

use super::{AuthoredVariant, DetectContext, conflict, mark_of};
use crate::{
    document::{Authored, VisitAtom},
    ids::EntryId,
    record::VisitFinding,
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};

pub(super) fn doubled(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let visits = context.reader.authored_below::<VisitAtom>("visits", "head");
    let pairs = pairs(&visits).filter(|(a, b)| {
        a.1.value.due.is_some() && a.1.value.due == b.1.value.due && a.1.author != b.1.author
    });
    pairs
        .map(|(a, b)| {
            let said = |(_, authored): &(EntryId, Authored<VisitAtom>)| AuthoredVariant {
                author: Some(authored.author),
                text: format!("第 {} 次回访", authored.value.due.unwrap_or_default()),
                value: VariantValue::Words,
                mark: mark_of(&authored.op),
            };
            conflict(
                ConflictKind::DoubleVisit,
                Severity::Note,
                both(a.0, b.0),
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
            let said = |(_, authored): &(EntryId, Authored<VisitFinding>)| AuthoredVariant {
                author: Some(authored.author),
                text: format!(
                    "满意度 {}（{}）",
                    authored.value.satisfaction.unwrap_or_default(),
                    if handles(authored) {
                        "承办人填写，不计"
                    } else {
                        "独立回访"
                    }
                ),
                value: VariantValue::Words,
                mark: mark_of(&authored.op),
            };
            conflict(
                ConflictKind::TwoSatisfactions,
                Severity::Note,
                both(a.0, b.0),
                vec![said(a), said(b)],
            )
        })
        .collect()
}

fn both(earlier: EntryId, later: EntryId) -> About {
    About::Pair {
        container: "visits".into(),
        earlier,
        later,
    }
}

fn pairs<T>(entries: &[T]) -> impl Iterator<Item = (&T, &T)> {
    let rest = |n: usize| &entries[n + 1..];
    entries
        .iter()
        .enumerate()
        .flat_map(move |(n, a)| rest(n).iter().map(move |b| (a, b)))
}
