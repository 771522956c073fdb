//! M22: one payment logged by two people. The same slip is the same payment; so, probably, is the
//! same amount on the same day, where neither knew of the other. Sums are not trusted before
//! somebody looked.

use super::{AuthoredVariant, DetectContext, conflict, pairs};
use crate::{
    deadline::SHANGHAI,
    document::{Authored, History},
    ids::EntryId,
    record::{Performance, PerformanceEntry},
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};

type LoggedPayment = (EntryId, Authored<PerformanceEntry>);

pub(super) fn doubled(context: &DetectContext<'_, '_>, history: &History) -> Vec<Conflict> {
    let mut logged = context.reader.authored::<PerformanceEntry>("performance");
    logged.retain(|(_, authored)| {
        let paid = matches!(
            authored.value.state,
            Performance::Performed | Performance::Partly
        );
        paid && authored.value.amount.0 > 0
    });
    let of_one = pairs(&logged).filter(|((_, a), (_, b))| {
        let of_two = a.value.obligation == b.value.obligation && a.author != b.author;
        of_two && is_one_payment(history, a, b)
    });
    of_one.map(|(a, b)| of_one_payment(a, b)).collect()
}

fn is_one_payment(
    history: &History,
    a: &Authored<PerformanceEntry>,
    b: &Authored<PerformanceEntry>,
) -> bool {
    let slip = |authored: &Authored<PerformanceEntry>| {
        let slip = authored.value.slip_no.as_ref()?.trim().to_owned();
        (!slip.is_empty()).then_some(slip)
    };
    match (slip(a), slip(b)) {
        (Some(a), Some(b)) => a == b,
        _ => {
            let day = |authored: &Authored<PerformanceEntry>| {
                SHANGHAI.to_datetime(authored.value.at).date()
            };
            a.value.amount == b.value.amount && day(a) == day(b) && history.apart(&a.op, &b.op)
        }
    }
}

fn of_one_payment(a: &LoggedPayment, b: &LoggedPayment) -> Conflict {
    let said = |(id, authored): &LoggedPayment| {
        AuthoredVariant::written(
            &authored.op,
            format!("{} 元（{}）", authored.value.amount, authored.value.means),
        )
        .meaning(VariantValue::Keep(*id))
    };
    let both =
        AuthoredVariant::marked(None, String::new(), "确为两笔付款").meaning(VariantValue::Both);
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
