//! The dangerous merges of docs/domain/merges.md, each as a scene.

mod closing;
mod performance;
mod signed;
mod texts;
mod values;

use super::scene::*;
use hejie_case::{
    document::CaseDoc,
    edit::Edit,
    view::{Conflict, ConflictKind, Severity},
};

/// A case that the mediator and the colleague hold.
fn shared(edits: Vec<Edit>) -> (CaseDoc, CaseDoc) {
    let mut case = case();
    for edit in edits {
        write(&mut case, MEDIATOR, edit);
    }
    (case.clone(), case)
}

/// The disagreements, which must be the same for both once they have met.
fn found(a: &mut CaseDoc, b: &mut CaseDoc) -> Vec<Conflict> {
    meet(a, b);
    let found = conflicts(a);
    assert_eq!(found, conflicts(b));
    assert_eq!(found, conflicts(&CaseDoc::load(&a.save()).unwrap()));
    found
}

fn only(mut found: Vec<Conflict>, kind: ConflictKind, severity: Severity, path: &str) -> Conflict {
    assert_eq!(found.len(), 1, "{found:#?}");
    let conflict = found.remove(0);
    assert_eq!(
        (conflict.kind, conflict.severity, conflict.about.to_string()),
        (kind, severity, path.to_owned())
    );
    conflict
}

fn texts(conflict: &Conflict) -> Vec<&str> {
    conflict
        .variants
        .iter()
        .map(|variant| variant.text.as_str())
        .collect()
}
