//! Closing: who may, what blocks, whom it waits for (E26, E27; M01, M27).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Stage as At, Status},
    ids::EntryId,
    record::*,
    role::Role,
};

fn performed(stage: &mut Stage) -> EntryId {
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    clause
}

fn ask_close(stage: &mut Stage) -> EntryId {
    stage.ask(
        MEDIATOR,
        Ask::AskClose(act::AskClose {
            outcome: CloseKind::AgreementPerformed,
            feedback: "已履行。".into(),
        }),
    )
}

/// Shows E27, D04.
#[test]
fn a_simple_case_closes_by_rule_once_every_phone_of_it_was_heard() {
    let mut stage = Stage::of("N03-05");
    stage.sync(GRID);
    performed(&mut stage);
    ask_close(&mut stage);
    stage.sync(MEDIATOR);
    assert_eq!(
        stage.status(),
        Status::PendingClose,
        "the grid worker's phone was in touch today and has not come back"
    );
    stage.later(10);
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::Closed);
}

/// Shows M27.
#[test]
fn performed_against_not_performed_blocks_the_closing_until_somebody_rules() {
    let mut stage = Stage::of("N03-05");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    stage.log(MEDIATOR, clause, Performance::Performed);
    ask_close(&mut stage);
    stage.log(GRID, clause, Performance::NotPerformed);
    stage.sync(MEDIATOR);
    stage.later(1);
    stage.sync(GRID);
    assert_eq!(
        stage.status(),
        Status::PendingClose,
        "{:?}",
        stage.facts().stage
    );
    let close = DeskAct::Close(act::Close {
        outcome: CloseKind::AgreementPerformed,
    });
    assert_eq!(
        stage.desk(Role::Supervisor, close).unwrap().code,
        "open_block"
    );
    let conflict = stage.facts().open_conflicts().next().unwrap();
    let mediator = stage.phones[MEDIATOR].actor;
    let choice = conflict
        .variants
        .iter()
        .position(|v| v.author == Some(mediator))
        .unwrap();
    let choice = u8::try_from(choice).unwrap();
    let ruling = DeskAct::RuleConflict(act::RuleConflict {
        conflict: conflict.id,
        choice,
        why: "转账凭证已核对。".into(),
    });
    assert_eq!(stage.desk(Role::Supervisor, ruling), None);
    assert_eq!(
        stage.status(),
        Status::Closed,
        "a simple case closes by rule as soon as nothing is in its way"
    );
}

#[test]
fn a_breach_that_was_found_later_keeps_the_case_from_closing_as_performed() {
    let mut stage = Stage::of("N03-02");
    let clause = performed(&mut stage);
    ask_close(&mut stage);
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    stage.log(GRID, clause, Performance::NotPerformed);
    stage.sync(GRID);
    let close = DeskAct::Close(act::Close {
        outcome: CloseKind::AgreementPerformed,
    });
    assert_eq!(
        stage.desk(Role::Supervisor, close).unwrap().code,
        "obligations_open"
    );
}

/// Shows E28, M01.
#[test]
fn two_outcomes_make_the_closing_disputed_and_only_the_supervisor_settles_it() {
    let mut stage = Stage::of("N03-02");
    performed(&mut stage);
    ask_close(&mut stage);
    stage.sync(MEDIATOR);
    stage.ask(
        MEDIATOR,
        Ask::AskClose(act::AskClose {
            outcome: CloseKind::Reconciled,
            feedback: "自行和解。".into(),
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::CloseDisputed);
    let close = DeskAct::Close(act::Close {
        outcome: CloseKind::AgreementPerformed,
    });
    assert_eq!(
        stage.desk(Role::Dispatcher, close.clone()).unwrap().code,
        "rank_too_low"
    );
    assert_eq!(stage.desk(Role::Supervisor, close), None);
    assert!(matches!(
        stage.facts().stage,
        At::Closed {
            outcome: CloseKind::AgreementPerformed,
            ..
        }
    ));
}

#[test]
fn an_unperformed_agreement_does_not_close_as_performed() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    let asked = ask_close(&mut stage);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("obligations_open"));
}
