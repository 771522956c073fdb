//! Edits that do not fit the document are refused and leave no trace.

use super::scene::*;
use hejie_case::{
    document::CaseDoc,
    edit::{Edit, NewEntry, TextTarget, Withdrawable},
    ids::Actor,
    limit,
    reason::Explain,
    record::*,
};

fn furnished() -> CaseDoc {
    let mut case = case();
    for edit in every_edit() {
        write(&mut case, MEDIATOR, edit);
    }
    case
}

fn code(case: &mut CaseDoc, actor: Actor, edit: Edit) -> &'static str {
    let before = case.heads();
    let error = case.edit(actor, at(20), &edit).unwrap_err();
    assert_eq!(case.heads(), before);
    assert!(error.zh().ends_with('。'));
    error.code()
}

#[test]
fn what_is_not_there_cannot_be_edited() {
    let mut case = case();
    let unknown = [
        text(TextTarget::Note { id: NOTE }, "无"),
        text(
            TextTarget::Clause {
                draft: DRAFT,
                clause: CLAUSE,
            },
            "无",
        ),
        Edit::Party {
            party: PARTY,
            field: PartyField::IsMinor(true),
        },
        Edit::Freeze {
            draft: DRAFT,
            at: at(2),
        },
        Edit::LockStatement {
            statement: STATEMENT,
            at: at(2),
        },
        Edit::Withdraw {
            target: Withdrawable::Evidence(EVIDENCE),
            why: "无".into(),
            at: at(2),
        },
        Edit::AddStep {
            plan: PLAN,
            step: STEP,
            value: step(),
        },
        add(SIGNATURE, NewEntry::Signature(signature("00"))),
        clause(DRAFT, CLAUSE, "a", None),
    ];
    for edit in unknown {
        assert_eq!(code(&mut case, MEDIATOR, edit), "unknown_entry");
    }
}

#[test]
fn an_id_is_used_once() {
    let mut case = furnished();
    assert_eq!(
        code(&mut case, MEDIATOR, add(NOTE, note("再记"))),
        "entry_exists"
    );
    assert_eq!(
        code(&mut case, MEDIATOR, add(REQUEST, close(CloseKind::Invalid))),
        "entry_exists"
    );
    let step = Edit::AddStep {
        plan: PLAN,
        step: STEP,
        value: step(),
    };
    assert_eq!(code(&mut case, MEDIATOR, step), "entry_exists");
}

#[test]
fn a_frozen_draft_is_not_changed() {
    let mut case = furnished();
    let edits = [
        text(
            TextTarget::Clause {
                draft: DRAFT,
                clause: CLAUSE,
            },
            "另议。",
        ),
        Edit::Terms {
            draft: DRAFT,
            clause: CLAUSE,
            terms: None,
        },
        Edit::ClauseOrder {
            draft: DRAFT,
            clause: CLAUSE,
            order: "z".into(),
        },
        clause(DRAFT, id(60), "z", None),
        Edit::Freeze {
            draft: DRAFT,
            at: at(21),
        },
    ];
    for edit in edits {
        assert_eq!(code(&mut case, MEDIATOR, edit), "draft_frozen");
    }
}

#[test]
fn a_signed_statement_is_not_changed() {
    let mut case = furnished();
    let edit = text(TextTarget::Statement { id: STATEMENT }, "改口。");
    assert_eq!(code(&mut case, MEDIATOR, edit), "statement_locked");
    let edit = Edit::LockStatement {
        statement: STATEMENT,
        at: at(21),
    };
    assert_eq!(code(&mut case, MEDIATOR, edit), "statement_locked");
}

#[test]
fn a_text_with_one_writer_is_closed_to_others() {
    let mut case = case();
    write(
        &mut case,
        MEDIATOR,
        add(STATEMENT, statement("当晚有噪音。")),
    );
    write(
        &mut case,
        MEDIATOR,
        add(SESSION, NewEntry::Session(session(), String::new())),
    );
    for target in [
        TextTarget::Statement { id: STATEMENT },
        TextTarget::Record { id: SESSION },
    ] {
        assert_eq!(
            code(&mut case, COLLEAGUE, text(target, "他人改写。")),
            "not_your_text"
        );
    }
    let edit = Edit::LockStatement {
        statement: STATEMENT,
        at: at(3),
    };
    assert_eq!(code(&mut case, COLLEAGUE, edit), "not_your_text");
}

