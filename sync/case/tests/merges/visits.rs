//! Visits: two for one due item, two answers on satisfaction, two findings.

use crate::scene::*;
use hejie_case::{
    act,
    facts::{Duty, Status},
    fold::RegistryTable,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

/// Shows M14, E21.
#[test]
fn two_visits_for_one_due_item_are_both_kept_and_only_noted() {
    for order in [[GRID, COLLEAGUE], [COLLEAGUE, GRID]] {
        let mut stage = Stage::of("N03-02");
        let neighbour = stage.join(3, Role::GridWorker, Duty::Visit);
        for phone in [GRID, neighbour] {
            let entry = visit(&stage, Some(1), Performance::Performed, None);
            stage.add(phone, entry);
        }
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::DoubleVisit,
            Severity::Note,
            Resolver::Lead,
        );
        assert_eq!(conflict.answer_within(), None);
        assert_eq!(stage.view().visits.len(), 2);
    }
}

/// Shows M26.
#[test]
fn satisfaction_is_kept_from_both_and_counted_from_the_independent_visitor() {
    for order in orders(GRID) {
        let (mut stage, _) = mediating("N03-02");
        for (phone, satisfaction) in [(MEDIATOR, 5), (GRID, 3)] {
            let entry = visit(&stage, None, Performance::Partly, Some(satisfaction));
            stage.add(phone, entry);
        }
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::TwoSatisfactions,
            Severity::Note,
            Resolver::Supervisor,
        );
        assert!(
            conflict
                .variants
                .iter()
                .any(|v| v.text == "满意度 3（独立回访）")
        );
        let rows = stage.settled.projection.0[&RegistryTable::Visit].values();
        let counted: Vec<_> = rows
            .filter(|row| row["independent"] == true)
            .map(|row| row["satisfaction"].as_u64())
            .collect();
        assert_eq!(counted, [Some(3)]);
    }
}

/// Shows M27.
#[test]
fn performed_against_not_performed_stops_the_closing_until_somebody_asked_the_parties() {
    for order in orders(GRID) {
        let mut stage = case("N03-02");
        let clause = stage.make_effective();
        everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
        assert_eq!(stage.status(), Status::AgreementEffective);
        stage.log(MEDIATOR, clause, Performance::NotPerformed);
        let entry = visit(&stage, None, Performance::Performed, None);
        stage.add(GRID, entry);
        everybody_comes_back(&mut stage, order);
        let conflict = the_one(
            &stage,
            ConflictKind::PerformanceDisputed,
            Severity::Block,
            Resolver::Lead,
        );
        let row = &stage.settled.projection.0[&RegistryTable::Obligation];
        assert!(row.values().all(|row| row["state"] == "disputed"));
        let asked = close_as_performed(&mut stage);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(asked), Some("obligations_open"));

        assert_eq!(lead_rules(&mut stage, &conflict, 0), None);
        stage.log(MEDIATOR, clause, Performance::Performed);
        let asked = close_as_performed(&mut stage);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(asked), None);
        assert_eq!(stage.status(), Status::PendingClose);
    }
}

fn close_as_performed(stage: &mut Stage) -> hejie_case::ids::EntryId {
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }))
}
