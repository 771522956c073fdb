//! Merges that leave nothing to choose in the document: the server's rules and the order of things
//! decide them.

use crate::scene::*;
use automerge::{ActorId, Automerge, ObjType, ROOT, transaction::Transactable};
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry},
    ids::Actor,
    reason::Explain,
    record::*,
    rights::{ChangeWriter, check, index_of},
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};
use jiff::SignedDuration;

/// Shows M23.
#[test]
fn a_clock_that_is_behind_changes_no_order_and_is_noted() {
    for order in orders(COLLEAGUE) {
        let (mut stage, _) = mediating("N03-02");
        let seen = note(&mut stage, MEDIATOR, "先写的记录。");
        everybody_comes_back(&mut stage, [MEDIATOR, COLLEAGUE]);
        let right = stage.now;
        stage.now = right.checked_sub(SignedDuration::from_hours(30)).unwrap();
        let behind = note(&mut stage, COLLEAGUE, "后写的记录，手机慢了一天多。");
        stage.now = right;
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::ClockContradiction,
            Severity::Note,
            Resolver::Supervisor,
        );
        let colleague = stage.phones[COLLEAGUE].actor;
        assert_eq!(conflict.variants[0].author, Some(colleague));
        let notes = &stage.view().notes;
        assert!(
            notes[&behind].value.head.at < notes[&seen].value.head.at,
            "the claimed time is shown as it was claimed"
        );
        note(&mut stage, COLLEAGUE, "又一条。");
        everybody_comes_back(&mut stage, order);
        the_one(
            &stage,
            ConflictKind::ClockContradiction,
            Severity::Note,
            Resolver::Supervisor,
        );
    }
}

/// Shows M21.
#[test]
fn no_phone_makes_a_container_and_a_new_field_inside_an_entry_needs_none() {
    let (stage, _) = mediating("N03-02");
    let phone = &stage.phones[COLLEAGUE];
    let index = index_of(&phone.doc).unwrap();
    let mut upgraded = Automerge::load(&phone.doc.clone().save()).unwrap();
    upgraded.set_actor(ActorId::from(phone.actor.0));
    let mut tx = upgraded.transaction();
    tx.put_object(ROOT, "appraisals", ObjType::Map).unwrap();
    tx.commit();
    let change = upgraded
        .get_last_local_change()
        .unwrap()
        .raw_bytes()
        .to_vec();
    let writer = ChangeWriter {
        actor: phone.actor,
        role: Role::Mediator,
    };
    let refused = check(&[change], &index, &writer).unwrap_err();
    assert_eq!(refused.code(), "unknown_object");
    let hash = "4ab933fef2591ac18388936dd822ae4cd973619beabfb6c1e8840ff912fc690b";
    assert_eq!(
        CaseDoc::genesis().hash.to_string(),
        hash,
        "all documents can be merged, whichever version of the app began them"
    );
}

/// Shows M24.
#[test]
fn a_phone_restored_from_a_backup_cannot_speak_with_its_old_actor() {
    let (mut stage, _) = mediating("N03-02");
    let mut backup = stage.phones[COLLEAGUE].doc.clone();
    let kept = note(&mut stage, COLLEAGUE, "备份之后写下的。");
    everybody_comes_back(&mut stage, [COLLEAGUE, MEDIATOR]);
    let head = NoteHead {
        kind: NoteKind::Scene,
        at: stage.now,
    };
    let entry = NewEntry::Note(head, "恢复之后写下的。".into());
    let id = hejie_case::ids::EntryId::new(stage.now, [55; 10]);
    let edit = Edit::Add { id, entry };
    let old_actor = stage.phones[COLLEAGUE].actor;
    let twice = backup.clone().edit(old_actor, stage.now, &edit).unwrap();
    let server = &mut stage.phones[MEDIATOR].doc;
    let heads = server.heads();
    let refused = server.apply(&[twice.bytes]).unwrap_err();
    assert_eq!(refused.code(), "change_not_applicable");
    assert_eq!(server.heads(), heads, "nothing of it was taken");
    let new_actor = Actor([33; 16]);
    let restored = backup.edit(new_actor, stage.now, &edit).unwrap();
    server.apply(&[restored.bytes]).unwrap();
    let notes = server.view().unwrap().notes;
    assert!(notes.contains_key(&kept) && notes.contains_key(&id));
}