#[test]
fn nothing_is_written_when_nothing_changed() {
    let mut case = furnished();
    let same = text(TextTarget::Note { id: NOTE }, "改后的文字。");
    assert_eq!(code(&mut case, MEDIATOR, same), "nothing_changed");
    let again = Edit::Withdraw {
        target: Withdrawable::Party(PARTY),
        why: "再".into(),
        at: at(9),
    };
    assert_eq!(code(&mut case, MEDIATOR, again), "already_withdrawn");
    let mark = CheckMark {
        done: true,
        at: at(7),
        remark: String::new(),
    };
    assert_eq!(
        code(
            &mut case,
            MEDIATOR,
            Edit::Check {
                item: "一".into(),
                mark
            }
        ),
        "bad_item"
    );
}

#[test]
fn what_no_layer_below_keeps_is_not_written() {
    let mut case = furnished();
    let mut forbidden: Vec<(Edit, &str)> = Vec::new();
    let intake = |field| Edit::Intake { field };
    for (lat, lon, accuracy) in [
        (f64::NAN, 0.0, 1.0),
        (0.0, f64::INFINITY, 1.0),
        (0.0, 0.0, f32::NAN),
    ] {
        let position = Some(Position { lat, lon, accuracy });
        let place = Place {
            position,
            ..place()
        };
        forbidden.push((intake(IntakeField::Place(place)), "value_not_finite"));
    }
    for (lat, lon) in [(90.1, 0.0), (0.0, -180.1)] {
        let position = Some(Position {
            lat,
            lon,
            accuracy: 1.0,
        });
        let place = Place {
            position,
            ..place()
        };
        forbidden.push((intake(IntakeField::Place(place)), "value_out_of_range"));
    }
    forbidden.push((intake(IntakeField::Persons(u32::MAX)), "value_out_of_range"));
    forbidden.push((
        intake(IntakeField::Amount(Cents(u64::MAX))),
        "value_too_large",
    ));
    forbidden.push((
        intake(IntakeField::OccurredAt(jiff::Timestamp::MIN)),
        "value_out_of_range",
    ));
    for rating in [0, 6, 255] {
        let mut entry = visit(Performance::Performed);
        entry.finding.satisfaction = Some(rating);
        let entry = NewEntry::Visit(entry, String::new());
        forbidden.push((add(id(70), entry), "value_out_of_range"));
    }
    forbidden.push((add(id(70), note("a\0b")), "value_nul"));
    forbidden.push((
        text(TextTarget::Note { id: NOTE }, "a\u{1}b"),
        "value_control",
    ));
    forbidden.push((
        Edit::Party {
            party: PARTY,
            field: PartyField::NameMasked("张小明".into()),
        },
        "name_not_masked",
    ));
    let due = PlanStep {
        due: jiff::civil::Date::MIN,
        ..step()
    };
    forbidden.push((
        Edit::AddStep {
            plan: PLAN,
            step: id(71),
            value: due,
        },
        "value_out_of_range",
    ));
    for (edit, expected) in forbidden {
        let told = format!("{edit:?}");
        assert_eq!(code(&mut case, MEDIATOR, edit), expected, "{told}");
    }
}

#[test]
fn a_text_that_was_pasted_whole_is_refused_and_two_texts_that_meet_stay() {
    let mut case = furnished();
    let pasted = "字".repeat(1_400_000);
    let edit = text(TextTarget::Note { id: NOTE }, &pasted);
    assert_eq!(code(&mut case, MEDIATOR, edit), "text_full");
    let edit = add(id(72), note(&pasted));
    assert_eq!(code(&mut case, MEDIATOR, edit), "text_too_long");
    let much = "字".repeat(limit::MAX_INSERT + 1);
    let edit = text(TextTarget::Note { id: NOTE }, &much);
    assert_eq!(code(&mut case, MEDIATOR, edit), "text_too_long");

    let mut other = case.clone();
    for (case, actor, letter) in [(&mut case, MEDIATOR, "甲"), (&mut other, COLLEAGUE, "乙")] {
        let long = letter.repeat(limit::MAX_INSERT);
        write(case, actor, text(TextTarget::Note { id: NOTE }, &long));
    }
    meet(&mut case, &mut other);
    let merged = view(&case);
    assert_eq!(merged.long_texts(), [format!("notes/{NOTE}")]);
    let more = format!("{}又记。", merged.notes[&NOTE].value.text);
    write(
        &mut case,
        MEDIATOR,
        text(TextTarget::Note { id: NOTE }, &more),
    );
}

#[test]
fn what_the_server_would_refuse_for_its_length_is_not_written() {
    let mut case = furnished();
    let name = PartyField::NameMasked("长".repeat(2_000));
    let edit = Edit::Party {
        party: PARTY,
        field: name,
    };
    assert_eq!(code(&mut case, MEDIATOR, edit), "too_long");
    let long = RiskObservation {
        why: "长".repeat(30_000),
        ..risk()
    };
    assert_eq!(
        code(&mut case, MEDIATOR, add(id(80), NewEntry::Risk(long))),
        "too_long"
    );
}
