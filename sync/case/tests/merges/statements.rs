//! Statements: one writer, locked on signing, sealed where not everybody may read them.

use crate::scene::*;
use automerge::{ActorId, Automerge, ROOT, ReadDoc, transaction::Transactable};
use hejie_case::{
    edit::{Edit, NewEntry},
    ids::EntryId,
    part::CasePart,
    reason::Explain,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

fn statement(stage: &mut Stage, phone: usize, party: EntryId, body: StatementBody) -> EntryId {
    let head = StatementHead {
        party,
        taken_at: stage.now,
        supplement_to: None,
    };
    stage.add(phone, NewEntry::Statement(head, body))
}

/// What an app that does not keep to our editor writes into a statement of its own device.
fn forge(stage: &mut Stage, phone: usize, statement: EntryId, words: &str) {
    let phone_of = &stage.phones[phone];
    let mut app = Automerge::load(&phone_of.doc.clone().save()).unwrap();
    app.set_actor(ActorId::from(
        phone_of.actor.writing(CasePart::Confidential).0,
    ));
    let (_, map) = app.get(ROOT, "statements").unwrap().unwrap();
    let (_, entry) = app.get(&map, statement.to_string()).unwrap().unwrap();
    let (_, text) = app.get(&entry, "text").unwrap().unwrap();
    let mut tx = app.transaction();
    tx.update_text(&text, words).unwrap();
    tx.commit();
    let change = app.get_last_local_change().unwrap().raw_bytes().to_vec();
    stage.send(phone, change);
}

/// Shows M12.
#[test]
fn a_statement_edited_after_signing_is_what_was_signed_and_is_corrected_by_a_supplement() {
    for order in orders(GRID) {
        let (mut stage, [a, _]) = mediating("N03-02");
        let signed = statement(&mut stage, MEDIATOR, a, "我没有先动手。".into());
        let (statement, at) = (signed, stage.now);
        stage.edit(MEDIATOR, Edit::LockStatement { statement, at });
        forge(&mut stage, MEDIATOR, signed, "我先动手。");
        note(&mut stage, GRID, "回访时双方平静。");
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::ChangedAfterSigning,
            Severity::Review,
            Resolver::JudicialOffice,
        );
        assert_eq!(conflict.variants[1].text, "我没有先动手。");
        let doc = &stage.phones[GRID].doc;
        let as_signed = doc.statement_as_signed(signed);
        assert_eq!(as_signed.as_deref(), Some("我没有先动手。"));
        assert_eq!(rule(&mut stage, Role::JudicialOffice, &conflict, 1), None);
        let head = StatementHead {
            party: a,
            taken_at: stage.now,
            supplement_to: Some(signed),
        };
        let supplement = NewEntry::Statement(head, "更正：双方互相推搡。".into());
        let id = stage.add(MEDIATOR, supplement);
        stage.sync(MEDIATOR);
        assert_eq!(
            stage.view().statements[&id].value.head.supplement_to,
            Some(signed)
        );
    }
}

/// Shows M12, P09.
#[test]
fn a_statement_in_plain_words_that_meets_a_minor_is_reviewed_and_the_next_one_is_sealed() {
    for order in orders(COLLEAGUE) {
        let (mut stage, [a, b]) = mediating("N03-02");
        let id = statement(&mut stage, MEDIATOR, a, "孩子当时在场。".into());
        let field = PartyField::IsMinor(true);
        stage.edit(COLLEAGUE, Edit::Party { party: b, field });
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::PlainStatement,
            Severity::Review,
            Resolver::Supervisor,
        );
        assert_eq!(conflict.about.to_string(), format!("statements/{id}"));
        assert!(!conflict.variants[0].text.contains("孩子"));
        let head = StatementHead {
            party: a,
            taken_at: stage.now,
            supplement_to: Some(id),
        };
        let id = EntryId::new(stage.now, [66; 10]);
        let entry = NewEntry::Statement(head, "还有一句。".into());
        let phone = &mut stage.phones[MEDIATOR];
        let plain = phone
            .doc
            .edit(phone.actor, stage.now, &Edit::Add { id, entry });
        assert_eq!(plain.unwrap_err().code(), "must_seal");
        let sealed = SealedText {
            key_id: "2026-1".into(),
            ciphertext: "c2VjcmV0".into(),
        };
        statement(&mut stage, MEDIATOR, a, sealed.into());
        assert_eq!(rule(&mut stage, Role::Supervisor, &conflict, 0), None);
        stage.sync(MEDIATOR);
        none_open(&stage, ConflictKind::PlainStatement);
    }
}
