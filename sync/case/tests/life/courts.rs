//! Which court a decision is of, and which application it leaves as it was (E32c, LW14).

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act::{self, ChannelAct, DeskAct},
    facts::ConfirmationResult::{self, Confirmed, NotAccepted},
    record::*,
    role::Role,
};

fn decided(result: ConfirmationResult) -> act::DecideConfirmation {
    let agreement_no = None;
    act::DecideConfirmation {
        result,
        agreement_no,
    }
}

/// Sends an application to a court.
fn apply(stage: &mut Stage, court: &str) {
    let (court, jointly) = (court.into(), true);
    stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    stage.sync(MEDIATOR);
    let sent = stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation);
    assert_eq!(sent, None);
}

fn decide(stage: &mut Stage, result: ConfirmationResult) {
    let decision = DeskAct::DecideConfirmation(decided(result));
    assert_eq!(stage.desk(Role::Court, decision), None);
}

/// Shows E32, E32c, LW14.
#[test]
fn a_decision_is_of_the_court_that_has_the_application_and_of_none_that_had_one() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    apply(&mut stage, "和安县人民法院");
    decide(&mut stage, NotAccepted);
    apply(&mut stage, "新港人民法庭");
    let courts = |stage: &Stage| decided(Confirmed).courts(stage.facts()).join("、");
    assert_eq!(courts(&stage), "新港人民法庭", "which it waits for");
    let stands = |stage: &Stage, result| {
        let act = ChannelAct::DecideConfirmation(decided(result));
        act.stands(stage.facts())
    };
    assert!(stands(&stage, NotAccepted) && !stands(&stage, Confirmed));
    decide(&mut stage, Confirmed);
    assert!(stands(&stage, NotAccepted) && stands(&stage, Confirmed));
    let all = courts(&stage);
    assert!(all.contains("和安县人民法院") && all.contains("新港人民法庭"));
    let applied = stage.facts().round.confirmations();
    let applied: Vec<_> = applied.map(|of| (of.court.as_str(), of.decided)).collect();
    for (court, result) in [("和安县人民法院", NotAccepted), ("新港人民法庭", Confirmed)]
    {
        let mut of = applied.iter().filter(|(of, _)| *of == court);
        assert_eq!(of.next().unwrap().1.unwrap().0, result, "{court}");
    }
}
