//! A case of many years: 20,000 changes by two hands.

use super::scene::*;
use automerge::{ActorId, Automerge, Change, ExpandedChange, ObjId, ROOT, ReadDoc, legacy};
use hejie_case::{document::CaseDoc, edit::TextTarget, ids::Actor, view::ConflictKind};
use std::num::NonZeroU64;

/// A note that two people have typed into, one character a change, without ever meeting until the
/// end.
fn long() -> CaseDoc {
    let mut case = case();
    write(&mut case, MEDIATOR, add(NOTE, note("")));
    let mut doc = Automerge::load(&case.save()).unwrap();
    let typed = [typing(&doc, MEDIATOR), typing(&doc, COLLEAGUE)].concat();
    doc.apply_changes(typed).unwrap();
    CaseDoc::load(&doc.save()).unwrap()
}

fn typing(doc: &Automerge, actor: Actor) -> Vec<Change> {
    let actor = ActorId::from(actor.0);
    let known = doc.get_changes(&[]);
    let seq = known
        .iter()
        .filter(|change| *change.actor_id() == actor)
        .count() as u64;
    let max_op = known.iter().map(Change::max_op).max().unwrap();
    let text = note_text(doc);
    let mut deps = doc.get_heads();
    let mut after = legacy::ElementId::Head;
    let mut changes = Vec::new();
    for n in 1..=10_000 {
        let change = Change::from(ExpandedChange {
            operations: vec![legacy::Op {
                action: legacy::OpType::Put("字".into()),
                obj: legacy::ObjectId::Id(text.clone()),
                key: legacy::Key::Seq(after),
                pred: legacy::SortedVec::new(),
                insert: true,
            }],
            actor_id: actor.clone(),
            hash: None,
            seq: seq + n,
            start_op: NonZeroU64::new(max_op + n).unwrap(),
            time: 0,
            message: None,
            deps,
            extra_bytes: Vec::new(),
            author: None,
        });
        after = legacy::ElementId::Id(legacy::OpId::new(max_op + n, &actor));
        deps = vec![change.hash()];
        changes.push(change);
    }
    changes
}

fn note_text(doc: &Automerge) -> legacy::OpId {
    let notes = doc.get(ROOT, "notes").unwrap().unwrap().1;
    let entry = doc.get(&notes, NOTE.to_string()).unwrap().unwrap().1;
    match doc.get(&entry, "text").unwrap().unwrap().1 {
        ObjId::Id(counter, actor, _) => legacy::OpId::new(counter, &actor),
        ObjId::Root => panic!("a text is not the root"),
    }
}

#[test]
fn twenty_thousand_changes_are_read_judged_and_continued() {
    let mut case = long();
    assert_eq!(view(&case).notes[&NOTE].value.text.chars().count(), 20_000);
    let found = conflicts(&case);
    let kinds: Vec<_> = found.iter().map(|conflict| conflict.kind).collect();
    assert_eq!(kinds, [ConflictKind::SharedText]);
    let mut other = case.clone();
    let content = view(&other).notes[&NOTE]
        .value
        .text
        .replacen("字字字", "字句字", 3);
    write(
        &mut other,
        GRID_WORKER,
        text(TextTarget::Note { id: NOTE }, &content),
    );
    bring(&mut case, &other);
    assert_eq!(conflicts(&case), []);
}
