//! What is refused, each with its code.

use super::permitted::Kept;
use crate::scene::*;
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    ids::Actor,
    reason::Explain,
    record::*,
    rights::{ChangeWriter, RightsError, check},
    role::Role,
};

const WRITER: ChangeWriter = ChangeWriter {
    actor: MEDIATOR,
    role: Role::Mediator,
};

fn refusal(kept: &mut Kept, actor: Actor, role: Role, edit: Edit) -> RightsError {
    let written = write(&mut kept.case, actor, edit);
    check(&[written.bytes], &kept.index, &ChangeWriter { actor, role }).unwrap_err()
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
    let writer = ChangeWriter {
        actor: COLLEAGUE,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[written.bytes], &kept.index, &writer),
        Err(RightsError::ForeignActor)
    );
    let writer = ChangeWriter {
        actor: Actor::GENESIS,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[CaseDoc::genesis().bytes], &[], &writer),
        Err(RightsError::ForeignActor)
    );
}

#[test]
fn a_case_begins_with_its_creator_and_only_once() {
    let (mut case, first) = begun();
    let later = write(&mut case, MEDIATOR, add(id(1), note("先到现场。")));
    assert_eq!(
        check(&[later.bytes], &[], &WRITER),
        Err(RightsError::NotBegun)
    );
    let writer = ChangeWriter {
        actor: MEDIATOR,
        role: Role::Supervisor,
    };
    assert_eq!(
        check(&[first.bytes], &[], &writer),
        Err(RightsError::RoleMayNot)
    );

    let kept = Kept::begun();
    let (_, second) = CaseDoc::create(COLLEAGUE, &meta(), &origin(), at(5)).unwrap();
    let writer = ChangeWriter {
        actor: COLLEAGUE,
        role: Role::Mediator,
    };
    assert_eq!(
        check(&[second.bytes], &kept.index, &writer),
        Err(RightsError::RoleMayNot)
    );
}

#[test]
fn bytes_that_do_not_decode_are_not_canonical() {
    assert_eq!(
        check(&[b"nonsense".to_vec()], &[], &WRITER),
        Err(RightsError::NotCanonical)
    );
}

#[test]
fn a_text_of_the_mediator_is_open_to_its_writer_alone() {
    let mut kept = Kept::furnished();
    let edit = text(TextTarget::Visit { id: VISIT }, "已回访。");
    assert_eq!(
        kept.case.edit(COLLEAGUE, at(3), &edit).unwrap_err().code(),
        "not_your_text"
    );
    kept.write(MEDIATOR, Role::Mediator, edit);
}
