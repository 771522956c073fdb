//! M22: one payment logged by two people. The same slip is the same payment; so, probably, is the same amount on the same
//! day, where neither knew of the other. Sums are not trusted before somebody looked.

use super::{Said, Scene, conflict, mark_of};
use crate::{
    deadline::SHANGHAI,
    document::{History, Told},
    ids::EntryId,
    record::{Performance, PerformanceEntry},
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};

type Logged = (EntryId, Told<PerformanceEntry>);

pub(super) fn doubled(scene: &Scene<'_, '_>, history: &History) -> Vec<Conflict> {
    let mut logged = scene.reader.told::<PerformanceEntry>("performance");
    logged.retain(|(_, told)| {
        let paid = matches!(
            told.value.state,
            Performance::Performed | Performance::Partly
        );
        paid && told.value.amount.0 > 0
    });
    let mut found = Vec::new();
    for (n, a) in logged.iter().enumerate() {
        for b in &logged[n + 1..] {
            let of_two = a.1.value.obligation == b.1.value.obligation && a.1.author != b.1.author;
            if of_two && is_one_payment(history, &a.1, &b.1) {
                found.push(of_one_payment(a, b));
            }
        }
    }
    found
}

fn is_one_payment(
    history: &History,
    a: &Told<PerformanceEntry>,
    b: &Told<PerformanceEntry>,
) -> bool {
    let slip = |told: &Told<PerformanceEntry>| {
        let slip = told.value.slip_no.as_ref()?.trim().to_owned();
        (!slip.is_empty()).then_some(slip)
    };
    match (slip(a), slip(b)) {
        (Some(a), Some(b)) => a == b,
        _ => {
            let day = |told: &Told<PerformanceEntry>| SHANGHAI.to_datetime(told.value.at).date();
            a.value.amount == b.value.amount && day(a) == day(b) && history.apart(&a.op, &b.op)
        }
    }
}

fn of_one_payment(a: &Logged, b: &Logged) -> Conflict {
    let said = |(id, told): &Logged| Said {
        author: Some(told.author),
        text: format!("{} 元（{}）", told.value.amount, told.value.means),
        value: VariantValue::Keep(*id),
        mark: mark_of(&told.op),
    };
    let both = Said {
        author: None,
        text: "确为两笔付款".into(),
        value: VariantValue::Both,
        mark: String::new(),
    };
    conflict(
        ConflictKind::DoublePayment,
        Severity::Review,
        About::Payments {
            promise: a.1.value.obligation,
            earlier: a.0,
            later: b.0,
        },
        vec![said(a), said(b), both],
    )
}
