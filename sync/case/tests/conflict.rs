//! The dangerous merges of domain.md 3.7, each as a scene.

#[path = "document/scene.rs"]
mod scene;

use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget},
    record::*,
    view::{Conflict, ConflictKind, Severity},
};
use scene::*;
use std::collections::BTreeSet;

/// A case that the mediator and the colleague hold.
fn shared(edits: Vec<Edit>) -> (CaseDoc, CaseDoc) {
    let mut case = case();
    for edit in edits {
        write(&mut case, MEDIATOR, edit);
    }
    (case.clone(), case)
}

/// The disagreements, which must be the same for both once they have met.
fn found(a: &mut CaseDoc, b: &mut CaseDoc) -> Vec<Conflict> {
    meet(a, b);
    let found = a.conflicts();
    assert_eq!(found, b.conflicts());
    assert_eq!(found, CaseDoc::load(&a.save()).unwrap().conflicts());
    found
}

fn only(mut found: Vec<Conflict>, kind: ConflictKind, severity: Severity, path: &str) -> Conflict {
    assert_eq!(found.len(), 1, "{found:#?}");
    let conflict = found.remove(0);
    assert_eq!(
        (conflict.kind, conflict.severity, conflict.path.as_str()),
        (kind, severity, path)
    );
    conflict
}

fn texts(conflict: &Conflict) -> Vec<&str> {
    conflict
        .variants
        .iter()
        .map(|variant| variant.text.as_str())
        .collect()
}

#[test]
fn two_closings_with_different_outcomes_block_the_case() {
    let (mut a, mut b) = shared(Vec::new());
    write(&mut a, MEDIATOR, add(id(1), close(CloseKind::Reconciled)));
    write(
        &mut b,
        COLLEAGUE,
        add(id(2), close(CloseKind::FailedTerminated)),
    );
    let path = format!("requests/{}+{}", id(1), id(2));
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::Closings,
        Severity::Block,
        &path,
    );
    assert_eq!(
        texts(&conflict),
        ["自行和解：已办结。", "调解不成终止：已办结。"]
    );
    assert_eq!(a.conflicts_beside(&BTreeSet::from([id(2)])), []);
}

#[test]
fn two_closings_with_one_outcome_are_no_conflict() {
    let (mut a, mut b) = shared(Vec::new());
    write(&mut a, MEDIATOR, add(id(1), close(CloseKind::Reconciled)));
    write(&mut b, COLLEAGUE, add(id(2), close(CloseKind::Reconciled)));
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn rival_terms_stand_side_by_side_until_one_is_chosen() {
    let (mut a, mut b) = shared(vec![
        add(DRAFT, draft()),
        clause(DRAFT, CLAUSE, "a", Some(terms(8_000))),
    ]);
    write(
        &mut a,
        MEDIATOR,
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(9_000)),
        },
    );
    write(
        &mut b,
        COLLEAGUE,
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(3_000)),
        },
    );
    let path = format!("drafts/{DRAFT}/clauses/{CLAUSE}/terms");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::RivalTerms,
        Severity::Block,
        &path,
    );
    assert_eq!(conflict.variants.len(), 2);
    assert!(
        texts(&conflict)
            .iter()
            .any(|text| text.contains("9000.00 元")),
        "{conflict:#?}"
    );
    let (_, clause) = &view(&a).drafts[&DRAFT].value.clauses[0];
    assert!(clause.terms.is_disputed());

    write(
        &mut a,
        MEDIATOR,
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: Some(terms(5_000)),
        },
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn a_clause_written_by_two_at_once_must_be_read_word_by_word() {
    let (mut a, mut b) = shared(vec![add(DRAFT, draft()), clause(DRAFT, CLAUSE, "a", None)]);
    let target = TextTarget::Clause {
        draft: DRAFT,
        clause: CLAUSE,
    };
    write(
        &mut a,
        MEDIATOR,
        text(target, "乙方向甲方支付赔偿款三千元。"),
    );
    write(
        &mut b,
        COLLEAGUE,
        text(target, "乙方向甲方支付赔偿款八千元。"),
    );
    let path = format!("drafts/{DRAFT}/clauses/{CLAUSE}");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::SharedText,
        Severity::Block,
        &path,
    );
    assert_eq!(conflict.variants[0].author, None);
    assert_eq!(
        conflict.variants[0].text,
        view(&a).drafts[&DRAFT].value.clauses[0].1.text
    );
    assert_eq!(
        texts(&conflict)[1..],
        [
            "乙方向甲方支付赔偿款三千元。",
            "乙方向甲方支付赔偿款八千元。"
        ]
    );
}

