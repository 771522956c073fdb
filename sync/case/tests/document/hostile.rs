//! What others may have written: nothing of it breaks the reader, and nothing is dropped in
//! silence.

use super::{replay::NOTE_TEXT, scene::*};
use automerge::{
    ActorId, Automerge, Change, ObjId, ObjType, ROOT, ReadDoc, legacy, transaction::Transactable,
};
use hejie_case::{document::CaseDoc, part::CasePart};

/// The document as Automerge alone sees it, in the hands of the colleague.
fn bare(case: &CaseDoc) -> Automerge {
    Automerge::load(&case.clone().save())
        .unwrap()
        .with_actor(ActorId::from(COLLEAGUE.writing(CasePart::Confidential).0))
}

fn container(doc: &Automerge, name: &str) -> ObjId {
    doc.get(ROOT, name).unwrap().unwrap().1
}

fn forge(
    case: &CaseDoc,
    write: impl FnOnce(&mut automerge::transaction::Transaction<'_>, &dyn Fn(&str) -> ObjId),
) -> Vec<u8> {
    let mut doc = bare(case);
    let snapshot = doc.clone();
    let mut tx = doc.transaction();
    write(&mut tx, &|name| container(&snapshot, name));
    tx.commit();
    doc.get_last_local_change().unwrap().raw_bytes().to_vec()
}

#[test]
fn deep_nesting_neither_overflows_nor_hides_anything() {
    let mut case = case();
    let bytes = forge(&case, |tx, container| {
        let mut object = container("notes");
        for _ in 0..2_000 {
            object = tx
                .put_object(&object, id(70).to_string(), ObjType::Map)
                .unwrap();
        }
        tx.put(
            container("requests"),
            id(71).to_string(),
            "[".repeat(50_000),
        )
        .unwrap();
    });
    case.apply(&[bytes]).unwrap();
    let view = case.view().unwrap();
    let places: Vec<_> = view
        .unreadable
        .iter()
        .map(|entry| entry.container.as_str())
        .collect();
    assert_eq!(places, ["notes", "requests"]);
    assert_eq!(conflicts(&case), []);
    assert_eq!(CaseDoc::load(&case.save()).unwrap().view().unwrap(), view);
}

#[test]
fn odd_entries_are_listed_and_the_rest_is_read() {
    let mut case = case();
    write(&mut case, MEDIATOR, add(NOTE, note("双方到场。")));
    let bytes = forge(&case, |tx, container| {
        tx.put(container("notes"), "no id", 1).unwrap();
        tx.put(container("notes"), id(70).to_string(), "no map")
            .unwrap();
        tx.put(
            container("risk_obs"),
            id(71).to_string(),
            r#"{"factor":"new_kind","at":"2026-01-01T00:00:00Z"}"#,
        )
        .unwrap();
        tx.put(container("intake"), "persons", "two").unwrap();
        tx.put(ROOT, "notes", "hidden").unwrap();
    });
    case.apply(&[bytes]).unwrap();
    let view = case.view().unwrap();
    assert_eq!(view.notes[&NOTE].value.text, "双方到场。");
    let mut odd: Vec<_> = view
        .unreadable
        .iter()
        .map(|entry| entry.container.as_str())
        .collect();
    odd.sort_unstable();
    assert_eq!(odd, ["intake", "notes", "notes", "risk_obs"]);
}

#[test]
fn changes_that_wait_for_others_are_not_kept() {
    let mut case = case();
    let mut other = case.clone();
    write(&mut other, COLLEAGUE, add(NOTE, note("一")));
    let second = write(&mut other, COLLEAGUE, add(id(5), note("二")));
    let before = case.heads();
    assert_eq!(
        case.apply(&[second.bytes]).unwrap_err().code(),
        "missing_dependency"
    );
    assert_eq!(case.heads(), before);
}

#[test]
fn a_batch_with_one_bad_change_changes_nothing() {
    let mut case = case();
    let mut other = case.clone();
    let good = write(&mut other, COLLEAGUE, add(NOTE, note("一")));
    let before = case.heads();
    let error = case
        .apply(&[good.bytes.clone(), b"nonsense".to_vec()])
        .unwrap_err();
    assert_eq!((error.code(), case.heads()), ("change_unreadable", before));
    case.apply(std::slice::from_ref(&good.bytes)).unwrap();
    case.apply(&[good.bytes]).unwrap();
    assert_eq!(case.heads(), other.heads());
}

#[test]
fn a_change_cannot_remove_words_of_a_text_it_does_not_name() {
    let mut case = case();
    write(&mut case, MEDIATOR, add(NOTE, note("原告陈述")));
    write(&mut case, MEDIATOR, add(id(5), note("另记一段")));
    let victim = first_character(&case, NOTE);
    let mut doc = bare(&case);
    let notes = container(&doc, "notes");
    let entry = doc.get(&notes, id(5).to_string()).unwrap().unwrap().1;
    let text = doc.get(&entry, "text").unwrap().unwrap().1;
    let mut tx = doc.transaction();
    tx.splice_text(&text, 0, 1, "").unwrap();
    tx.commit();
    let mut change = doc.get_last_local_change().unwrap().decode();
    change.operations[0].pred = vec![victim.clone()].into();
    change.operations[0].key = legacy::Key::Seq(legacy::ElementId::Id(victim));
    let bytes = Change::from(change).raw_bytes().to_vec();
    let before = view(&case);
    assert_eq!(
        case.apply(&[bytes]).unwrap_err().code(),
        "foreign_predecessor"
    );
    assert_eq!(view(&case), before);
}

/// Words of the colleague behind words of the mediator's, as another client may write them.
fn words_behind_others(case: &CaseDoc) -> automerge::ExpandedChange {
    let mut case = case.clone();
    let written = write(&mut case, COLLEAGUE, text(NOTE_TEXT, "原告陈述。补充。"));
    Change::from_bytes(written.bytes).unwrap().decode()
}

fn bytes_of(change: automerge::ExpandedChange) -> Vec<u8> {
    Change::from(change).raw_bytes().to_vec()
}

#[test]
fn a_change_cannot_refer_to_what_it_does_not_build_on() {
    let mut case = case();
    let beginning = case.heads();
    write(&mut case, MEDIATOR, add(NOTE, note("原告陈述。")));
    let before = case.clone();
    let deps = beginning
        .iter()
        .map(|head| automerge::ChangeHash(head.0))
        .collect();
    let change = automerge::ExpandedChange {
        deps,
        hash: None,
        ..words_behind_others(&case)
    };
    let error = case.apply(&[bytes_of(change)]).unwrap_err();
    assert_eq!(error.code(), "not_built_on");
    assert_eq!(view(&case), view(&before));
}

#[test]
fn a_change_cannot_leave_out_its_authors_last_one() {
    let mut case = case();
    let beginning = case.heads();
    write(&mut case, COLLEAGUE, add(id(5), note("一")));
    let mut ahead = case.clone();
    let second = write(&mut ahead, COLLEAGUE, add(NOTE, note("二")));
    let change = Change::from_bytes(second.bytes).unwrap().decode();
    let deps = beginning
        .iter()
        .map(|head| automerge::ChangeHash(head.0))
        .collect();
    let change = automerge::ExpandedChange {
        deps,
        hash: None,
        ..change
    };
    let error = case.apply(&[bytes_of(change)]).unwrap_err();
    assert_eq!(error.code(), "not_built_on");
}

#[test]
fn a_change_that_says_not_to_have_seen_what_it_refers_to_is_read_as_it_stands() {
    let mut case = case();
    let beginning = case.heads()[0];
    write(&mut case, MEDIATOR, add(NOTE, note("原告陈述。")));
    let change = words_behind_others(&case);
    let mut deps = change.deps.clone();
    deps.push(automerge::ChangeHash(beginning.0));
    deps.sort_unstable();
    let mark = |dep: &automerge::ChangeHash| if dep.0 == beginning.0 { '1' } else { '0' };
    let marks: String = deps.iter().map(mark).collect();
    let change = automerge::ExpandedChange {
        message: Some(format!("seen1 0 {marks}")),
        deps,
        hash: None,
        ..change
    };
    write(&mut case, MEDIATOR, text(NOTE_TEXT, "原告陈述。又记。"));
    case.apply(&[bytes_of(change)]).unwrap();
    let said: Vec<String> = conflicts(&case)
        .into_iter()
        .flat_map(|conflict| conflict.variants)
        .map(|variant| variant.text)
        .collect();
    assert!(said.contains(&"原告陈述。补充。".to_owned()), "{said:?}");
    CaseDoc::load(&case.save()).unwrap();
}

fn first_character(case: &CaseDoc, note: hejie_case::ids::EntryId) -> legacy::OpId {
    let doc = bare(case);
    let entry = doc
        .get(container(&doc, "notes"), note.to_string())
        .unwrap()
        .unwrap()
        .1;
    let text = doc.get(&entry, "text").unwrap().unwrap().1;
    match doc.get(&text, 0).unwrap().unwrap().1 {
        ObjId::Id(counter, actor, _) => legacy::OpId::new(counter, &actor),
        ObjId::Root => panic!("a character is no root"),
    }
}

#[test]
fn a_document_of_somebody_else_is_not_a_case() {
    let mut other = Automerge::new();
    let mut tx = other.transaction();
    tx.put(ROOT, "meta", "mine").unwrap();
    tx.commit();
    assert_eq!(
        CaseDoc::load(&other.save()).unwrap_err().code(),
        "no_genesis"
    );
    assert_eq!(
        CaseDoc::load(b"nonsense").unwrap_err().code(),
        "document_unreadable"
    );
}
