//! M14 and M26: two visits for one due item, and satisfaction entered by a handler beside an independent visitor. Both are
//! kept; one counts.

use super::{Said, Scene, conflict, mark_of};
use crate::{
    document::{Told, VisitAtom},
    ids::EntryId,
    record::VisitFinding,
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};

pub(super) fn doubled(scene: &Scene<'_, '_>) -> Vec<Conflict> {
    let visits = scene.reader.told_below::<VisitAtom>("visits", "head");
    let pairs = pairs(&visits).filter(|(a, b)| {
        a.1.value.due.is_some() && a.1.value.due == b.1.value.due && a.1.author != b.1.author
    });
    pairs
        .map(|(a, b)| {
            let said = |(_, told): &(EntryId, Told<VisitAtom>)| Said {
                author: Some(told.author),
                text: format!("第 {} 次回访", told.value.due.unwrap_or_default()),
                value: VariantValue::Words,
                mark: mark_of(&told.op),
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

pub(super) fn satisfactions(scene: &Scene<'_, '_>) -> Vec<Conflict> {
    let visits = scene.reader.told_below::<VisitFinding>("visits", "finding");
    let handles = |told: &Told<VisitFinding>| scene.beside.handlers.contains(&told.author);
    let pairs = pairs(&visits).filter(|(a, b)| {
        let (said, other) = (a.1.value.satisfaction, b.1.value.satisfaction);
        said.is_some() && other.is_some() && said != other && handles(&a.1) != handles(&b.1)
    });
    pairs
        .map(|(a, b)| {
            let said = |(_, told): &(EntryId, Told<VisitFinding>)| Said {
                author: Some(told.author),
                text: format!(
                    "满意度 {}（{}）",
                    told.value.satisfaction.unwrap_or_default(),
                    if handles(told) {
                        "承办人填写，不计"
                    } else {
                        "独立回访"
                    }
                ),
                value: VariantValue::Words,
                mark: mark_of(&told.op),
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
