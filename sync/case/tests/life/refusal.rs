//! Refusal is sticky and wins over progress (Mediation Law arts. 17, 23; M06).

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act,
    edit::{Edit, Withdrawable},
    facts::{Stage as At, Status},
    record::{Ask, CloseKind, ConsentDecision, Side},
};

fn two_parties_asked(stage: &mut Stage) -> [hejie_case::ids::EntryId; 2] {
    let offer = stage.facts().offered().unwrap().version;
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: offer }));
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    stage.ask(
        MEDIATOR,
        Ask::GiveNotice(act::GiveNotice {
            text_version: "2026-1".into(),
        }),
    );
    parties
}

#[test]
fn a_party_who_never_agreed_keeps_the_case_from_being_accepted() {
    let mut stage = Stage::of("N02-02");
    let [a, _] = two_parties_asked(&mut stage);
    stage.consent(MEDIATOR, a, ConsentDecision::Agree, vec![]);
    let asked = stage.ask(MEDIATOR, Ask::Accept);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("consent_missing"));
}

/// Shows E12, M06, LW01, P04.
#[test]
fn a_refusal_stands_until_a_consent_that_has_seen_it() {
    let mut stage = Stage::of("N02-02");
    let [a, b] = two_parties_asked(&mut stage);
    stage.consent(MEDIATOR, a, ConsentDecision::Agree, vec![]);
    let refusal = stage.consent(MEDIATOR, b, ConsentDecision::Refuse, vec![]);
    stage.consent(MEDIATOR, b, ConsentDecision::Agree, vec![]);
    let blind = stage.ask(MEDIATOR, Ask::Accept);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(blind), Some("party_refused"));
    stage.consent(MEDIATOR, b, ConsentDecision::Agree, vec![refusal]);
    let seeing = stage.ask(MEDIATOR, Ask::Accept);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(seeing), None);
}

/// Shows LW01, M06, P04.
#[test]
fn a_refusal_stands_though_its_party_is_withdrawn_and_entered_again() {
    let mut stage = Stage::of("N02-02");
    let [a, b] = two_parties_asked(&mut stage);
    stage.consent(MEDIATOR, a, ConsentDecision::Agree, vec![]);
    let refusal = stage.consent(MEDIATOR, b, ConsentDecision::Refuse, vec![]);
    let (target, at) = (Withdrawable::Party(b), stage.now);
    let why = "录错".into();
    stage.edit(MEDIATOR, Edit::Withdraw { target, why, at });
    let again = stage.party(Side::B, "李*");
    stage.consent(MEDIATOR, again, ConsentDecision::Agree, vec![refusal]);
    let asked = stage.ask(MEDIATOR, Ask::Accept);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("party_refused"));
    stage.consent(MEDIATOR, b, ConsentDecision::Agree, vec![refusal]);
    let knowing = stage.ask(MEDIATOR, Ask::Accept);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(knowing), None);
}

#[test]
fn a_refusal_is_heard_before_the_acceptance_that_it_meets() {
    let mut stage = Stage::of("N02-02");
    let [a, b] = two_parties_asked(&mut stage);
    stage.sync(MEDIATOR);
    for party in [a, b] {
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, vec![]);
    }
    let accept = stage.ask(MEDIATOR, Ask::Accept);
    stage.consent(MEDIATOR, b, ConsentDecision::Refuse, vec![]);
    stage.ask(
        MEDIATOR,
        Ask::Refuse(act::Refuse {
            party: b,
            routes_told: true,
        }),
    );
    stage.sync(MEDIATOR);
    assert!(matches!(
        stage.facts().stage,
        At::Closed {
            outcome: CloseKind::Refused,
            ..
        }
    ));
    assert_eq!(stage.refusal(accept), Some("wrong_stage"));
}

/// Shows LW07.
#[test]
fn an_end_without_telling_the_other_routes_is_refused() {
    let mut stage = Stage::of("N02-02");
    let [_, b] = two_parties_asked(&mut stage);
    stage.consent(MEDIATOR, b, ConsentDecision::Refuse, vec![]);
    let asked = stage.ask(
        MEDIATOR,
        Ask::Refuse(act::Refuse {
            party: b,
            routes_told: false,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("routes_not_told"));
    assert_eq!(stage.status(), Status::PendingAcceptance);
}

/// Shows R001.
#[test]
fn somebody_who_does_not_answer_for_the_case_cannot_move_it() {
    let mut stage = Stage::of("N02-02");
    let offer = stage.facts().offered().unwrap().version;
    let asked = stage.ask(GRID, Ask::SignFor(act::SignFor { assignment: offer }));
    stage.sync(GRID);
    assert_eq!(stage.refusal(asked), Some("not_yours"));
    assert_eq!(stage.status(), Status::Dispatched);
}
