//! Statements that not everybody who holds the document may read (D03).

use super::scene::*;
use hejie_case::{
    edit::{Edit, NewEntry, TextTarget},
    reason::Explain,
    record::*,
    sealing::must_seal,
};

fn seal(ciphertext: &str) -> Edit {
    Edit::SealStatement {
        statement: STATEMENT,
        sealed: sealed(ciphertext),
    }
}

fn sealed_statement(ciphertext: &str) -> Edit {
    let head = StatementHead {
        party: PARTY,
        taken_at: at(2),
        supplement_to: None,
    };
    add(
        STATEMENT,
        NewEntry::Statement(head, sealed(ciphertext).into()),
    )
}

/// Shows D03.
#[test]
fn statements_of_families_hospitals_schools_and_minors_must_be_sealed() {
    for (situation, sealed) in [
        ("N01-01", true),
        ("N05-02", true),
        ("N12-03", true),
        ("N03-05", false),
        ("N15-01", false),
    ] {
        let mut case = case();
        let field = IntakeField::Situation(situation.parse().unwrap());
        if situation != "N03-05" {
            write(&mut case, MEDIATOR, Edit::Intake { field });
        }
        assert_eq!(must_seal(&view(&case), None), sealed, "{situation}");
    }
    let mut case = case();
    let child = Party {
        is_minor: true,
        ..party(Side::A)
    };
    write(&mut case, MEDIATOR, add(PARTY, NewEntry::Party(child)));
    assert!(must_seal(&view(&case), None));
}

/// Shows D03.
#[test]
fn plain_words_are_refused_where_they_must_be_sealed_and_sealed_ones_are_taken() {
    let mut case = case();
    let field = IntakeField::Situation("N01-02".parse().unwrap());
    write(&mut case, MEDIATOR, Edit::Intake { field });
    let plain = add(STATEMENT, statement("他打过我。"));
    let refused = case.edit(MEDIATOR, at(3), &plain).unwrap_err();
    assert_eq!(refused.code(), "must_seal");
    write(&mut case, MEDIATOR, sealed_statement("YWJj"));
    let statement = &view(&case).statements[&STATEMENT].value;
    assert_eq!(statement.sealed, Some(sealed("YWJj")));
    assert_eq!(statement.text, "");
}

#[test]
fn sealed_words_are_replaced_as_a_whole_by_their_writer_until_they_are_signed() {
    let mut case = case();
    write(&mut case, MEDIATOR, sealed_statement("YWJj"));
    let in_plain = text(TextTarget::Statement { id: STATEMENT }, "改写");
    let code = |case: &mut hejie_case::document::CaseDoc, actor, edit: &Edit| {
        case.edit(actor, at(4), edit).unwrap_err().code()
    };
    assert_eq!(code(&mut case, MEDIATOR, &in_plain), "statement_sealed");
    assert_eq!(code(&mut case, COLLEAGUE, &seal("ZGVm")), "not_your_text");
    write(&mut case, MEDIATOR, seal("ZGVm"));
    let lock = Edit::LockStatement {
        statement: STATEMENT,
        at: at(5),
    };
    write(&mut case, MEDIATOR, lock);
    assert_eq!(code(&mut case, MEDIATOR, &seal("Z2hp")), "statement_locked");
    assert_eq!(conflicts(&case), [], "the lock holds the sealed words");
}

#[test]
fn a_locked_statement_is_supplemented_by_another() {
    let mut case = case();
    write(&mut case, MEDIATOR, add(STATEMENT, statement("我先到的。")));
    let lock = Edit::LockStatement {
        statement: STATEMENT,
        at: at(5),
    };
    write(&mut case, MEDIATOR, lock);
    let edit = text(TextTarget::Statement { id: STATEMENT }, "我后到的。");
    let refused = case.edit(MEDIATOR, at(6), &edit).unwrap_err();
    assert_eq!(refused.code(), "statement_locked");
    assert!(refused.zh().contains("补充笔录"));
    let head = StatementHead {
        party: PARTY,
        taken_at: at(6),
        supplement_to: Some(STATEMENT),
    };
    let supplement = NewEntry::Statement(head, "更正：我后到的。".into());
    write(&mut case, MEDIATOR, add(id(70), supplement));
    let view = view(&case);
    assert_eq!(view.statements[&STATEMENT].value.text, "我先到的。");
    assert_eq!(
        view.statements[&id(70)].value.head.supplement_to,
        Some(STATEMENT)
    );
}
