//! What becomes of an agreement in force: broken when its day is over, confirmed by the court
//! within thirty days (E20, E32).

use crate::stage::{MEDIATOR, Stage, deeds::payment};
use hejie_case::{
    act::{self, DeskAct},
    facts::{ConfirmationResult, Round, Stage as At, Status},
    fold::RegistryTable,
    ids::EntryId,
    reason::Reason,
    record::*,
    role::Role,
};
use jiff::Timestamp;

fn breach(stage: &mut Stage, obligation: EntryId, remedy: Remedy) -> EntryId {
    let urged_at = stage.now;
    breach_urged_at(stage, obligation, remedy, urged_at)
}

fn given(at: Timestamp) -> Option<act::NoticeGiven> {
    let means = ContactMeans::InPerson;
    Some(act::NoticeGiven { means, at })
}

fn breach_urged_at(
    stage: &mut Stage,
    obligation: EntryId,
    remedy: Remedy,
    urged_at: Timestamp,
) -> EntryId {
    let asked = stage.ask(
        MEDIATOR,
        Ask::Breach(act::Breach {
            obligation,
            remedy,
            urged_at,
            notice: given(stage.now),
        }),
    );
    stage.sync(MEDIATOR);
    asked
}

/// B pays in two parts, on the 12th and on the 22nd of March.
fn in_two_parts(parties: [EntryId; 2]) -> Terms {
    let part = |day| Instalment {
        due: jiff::civil::date(2026, 3, day),
        amount: Cents(430_000),
    };
    Terms {
        schedule: vec![part(12), part(22)],
        ..payment(parties)
    }
}

/// Shows E20, LW12.
#[test]
fn nobody_breaks_a_promise_before_its_day_and_urging_before_it_is_no_urging() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective_as(in_two_parts);
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    let urged_early = stage.now;
    let early = breach(&mut stage, clause, Remedy::Mediate);
    assert_eq!(stage.refusal(early), Some("not_due"));
    stage.later(11 * 24 * 60);
    let unurged = breach_urged_at(&mut stage, clause, Remedy::Mediate, urged_early);
    assert_eq!(stage.refusal(unurged), Some("not_urged"));
    let due = breach(&mut stage, clause, Remedy::Mediate);
    assert_eq!(stage.refusal(due), None);
}

/// Shows E20, LW12.
#[test]
fn who_paid_the_first_part_breaks_nothing_before_the_second_is_due() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective_as(in_two_parts);
    stage.later(11 * 24 * 60);
    stage.pay_a_part(clause, 430_000);
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    let early = breach(&mut stage, clause, Remedy::Litigate);
    assert_eq!(stage.refusal(early), Some("not_due"));
    stage.later(10 * 24 * 60);
    let due = breach(&mut stage, clause, Remedy::Litigate);
    assert_eq!(stage.refusal(due), None);
}

/// Shows E20. What was asked for before the day is not made right by coming late.
#[test]
fn a_breach_that_was_reported_too_early_offline_stays_too_early() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective_as(in_two_parts);
    stage.later(9 * 24 * 60);
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    let asked = stage.ask(
        MEDIATOR,
        Ask::Breach(act::Breach {
            obligation: clause,
            remedy: Remedy::Mediate,
            urged_at: stage.now,
            notice: given(stage.now),
        }),
    );
    stage.later(2 * 24 * 60);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("not_due"));
}

/// Shows E20, LW12.
#[test]
fn a_broken_agreement_goes_back_to_mediation_only_after_the_breach_was_recorded() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    let unfounded = breach(&mut stage, clause, Remedy::Mediate);
    assert_eq!(stage.refusal(unfounded), Some("breach_not_recorded"));
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    let asked = breach(&mut stage, clause, Remedy::Mediate);
    assert_eq!(stage.refusal(asked), None);
    assert_eq!(stage.status(), Status::Mediating);
    assert!(stage.facts().round.breached);
}

/// Shows E20.
#[test]
fn a_broken_agreement_may_end_in_court() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    stage.sync(MEDIATOR);
    breach(&mut stage, clause, Remedy::Litigate);
    let litigated =
        |at: &At| matches!(at, At::Closed { outcome, .. } if *outcome == CloseKind::Litigation);
    assert!(litigated(&stage.facts().stage));
}

/// Shows E32, LW13, LW14.
#[test]
fn confirmation_is_asked_jointly_within_thirty_days_and_the_court_decides() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    let court = || String::from("和安县人民法院");
    let alone = stage.ask(
        MEDIATOR,
        Ask::Confirm(act::Confirm {
            court: court(),
            jointly: false,
        }),
    );
    stage.later(29 * 24 * 60);
    let asked = stage.ask(
        MEDIATOR,
        Ask::Confirm(act::Confirm {
            court: court(),
            jointly: true,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(alone), Some("not_joint"));
    assert_eq!(stage.refusal(asked), None, "day 29");
    let result = ConfirmationResult::Confirmed;
    let too_early = stage.desk(
        Role::Court,
        DeskAct::DecideConfirmation(act::DecideConfirmation {
            result,
            agreement_no: None,
        }),
    );
    assert_eq!(too_early.unwrap().code, "confirmation_not_sent");
    assert_eq!(
        stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation),
        None
    );
    assert_eq!(
        stage.desk(
            Role::Court,
            DeskAct::DecideConfirmation(act::DecideConfirmation {
                result,
                agreement_no: None
            })
        ),
        None
    );
    let confirmation = stage.facts().round.confirmation.as_ref().unwrap();
    assert_eq!(confirmation.decided.unwrap().0, result);
}

