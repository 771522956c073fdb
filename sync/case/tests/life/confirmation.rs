//! The application for judicial confirmation: once, and anew when the court did not confirm (E32;
//! LW13, LW14).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, ChannelAct, DeskAct},
    facts::{ConfirmationResult, Status},
    ids::EntryId,
    record::*,
    role::Role,
};

const COURT: &str = "和安县人民法院";

fn in_force() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    stage
}

fn ask(stage: &mut Stage, court: &str) -> EntryId {
    let (court, jointly) = (court.into(), true);
    stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }))
}

/// What becomes of an application that is prepared now: why not, if it is refused.
fn prepare(stage: &mut Stage, court: &str) -> Option<String> {
    let asked = ask(stage, court);
    stage.sync(MEDIATOR);
    stage.refusal(asked).map(str::to_owned)
}

fn send(stage: &mut Stage) {
    let sent = stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation);
    assert_eq!(sent, None);
}

fn decide(stage: &mut Stage, result: ConfirmationResult) {
    let decision = DeskAct::DecideConfirmation(decided(result));
    assert_eq!(stage.desk(Role::Court, decision), None);
}

fn decided(result: ConfirmationResult) -> act::DecideConfirmation {
    act::DecideConfirmation {
        result,
        agreement_no: None,
    }
}

/// Shows E32, LW13, LW14.
#[test]
fn another_application_wipes_out_none_that_lies_before_the_court_or_was_granted() {
    let mut stage = in_force();
    assert_eq!(prepare(&mut stage, "写错的法院"), None);
    assert_eq!(prepare(&mut stage, COURT), None, "nothing was sent yet");
    send(&mut stage);
    let twice = prepare(&mut stage, "另一法院");
    assert_eq!(twice.as_deref(), Some("confirmation_sent"));
    decide(&mut stage, ConfirmationResult::Confirmed);
    let again = prepare(&mut stage, "另一法院");
    assert_eq!(again.as_deref(), Some("confirmed_already"));
    let confirmation = stage.facts().round.confirmation.as_ref().unwrap();
    assert_eq!(confirmation.court, COURT);
    assert!(confirmation.sent_at.is_some() && confirmation.decided.is_some());
}

/// Shows E32, LW14.
#[test]
fn what_the_court_did_not_confirm_is_applied_for_anew_and_its_word_is_kept() {
    let mut stage = in_force();
    assert_eq!(prepare(&mut stage, COURT), None);
    send(&mut stage);
    decide(&mut stage, ConfirmationResult::NotAccepted);
    assert_eq!(prepare(&mut stage, COURT), None);
    let facts = stage.facts();
    let [earlier] = &facts.round.earlier_confirmations[..] else {
        panic!("{:#?}", facts.round);
    };
    let (result, _) = earlier.decided.unwrap();
    assert_eq!(result, ConfirmationResult::NotAccepted);
    let said = facts.trail.iter().find(|line| line.event == "E32c");
    assert_eq!(said.unwrap().words.as_deref(), Some("不予受理"));
    let repeated = ChannelAct::DecideConfirmation(decided(result));
    assert!(repeated.stands(facts), "the court may say it again");
    send(&mut stage);
    decide(&mut stage, ConfirmationResult::Confirmed);
}

/// Shows E32, LW13. The thirty days are the parties', whatever the desks do meanwhile.
#[test]
fn confirmation_is_asked_for_while_a_closing_waits_and_not_before_effect() {
    let mut stage = Stage::of("N03-02");
    stage.sync(GRID);
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingClose);
    assert_eq!(prepare(&mut stage, COURT), None);

    let mut early = Stage::of("N03-02");
    early.accept();
    let refused = prepare(&mut early, COURT);
    assert_eq!(refused.as_deref(), Some("agreement_not_effective"));
}
