//! The cap on the length of a text: judged on what the author of a change had seen.

use crate::scene::*;
use automerge::{
    ActorId, Automerge, ObjId, ROOT, ReadDoc,
    transaction::{CommitOptions, Transactable},
};
use hejie_case::{
    document::CaseDoc,
    edit::TextTarget,
    ids::{Actor, ChangeHash},
    limit::MAX_TEXT,
    part::CasePart,
    reason::Explain,
    rights::overgrown,
};

/// A case with a note of so many characters.
fn filled(characters: usize) -> CaseDoc {
    let mut case = case();
    write(&mut case, MEDIATOR, add(NOTE, note("")));
    let typed = typed(&case, MEDIATOR, characters, 0);
    case.apply(&[typed]).unwrap();
    case
}

/// One change of an app that looks at no length: so many characters at the beginning in place of so
/// many.
fn typed(case: &CaseDoc, actor: Actor, come: usize, gone: isize) -> Vec<u8> {
    let mut doc = Automerge::load(&case.clone().save()).unwrap();
    doc.set_actor(ActorId::from(actor.writing(CasePart::Confidential).0));
    let text = note_text(&doc);
    let mut tx = doc.transaction();
    tx.splice_text(&text, 0, gone, &"字".repeat(come)).unwrap();
    tx.commit_with(CommitOptions::default().with_time(0));
    doc.get_last_local_change().unwrap().raw_bytes().to_vec()
}

fn note_text(doc: &Automerge) -> ObjId {
    let notes = doc.get(ROOT, "notes").unwrap().unwrap().1;
    let entry = doc.get(&notes, NOTE.to_string()).unwrap().unwrap().1;
    doc.get(&entry, "text").unwrap().unwrap().1
}

/// Which of the changes is told that the text is full.
fn told(case: &CaseDoc, waiting: &[Vec<u8>], changes: &[Vec<u8>]) -> Option<ChangeHash> {
    let found = overgrown(Some(&case.clone().save()), waiting, changes).unwrap();
    found.map(|(hash, error)| {
        assert_eq!(error.code(), "text_full");
        hash
    })
}

fn length(case: &CaseDoc) -> usize {
    view(case).notes[&NOTE].value.text.chars().count()
}

#[test]
fn a_change_may_fill_a_text_and_none_may_go_beyond() {
    let case = filled(MAX_TEXT - 10);
    assert_eq!(told(&case, &[], &[typed(&case, COLLEAGUE, 10, 0)]), None);
    assert!(told(&case, &[], &[typed(&case, COLLEAGUE, 11, 0)]).is_some());
    // What is taken out makes room.
    assert_eq!(told(&case, &[], &[typed(&case, COLLEAGUE, 15, 5)]), None);
}

#[test]
fn of_many_changes_at_once_the_first_that_goes_beyond_is_told() {
    let case = filled(MAX_TEXT - 10);
    let (mut on, mut changes) = (case.clone(), Vec::new());
    for _ in 0..4 {
        let change = typed(&on, COLLEAGUE, 4, 0);
        on.apply(std::slice::from_ref(&change)).unwrap();
        changes.push(change);
    }
    let names: Vec<ChangeHash> = on
        .changes_since(&case.heads())
        .into_iter()
        .map(|written| written.hash)
        .collect();
    assert_eq!(told(&case, &[], &changes), Some(names[2]));
}

#[test]
fn what_people_wrote_at_once_stays_however_long_it_gets_and_can_be_shortened() {
    let case = filled(MAX_TEXT - 10);
    let (mine, theirs) = (
        typed(&case, MEDIATOR, 10, 0),
        typed(&case, COLLEAGUE, 10, 0),
    );
    assert_eq!(
        told(
            &case,
            std::slice::from_ref(&theirs),
            std::slice::from_ref(&mine)
        ),
        None
    );
    let mut merged = case;
    merged.apply(&[theirs, mine]).unwrap();
    assert_eq!(length(&merged), MAX_TEXT + 10);
    assert_eq!(view(&merged).long_texts(), [format!("notes/{NOTE}")]);
    assert_eq!(view(&merged).longest_text(), MAX_TEXT + 10);

    assert!(told(&merged, &[], &[typed(&merged, MEDIATOR, 1, 0)]).is_some());
    assert_eq!(told(&merged, &[], &[typed(&merged, MEDIATOR, 3, 5)]), None);
    let whole = view(&merged).notes[&NOTE].value.text.clone();
    let target = TextTarget::Note { id: NOTE };
    let longer = merged.edit(MEDIATOR, at(1), &text(target, &format!("{whole}完")));
    assert_eq!(longer.unwrap_err().code(), "text_full");
    let shorter: String = whole.chars().skip(1).collect();
    write(&mut merged, MEDIATOR, text(target, &shorter));
    assert_eq!(length(&merged), MAX_TEXT + 9);
}

#[test]
fn a_case_that_begins_with_the_changes_is_measured_like_any_other() {
    let case = filled(MAX_TEXT + 1);
    let changes: Vec<Vec<u8>> = case
        .changes_since(&[])
        .into_iter()
        .map(|written| written.bytes)
        .collect();
    let found = overgrown(None, &[], &changes).unwrap();
    assert_eq!(found.unwrap().1.code(), "text_full");
    assert_eq!(overgrown(None, &[], &changes[..2]).unwrap(), None);
}