/// Shows E32, LW13.
#[test]
fn confirmation_is_too_late_on_day_thirty_one() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    stage.later(31 * 24 * 60);
    let court = "和安县人民法院".into();
    let asked = stage.ask(
        MEDIATOR,
        Ask::Confirm(act::Confirm {
            court,
            jointly: true,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("confirmation_too_late"));
}

/// Shows E32, LW13. It is the application that is bound to the thirty days.
#[test]
fn what_was_prepared_in_time_and_lay_there_is_not_sent_to_the_court_any_more() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    stage.later(29 * 24 * 60);
    let (court, jointly) = ("和安县人民法院".into(), true);
    let asked = stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), None);
    stage.later(3 * 24 * 60);
    let late = stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation);
    assert_eq!(late.unwrap().code, "confirmation_too_late");
}

/// Shows E32, LW13.
#[test]
fn the_application_for_an_agreement_that_another_took_the_place_of_is_not_sent() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    let (court, jointly) = ("和安县人民法院".into(), true);
    stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    stage.sync(MEDIATOR);
    breach(&mut stage, clause, Remedy::Mediate);
    let view = stage.phones[MEDIATOR].doc.view().unwrap();
    let parties: Vec<EntryId> = view.parties.keys().copied().collect();
    stage.freeze([parties[0], parties[1]], "捌仟陆佰元整");
    stage.sync(MEDIATOR);
    let old = stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation);
    assert_eq!(old.unwrap().code, "confirmation_not_prepared");
}

fn at_the_court() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    apply(&mut stage);
    stage
}

fn apply(stage: &mut Stage) {
    let (court, jointly) = ("和安县人民法院".into(), true);
    stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    stage.sync(MEDIATOR);
    let sent = stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation);
    assert_eq!(sent, None);
}

fn decides(stage: &mut Stage, agreement_no: Option<String>) -> Option<Reason> {
    let result = ConfirmationResult::Confirmed;
    let decided = act::DecideConfirmation {
        result,
        agreement_no,
    };
    stage.desk(Role::Court, DeskAct::DecideConfirmation(decided))
}

fn end_and_reopen(stage: &mut Stage) {
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "县住建局".into(),
        receipt: "收-7".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    let why = "原协议另有争议。".into();
    let reopen = DeskAct::Reopen(act::Reopen { why });
    assert_eq!(stage.desk(Role::Supervisor, reopen), None);
}

/// Shows E32, E32c, LW14.
#[test]
fn a_court_is_heard_about_the_agreement_that_another_took_the_place_of() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    apply(&mut stage);
    stage.log(MEDIATOR, clause, Performance::NotPerformed);
    breach(&mut stage, clause, Remedy::Mediate);
    let parties: Vec<EntryId> = stage.view().parties.keys().copied().collect();
    stage.agree_as([parties[0], parties[1]], payment);
    apply(&mut stage);
    let unclear = decides(&mut stage, None).unwrap();
    assert_eq!(unclear.code, "confirmation_ambiguous");
    let first_no = stage.facts().round.earlier_agreements[0].number.clone();
    assert_eq!(decides(&mut stage, first_no), None);
    let applied = stage.facts().round.confirmations();
    let decided: Vec<bool> = applied.map(|of| of.decided.is_some()).collect();
    assert_eq!(decided, [true, false]);
    let rows = &stage.settled.projection.0[&RegistryTable::JudicialConfirmation];
    assert_eq!(rows.len(), 2, "{rows:?}");
}

/// Shows E32c, E29b, LW14.
#[test]
fn a_court_that_decides_after_the_case_was_reopened_is_heard_in_the_round_that_applied() {
    let mut stage = at_the_court();
    end_and_reopen(&mut stage);
    assert_eq!(decides(&mut stage, None), None);
    let applied = stage.facts().past[0].round.confirmation.as_ref().unwrap();
    assert_eq!(applied.decided.unwrap().0, ConfirmationResult::Confirmed);
    assert_eq!(stage.facts().round.confirmation, None);
    let again = decides(&mut stage, None).unwrap();
    assert_eq!(again.code, "confirmation_not_sent");
}

/// Shows E32c, LW14.
#[test]
fn a_court_that_has_two_agreements_of_a_case_says_on_which_it_decides() {
    let mut stage = at_the_court();
    end_and_reopen(&mut stage);
    let mut second = stage.facts().past[0].round.clone();
    let number = |round: &Round| round.agreement.as_ref().unwrap().number.clone();
    let first_no = number(&second);
    let second_no = Some(String::from("（2026）人调字第2号"));
    second
        .agreement
        .as_mut()
        .unwrap()
        .number
        .clone_from(&second_no);
    stage.settled.facts.round = second;
    let unclear = decides(&mut stage, None).unwrap();
    assert_eq!(unclear.code, "confirmation_ambiguous");
    assert_eq!(decides(&mut stage, second_no), None);
    let decided = |round: &Round| round.confirmation.as_ref().unwrap().decided.is_some();
    let rounds: Vec<bool> = stage.facts().rounds().map(decided).collect();
    assert_eq!(rounds, [false, true]);
    assert_eq!(decides(&mut stage, first_no), None);
}
