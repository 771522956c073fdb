//! From the call to acceptance: claims, arrival, quick settlement, residual risk, notice (E01–E13).

use crate::stage::{MEDIATOR, Stage, author, user};
use hejie_case::{
    act::{self, DeskAct, ServerAct, claim},
    catalogue::{Route, routes},
    facts::{DeadlineKind, OrgLevel, RepeatCall, Status},
    ids::EntryId,
    reconcile::Effect,
    record::*,
    role::Role,
    schema::CONTAINERS,
};

fn arrive() -> Ask {
    Ask::Arrive(act::Arrive {
        place: None,
        reason: None,
    })
}

fn at(lat: f64, lon: f64) -> Option<Place> {
    Some(Place {
        region: "990101001".parse().unwrap(),
        address: "新港街道某小区".into(),
        position: Some(Position {
            lat,
            lon,
            accuracy: 10.0,
        }),
    })
}

/// Shows E01, E05, R012, R078, LW19.
#[test]
fn a_reported_case_is_received_at_a_moment_and_offered_and_signed_for_in_its_time() {
    let mut stage = Stage::of("N02-02");
    let facts = stage.facts();
    assert_eq!(
        facts.registered_at, stage.now,
        "the receipt is a fact of law"
    );
    let clock = |stage: &Stage, kind| {
        let mut clocks = stage.facts().deadlines.iter();
        clocks.find(|d| d.kind == kind).unwrap().clone()
    };
    let dispatch = clock(&stage, DeadlineKind::Dispatch);
    assert_eq!(
        dispatch
            .due_at
            .duration_since(dispatch.starts_at)
            .as_hours(),
        24
    );
    assert!(dispatch.met_at.is_some());
    let assignment = stage.facts().offered().unwrap().version;
    let late = stage.ask(
        MEDIATOR,
        Ask::SignFor(act::SignFor {
            assignment: assignment + 1,
        }),
    );
    let signed = stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(late), Some("offer_superseded"));
    assert_eq!(stage.refusal(signed), None);
    assert!(clock(&stage, DeadlineKind::SignFor).met_at.is_some());
    assert!(clock(&stage, DeadlineKind::Arrive).is_running());
}

/// Shows E04, R018.
#[test]
fn of_two_who_claim_a_waiting_case_the_first_has_it_and_the_second_is_told() {
    let mut stage = Stage::of("N02-02");
    let offered = stage.facts().offered().unwrap().user;
    stage.act_as(offered, Role::Mediator, give_back());
    assert_eq!(claim::taken_by(stage.facts()), None, "it waits");
    assert_eq!(claims(&mut stage, 7, Role::Mediator), None);
    let told = claims(&mut stage, 8, Role::Mediator);
    assert_eq!(told.as_deref(), Some("wrong_stage"));
    assert_eq!(stage.facts().first().unwrap().user, user(7));
    let (by, holder) = claim::taken_by(stage.facts()).unwrap();
    assert_eq!((by.user, holder.user), (user(7), user(7)));
    gives_back(&mut stage, 7);
    assert_eq!(claim::taken_by(stage.facts()), None, "it waits again");
}

/// Shows E04. A department claims what the catalogue gives it, and nothing by not being known.
#[test]
fn a_department_claims_no_matter_of_another_and_the_county_decides_after_two_returns() {
    let mut stage = Stage::of("N02-02");
    let offered = stage.facts().offered().unwrap().user;
    stage.act_as(offered, Role::Mediator, give_back());
    let told = claims(&mut stage, 7, Role::Department);
    assert_eq!(told.as_deref(), Some("not_on_your_list"));
    for role in [Role::GridWorker, Role::Dispatcher, Role::Supervisor] {
        let told = claims(&mut stage, 7, role);
        assert_eq!(told.as_deref(), Some("not_yours"), "{role:?}");
    }
    assert_eq!(claims(&mut stage, 7, Role::Mediator), None);
    gives_back(&mut stage, 7);
    let told = claims(&mut stage, 7, Role::Mediator);
    assert_eq!(told.as_deref(), Some("county_decides"));
}

