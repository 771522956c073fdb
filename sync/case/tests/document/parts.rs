//! A document of which somebody holds the work alone: whole without the rest, and merged with it at
//! any time.

use super::scene::*;
use hejie_case::{
    document::{CaseDoc, EditError},
    edit::{Edit, NewEntry},
    ids::{Actor, ChangeHash},
    part::{CasePart, Extent},
    record::*,
    view::{CaseView, ConflictKind},
};

fn gathered(why: &str) -> NewEntry {
    NewEntry::Risk(RiskObservation {
        factor: RiskFactor::Gathering(3),
        at: at(1),
        why: why.into(),
    })
}

fn work(case: &CaseDoc) -> CaseDoc {
    case.clone().within(Extent::Work).unwrap()
}

fn parts_of(changes: &[hejie_case::document::RawChange]) -> Vec<CasePart> {
    let actor = |bytes: &Vec<u8>| {
        let change = automerge::Change::from_bytes(bytes.clone()).unwrap();
        Actor::try_from(change.actor_id().to_bytes()).unwrap()
    };
    changes.iter().map(|one| actor(&one.bytes).part()).collect()
}

#[test]
fn the_work_alone_says_of_the_work_what_the_whole_says() {
    let mut whole = case();
    for edit in every_edit() {
        write(&mut whole, MEDIATOR, edit);
    }
    let (all, alone) = (view(&whole), view(&work(&whole)));
    let bare = CaseView {
        heads: alone.heads.clone(),
        statements: Default::default(),
        notes: Default::default(),
        sessions: Default::default(),
        drafts: Default::default(),
        ..all.clone()
    };
    assert_ne!(all, alone);
    assert_eq!(bare, alone);
    assert_eq!(alone.heads, whole.heads_of(CasePart::Work));
}

#[test]
fn a_phone_that_holds_the_work_writes_on_and_both_merge() {
    let mut whole = case();
    write(&mut whole, MEDIATOR, add(NOTE, note("双方到场。")));
    let mut visitor = work(&whole);
    let before = visitor.heads();
    write(
        &mut visitor,
        GRID_WORKER,
        add(id(60), gathered("门外聚集。")),
    );
    write(&mut whole, MEDIATOR, add(id(61), gathered("已经散去。")));
    let theirs = visitor.changes_since(&before);
    assert_eq!(parts_of(&theirs), [CasePart::Work]);
    bring(&mut whole, &visitor);
    bring(&mut visitor, &work(&whole));
    assert_eq!(visitor.heads(), whole.heads_of(CasePart::Work));
    assert_eq!(view(&visitor).risks, view(&whole).risks);
    assert_eq!(view(&whole).notes.len(), 1);
    // What was withheld comes, and the document is the one that everybody else has.
    bring(&mut visitor, &whole);
    assert_eq!(visitor.heads(), whole.heads());
    assert_eq!(view(&visitor), view(&whole));
}

#[test]
fn the_work_tells_neither_what_is_confidential_nor_how_much_it_is() {
    let (mut much, mut none) = (case(), case());
    write(&mut much, MEDIATOR, add(NOTE, note(&"字".repeat(500))));
    let written = [&mut much, &mut none]
        .map(|case| write(case, MEDIATOR, add(id(60), gathered("门外聚集。"))));
    let [beside, plain] =
        written.map(|one| automerge::Change::from_bytes(one.bytes).unwrap().decode());
    assert_eq!(beside.operations, plain.operations);
    assert_eq!(
        (beside.start_op, beside.seq, beside.deps),
        (plain.start_op, plain.seq, plain.deps)
    );
    let head: ChangeHash = much.heads_of(CasePart::Confidential)[0];
    assert_eq!(beside.message, Some(format!("beside1 {head}")));
}

#[test]
fn work_of_which_the_bytes_alone_are_left_is_taken_without_what_it_names_and_is_not_here() {
    let mut whole = case();
    let mut visitor = work(&whole);
    write(&mut whole, MEDIATOR, add(NOTE, note("双方到场。")));
    let first = write(&mut whole, MEDIATOR, add(id(60), gathered("门外聚集。")));
    let second = write(&mut whole, MEDIATOR, add(id(61), gathered("又来一批。")));
    let same = |change: ChangeHash| change;
    let one = visitor.apply_renamed(&first.bytes, same).unwrap();
    assert_ne!(one.hash, first.hash);
    // What builds on it follows under the new name, and under the old one it stands on nothing.
    assert!(visitor.clone().apply_renamed(&second.bytes, same).is_err());
    let now = |change| {
        if change == first.hash {
            one.hash
        } else {
            change
        }
    };
    visitor.apply_renamed(&second.bytes, now).unwrap();
    assert_eq!(view(&visitor).risks, view(&whole).risks);
    let said = visitor.changes_since(&[]).into_iter();
    let said = said.map(|one| automerge::Change::from_bytes(one.bytes).unwrap());
    assert!(said.into_iter().all(|change| change.message().is_none()));
    // Where all of it is here, nothing is renamed.
    let mut other = case();
    bring(&mut other, &whole);
    let third = write(&mut whole, MEDIATOR, add(id(62), gathered("散去。")));
    assert_eq!(other.apply_renamed(&third.bytes, same).unwrap(), third);
}

#[test]
fn a_change_of_the_work_that_builds_on_what_is_confidential_is_not_taken() {
    let mut case = case();
    write(&mut case, MEDIATOR, add(NOTE, note("双方到场。")));
    let written = write(
        &mut case.clone(),
        MEDIATOR,
        add(id(60), gathered("门外聚集。")),
    );
    let mut change = automerge::Change::from_bytes(written.bytes)
        .unwrap()
        .decode();
    change.deps = case
        .heads()
        .iter()
        .map(|head| automerge::ChangeHash(head.0))
        .collect();
    (change.message, change.hash) = (None, None);
    let bytes = automerge::Change::from(change).raw_bytes().to_vec();
    assert_eq!(
        case.apply(&[bytes]).unwrap_err().code(),
        "work_on_confidential"
    );
}

#[test]
fn whoever_withdraws_a_party_and_had_read_the_statement_contradicts_nobody() {
    let mut case = case();
    write(
        &mut case,
        MEDIATOR,
        add(id(1), NewEntry::Party(party(Side::A))),
    );
    write(
        &mut case,
        COLLEAGUE,
        add(STATEMENT, statement("我没有先动手。")),
    );
    let mut unaware = work(&case);
    let withdraw = Edit::Withdraw {
        target: hejie_case::edit::Withdrawable::Party(id(1)),
        why: "登记错误".into(),
        at: at(2),
    };
    let kinds = |case: &CaseDoc| -> Vec<ConflictKind> {
        conflicts(case)
            .into_iter()
            .map(|found| found.kind)
            .collect()
    };
    let mut aware = case.clone();
    write(&mut aware, MEDIATOR, withdraw.clone());
    assert_eq!(kinds(&aware), []);
    write(&mut unaware, MEDIATOR, withdraw);
    bring(&mut case, &unaware);
    assert_eq!(kinds(&case), [ConflictKind::WithdrawnEdited]);
}

#[test]
fn a_signature_names_a_draft_that_is_there() {
    let mut case = case();
    let signed = NewEntry::Signature(signature("sha256"));
    let missing = case.edit(MEDIATOR, at(1), &add(id(61), signed));
    assert!(matches!(missing, Err(EditError::UnknownEntry)));
}
