//! M03 and M12: what was changed after it was signed.

use super::{super::scene::*, *};
use hejie_case::edit::{Edit, TextTarget};
use hejie_case::part::CasePart;
use hejie_case::view::{ConflictKind, Severity};

#[test]
fn a_draft_changed_while_it_was_frozen_keeps_what_was_frozen() {
    let (mut a, mut b) = shared(vec![
        add(DRAFT, draft()),
        clause(DRAFT, CLAUSE, "a", Some(terms(8_000))),
    ]);
    write(
        &mut a,
        MEDIATOR,
        Edit::Freeze {
            draft: DRAFT,
            at: at(5),
        },
    );
    write(
        &mut b,
        COLLEAGUE,
        text(
            TextTarget::Clause {
                draft: DRAFT,
                clause: CLAUSE,
            },
            "另议。",
        ),
    );
    let path = format!("drafts/{DRAFT}");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::DraftChanged,
        Severity::Review,
        &path,
    );
    assert_eq!(texts(&conflict), ["另议。", "乙方向甲方支付赔偿款。"]);
    let (now, then) = (
        &view(&a).drafts[&DRAFT].value,
        a.draft_as_frozen(DRAFT).unwrap(),
    );
    let lock = now.frozen.clone().unwrap();
    assert_ne!(now.content_hash, lock.hash);
    assert_eq!(then.content_hash, lock.hash);
}

#[test]
fn a_statement_changed_after_signing_is_shown_beside_the_signed_one() {
    let (mut phone, mut tablet) = shared(vec![add(STATEMENT, statement("我没有先动手。"))]);
    write(
        &mut phone,
        MEDIATOR,
        Edit::LockStatement {
            statement: STATEMENT,
            at: at(5),
        },
    );
    // An app that does not keep to our editor: the same device writes on after the signature.
    let mut old_app = automerge::Automerge::load(&tablet.save()).unwrap();
    old_app.set_actor(automerge::ActorId::from(
        MEDIATOR.writing(CasePart::Confidential).0,
    ));
    let changes = phone.changes_since(&tablet.heads()).into_iter();
    let changes = changes.map(|written| automerge::Change::from_bytes(written.bytes).unwrap());
    old_app.apply_changes(changes.collect::<Vec<_>>()).unwrap();
    let bytes = {
        use automerge::{ReadDoc, transaction::Transactable};
        let (_, map) = old_app.get(automerge::ROOT, "statements").unwrap().unwrap();
        let (_, entry) = old_app.get(&map, STATEMENT.to_string()).unwrap().unwrap();
        let (_, text) = old_app.get(&entry, "text").unwrap().unwrap();
        let mut tx = old_app.transaction();
        tx.update_text(&text, "我先动手。").unwrap();
        tx.commit();
        old_app
            .get_last_local_change()
            .unwrap()
            .raw_bytes()
            .to_vec()
    };
    phone.apply(&[bytes]).unwrap();
    let path = format!("statements/{STATEMENT}");
    let conflict = only(
        found(&mut phone, &mut tablet),
        ConflictKind::ChangedAfterSigning,
        Severity::Review,
        &path,
    );
    assert_eq!(texts(&conflict), ["我先动手。", "我没有先动手。"]);
    assert_eq!(
        phone.statement_as_signed(STATEMENT).as_deref(),
        Some("我没有先动手。")
    );
}
