//! Who may end a case or settle a disagreement, and with what (D04, E26, E27, R151).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    edit::{Edit, NewEntry, TextTarget},
    facts::{Difficulty, Level, Status},
    ids::ConflictId,
    record::*,
    role::Role,
};

const PERFORMED: CloseKind = CloseKind::AgreementPerformed;

/// A case whose promise was kept, with a closing that is asked for.
fn pending() -> Stage {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let feedback = "已履行。".into();
    let ask = act::AskClose {
        outcome: PERFORMED,
        feedback,
    };
    stage.ask(MEDIATOR, Ask::AskClose(ask));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingClose);
    stage
}

fn close(stage: &mut Stage, role: Role, outcome: CloseKind) -> Option<String> {
    let close = DeskAct::Close(act::Close { outcome });
    stage.desk(role, close).map(|reason| reason.code)
}

/// Shows D04, E27.
#[test]
fn what_is_complex_or_red_or_was_handled_jointly_is_closed_by_the_county_alone() {
    let hard: [fn(&mut Stage); 3] = [
        |stage| stage.settled.facts.difficulty = Difficulty::Complex,
        |stage| stage.settled.facts.round.joint = true,
        |stage| {
            let (level, why, until) = (Level::Red, "一方多次扬言。".into(), None);
            let red = DeskAct::OverrideColour(act::OverrideColour { level, why, until });
            assert_eq!(stage.desk(Role::Supervisor, red), None);
        },
    ];
    for makes_hard in hard {
        let mut stage = pending();
        makes_hard(&mut stage);
        let rank = close(&mut stage, Role::Dispatcher, PERFORMED);
        assert_eq!(rank.as_deref(), Some("rank_too_low"));
        assert_eq!(close(&mut stage, Role::Supervisor, PERFORMED), None);
    }
    let mut plain = pending();
    assert_eq!(close(&mut plain, Role::Dispatcher, PERFORMED), None);
}

/// Shows E27.
#[test]
fn a_case_is_closed_with_what_was_asked_for() {
    let mut stage = pending();
    let other = close(&mut stage, Role::Supervisor, CloseKind::Reconciled);
    assert_eq!(other.as_deref(), Some("outcome_not_asked"));
}

/// Shows E26.
#[test]
fn a_lead_asks_for_no_end_that_is_not_the_leads_to_ask_for_or_does_not_fit() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    for outcome in [CloseKind::OralAgreementPerformed, CloseKind::Withdrawn] {
        let feedback = "已履行。".into();
        let asked = stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(asked), Some("outcome_does_not_fit"));
    }
}

/// Shows E26, E28, M01.
#[test]
fn asking_twice_for_the_same_end_disputes_nothing() {
    let mut stage = pending();
    let feedback = "确已履行。".into();
    let again = act::AskClose {
        outcome: PERFORMED,
        feedback,
    };
    stage.ask(MEDIATOR, Ask::AskClose(again));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingClose);
}

/// Two wrote one note against each other: the disagreement waits for the lead.
fn disputed_note() -> (Stage, ConflictId, usize) {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    let (kind, at) = (NoteKind::Scene, stage.now);
    let head = NoteHead { kind, at };
    let id = stage.add(MEDIATOR, NewEntry::Note(head, "先核对合同。".into()));
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    let target = TextTarget::Note { id };
    for (phone, content) in [
        (MEDIATOR, "先核对合同，再谈。"),
        (GRID, "乙方不同意，先核对合同。"),
    ] {
        let content = content.into();
        stage.edit(phone, Edit::Text { target, content });
    }
    stage.sync(GRID);
    stage.sync(MEDIATOR);
    let conflict = stage.facts().open_conflicts().next().unwrap();
    let (id, variants) = (conflict.id, conflict.variants.len());
    (stage, id, variants)
}

/// Shows R151, R020.
#[test]
fn a_disagreement_is_settled_by_whom_it_waits_for_with_one_of_its_versions_and_once() {
    let (mut stage, conflict, variants) = disputed_note();
    let mut ruled = |role, conflict, choice| {
        let (choice, why) = (u8::try_from(choice).unwrap(), "已核对。".into());
        let ruling = act::RuleConflict {
            conflict,
            choice,
            why,
        };
        let told = stage.desk(role, DeskAct::RuleConflict(ruling));
        told.map(|reason| reason.code)
    };
    for role in [Role::Dispatcher, Role::JudicialOffice] {
        let foreign = ruled(role, conflict, 0);
        assert_eq!(foreign.as_deref(), Some("not_the_resolver"), "{role:?}");
    }
    let beyond = ruled(Role::Supervisor, conflict, variants);
    assert_eq!(beyond.as_deref(), Some("unknown_choice"));
    assert_eq!(ruled(Role::Supervisor, conflict, variants - 1), None);
    let twice = ruled(Role::Supervisor, conflict, 0);
    assert_eq!(twice.as_deref(), Some("conflict_settled"));
}
