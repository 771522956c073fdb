//! What the table of a joint handling leaves as it found it (E22, E22b, E22c).

use crate::stage::{MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, Act, DeskAct},
    facts::{DeadlineKind, Stage as At, Status},
    ids::EntryId,
    record::*,
    role::Role,
};

fn performed(stage: &mut Stage) -> EntryId {
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }))
}

/// Shows E22b, E19, E26, R117.
#[test]
fn an_agreement_in_force_is_performed_while_the_table_sits_and_closed_when_it_rose() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    stage.take_up();
    let paid = stage.log(MEDIATOR, clause, Performance::Performed);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(paid), None, "what was paid is kept");
    assert_eq!(stage.status(), Status::JointHandling);
    stage.rise();
    assert_eq!(stage.status(), Status::FollowUp, "only visits remain");
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.any(|d| d.kind == DeadlineKind::FollowUp && d.is_running()));
    let closing = performed(&mut stage);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(closing), None);
    let outcome = CloseKind::AgreementPerformed;
    let close = DeskAct::Close(act::Close { outcome });
    assert_eq!(stage.desk(Role::Supervisor, close), None);
}

/// Shows E22b, E32, LW13.
#[test]
fn an_agreement_in_force_is_still_confirmed_when_the_table_rose() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    stage.take_up();
    stage.rise();
    assert_eq!(stage.status(), Status::AgreementEffective);
    let (court, jointly) = ("和安县人民法院".into(), true);
    let asked = stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), None);
}

/// Shows E12, E22, E25, LW12.
#[test]
fn nobody_takes_back_at_the_table_what_was_agreed_before_it() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    stage.take_up();
    let party = *stage.view().parties.keys().next().unwrap();
    stage.consent(MEDIATOR, party, ConsentDecision::Withdraw, Vec::new());
    let (ground, routes_told) = (TerminationGround::NoAgreement, true);
    let refused = [
        Ask::Refuse(act::Refuse { party, routes_told }),
        Ask::Terminate(act::Terminate {
            ground,
            routes_told,
        }),
    ];
    let refused = refused.map(|ask| stage.ask(MEDIATOR, ask));
    stage.sync(MEDIATOR);
    for asked in refused {
        assert_eq!(stage.refusal(asked), Some("agreement_in_force"));
    }
    assert_eq!(stage.status(), Status::JointHandling);
}

/// Shows E22b, LW01.
#[test]
fn a_case_goes_on_where_it_stood_when_the_table_took_it_up() {
    use Status::*;
    for stood in [
        SignedFor,
        OnScene,
        PendingAcceptance,
        Accepted,
        Mediating,
        AgreementPending,
        AgreementEffective,
        Performing,
        FollowUp,
    ] {
        let mut stage = Stage::of("N03-02");
        stage.accept();
        stage.sync(MEDIATOR);
        stage.settled.facts.stage = At::plain(stood).unwrap();
        stage.take_up();
        assert_eq!(stage.status(), JointHandling);
        stage.rise();
        assert_eq!(stage.status(), stood);
    }
}

/// Shows E05, E22b.
#[test]
fn whoever_signs_for_an_offer_while_the_table_sits_has_signed_when_it_rose() {
    let mut stage = Stage::of("N03-02");
    stage.arrive();
    stage.sync(MEDIATOR);
    stage.settled.facts.stage = At::SignedFor;
    let (by, reason) = (author(1, Role::Mediator), "不在本辖区。".into());
    let back = DeskAct::Return(act::Return { reason });
    assert_eq!(stage.act_as(by.user, by.role, back), None);
    let target = author(3, Role::Mediator);
    let expected = "到场化解。".into();
    let offer = DeskAct::Dispatch(act::Dispatch { target, expected });
    assert_eq!(stage.desk(Role::Dispatcher, offer), None);
    assert_eq!(stage.status(), Status::Dispatched);
    stage.take_up();
    let assignment = stage.facts().offered().unwrap().version;
    let signs = Act::Ask(Ask::SignFor(act::SignFor { assignment }));
    assert_eq!(stage.act_as(target.user, target.role, signs), None);
    stage.rise();
    assert_eq!(stage.status(), Status::SignedFor);
}

/// Shows E22, E26.
#[test]
fn a_closing_that_was_asked_for_is_to_be_asked_for_again_when_the_table_rose() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    performed(&mut stage);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingClose);
    stage.take_up();
    stage.rise();
    assert_eq!(stage.status(), Status::FollowUp, "where it stood before");
    let again = performed(&mut stage);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(again), None);
    assert_eq!(stage.status(), Status::PendingClose);
}

/// Shows E22b. The steps of the one table are not those of the other.
#[test]
fn a_table_that_is_enlarged_leads_back_to_where_the_case_stood_first() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    stage.take_up();
    stage.take_up();
    stage.rise();
    assert_eq!(stage.status(), Status::AgreementEffective);
}

/// Shows E22c, R023.
#[test]
fn desks_write_three_plans_and_then_write_them_anew() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage.take_up();
    let mut plans = Vec::new();
    for _ in 0..3 {
        stage.later(1);
        plans.push(stage.fresh());
        assert_eq!(stage.plan(plans[plans.len() - 1]), None);
    }
    stage.later(1);
    let fourth = stage.fresh();
    assert_eq!(stage.plan(fourth).unwrap().code, "too_many_plans");
    assert_eq!(stage.plan(plans[0]), None, "one is written anew");
    assert_eq!(stage.facts().round.plans.len(), 3);
}
