//! M17 and M18: evidence whose file is not here, and evidence that was withdrawn while something
//! relies on it.

use super::{AuthoredVariant, DetectContext, conflict};
use crate::{
    document::Authored,
    ids::EntryId,
    record::{Consent, PerformanceEntry, Withdrawn},
    view::{About, Conflict, ConflictKind, DocumentPlace, Severity},
};
use automerge::ObjId;
use std::collections::BTreeSet;

/// Something that relies on a piece of evidence.
struct Reliance {
    evidence: EntryId,
    op: ObjId,
    what: &'static str,
}

pub(super) fn without_file(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let Some(view) = context.view else {
        return Vec::new();
    };
    let missing = view.evidence.iter();
    let missing = missing.filter(|(id, _)| context.beside.missing_files.contains(id));
    missing
        .map(|(id, entry)| {
            let said = AuthoredVariant::marked(
                entry.author,
                String::new(),
                format!("待上传：{}", entry.value.caption),
            );
            let kind = ConflictKind::FileMissing;
            conflict(kind, Severity::Review, piece(*id), vec![said])
        })
        .collect()
}

pub(super) fn relied_on(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let reliances = reliances(context);
    let withdrawn = context.reader.objects("evidence").into_iter();
    let withdrawn = withdrawn.filter_map(|(id, entry)| {
        let mark = context
            .reader
            .write_once_value::<Withdrawn>(&entry, "withdrawn")?;
        Some((id, mark))
    });
    withdrawn
        .filter_map(|(id, mark)| {
            let mut said = vec![AuthoredVariant::written(
                &mark.op,
                format!("证据已撤回：{}", mark.value.why),
            )];
            let by = reliances.iter().filter(|reliance| reliance.evidence == id);
            said.extend(by.map(|reliance| {
                AuthoredVariant::written(&reliance.op, format!("{}引用了它", reliance.what))
            }));
            let kind = ConflictKind::EvidenceWithdrawn;
            (said.len() > 1).then(|| conflict(kind, Severity::Review, piece(id), said))
        })
        .collect()
}

fn piece(id: EntryId) -> About {
    About::Place(DocumentPlace::entry("evidence", id))
}

fn reliances(context: &DetectContext<'_, '_>) -> Vec<Reliance> {
    let mut reliances = Vec::new();
    let replaced = replaced_drafts(context);
    for (container, what) in [("drafts", "协议文稿"), ("statements", "陈述")] {
        for (id, entry) in context.reader.objects(container) {
            let cites = context.reader.object(&entry, "cites");
            let (Ok(map), false) = (cites, replaced.contains(&id)) else {
                continue;
            };
            for evidence in context.reader.members(&entry, "cites") {
                let values = context.reader.all(&map, &evidence.to_string());
                reliances.extend(values.into_iter().take(1).map(|(_, op)| Reliance {
                    evidence,
                    op,
                    what,
                }));
            }
        }
    }
    reliances.extend(named(
        context.reader.authored::<Consent>("consent_events"),
        "意愿记录",
        |c| c.evidence,
    ));
    reliances.extend(named(
        context.reader.authored::<PerformanceEntry>("performance"),
        "履行记录",
        |p| p.evidence,
    ));
    reliances
}

/// Evidence that entries name themselves.
fn named<T>(
    entries: Vec<(EntryId, Authored<T>)>,
    what: &'static str,
    evidence: fn(&T) -> Option<EntryId>,
) -> Vec<Reliance> {
    let entries = entries.into_iter();
    let reliance = |(_, authored): (EntryId, Authored<T>)| {
        Some(Reliance {
            evidence: evidence(&authored.value)?,
            op: authored.op,
            what,
        })
    };
    entries.filter_map(reliance).collect()
}

/// Drafts in whose place another was written: nothing rests on them any more.
fn replaced_drafts(context: &DetectContext<'_, '_>) -> BTreeSet<EntryId> {
    let drafts = context.view.iter().flat_map(|view| view.drafts.values());
    drafts
        .filter_map(|draft| draft.value.head.based_on)
        .collect()
}
