//! The course of a mediation: difficulty, rest, extension, breach, confirmation (E14, E15, E20,
//! E32, E33).

use crate::stage::{GRID, MEDIATOR, Stage, author, payment};
use hejie_case::{
    act::{self, Act, DeskAct},
    deadline::end_of,
    facts::{ConfirmationResult, DeadlineKind, Decision, Difficulty, Stage as At, Status},
    ids::EntryId,
    reason::Reason,
    record::*,
    role::Role,
};
use jiff::Timestamp;

fn due(stage: &Stage, kind: DeadlineKind) -> Timestamp {
    let mut clocks = stage.facts().deadlines.iter();
    clocks.find(|d| d.kind == kind).unwrap().due_at
}

fn started(stage: &Stage, kind: DeadlineKind) -> Timestamp {
    let mut clocks = stage.facts().deadlines.iter();
    clocks.find(|d| d.kind == kind).unwrap().starts_at
}

fn decide(stage: &mut Stage, role: Role, request: EntryId, grant: bool) -> Option<Reason> {
    let why = "已核实。".into();
    stage.desk(
        role,
        Act::Decide(act::Decide {
            request,
            grant,
            why,
        }),
    )
}

fn mediating(situation: &str) -> (Stage, [EntryId; 2]) {
    let mut stage = Stage::of(situation);
    let parties = stage.accept();
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Mediating);
    (stage, parties)
}

fn adjust(stage: &mut Stage, to: Difficulty) -> EntryId {
    let reason = "涉及多方，情况比登记时复杂。".into();
    let asked = stage.ask(MEDIATOR, Ask::Adjust(act::Adjust { to, reason }));
    stage.sync(MEDIATOR);
    asked
}

/// Shows E14, R115.
#[test]
fn a_raise_in_the_first_half_of_the_time_is_granted_by_rule_and_restarts_no_clock() {
    let (mut stage, _) = mediating("N03-02");
    let (start, before) = (
        started(&stage, DeadlineKind::Feedback),
        due(&stage, DeadlineKind::Feedback),
    );
    stage.later(60);
    let asked = adjust(&mut stage, Difficulty::Complex);
    assert_eq!(stage.refusal(asked), None);
    assert_eq!(started(&stage, DeadlineKind::Feedback), start);
    assert!(due(&stage, DeadlineKind::Feedback) > before);
}

/// Shows E14.
#[test]
fn a_raise_after_half_of_the_time_waits_for_the_supervisor() {
    let (mut stage, _) = mediating("N03-02");
    stage.later(20 * 24 * 60);
    let asked = adjust(&mut stage, Difficulty::Complex);
    assert_eq!(stage.refusal(asked), Some("referred"));
    assert_eq!(stage.facts().difficulty, Difficulty::Ordinary);
    assert_eq!(
        decide(&mut stage, Role::Dispatcher, asked, true)
            .unwrap()
            .code,
        "rank_too_low"
    );
    assert_eq!(decide(&mut stage, Role::Supervisor, asked, true), None);
    assert_eq!(stage.facts().difficulty, Difficulty::Complex);
    assert!(stage.facts().round.referred.is_empty());
}

/// Shows E14.
#[test]
fn lowering_is_for_the_first_day_and_never_below_the_rules() {
    let (mut stage, _) = mediating("N03-02");
    let below = adjust(&mut stage, Difficulty::Simple);
    assert_eq!(stage.refusal(below), Some("rules_forbid_lowering"));
    stage.later(25 * 60);
    let late = adjust(&mut stage, Difficulty::Simple);
    assert_eq!(stage.refusal(late), Some("too_late_to_lower"));
}

/// Shows E15, LW16.
#[test]
fn a_rest_pauses_both_clocks_and_ends_by_itself_after_sixty_days() {
    let (mut stage, _) = mediating("N03-02");
    let ground = SuspensionGround::Appraisal;
    stage.ask(MEDIATOR, Ask::Suspend(act::Suspend { ground }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Suspended);
    for kind in [DeadlineKind::Feedback, DeadlineKind::Legal] {
        let mut clocks = stage.facts().deadlines.iter();
        let clock = clocks.find(|d| d.kind == kind).unwrap();
        assert!(clock.pauses.last().unwrap().to.is_none(), "{kind:?} rests");
    }
    stage.later(61 * 24 * 60);
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::Mediating);
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.all(|d| d.pauses.iter().all(|p| p.to.is_some())));
}

