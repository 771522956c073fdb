//! What is refused, each with its code.

use super::{permitted::Kept, scene::*};
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    ids::Actor,
    record::*,
    rights::{Pen, RightsError, begun_case, check},
    role::Role,
};

const PEN: Pen = Pen {
    actor: MEDIATOR,
    role: Role::Mediator,
};

fn refusal(kept: &mut Kept, actor: Actor, role: Role, edit: Edit) -> RightsError {
    let written = write(&mut kept.case, actor, edit);
    check(&[written.bytes], &kept.index, &Pen { actor, role }).unwrap_err()
}

#[test]
fn a_grid_worker_may_visit_but_not_draft() {
    let mut kept = Kept::begun();
    let refused = refusal(
        &mut kept,
        GRID_WORKER,
        Role::GridWorker,
        add(id(1), draft()),
    );
    assert_eq!(refused, RightsError::RoleMayNot);
    assert_eq!(refused.code(), "role_may_not");
    kept.write(MEDIATOR, Role::Mediator, add(id(2), draft()));
}

#[test]
fn a_police_officer_may_write_all_but_the_agreement() {
    let mut kept = Kept::begun();
    kept.write(
        COLLEAGUE,
        Role::PoliceOfficer,
        add(id(1), NewEntry::Party(party(Side::A))),
    );
    kept.write(
        COLLEAGUE,
        Role::PoliceOfficer,
        Edit::Intake {
            field: IntakeField::Persons(5),
        },
    );
    let refused = refusal(
        &mut kept,
        COLLEAGUE,
        Role::PoliceOfficer,
        add(id(2), draft()),
    );
    assert_eq!(refused, RightsError::RoleMayNot);
}

#[test]
fn a_supervisor_writes_nothing() {
    let mut kept = Kept::begun();
    let refused = refusal(
        &mut kept,
        COLLEAGUE,
        Role::Supervisor,
        add(id(1), note("请加快办理。")),
    );
    assert_eq!(refused, RightsError::RoleMayNot);
}

#[test]
fn nobody_writes_as_another() {
    let mut kept = Kept::begun();
    let written = write(&mut kept.case, MEDIATOR, add(id(1), note("情况属实。")));
    let pen = Pen {
        actor: COLLEAGUE,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[written.bytes], &kept.index, &pen),
        Err(RightsError::ForeignActor)
    );
    let pen = Pen {
        actor: Actor::GENESIS,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[CaseDoc::genesis().bytes], &[], &pen),
        Err(RightsError::ForeignActor)
    );
}

#[test]
fn a_statement_has_one_writer() {
    let mut kept = Kept::begun();
    kept.write(
        MEDIATOR,
        Role::Mediator,
        add(id(1), statement("我没有先动手。")),
    );
    let forged = forge(&kept.case, COLLEAGUE, |tx, find| {
        let text = find(tx, &["statements", &id(1).to_string(), "text"]);
        tx.splice_text(&text, 0, 2, "他").unwrap();
    });
    let pen = Pen {
        actor: COLLEAGUE,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[forged], &kept.index, &pen),
        Err(RightsError::NotYours)
    );
}

#[test]
fn a_case_begins_with_its_creator_and_only_once() {
    let (mut case, first) = begun();
    assert_eq!(begun_case(&[first.bytes.clone()]), Some(meta().case_id));
    let later = write(&mut case, MEDIATOR, add(id(1), note("先到现场。")));
    assert_eq!(check(&[later.bytes], &[], &PEN), Err(RightsError::NotBegun));
    let pen = Pen {
        actor: MEDIATOR,
        role: Role::Supervisor,
    };
    assert_eq!(
        check(&[first.bytes], &[], &pen),
        Err(RightsError::RoleMayNot)
    );

    let kept = Kept::begun();
    let (_, second) = CaseDoc::create(COLLEAGUE, &meta(), &origin(), at(5)).unwrap();
    let pen = Pen {
        actor: COLLEAGUE,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[second.bytes], &kept.index, &pen),
        Err(RightsError::RoleMayNot)
    );
}

use automerge::{
    ActorId, Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    transaction::{Transactable, Transaction},
};

type Find = fn(&Transaction<'_>, &[&str]) -> ObjId;

/// One change of an app that does not keep to our editor.
fn forge(case: &CaseDoc, actor: Actor, write: impl FnOnce(&mut Transaction<'_>, Find)) -> Vec<u8> {
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

fn forged(kept: &Kept, write: impl FnOnce(&mut Transaction<'_>, Find)) -> &'static str {
    check(&[forge(&kept.case, MEDIATOR, write)], &kept.index, &PEN)
        .unwrap_err()
        .code()
}

fn furnished() -> Kept {
    let mut kept = Kept::begun();
    for edit in every_edit() {
        kept.write(MEDIATOR, Role::Mediator, edit);
    }
    kept
}

#[test]
fn the_root_and_the_meta_are_not_written_again() {
    let kept = furnished();
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
    let kept = furnished();
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
        forged(&kept, |tx, find| {
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
    let kept = furnished();
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
    let kept = furnished();
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
    let kept = furnished();
    let note = NOTE.to_string();
    let path = ["notes", note.as_str(), "text"];
    let bold = || Mark::new("bold".into(), true, 0, 1);
    assert_eq!(
        forged(&kept, |tx, find| tx
            .mark(find(tx, &path), bold(), ExpandMark::Both)
            .unwrap()),
        "wrong_operation"
    );
    assert_eq!(
        forged(&kept, |tx, find| drop(
            tx.insert_object(find(tx, &path), 0, ObjType::Map).unwrap()
        )),
        "wrong_operation"
    );
    assert_eq!(
        forged(&kept, |tx, find| tx.insert(find(tx, &path), 0, 7).unwrap()),
        "wrong_value"
    );
}

#[test]
fn bytes_that_do_not_decode_are_not_canonical() {
    assert_eq!(
        check(&[b"nonsense".to_vec()], &[], &PEN),
        Err(RightsError::NotCanonical)
    );
    assert_eq!(begun_case(&[b"nonsense".to_vec()]), None);
}

#[test]
fn another_entry_cannot_be_removed_by_a_false_predecessor() {
    let mut kept = furnished();
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
        check(&[bytes], &kept.index, &PEN),
        Err(RightsError::ForeignPredecessor)
    );
}

#[test]
fn a_text_of_the_mediator_is_open_to_its_writer_alone() {
    let mut kept = furnished();
    let edit = text(TextTarget::Visit { id: VISIT }, "已回访。");
    assert_eq!(
        kept.case.edit(COLLEAGUE, at(3), &edit).unwrap_err().code(),
        "not_your_text"
    );
    kept.write(MEDIATOR, Role::Mediator, edit);
}
