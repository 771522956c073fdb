//! What no edit of ours writes: changes of an app that does not keep to the rules.

use super::permitted::Kept;
use crate::scene::*;
use automerge::{
    ActorId, Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    transaction::{Transactable, Transaction},
};
use hejie_case::{
    document::CaseDoc,
    edit::Edit,
    ids::Actor,
    limit::MAX_INSERT,
    part::CasePart,
    reason::Explain,
    record::*,
    rights::{ChangeWriter, RightsError, check},
    role::Role,
};

const WRITER: ChangeWriter = ChangeWriter {
    actor: MEDIATOR,
    role: Role::Mediator,
};

pub(super) type Find = fn(&Transaction<'_>, &[&str]) -> ObjId;

/// One change of an app that does not keep to our editor.
pub(super) fn forge(
    case: &CaseDoc,
    actor: Actor,
    write: impl FnOnce(&mut Transaction<'_>, Find),
) -> Vec<u8> {
    let mut doc = Automerge::load(&case.clone().save()).unwrap();
    doc.set_actor(ActorId::from(actor.0));
    let mut tx = doc.transaction();
    write(&mut tx, find);
    tx.commit();
    doc.get_last_local_change().unwrap().raw_bytes().to_vec()
}

fn find(tx: &Transaction<'_>, path: &[&str]) -> ObjId {
    path.iter().fold(ROOT, |object, key| {
        tx.get(&object, *key).unwrap().unwrap().1
    })
}

/// What is said of a change that is forged in the work.
fn forged(kept: &Kept, write: impl FnOnce(&mut Transaction<'_>, Find)) -> &'static str {
    forged_in(CasePart::Work, kept, write)
}

fn forged_in(
    part: CasePart,
    kept: &Kept,
    write: impl FnOnce(&mut Transaction<'_>, Find),
) -> &'static str {
    let change = forge(&kept.case, MEDIATOR.writing(part), write);
    check(&[change], &kept.index, &WRITER).unwrap_err().code()
}

#[test]
fn a_change_writes_in_its_own_part_alone() {
    let kept = Kept::furnished();
    let note = forged(&kept, |tx, find| {
        let text = find(tx, &["notes", &NOTE.to_string(), "text"]);
        tx.splice_text(&text, 0, 0, "偷偷").unwrap();
    });
    let intake = forged_in(CasePart::Confidential, &kept, |tx, find| {
        tx.put(find(tx, &["intake"]), "persons", 97_u64).unwrap();
    });
    assert_eq!([note, intake], ["other_part"; 2]);
}

#[test]
fn a_statement_has_one_writer() {
    let mut kept = Kept::begun();
    kept.write(
        MEDIATOR,
        Role::Mediator,
        add(id(1), statement("我没有先动手。")),
    );
    let colleague = COLLEAGUE.writing(CasePart::Confidential);
    let forged = forge(&kept.case, colleague, |tx, find| {
        let text = find(tx, &["statements", &id(1).to_string(), "text"]);
        tx.splice_text(&text, 0, 2, "他").unwrap();
    });
    let writer = ChangeWriter {
        actor: COLLEAGUE,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[forged], &kept.index, &writer),
        Err(RightsError::NotYours)
    );
}

#[test]
fn the_root_and_the_meta_are_not_written_again() {
    let kept = Kept::furnished();
    assert_eq!(
        forged(&kept, |tx, _| tx.put(ROOT, "notes", 1).unwrap()),
        "unknown_object"
    );
    assert_eq!(
        forged(&kept, |tx, _| drop(
            tx.put_object(ROOT, "notes", ObjType::Map).unwrap()
        )),
        "unknown_object"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["meta"]), "case_id", "x")
            .unwrap()),
        "role_may_not"
    );
}

#[test]
fn nothing_that_was_written_once_is_overwritten() {
    let kept = Kept::furnished();
    let party = PARTY.to_string();
    let request = REQUEST.to_string();
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["intake"]), "channel", "12345")
            .unwrap()),
        "already_set"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["parties", &party]), "kind", "organisation")
            .unwrap()),
        "already_set"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["requests"]), &request, "{}")
            .unwrap()),
        "entry_exists"
    );
    assert_eq!(
        forged(&kept, |tx, find| drop(
            tx.put_object(find(tx, &["parties"]), &party, ObjType::Map)
                .unwrap()
        )),
        "entry_exists"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["parties", &party]), "withdrawn", "{}")
            .unwrap()),
        "already_set"
    );
    assert_eq!(
        forged_in(CasePart::Confidential, &kept, |tx, find| {
            drop(
                tx.put_object(
                    find(tx, &["notes", &NOTE.to_string()]),
                    "text",
                    ObjType::Text,
                )
                .unwrap(),
            );
        }),
        "already_set"
    );
}

