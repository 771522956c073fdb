//! Every edit is read again as it was written.

use super::scene::*;
use hejie_case::{
    document::{CaseDoc, ChangeMessage},
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    part::CasePart,
    record::*,
    view::{CaseView, Entry},
};

#[test]
fn the_genesis_is_the_same_bytes_for_ever() {
    let hash = "4ab933fef2591ac18388936dd822ae4cd973619beabfb6c1e8840ff912fc690b";
    assert_eq!(CaseDoc::genesis().hash.to_string(), hash);
}

#[test]
fn a_new_case_knows_its_creator_and_its_origin() {
    let (case, first) = begun();
    let view = view(&case);
    assert_eq!(view.meta, meta());
    assert_eq!(view.heads, [first.hash]);
    assert_eq!(view.intake.channel.as_deref(), Some("110"));
    assert_eq!(view.intake.external_no.as_deref(), Some("990101-0001"));
    assert_eq!(
        view.intake.situation.values,
        [(MEDIATOR, "N03-05".parse().unwrap())]
    );
    assert_eq!(view.intake.persons.get(), Some(&2));
    assert_eq!(view.intake.summary, "甲方与乙方因噪音发生争执。");
    assert_eq!(case.changes_since(&[]), [first]);
}

#[test]
fn a_document_survives_saving_and_loading() {
    let mut case = case();
    for edit in every_edit() {
        write(&mut case, MEDIATOR, edit);
    }
    let loaded = CaseDoc::load(&case.save()).unwrap();
    assert_eq!(view(&loaded), view(&case));
    assert_eq!(loaded.changes_since(&[]), case.changes_since(&[]));
}

#[test]
fn every_edit_is_exactly_one_change_with_the_time_of_the_device() {
    let mut case = case();
    for (n, edit) in every_edit().into_iter().enumerate() {
        let (before, part) = (case.heads(), edit.part());
        let beside = match part {
            CasePart::Work => case.heads_of(CasePart::Confidential),
            CasePart::Confidential => Vec::new(),
        };
        let written = write(&mut case, MEDIATOR, edit);
        assert_eq!(case.heads_of(part), [written.hash], "edit {n}");
        assert_eq!(case.changes_since(&before), std::slice::from_ref(&written));
        let change = automerge::Change::from_bytes(written.bytes).unwrap();
        assert_eq!(change.timestamp(), at(1).as_second());
        let said = change
            .message()
            .map(|said| ChangeMessage::read(said, &[]).unwrap());
        let named = said.flatten().map(|said| said.beside().to_vec());
        assert_eq!(named.unwrap_or_default(), beside, "edit {n}");
    }
}

#[test]
fn every_entry_is_read_as_it_was_added() {
    let mut case = case();
    for edit in every_entry() {
        write(&mut case, COLLEAGUE, edit.clone());
        assert_is_read(&view(&case), &edit);
    }
}

fn assert_is_read(view: &CaseView, edit: &Edit) {
    match edit {
        Edit::Add { id, entry } => assert_entry_is_read(view, *id, entry),
        Edit::AddClause {
            draft,
            clause,
            order,
            text,
            terms,
        } => {
            let (id, read) = &view.drafts[draft].value.clauses[0];
            assert_eq!((id, &read.order, &read.text), (clause, order, text));
            assert_eq!(read.terms.get(), Some(terms));
        }
        other => panic!("not an entry: {other:?}"),
    }
}

fn assert_entry_is_read(view: &CaseView, id: hejie_case::ids::EntryId, entry: &NewEntry) {
    fn same<T: PartialEq + std::fmt::Debug>(read: &Entry<T>, written: &T) {
        assert_eq!((read.author, &read.value), (COLLEAGUE, written));
    }
    match entry {
        NewEntry::Party(party) => assert_eq!(view.parties[&id].value.party, *party),
        NewEntry::Consent(consent) => same(&view.consents[&id], consent),
        NewEntry::Statement(head, body) => {
            let read = &view.statements[&id].value;
            let words = match &read.sealed {
                None => StatementBody::Plain(read.text.clone()),
                Some(sealed) => StatementBody::Sealed(sealed.clone()),
            };
            assert_eq!((&read.head, &words, &read.locked), (head, body, &None));
        }
        NewEntry::Note(head, text) => {
            let read = &view.notes[&id].value;
            assert_eq!((&read.head, &read.text), (head, text));
        }
        NewEntry::Evidence(evidence, caption) => {
            let read = &view.evidence[&id].value;
            assert_eq!((&read.evidence, &read.caption), (evidence, caption));
        }
        NewEntry::Contact(contact) => same(&view.contacts[&id], contact),
        NewEntry::Session(head, record) => {
            let read = &view.sessions[&id].value;
            assert_eq!((&read.head, &read.record), (head, record));
        }
        NewEntry::Plan(text) => assert_eq!(view.plans[&id].value.text, *text),
        NewEntry::Draft(head) => assert_eq!(view.drafts[&id].value.head, *head),
        NewEntry::Signature(signature) => same(&view.signatures[&id], signature),
        NewEntry::Performance(performance) => same(&view.performance[&id], performance),
        NewEntry::Visit(visit, text) => {
            let read = &view.visits[&id].value;
            assert_eq!((&read.visit, &read.text), (visit, text));
        }
        NewEntry::Risk(risk) => same(&view.risks[&id], risk),
        NewEntry::Request(request) => same(&view.requests[&id], request),
    }
}

