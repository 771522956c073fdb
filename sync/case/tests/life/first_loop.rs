//! The first loop: from the offer to the feedback, with two phones offline.

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    edit::{Edit, NewEntry, TextTarget},
    facts::{DeadlineKind, Status},
    fold::{Projection, RegistryTable, plan},
    reconcile::Effect,
    record::*,
    role::Role,
    view::{ConflictKind, Severity},
};

fn offline_work(stage: &mut Stage) {
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    stage.ask(
        MEDIATOR,
        Ask::AskClose(act::AskClose {
            outcome: CloseKind::AgreementPerformed,
            feedback: "已调解，当场履行。".into(),
        }),
    );
}

/// Shows E02, E03, E16, E19, E26, R150, R036, D10.
#[test]
fn a_whole_case_worked_offline_is_ruled_on_in_one_exchange_and_waits_for_the_desk() {
    let mut stage = Stage::of("N03-02");
    offline_work(&mut stage);
    assert_eq!(stage.status(), Status::Dispatched);
    stage.sync(MEDIATOR);
    assert_eq!(
        stage.status(),
        Status::PendingClose,
        "{:#?}",
        stage.facts().rulings
    );
    assert!(
        stage
            .facts()
            .rulings
            .values()
            .all(|r| r.decision == hejie_case::facts::Decision::Accepted)
    );
    assert!(
        stage
            .facts()
            .round
            .agreement
            .as_ref()
            .unwrap()
            .number
            .is_some()
    );
    stage.later(60);
    stage.sync(GRID);
    assert_eq!(
        stage.desk(
            Role::JudicialOffice,
            DeskAct::Close(act::Close {
                outcome: CloseKind::AgreementPerformed
            })
        ),
        None
    );
    assert_eq!(stage.status(), Status::Closed);
    let told = [Effect::Feedback {
        channel: "110".into(),
        external_no: "JJD-1".into(),
        text: "已调解，当场履行。".into(),
        round: 1,
        outcome: CloseKind::AgreementPerformed,
        of: None,
    }];
    assert_eq!(stage.settled.effects, told);
    let feedback = stage
        .facts()
        .deadlines
        .iter()
        .find(|d| d.kind == DeadlineKind::Feedback)
        .unwrap();
    assert!(feedback.met_at.is_some());
}

/// Shows R020, R151, M05.
#[test]
fn the_same_note_written_by_two_is_kept_in_both_versions_and_ruled_on_by_a_supervisor() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    let head = NoteHead {
        kind: NoteKind::Scene,
        at: stage.now,
    };
    let id = stage.add(
        MEDIATOR,
        NewEntry::Note(head, "双方同意先核对合同。".into()),
    );
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    let target = TextTarget::Note { id };
    stage.edit(
        MEDIATOR,
        Edit::Text {
            target,
            content: "双方同意先核对合同，周三再谈。".into(),
        },
    );
    stage.edit(
        GRID,
        Edit::Text {
            target,
            content: "乙方不同意，双方先核对合同。".into(),
        },
    );
    stage.sync(GRID);
    stage.sync(MEDIATOR);
    let open: Vec<_> = stage.facts().open_conflicts().cloned().collect();
    assert_eq!(open.len(), 1);
    assert_eq!(
        (open[0].kind, open[0].severity),
        (ConflictKind::SharedText, Severity::Review)
    );
    assert_eq!(
        open[0].variants.len(),
        3,
        "the merged text and what each wrote"
    );
    let ruling = DeskAct::RuleConflict(act::RuleConflict {
        conflict: open[0].id,
        choice: 1,
        why: "以调解员现场记录为准。".into(),
    });
    assert_eq!(stage.desk(Role::Supervisor, ruling.clone()), None);
    assert_eq!(stage.facts().open_conflicts().count(), 0);
    assert_eq!(
        stage.desk(Role::Supervisor, ruling).unwrap().code,
        "conflict_settled"
    );
}

/// Shows R151.
#[test]
fn both_orders_of_coming_back_give_one_document_and_one_set_of_rulings() {
    let play = |order: [usize; 2]| {
        let mut stage = Stage::of("N03-02");
        offline_work(&mut stage);
        let visit = Visit {
            due: None,
            method: VisitMethod::Door,
            at: stage.now,
            place: None,
            finding: VisitFinding {
                performance: Performance::Performed,
                satisfaction: Some(5),
                relapse_sign: false,
            },
        };
        stage.add(GRID, NewEntry::Visit(visit, "双方情绪平稳。".into()));
        let risk = RiskObservation {
            factor: RiskFactor::Emotion(Emotion::Agitated),
            at: stage.now,
            why: String::new(),
        };
        stage.add(GRID, NewEntry::Risk(risk));
        for phone in order {
            stage.sync(phone);
        }
        stage
    };
    let (first, second) = (play([MEDIATOR, GRID]), play([GRID, MEDIATOR]));
    assert_eq!(first.settled.heads, second.settled.heads);
    assert_eq!(first.view(), second.view());
    assert_eq!(first.status(), second.status());
    assert_eq!(first.facts().colour, second.facts().colour);
}

#[test]
fn the_registry_equals_a_fold_from_nothing() {
    let mut stage = Stage::of("N03-02");
    offline_work(&mut stage);
    stage.sync(MEDIATOR);
    let settled = &stage.settled;
    let authors: Vec<_> = stage.phones.iter().map(|p| (p.actor, p.author)).collect();
    let again = hejie_case::fold::fold(&settled.view, &settled.facts, &authors);
    assert_eq!(plan(&settled.projection, &again), []);
    assert_eq!(again.0[&RegistryTable::Obligation].len(), 1);
    assert_eq!(again.0[&RegistryTable::Signature].len(), 3);
}

#[test]
fn the_plan_for_the_registry_is_written_down() {
    let mut stage = Stage::of("N03-02");
    offline_work(&mut stage);
    stage.sync(MEDIATOR);
    let plan = plan(&Projection::default(), &stage.settled.projection);
    insta::assert_json_snapshot!(plan);
}

#[test]
fn a_disagreement_that_blocks_nothing_can_still_be_ruled_on_after_the_case_was_closed() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    let head = NoteHead {
        kind: NoteKind::Scene,
        at: stage.now,
    };
    let id = stage.add(MEDIATOR, NewEntry::Note(head, "双方已到场。".into()));
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    let target = TextTarget::Note { id };
    stage.edit(
        MEDIATOR,
        Edit::Text {
            target,
            content: "双方已到场，情绪平稳。".into(),
        },
    );
    stage.edit(
        GRID,
        Edit::Text {
            target,
            content: "乙方未到场。".into(),
        },
    );
    stage.log(MEDIATOR, clause, Performance::Performed);
    let outcome = CloseKind::AgreementPerformed;
    stage.ask(
        MEDIATOR,
        Ask::AskClose(act::AskClose {
            outcome,
            feedback: "已履行。".into(),
        }),
    );
    stage.sync(MEDIATOR);
    stage.later(1);
    stage.sync(GRID);
    assert_eq!(
        stage.desk(Role::Supervisor, DeskAct::Close(act::Close { outcome })),
        None
    );
    assert_eq!(stage.status(), Status::Closed);
    let conflict = stage.facts().open_conflicts().next().unwrap().id;
    let ruling = DeskAct::RuleConflict(act::RuleConflict {
        conflict,
        choice: 0,
        why: "以合并后的为准。".into(),
    });
    assert_eq!(stage.desk(Role::Supervisor, ruling), None);
    assert_eq!(stage.status(), Status::Closed);
}
