//! Closing: who may ask, what two requests make of a case.

use crate::scene::*;
use hejie_case::{
    act::{self, DeskAct},
    facts::{Stage as At, Status},
    ids::EntryId,
    record::*,
    role::Role,
    view::{ConflictKind, Resolver, Severity},
};

fn performed() -> Stage {
    let mut stage = case("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    everybody_comes_back(&mut stage, [MEDIATOR, GRID]);
    assert_eq!(stage.status(), Status::FollowUp);
    stage
}

fn ask_close(stage: &mut Stage, phone: usize, outcome: CloseKind) -> EntryId {
    let feedback = "已办结。".into();
    stage.ask(phone, Ask::AskClose(act::AskClose { outcome, feedback }))
}

/// The third phone is a second one of the lead.
fn with_two_phones_of_the_lead(stage: &mut Stage) {
    stage.phones[COLLEAGUE].author = author(1, Role::Mediator);
}

/// Shows M01, E26, E28.
#[test]
fn closings_with_two_outcomes_are_both_kept_and_only_the_supervisor_ends_them() {
    for order in orders(COLLEAGUE) {
        let mut stage = performed();
        with_two_phones_of_the_lead(&mut stage);
        let requests = [
            ask_close(&mut stage, MEDIATOR, CloseKind::AgreementPerformed),
            ask_close(&mut stage, COLLEAGUE, CloseKind::Reconciled),
        ];
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.status(), Status::CloseDisputed);
        the_one(
            &stage,
            ConflictKind::Closings,
            Severity::Block,
            Resolver::Supervisor,
        );
        let kept = |id: &EntryId| stage.view().requests.contains_key(id);
        assert!(requests.iter().all(kept));
        let outcome = CloseKind::AgreementPerformed;
        let refused = stage.desk(Role::Dispatcher, DeskAct::Close(act::Close { outcome }));
        assert_eq!(refused.unwrap().code, "rank_too_low");
        stage.later(3 * 24 * 60);
        assert_eq!(
            stage.desk(Role::Supervisor, DeskAct::Close(act::Close { outcome })),
            None
        );
        assert!(matches!(stage.facts().stage, At::Closed { outcome: o, .. } if o == outcome));
        none_open(&stage, ConflictKind::Closings);
    }
}

/// Shows M01, E26.
#[test]
fn a_closing_by_somebody_who_does_not_lead_is_kept_with_its_refusal_and_disputes_nothing() {
    for order in orders(COLLEAGUE) {
        let mut stage = performed();
        ask_close(&mut stage, MEDIATOR, CloseKind::AgreementPerformed);
        let of_colleague = ask_close(&mut stage, COLLEAGUE, CloseKind::Reconciled);
        everybody_comes_back(&mut stage, order);
        assert_eq!(stage.refusal(of_colleague), Some("not_yours"));
        assert!(stage.view().requests.contains_key(&of_colleague));
        assert_eq!(stage.status(), Status::PendingClose);
        none_open(&stage, ConflictKind::Closings);
    }
}