#[test]
fn every_later_edit_is_read_as_it_was_written() {
    let mut case = case();
    for edit in every_edit() {
        write(&mut case, MEDIATOR, edit);
    }
    let view = view(&case);
    let intake = &view.intake;
    assert_eq!(
        intake.situation.get().map(|code| code.as_str()),
        Some("N01-01")
    );
    assert_eq!(
        (intake.occurred_at.get(), intake.persons.get()),
        (Some(&at(-10)), Some(&3))
    );
    assert_eq!(
        (intake.amount.get(), intake.injury.get()),
        (Some(&Cents(800_000)), Some(&Injury::Light))
    );
    assert_eq!(intake.place.get(), Some(&place()));
    assert_eq!(
        intake.dv_screen.get(),
        Some(&DvScreen {
            asked: true,
            violence: false
        })
    );
    let party = &view.parties[&PARTY].value;
    assert_eq!(
        (party.party.side, party.party.name_masked.as_str()),
        (Side::B, "李*")
    );
    assert!(party.party.is_minor && party.party.is_representative);
    assert!(party.party.is_incapacitated && party.disputed.is_empty());
    assert_eq!(
        party.withdrawn,
        Some(Withdrawn {
            why: "登记有误".into(),
            at: at(9)
        })
    );
    assert!(view.evidence[&EVIDENCE].value.withdrawn.is_some());
    let words = "改后的文字。";
    let (_, clause) = &view.drafts[&DRAFT].value.clauses[0];
    for text in [
        &intake.summary,
        &view.statements[&STATEMENT].value.text,
        &view.notes[&NOTE].value.text,
        &view.evidence[&EVIDENCE].value.caption,
        &view.sessions[&SESSION].value.record,
        &view.plans[&PLAN].value.text,
        &view.visits[&VISIT].value.text,
        &clause.text,
    ] {
        assert_eq!(text, words);
    }
    assert_eq!(
        (clause.order.as_str(), clause.terms.get()),
        ("b", Some(&Some(terms(9_000))))
    );
    assert_eq!(view.plans[&PLAN].value.steps[&STEP], step());
    assert_eq!(party.party.role, Some(PartyRole::Principal));
    let statement = &view.statements[&STATEMENT].value;
    assert_eq!(statement.sealed, Some(sealed("c2VjcmV0")));
    assert!(statement.cites.contains(&EVIDENCE));
    assert!(view.drafts[&DRAFT].value.cites.contains(&EVIDENCE));
    let session = &view.sessions[&SESSION].value;
    assert_eq!(session.signed[&PARTY], record_signed());
    assert!(!view.checklist["notice.given"].done);
    assert_eq!(view.signatures[&SIGNATURE].value, signature("00"));
}

#[test]
fn a_signed_statement_and_a_frozen_draft_are_read_as_they_were() {
    let mut case = case();
    for edit in every_entry() {
        write(&mut case, MEDIATOR, edit);
    }
    assert_eq!(case.statement_as_signed(STATEMENT), None);
    let heads = case.heads();
    write(
        &mut case,
        MEDIATOR,
        Edit::LockStatement {
            statement: STATEMENT,
            at: at(8),
        },
    );
    write(
        &mut case,
        MEDIATOR,
        Edit::Freeze {
            draft: DRAFT,
            at: at(8),
        },
    );
    let view = view(&case);
    let lock = view.statements[&STATEMENT].value.locked.clone().unwrap();
    assert_eq!((lock.heads, lock.at), (heads, at(8)));
    assert_eq!(
        case.statement_as_signed(STATEMENT),
        Some(view.statements[&STATEMENT].value.text.clone())
    );
    let draft = &view.drafts[&DRAFT].value;
    assert_eq!(draft.frozen.as_ref().unwrap().hash, draft.content_hash);
    assert_eq!(case.draft_as_frozen(DRAFT).as_ref(), Some(draft));
}

#[test]
fn clauses_stand_in_the_order_they_were_given() {
    let mut case = case();
    write(&mut case, MEDIATOR, add(DRAFT, draft()));
    write(&mut case, MEDIATOR, clause(DRAFT, id(2), "b", None));
    write(&mut case, MEDIATOR, clause(DRAFT, id(3), "a", None));
    let order: Vec<_> = view(&case).drafts[&DRAFT]
        .value
        .clauses
        .iter()
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(order, [id(3), id(2)]);
    write(
        &mut case,
        MEDIATOR,
        Edit::ClauseOrder {
            draft: DRAFT,
            clause: id(2),
            order: "a".into(),
        },
    );
    let order: Vec<_> = view(&case).drafts[&DRAFT]
        .value
        .clauses
        .iter()
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(order, [id(2), id(3)]);
}

#[test]
fn a_text_edit_writes_the_difference_only() {
    let mut case = case();
    write(
        &mut case,
        MEDIATOR,
        add(NOTE, note(&"双方情绪平稳。".repeat(200))),
    );
    let longer = format!("上午，{}", "双方情绪平稳。".repeat(200));
    let written = write(
        &mut case,
        MEDIATOR,
        text(TextTarget::Note { id: NOTE }, &longer),
    );
    assert!(written.bytes.len() < 250, "{} bytes", written.bytes.len());
    let other = "完全不同的记录，逐字不同。".repeat(400);
    write(
        &mut case,
        MEDIATOR,
        text(TextTarget::Note { id: NOTE }, &other),
    );
    assert_eq!(view(&case).notes[&NOTE].value.text, other);
}

#[test]
fn a_withdrawn_entry_stays_with_its_reason() {
    let mut case = case();
    write(
        &mut case,
        MEDIATOR,
        add(PARTY, NewEntry::Party(party(Side::A))),
    );
    let target = Withdrawable::Party(PARTY);
    write(
        &mut case,
        MEDIATOR,
        Edit::Withdraw {
            target,
            why: "重复".into(),
            at: at(3),
        },
    );
    assert_eq!(view(&case).parties.len(), 1);
}