fn ask_for_more_time(stage: &mut Stage) -> EntryId {
    let (clock, days, why) = (DeadlineKind::Legal, 10, "等待鉴定意见。".into());
    let asked = stage.ask(MEDIATOR, Ask::Extend(act::Extend { clock, days, why }));
    stage.sync(MEDIATOR);
    asked
}

fn say_of_extension(stage: &mut Stage, party: EntryId, decision: ConsentDecision) -> EntryId {
    let said = (ConsentSubject::Extension, decision);
    stage.say(MEDIATOR, party, said, Vec::new())
}

/// Shows E33, LW15.
#[test]
fn the_legal_limit_is_extended_as_often_as_everybody_wishes_it_anew() {
    let (mut stage, parties) = mediating("N03-02");
    let clock = DeadlineKind::Legal;
    // Ten days more each: Saturday the 11th, Tuesday the 21st of April, and the 1st of May; the
    // first and the last of them are days off.
    for ends in ["2026-04-13", "2026-04-21", "2026-05-06"] {
        let early = ask_for_more_time(&mut stage);
        assert_eq!(
            stage.refusal(early),
            Some("extension_not_agreed"),
            "{ends}: consent to the extension before is no consent to this one"
        );
        for party in parties {
            say_of_extension(&mut stage, party, ConsentDecision::Agree);
        }
        let asked = ask_for_more_time(&mut stage);
        assert_eq!(stage.refusal(asked), Some("referred"));
        assert_eq!(decide(&mut stage, Role::JudicialOffice, asked, true), None);
        assert_eq!(due(&stage, clock), end_of(ends.parse().unwrap()));
    }
}

/// Shows E33, LW15, LW01.
#[test]
fn who_takes_back_the_wish_for_more_time_is_heard_before_the_desk_decides() {
    let (mut stage, parties) = mediating("N03-02");
    for party in parties {
        say_of_extension(&mut stage, party, ConsentDecision::Agree);
    }
    let asked = ask_for_more_time(&mut stage);
    let refusal = say_of_extension(&mut stage, parties[1], ConsentDecision::Withdraw);
    stage.sync(MEDIATOR);
    let refused = decide(&mut stage, Role::JudicialOffice, asked, true).unwrap();
    assert_eq!(refused.code, "extension_not_agreed");
    let (said, seen) = (ConsentSubject::Extension, vec![refusal]);
    stage.say(MEDIATOR, parties[1], (said, ConsentDecision::Agree), seen);
    stage.sync(MEDIATOR);
    assert_eq!(decide(&mut stage, Role::JudicialOffice, asked, true), None);
}

/// Shows E33, M25.
#[test]
fn any_other_limit_is_extended_once() {
    let (mut stage, _) = mediating("N03-02");
    let (clock, days) = (DeadlineKind::Feedback, 5);
    let extend = |why: &str| {
        let why = why.into();
        Act::Ask(Ask::Extend(act::Extend { clock, days, why }))
    };
    assert_eq!(stage.desk(Role::Supervisor, extend("等待鉴定意见。")), None);
    let again = stage.desk(Role::Supervisor, extend("仍在等待。")).unwrap();
    assert_eq!(again.code, "clock_extended_before");
}

/// Shows E33.
#[test]
fn a_desk_that_denies_says_why_and_nobody_grants_an_own_request() {
    let (mut stage, _) = mediating("N03-02");
    let why = "需要更多时间。".into();
    let (clock, days) = (DeadlineKind::Feedback, 5);
    let asked = stage.ask(MEDIATOR, Ask::Extend(act::Extend { clock, days, why }));
    stage.sync(MEDIATOR);
    assert_eq!(decide(&mut stage, Role::Supervisor, asked, false), None);
    let ruling = &stage.facts().rulings[&asked].decision;
    assert!(
        matches!(ruling, Decision::Refused(why) if why.code == "denied" && why.zh.contains("已核实"))
    );
    let again = decide(&mut stage, Role::Supervisor, asked, true).unwrap();
    assert_eq!(again.code, "nothing_referred");
}

