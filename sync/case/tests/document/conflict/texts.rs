//! M05: texts that two wrote at once.

use super::{super::scene::*, *};
use hejie_case::edit::TextTarget;
use hejie_case::view::{ConflictKind, Severity};

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
