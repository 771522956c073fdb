//! M27: found performed by one and not performed by another, neither having seen the other.

use super::{AuthoredVariant, DetectContext, conflict, spoken};
use crate::{
    document::{Authored, History},
    ids::EntryId,
    record::{Performance, PerformanceEntry, VisitFinding},
    view::{About, Conflict, ConflictKind, Severity, VariantValue},
};
use automerge::ObjId;
use std::collections::BTreeMap;

/// What somebody found.
#[derive(Clone)]
struct PerformanceFinding {
    op: ObjId,
    state: Performance,
    by_visit: bool,
}

pub(super) fn disputed(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let Some(history) = context.history else {
        return Vec::new();
    };
    let visits = latest(history, visits(context));
    let mut obligations: BTreeMap<EntryId, Vec<PerformanceFinding>> = BTreeMap::new();
    for (_, authored) in context.reader.authored::<PerformanceEntry>("performance") {
        let finding = PerformanceFinding {
            op: authored.op,
            state: authored.value.state,
            by_visit: false,
        };
        obligations
            .entry(authored.value.obligation)
            .or_default()
            .push(finding);
    }
    let of_obligations = obligations
        .into_iter()
        .filter_map(|(obligation, findings)| {
            let found = latest(
                history,
                findings.into_iter().chain(visits.iter().cloned()).collect(),
            );
            let is_about_it = contradicts(&found)
                && found
                    .iter()
                    .any(|finding| !finding.by_visit && is_grave(finding));
            is_about_it.then(|| dispute(About::Promise(obligation), &found))
        });
    let of_visits = contradicts(&visits).then(|| dispute(About::Visits, &visits));
    of_obligations.chain(of_visits).collect()
}

/// The findings that no other finding has seen.
fn latest(history: &History, mut findings: Vec<PerformanceFinding>) -> Vec<PerformanceFinding> {
    findings.sort_by_cached_key(|finding| history.order_of(&finding.op));
    let mut latest: Vec<PerformanceFinding> = Vec::new();
    for finding in findings {
        latest.retain(|earlier| !history.had_seen(&finding.op, &earlier.op));
        latest.push(finding);
    }
    latest.sort_by(|a, b| a.op.cmp(&b.op));
    latest
}

fn contradicts(findings: &[PerformanceFinding]) -> bool {
    let found = |state| findings.iter().any(|finding| finding.state == state);
    found(Performance::Performed) && found(Performance::NotPerformed)
}

fn is_grave(finding: &PerformanceFinding) -> bool {
    matches!(
        finding.state,
        Performance::Performed | Performance::NotPerformed
    )
}

fn dispute(about: About, findings: &[PerformanceFinding]) -> Conflict {
    let grave = findings.iter().filter(|finding| is_grave(finding));
    let said = grave.map(|finding| {
        AuthoredVariant::written(
            &finding.op,
            spoken::performance(finding.state, finding.by_visit),
        )
        .meaning(VariantValue::Found(finding.state))
    });
    conflict(
        ConflictKind::PerformanceDisputed,
        Severity::Block,
        about,
        said.collect(),
    )
}

fn visits(context: &DetectContext<'_, '_>) -> Vec<PerformanceFinding> {
    let findings = context
        .reader
        .authored_below::<VisitFinding>("visits", "finding");
    let finding = |(_, authored): (EntryId, Authored<VisitFinding>)| PerformanceFinding {
        op: authored.op,
        state: authored.value.performance,
        by_visit: true,
    };
    findings.into_iter().map(finding).collect()
}