/// Shows E04.
#[test]
fn a_matter_waits_for_its_department_for_mediators_and_for_officers() {
    let route = |code: &str| routes().iter().find(|r| r.code.as_str() == code).unwrap();
    let (neighbours, divorce) = (route("N02-02"), route("N01-02"));
    let waits = claim::waits_for;
    assert!(waits(divorce, Role::Department, "和安县妇联"));
    assert!(!waits(neighbours, Role::Department, "和安县妇联"));
    assert!(!waits(divorce, Role::Department, ""));
    assert!(waits(divorce, Role::Mediator, "") && waits(divorce, Role::PoliceOfficer, ""));
    assert!(!waits(divorce, Role::Dispatcher, "和安县妇联"));
    let ours = Route {
        lead: "商务局".into(),
        co: vec!["残联".into()],
        ..divorce.clone()
    };
    assert!(waits(&ours, Role::Department, "和安县商务局"));
    assert!(waits(&ours, Role::Department, "和安县残联"));
    assert!(!waits(&ours, Role::Department, "和安县妇联"));
}

/// Somebody of each side, who agrees to the mediation.
fn both_consent(stage: &mut Stage) -> Vec<EntryId> {
    let sides = [Side::A, Side::B].into_iter();
    let consenting = sides.map(|side| {
        let party = stage.party(side, "王*");
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
        party
    });
    consenting.collect()
}

fn give_back() -> DeskAct {
    let reason = "不在本辖区。".into();
    DeskAct::Return(act::Return { reason })
}

fn gives_back(stage: &mut Stage, n: u8) {
    assert_eq!(stage.act_as(user(n), Role::Mediator, give_back()), None);
}

/// Somebody claims the case; why not, if not.
fn claims(stage: &mut Stage, n: u8, role: Role) -> Option<String> {
    let claim = act::Claim::motion(author(n, role), stage.now);
    let told = stage.act_as(user(n), role, claim.act);
    told.map(|reason| reason.code)
}

/// Shows E07, R012.
#[test]
fn an_arrival_far_from_the_place_needs_a_reason() {
    let mut stage = Stage::of("N02-02");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    let field = IntakeField::Place(at(29.9, 121.8).unwrap());
    stage.edit(MEDIATOR, hejie_case::edit::Edit::Intake { field });
    let far = at(29.95, 121.8);
    let silent = stage.ask(
        MEDIATOR,
        Ask::Arrive(act::Arrive {
            place: far.clone(),
            reason: None,
        }),
    );
    let reason = Some("双方已转到社区调解室。".into());
    let told = stage.ask(MEDIATOR, Ask::Arrive(act::Arrive { place: far, reason }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(silent), Some("too_far"));
    assert_eq!(stage.refusal(told), None);
    assert_eq!(stage.status(), Status::OnScene);
}

/// Shows E08, R013, R110, R126, R008.
#[test]
fn a_simple_dispute_is_settled_on_the_scene_and_its_source_is_told_by_itself() {
    let mut stage = Stage::of("N02-02");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.ask(MEDIATOR, arrive());
    let assents = both_consent(&mut stage);
    let (level, why) = (Residual::Low, "双方已平静，诉求单一。".into());
    let judged = Ask::ResidualRisk(act::ResidualRisk { level, why });
    stage.ask(MEDIATOR, judged);
    let result = "双方当场和解，互相道歉。".into();
    let settle = act::SettleOnScene { result, assents };
    stage.ask(MEDIATOR, Ask::SettleOnScene(settle));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Closed, "by rule");
    let told = |e: &Effect| matches!(e, Effect::Feedback { channel, .. } if channel == "110");
    assert!(stage.settled.effects.iter().any(told));
    assert_eq!(stage.facts().round.level_ended, Some(OrgLevel::Township));
}

/// Shows E08, E11, LW01. A dispute has two sides, and who stands in for somebody is none of them.
#[test]
fn nothing_is_settled_or_accepted_while_only_one_side_is_there() {
    let on_one_side: [&[(Side, Option<PartyRole>)]; 4] = [
        &[],
        &[(Side::A, None), (Side::A, None)],
        &[(Side::A, None), (Side::Third, None)],
        &[(Side::A, None), (Side::B, Some(PartyRole::Agent))],
    ];
    for people in on_one_side {
        let mut stage = Stage::of("N02-02");
        stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
        stage.ask(MEDIATOR, arrive());
        for (side, role) in people {
            let party = stage.party_as(*side, *role);
            stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
        }
        let result = "当场和解。".into();
        let assents = Vec::new();
        let settle = act::SettleOnScene { result, assents };
        let settle = stage.ask(MEDIATOR, Ask::SettleOnScene(settle));
        let text_version = "2026-1".into();
        stage.ask(MEDIATOR, Ask::GiveNotice(act::GiveNotice { text_version }));
        let accept = stage.ask(MEDIATOR, Ask::Accept);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(settle), Some("parties_missing"), "{people:?}");
        assert_eq!(stage.refusal(accept), Some("parties_missing"), "{people:?}");
    }
}