#[test]
fn a_note_written_by_two_at_once_keeps_both_and_is_reviewed() {
    let (mut a, mut b) = shared(vec![add(NOTE, note("双方到场。"))]);
    let target = TextTarget::Note { id: NOTE };
    write(&mut a, MEDIATOR, text(target, "上午双方到场。"));
    write(&mut b, COLLEAGUE, text(target, "双方到场。情绪平稳。"));
    let path = format!("notes/{NOTE}");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::SharedText,
        Severity::Review,
        &path,
    );
    assert_eq!(conflict.variants[0].text, "上午双方到场。情绪平稳。");

    write(
        &mut b,
        GRID_WORKER,
        text(target, "上午双方到场，情绪平稳。"),
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn a_text_written_one_after_the_other_is_no_conflict() {
    let (mut a, mut b) = shared(vec![add(NOTE, note("双方到场。"))]);
    write(
        &mut a,
        MEDIATOR,
        text(TextTarget::Note { id: NOTE }, "上午双方到场。"),
    );
    meet(&mut a, &mut b);
    write(
        &mut b,
        COLLEAGUE,
        text(TextTarget::Note { id: NOTE }, "上午双方到场。情绪平稳。"),
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn a_summary_written_by_two_at_once_is_reviewed() {
    let (mut a, mut b) = shared(Vec::new());
    write(&mut a, MEDIATOR, text(TextTarget::Summary, "因噪音争执。"));
    write(&mut b, COLLEAGUE, text(TextTarget::Summary, "因停车争执。"));
    only(
        found(&mut a, &mut b),
        ConflictKind::SharedText,
        Severity::Review,
        "intake/summary",
    );
}

#[test]
fn two_situations_wait_for_a_ruling_and_equal_ones_do_not() {
    let (mut a, mut b) = shared(Vec::new());
    let situation = |code: &str| Edit::Intake {
        field: IntakeField::Situation(code.parse().unwrap()),
    };
    write(&mut a, MEDIATOR, situation("N01-01"));
    write(&mut b, COLLEAGUE, situation("N02-03"));
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::RivalValues,
        Severity::Review,
        "intake/situation_code",
    );
    assert_eq!(
        conflict.variants[0].text,
        view(&a).intake.situation.get().unwrap().as_str()
    );

    write(&mut a, MEDIATOR, situation("N03-05"));
    write(&mut b, COLLEAGUE, situation("N03-05"));
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn rival_corrections_of_a_party_are_shown() {
    let (mut a, mut b) = shared(vec![add(PARTY, NewEntry::Party(party(Side::A)))]);
    write(
        &mut a,
        MEDIATOR,
        Edit::Party {
            party: PARTY,
            field: PartyField::Side(Side::B),
        },
    );
    write(
        &mut b,
        COLLEAGUE,
        Edit::Party {
            party: PARTY,
            field: PartyField::Side(Side::Third),
        },
    );
    let path = format!("parties/{PARTY}/side");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::RivalValues,
        Severity::Review,
        &path,
    );
    assert_eq!(
        BTreeSet::from_iter(texts(&conflict)),
        BTreeSet::from(["乙方", "第三人"])
    );
    assert_eq!(view(&a).parties[&PARTY].value.disputed, ["side"]);
}

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
        ConflictKind::ChangedAfterSigning,
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
    old_app.set_actor(automerge::ActorId::from(MEDIATOR.0));
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

#[test]
fn performed_against_not_performed_blocks_the_obligation() {
    let (mut a, mut b) = shared(vec![
        add(DRAFT, draft()),
        clause(DRAFT, CLAUSE, "a", Some(terms(8_000))),
    ]);
    write(
        &mut a,
        MEDIATOR,
        add(
            id(1),
            NewEntry::Performance(performance(Performance::NotPerformed)),
        ),
    );
    write(
        &mut b,
        GRID_WORKER,
        add(
            id(2),
            NewEntry::Visit(visit(Performance::Performed), "已付清。".into()),
        ),
    );
    let path = format!("performance/{CLAUSE}");
    let conflict = only(
        found(&mut a, &mut b),
        ConflictKind::PerformanceDisputed,
        Severity::Block,
        &path,
    );
    assert_eq!(
        BTreeSet::from_iter(texts(&conflict)),
        BTreeSet::from(["未履行（履行记录）", "已履行（回访）"])
    );

    write(
        &mut a,
        MEDIATOR,
        add(
            id(3),
            NewEntry::Performance(performance(Performance::Performed)),
        ),
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn performed_after_not_performed_is_progress() {
    let (mut a, mut b) = shared(Vec::new());
    write(
        &mut a,
        MEDIATOR,
        add(
            id(1),
            NewEntry::Performance(performance(Performance::NotPerformed)),
        ),
    );
    meet(&mut a, &mut b);
    write(
        &mut b,
        COLLEAGUE,
        add(
            id(2),
            NewEntry::Performance(performance(Performance::Performed)),
        ),
    );
    assert_eq!(found(&mut a, &mut b), []);
}

#[test]
fn two_visits_that_contradict_each_other_are_disputed_without_an_agreement() {
    let (mut a, mut b) = shared(Vec::new());
    write(
        &mut a,
        MEDIATOR,
        add(
            id(1),
            NewEntry::Visit(visit(Performance::NotPerformed), String::new()),
        ),
    );
    write(
        &mut b,
        GRID_WORKER,
        add(
            id(2),
            NewEntry::Visit(visit(Performance::Performed), String::new()),
        ),
    );
    only(
        found(&mut a, &mut b),
        ConflictKind::PerformanceDisputed,
        Severity::Block,
        "visits",
    );
}
