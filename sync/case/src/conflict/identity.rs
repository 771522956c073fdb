//! M08: one person entered twice. Proposed by the keyed hash of the identity, never linked by
//! itself: two 张伟 are not one.

use super::{AuthoredVariant, DetectContext, conflict};
use crate::{
    ids::EntryId,
    view::{About, CaseView, Conflict, ConflictKind, Severity, VariantValue},
};
use std::collections::BTreeMap;

/// Pairs of parties that are one person by their keyed identity hashes, the earlier entry first.
/// Names say nothing, and withdrawn parties are left out. `hashes` is by the reference of the
/// sealed identity; where none was given, by the entry's id.
#[must_use]
pub fn same_person(view: &CaseView, hashes: &BTreeMap<String, String>) -> Vec<(EntryId, EntryId)> {
    let mut first: BTreeMap<&str, EntryId> = BTreeMap::new();
    let mut pairs = Vec::new();
    let present = view.parties.iter();
    for (id, entry) in present.filter(|(_, entry)| entry.value.withdrawn.is_none()) {
        let reference = entry.value.party.secret_ref.clone();
        let Some(hash) = hashes.get(&reference.unwrap_or_else(|| id.to_string())) else {
            continue;
        };
        match first.get(hash.as_str()) {
            Some(earlier) => pairs.push((*earlier, *id)),
            None => drop(first.insert(hash, *id)),
        }
    }
    pairs
}

pub(super) fn doubled(context: &DetectContext<'_, '_>) -> Vec<Conflict> {
    let Some(view) = context.view else {
        return Vec::new();
    };
    let said = |id: EntryId| {
        let entry = &view.parties[&id];
        AuthoredVariant {
            author: Some(entry.author),
            text: format!("保留“{}”", entry.value.party.name_masked),
            value: VariantValue::Keep(id),
            mark: id.to_string(),
        }
    };
    let pairs = same_person(view, &context.beside.identities).into_iter();
    pairs
        .map(|(earlier, later)| {
            let neither = AuthoredVariant {
                author: None,
                text: "不是同一人，分别保留".into(),
                value: VariantValue::Both,
                mark: String::new(),
            };
            conflict(
                ConflictKind::SamePerson,
                Severity::Review,
                About::Pair {
                    container: "parties".into(),
                    earlier,
                    later,
                },
                vec![said(earlier), said(later), neither],
            )
        })
        .collect()
}
