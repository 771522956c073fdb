//! A case of many years: 20,000 changes by several hands.

use super::scene::*;
use automerge::{ActorId, Automerge, ROOT, ReadDoc, transaction::Transactable};
use hejie_case::{document::CaseDoc, edit::TextTarget, view::ConflictKind};

/// A note that two people have typed into, one character a change, without ever meeting until the end.
fn long() -> CaseDoc {
    let mut case = case();
    write(&mut case, MEDIATOR, add(NOTE, note("")));
    let mut sides = [MEDIATOR, COLLEAGUE].map(|actor| {
        Automerge::load(&case.save())
            .unwrap()
            .with_actor(ActorId::from(actor.0))
    });
    for side in &mut sides {
        let notes = side.get(ROOT, "notes").unwrap().unwrap().1;
        let entry = side.get(&notes, NOTE.to_string()).unwrap().unwrap().1;
        let text = side.get(&entry, "text").unwrap().unwrap().1;
        for n in 0..10_000 {
            let mut tx = side.transaction();
            tx.splice_text(&text, n, 0, "字").unwrap();
            tx.commit();
        }
    }
    let [mut one, mut other] = sides;
    one.merge(&mut other).unwrap();
    CaseDoc::load(&one.save()).unwrap()
}

#[test]
fn twenty_thousand_changes_are_read_judged_and_continued() {
    let mut case = long();
    assert_eq!(view(&case).notes[&NOTE].value.text.chars().count(), 20_000);
    let found = case.conflicts();
    assert_eq!(
        found
            .iter()
            .map(|conflict| conflict.kind)
            .collect::<Vec<_>>(),
        [ConflictKind::SharedText]
    );
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
    assert_eq!(case.conflicts(), []);
}
