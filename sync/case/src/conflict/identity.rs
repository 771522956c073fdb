//! M08: one person entered twice. Proposed by the keyed hash of the identity, never linked by
//! itself: two 张伟 are not one.

use super::{AuthoredVariant, DetectContext, conflict, pair};
use crate::{
    ids::EntryId,
    view::{CaseView, Conflict, ConflictKind, Severity, VariantValue},
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
        AuthoredVariant::marked(
            entry.author,
            id.to_string(),
            format!("保留“{}”", entry.value.party.name_masked),
        )
        .meaning(VariantValue::Keep(id))
    };
    let pairs = same_person(view, &context.beside.identities).into_iter();
    pairs
        .map(|(earlier, later)| {
            let neither = AuthoredVariant::marked(None, String::new(), "不是同一人，分别保留")
                .meaning(VariantValue::Both);
            conflict(
                ConflictKind::SamePerson,
                Severity::Review,
                pair("parties", earlier, later),
                vec![said(earlier), said(later), neither],
            )
        })
        .collect()
}