#[test]
fn nothing_is_deleted() {
    let kept = Kept::furnished();
    assert_eq!(
        forged(&kept, |tx, find| tx
            .delete(find(tx, &["parties"]), PARTY.to_string())
            .unwrap()),
        "wrong_operation"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .delete(find(tx, &["intake"]), "persons")
            .unwrap()),
        "wrong_operation"
    );
}

#[test]
fn keys_fields_and_values_are_those_of_the_schema() {
    let kept = Kept::furnished();
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["requests"]), "mine", "{}")
            .unwrap()),
        "bad_key"
    );
    assert_eq!(
        forged(&kept, |tx, find| {
            let key = id(90).to_string().to_uppercase();
            tx.put(find(tx, &["requests"]), key, "{}").unwrap();
        }),
        "bad_key"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["intake"]), "status", "closed")
            .unwrap()),
        "unknown_field"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["intake"]), "persons", "two")
            .unwrap()),
        "wrong_value"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["intake"]), "persons", -2)
            .unwrap()),
        "wrong_value"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["intake"]), "place", "{")
            .unwrap()),
        "wrong_value"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx
            .put(find(tx, &["intake"]), "persons", ScalarValue::counter(1))
            .unwrap()),
        "wrong_value"
    );
    assert_eq!(
        forged(&kept, |tx, find| drop(
            tx.put_object(find(tx, &["intake"]), "place", ObjType::List)
                .unwrap()
        )),
        "wrong_operation"
    );
    assert_eq!(
        forged(&kept, |tx, find| drop(
            tx.put_object(find(tx, &["parties"]), id(90).to_string(), ObjType::List)
                .unwrap()
        )),
        "wrong_operation"
    );
}

#[test]
fn a_text_takes_characters_only() {
    use automerge::marks::{ExpandMark, Mark};
    let kept = Kept::furnished();
    let note = NOTE.to_string();
    let path = ["notes", note.as_str(), "text"];
    let bold = || Mark::new("bold".into(), true, 0, 1);
    assert_eq!(
        forged_in(CasePart::Confidential, &kept, |tx, find| tx
            .mark(find(tx, &path), bold(), ExpandMark::Both)
            .unwrap()),
        "wrong_operation"
    );
    assert_eq!(
        forged_in(CasePart::Confidential, &kept, |tx, find| drop(
            tx.insert_object(find(tx, &path), 0, ObjType::Map).unwrap()
        )),
        "wrong_operation"
    );
    assert_eq!(
        forged_in(CasePart::Confidential, &kept, |tx, find| tx
            .insert(find(tx, &path), 0, 7)
            .unwrap()),
        "wrong_value"
    );
}

#[test]
fn another_entry_cannot_be_removed_by_a_false_predecessor() {
    let mut kept = Kept::furnished();
    let edit = Edit::Intake {
        field: IntakeField::Persons(9),
    };
    let written = write(&mut kept.case, MEDIATOR, edit);
    let mut change = automerge::Change::from_bytes(written.bytes)
        .unwrap()
        .decode();
    let victim = kept
        .index
        .iter()
        .find(|row| row.entry == Some(REQUEST.to_string()))
        .unwrap()
        .object;
    let victim = automerge::legacy::OpId::new(victim.counter, &ActorId::from(victim.actor.0));
    change.operations[0].pred = vec![victim].into();
    let bytes = automerge::Change::from(change).raw_bytes().to_vec();
    assert_eq!(
        check(&[bytes], &kept.index, &WRITER),
        Err(RightsError::ForeignPredecessor)
    );
}

#[test]
fn no_change_inserts_more_into_a_text_than_one_edit_in_however_many_pieces() {
    let kept = Kept::furnished();
    let typed = |pieces: &[usize]| {
        let mediator = MEDIATOR.writing(CasePart::Confidential);
        let change = forge(&kept.case, mediator, |tx, find| {
            let text = find(tx, &["notes", &NOTE.to_string(), "text"]);
            for characters in pieces {
                let typed = "字".repeat(*characters);
                tx.splice_text(&text, 0, 0, &typed).unwrap();
            }
        });
        check(&[change], &kept.index, &WRITER).map(drop)
    };
    assert_eq!(typed(&[MAX_INSERT]), Ok(()));
    for pieces in [&[MAX_INSERT + 1][..], &[MAX_INSERT / 2, MAX_INSERT / 2 + 1]] {
        assert_eq!(typed(pieces).unwrap_err().code(), "text_too_long");
    }
}

#[test]
fn no_change_types_a_character_that_no_database_keeps() {
    let kept = Kept::furnished();
    for (typed, code) in [("\0", "value_nul"), ("\u{1}", "value_control")] {
        let told = forged_in(CasePart::Confidential, &kept, |tx, find| {
            let text = find(tx, &["notes", &NOTE.to_string(), "text"]);
            tx.splice_text(&text, 0, 0, typed).unwrap();
        });
        assert_eq!(told, code);
    }
}