/// Shows E08, E09, R033.
#[test]
fn nothing_is_settled_on_the_scene_before_this_call_was_judged_and_judged_low() {
    let mut stage = Stage::of("N02-02");
    stage.arrive();
    let assents = both_consent(&mut stage);
    let settle = |stage: &mut Stage| {
        let result = "当场和解。".into();
        let assents = assents.clone();
        let settle = act::SettleOnScene { result, assents };
        let settle = stage.ask(MEDIATOR, Ask::SettleOnScene(settle));
        stage.sync(MEDIATOR);
        stage.refusal(settle).map(String::from)
    };
    let judge = |stage: &mut Stage, why: &str| {
        let (level, why) = (Residual::Low, why.into());
        let judged = Ask::ResidualRisk(act::ResidualRisk { level, why });
        let judged = stage.ask(MEDIATOR, judged);
        stage.sync(MEDIATOR);
        stage.refusal(judged).map(String::from)
    };
    assert_eq!(settle(&mut stage).as_deref(), Some("residual_not_judged"));
    assert_eq!(judge(&mut stage, " ").as_deref(), Some("reason_missing"));
    assert_eq!(judge(&mut stage, "双方已平静。"), None);
    assert_eq!(stage.status(), Status::OnScene);
    let mut clocks = stage.facts().deadlines.iter();
    let dispatch = clocks.find(|d| d.kind == DeadlineKind::Dispatch).unwrap();
    assert!(dispatch.met_at.is_some(), "nobody waits to be sent");
    stage.later(5);
    let call = ServerAct::Repeat(RepeatCall {
        channel: "110".into(),
        external_no: "JJD-2".into(),
        received_at: stage.now,
        through: Vec::new(),
        situation: None,
    });
    assert_eq!(stage.by_rule(call), None);
    stage.sync(MEDIATOR);
    assert_eq!(settle(&mut stage).as_deref(), Some("residual_not_judged"));
    assert_eq!(judge(&mut stage, "再次到场，双方仍平静。"), None);
    assert_eq!(settle(&mut stage), None);
    assert_eq!(stage.status(), Status::Closed);
}

/// Shows E09, R033, R034.
#[test]
fn a_dispute_that_may_break_out_again_goes_to_the_centre_and_its_handler_answers_until_another_signs()
 {
    let mut stage = Stage::of("N02-02");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.ask(MEDIATOR, arrive());
    let (level, why) = (Residual::High, "双方多次争执，情绪激动。".into());
    stage.ask(
        MEDIATOR,
        Ask::ResidualRisk(act::ResidualRisk { level, why }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingDispatch);
    let answering = stage.facts().answering().unwrap().user;
    assert_eq!(answering, author(1, Role::Mediator).user);
}

/// Shows E10, E11, E13, LW01, R004.
#[test]
fn notice_then_everybodys_consent_then_acceptance_then_mediation() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let events: Vec<&str> = stage
        .facts()
        .trail
        .iter()
        .map(|l| l.event.as_str())
        .collect();
    let place = |event: &str| events.iter().position(|e| *e == event).unwrap();
    assert!(place("E10") < place("E11") && place("E11") < place("E13"));
    let feedback = |d: &&hejie_case::facts::Deadline| d.kind == DeadlineKind::Feedback;
    let clock = stage.facts().deadlines.iter().find(feedback).unwrap();
    assert_eq!(clock.starts_at, stage.facts().round.accepted_at.unwrap());
}

/// Shows P06.
#[test]
fn a_minor_is_not_mediated_without_a_guardian_among_the_parties() {
    let mut stage = Stage::of("N02-02");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    let text_version = "2026-1".into();
    stage.ask(MEDIATOR, Ask::GiveNotice(act::GiveNotice { text_version }));
    let adult = stage.party(Side::A, "王*");
    let minor = stage.party(Side::B, "李*");
    let field = PartyField::IsMinor(true);
    stage.edit(
        MEDIATOR,
        hejie_case::edit::Edit::Party {
            party: minor,
            field,
        },
    );
    for party in [adult, minor] {
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
    }
    let accept = stage.ask(MEDIATOR, Ask::Accept);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(accept), Some("guardian_missing"));
}

/// Shows LW02.
#[test]
fn no_field_of_a_case_holds_a_fee() {
    let text = format!("{CONTAINERS:?}").to_lowercase();
    for word in ["fee", "charge", "price"] {
        assert!(!text.contains(&format!("\"{word}")), "{word}");
    }
}