fn breach(stage: &mut Stage, obligation: EntryId, remedy: Remedy) -> EntryId {
    let urged_at = stage.now;
    breach_urged_at(stage, obligation, remedy, urged_at)
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
            routes_told: true,
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
            routes_told: true,
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

/// Shows E25, LW07.
#[test]
fn a_mediation_that_came_to_nothing_is_ended_with_the_other_routes_told() {
    let (mut stage, _) = mediating("N03-02");
    let ground = TerminationGround::NoAgreement;
    let silent = stage.ask(
        MEDIATOR,
        Ask::Terminate(act::Terminate {
            ground,
            routes_told: false,
        }),
    );
    let told = stage.ask(
        MEDIATOR,
        Ask::Terminate(act::Terminate {
            ground,
            routes_told: true,
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(silent), Some("routes_not_told"));
    assert_eq!(stage.refusal(told), None);
    assert_eq!(stage.status(), Status::PendingClose);
    let back = DeskAct::SendBack(act::SendBack {
        why: "双方愿再谈一次。".into(),
    });
    assert_eq!(stage.desk(Role::JudicialOffice, back), None);
    assert_eq!(stage.status(), Status::Mediating, "where it stood");
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
        DeskAct::DecideConfirmation(act::DecideConfirmation { result }),
    );
    assert_eq!(too_early.unwrap().code, "confirmation_not_sent");
    assert_eq!(
        stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation),
        None
    );
    assert_eq!(
        stage.desk(
            Role::Court,
            DeskAct::DecideConfirmation(act::DecideConfirmation { result })
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

/// Shows LW11, E18, D05.
#[test]
fn where_the_seal_stays_with_the_committee_the_judicial_office_makes_the_agreement_effective() {
    let mut stage = Stage::of("N03-02");
    stage.seal_at_the_scene = false;
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    for signer in [
        Signer::Party(parties[0]),
        Signer::Party(parties[1]),
        Signer::Mediator,
    ] {
        stage.sign(draft, &hash, signer);
    }
    let seal_no = Some("章-2026-7".into());
    let asked = stage.ask(MEDIATOR, Ask::Effect(act::TakeEffect { draft, seal_no }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("referred"));
    assert_eq!(stage.status(), Status::AgreementPending);
    assert_eq!(decide(&mut stage, Role::JudicialOffice, asked, true), None);
    assert_eq!(stage.status(), Status::AgreementEffective);
    assert_eq!(
        stage.facts().trail.last().unwrap().by,
        Some(author(50, Role::JudicialOffice))
    );
}

/// Shows E15, E22, LW16. What stood still goes on, and the case does not come back by itself.
#[test]
fn a_resting_case_that_is_taken_up_jointly_does_not_rest_any_more() {
    let (mut stage, _) = mediating("N06-02");
    let ground = SuspensionGround::Appraisal;
    stage.ask(MEDIATOR, Ask::Suspend(act::Suspend { ground }));
    stage.sync(MEDIATOR);
    let people = IntakeField::Persons(12);
    stage.edit(MEDIATOR, hejie_case::edit::Edit::Intake { field: people });
    stage.sync(MEDIATOR);
    let members = [(60, Role::PoliceDesk), (61, Role::HotlineDesk)];
    let members = members.map(|(n, role)| author(n, role)).into();
    let joint = DeskAct::OpenJoint(act::OpenJoint { members });
    assert_eq!(stage.desk(Role::Dispatcher, joint), None);
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.all(|d| d.pauses.iter().all(|p| p.to.is_some())));
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.all(|d| d.kind != DeadlineKind::Suspension || !d.is_running()));
    stage.later(61 * 24 * 60);
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::JointHandling);
}
