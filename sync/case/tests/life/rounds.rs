//! Returns, hand-over, visits, repeat calls, rounds, merging and filing (E06, E21, E28–E31).

use crate::stage::{GRID, MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, Act, Brings, DeskAct, ServerAct},
    facts::{DeadlineKind, Duty, Facts, RepeatCall, Retention, Stage as At, Status},
    ids::CaseId,
    reconcile::{Effect, effects_between},
    record::*,
    role::Role,
};
use jiff::Timestamp;

fn offer(n: u8) -> DeskAct {
    DeskAct::Dispatch(act::Dispatch {
        target: author(n, Role::Mediator),
        expected: "到场化解。".into(),
    })
}

/// Shows E06, R109.
#[test]
fn after_the_second_return_only_the_county_decides_who_handles_the_case() {
    let mut stage = Stage::of("N02-02");
    for n in [3, 4] {
        let reason = "不在本辖区。".into();
        let by = stage.facts().offered().unwrap().user;
        assert_eq!(
            stage.act_as(by, Role::Mediator, DeskAct::Return(act::Return { reason })),
            None
        );
        if n == 3 {
            assert_eq!(stage.desk(Role::Dispatcher, offer(n)), None);
        }
    }
    assert_eq!(stage.facts().round.returns, 2);
    assert_eq!(
        stage.desk(Role::Dispatcher, offer(5)).unwrap().code,
        "county_decides"
    );
    assert_eq!(stage.desk(Role::Supervisor, offer(5)), None);
}

/// Shows E03, R090.
#[test]
fn an_offer_says_what_is_expected() {
    let mut stage = Stage::of("N02-02");
    let by = stage.facts().offered().unwrap().user;
    let reason = "不在本辖区。".into();
    stage.act_as(by, Role::Mediator, DeskAct::Return(act::Return { reason }));
    let DeskAct::Dispatch(act::Dispatch { target, .. }) = offer(3) else {
        unreachable!()
    };
    let expected = " ".into();
    let refused = stage.desk(
        Role::Dispatcher,
        DeskAct::Dispatch(act::Dispatch { target, expected }),
    );
    assert_eq!(refused.unwrap().code, "expectation_missing");
}

/// Shows R107, E03.
#[test]
fn the_first_offer_sends_three_pushes_and_each_is_acknowledged_once() {
    let mut stage = Stage::of("N02-02");
    assert_eq!(stage.facts().round.pushes.len(), 3);
    let target = stage.facts().round.pushes[0].target;
    assert_eq!(
        stage.desk(
            Role::Leader,
            DeskAct::AckPush(act::AckPush { target, push: None })
        ),
        None
    );
    assert!(stage.facts().round.pushes[0].acked_at.is_some());
    let again = stage
        .desk(
            Role::Leader,
            DeskAct::AckPush(act::AckPush { target, push: None }),
        )
        .unwrap();
    assert_eq!(again.code, "push_not_waiting");
}

/// Shows M02, R019, R027, R022.
#[test]
fn the_lead_answers_until_the_next_one_signs_and_two_hand_overs_do_not_race() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let to = |n| author(n, Role::Mediator);
    assert_eq!(
        stage.desk(
            Role::Dispatcher,
            DeskAct::Handover(act::Handover { target: to(3) })
        ),
        None
    );
    let second = stage.desk(
        Role::Supervisor,
        DeskAct::Handover(act::Handover { target: to(4) }),
    );
    assert_eq!(second.unwrap().code, "offer_open", "the loser is told");
    let lead = stage.facts().lead().unwrap().user;
    assert_eq!(lead, author(1, Role::Mediator).user, "nobody signed yet");
    let assignment = stage.facts().offered().unwrap().version;
    let signed = stage.act_as(
        author(3, Role::Mediator).user,
        Role::Mediator,
        Act::Ask(Ask::SignFor(act::SignFor { assignment })),
    );
    assert_eq!(signed, None);
    assert_eq!(
        stage.facts().lead().unwrap().user,
        author(3, Role::Mediator).user
    );
    let open = |d| move |a: &&hejie_case::facts::Assignment| a.duty == d && a.to.is_none();
    let leads = stage.facts().assignments.iter().filter(open(Duty::Lead));
    assert_eq!(leads.count(), 1);
}

fn closed() -> Stage {
    let mut stage = Stage::of("N03-05");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Closed);
    stage
}

fn call(at: Timestamp, n: u8) -> ServerAct {
    ServerAct::Repeat(RepeatCall {
        channel: "110".into(),
        external_no: format!("JJD-REPEAT-{n}"),
        received_at: at,
        through: Vec::new(),
        situation: None,
    })
}

/// Shows E29, R126.
#[test]
fn a_round_that_ends_and_is_followed_by_another_at_once_is_told_of() {
    let mut stage = Stage::of("N03-05");
    let open = stage.facts().clone();
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.by_rule(call(stage.now, 1)), None);
    let feedback = |before: &Facts| -> Vec<(usize, String)> {
        let effects = effects_between(before, stage.facts()).into_iter();
        let told = effects.filter_map(|effect| match effect {
            Effect::Feedback { round, text, .. } => Some((round, text)),
            _ => None,
        });
        told.collect()
    };
    assert_eq!(feedback(&open), [(1, String::from("已履行。"))]);
    assert_eq!(feedback(stage.facts()), []);
}

/// Shows E29, R040, R041, R045.
#[test]
fn a_repeat_call_within_ninety_days_opens_the_next_round_of_the_same_case() {
    let mut stage = closed();
    stage.later(30 * 24 * 60);
    let number = stage.facts().case_no.clone();
    assert_eq!(stage.by_rule(call(stage.now, 1)), None);
    assert_eq!(stage.status(), Status::Registered);
    assert_eq!(stage.facts().round_no(), 2);
    assert_eq!(stage.facts().case_no, number, "one case, one number (R045)");
    assert_eq!(stage.by_rule(ServerAct::TriageByCatalogue), None);
    let expected = "再次到场。".into();
    let target = author(1, Role::Mediator);
    assert_eq!(
        stage.desk(
            Role::Dispatcher,
            DeskAct::Dispatch(act::Dispatch { target, expected })
        ),
        None
    );
    let assignment = stage.facts().offered().unwrap().version;
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment }));
    let text_version = "2026-1".into();
    stage.ask(MEDIATOR, Ask::GiveNotice(act::GiveNotice { text_version }));
    let accept = stage.ask(MEDIATOR, Ask::Accept);
    stage.sync(MEDIATOR);
    assert_eq!(
        stage.refusal(accept),
        Some("consent_missing"),
        "consent of the first round counts no more"
    );
}

/// Shows M19, E21.
#[test]
fn a_visit_of_somebody_who_lost_the_case_meanwhile_counts_if_it_was_made_before() {
    let mut stage = closed();
    stage.later(7 * 24 * 60);
    let in_time = stage.visit(GRID, Some(1), VisitMethod::Telephone);
    stage.later(60);
    assert_eq!(stage.by_rule(call(stage.now, 1)), None);
    assert_eq!(stage.facts().round_no(), 2, "whose visitors are asked anew");
    stage.later(5);
    let too_late = stage.visit(GRID, Some(2), VisitMethod::Telephone);
    stage.sync(GRID);
    assert_eq!(stage.refusal(in_time), None);
    assert_eq!(stage.refusal(too_late), Some("not_yours"));
}

/// Shows E29.
#[test]
fn a_call_after_the_watch_is_only_linked() {
    let mut stage = closed();
    stage.later(91 * 24 * 60);
    assert_eq!(stage.by_rule(call(stage.now, 1)), None);
    assert_eq!(stage.status(), Status::Closed);
    assert_eq!(stage.facts().kin.repeats.len(), 1);
    let twice = stage.by_rule(call(stage.now, 1)).unwrap();
    assert_eq!(twice.code, "call_known");
}

/// Shows E28, M15.
#[test]
fn a_repeat_call_while_closing_is_asked_for_disputes_the_closing() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingClose);
    assert_eq!(stage.by_rule(call(stage.now, 1)), None);
    assert_eq!(stage.status(), Status::CloseDisputed);
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.any(|d| d.kind == DeadlineKind::CloseRuling && d.is_running()));
    let close = DeskAct::Close(act::Close { outcome });
    assert_eq!(
        stage
            .desk(Role::JudicialOffice, close.clone())
            .unwrap()
            .code,
        "rank_too_low"
    );
    assert_eq!(stage.desk(Role::Supervisor, close), None);
}

/// Shows E28, M15.
#[test]
fn evidence_that_the_lead_had_not_seen_disputes_the_closing() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.evidence(GRID);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingClose);
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::CloseDisputed);
}

/// Shows E21, M14, M26, R153.
#[test]
fn a_due_visit_is_met_by_the_first_proven_visit_of_somebody_independent() {
    let mut stage = closed();
    stage.later(7 * 24 * 60);
    let due = |stage: &Stage, n| stage.facts().round.visits_done.get(&n).copied();
    stage.visit(MEDIATOR, Some(1), VisitMethod::Telephone);
    stage.sync(MEDIATOR);
    assert_eq!(due(&stage, 1), None, "the lead does not rate the own case");
    stage.visit(GRID, Some(1), VisitMethod::Door);
    stage.sync(GRID);
    assert_eq!(
        due(&stage, 1),
        None,
        "a visit at the door is proven by its place"
    );
    let first = stage.visit(GRID, Some(1), VisitMethod::Telephone);
    stage.visit(GRID, Some(1), VisitMethod::Telephone);
    stage.sync(GRID);
    assert_eq!(due(&stage, 1), Some(first), "counted once");
}

/// Shows E31, R047, LW08.
#[test]
fn a_case_is_filed_when_its_papers_are_complete_and_no_visit_is_owed() {
    let mut stage = closed();
    let retention = Retention::Long;
    let archive = || DeskAct::Archive(act::Archive { retention });
    let missing = stage.desk(Role::JudicialOffice, archive()).unwrap();
    assert_eq!(missing.code, "dossier_incomplete");
    assert!(missing.zh.contains("调查或陈述记录"), "{}", missing.zh);
    assert!(missing.zh.contains("调解记录"), "{}", missing.zh);
    stage.note(GRID, "走访记录。");
    stage.session(MEDIATOR);
    let [a, b] = Vec::from_iter(std::mem::take(&mut stage.identified))[..] else {
        panic!("{:?}", stage.identified);
    };
    stage.identified.insert(a);
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    let unknown = stage.desk(Role::JudicialOffice, archive()).unwrap();
    assert_eq!(unknown.zh, "卷宗缺少：当事人身份证明。请补齐后再归档。");
    stage.identified.insert(b);
    let visits = stage.desk(Role::JudicialOffice, archive()).unwrap();
    assert_eq!(visits.code, "visits_open");
    for n in 1..=3 {
        let why = "当事人已搬离本县。".into();
        assert_eq!(
            stage.desk(
                Role::Supervisor,
                DeskAct::WaiveVisit(act::WaiveVisit { n, why })
            ),
            None
        );
    }
    assert_eq!(stage.desk(Role::JudicialOffice, archive()), None);
    assert!(matches!(stage.facts().stage, At::Archived { .. }));
    assert!(
        hejie_case::reconcile::members(stage.facts()).is_empty(),
        "read-only"
    );
    assert_eq!(
        stage.facts().round.dossier.as_ref().unwrap().retention,
        retention
    );
}

/// Shows E30, R045.
#[test]
fn a_merge_goes_on_under_the_other_case_and_can_be_undone() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let (before, clocks) = (stage.facts().stage.clone(), stage.facts().deadlines.clone());
    let into = CaseId(uuid::Uuid::from_bytes([8; 16]));
    let why = String::from("同一起纠纷。");
    let own = ServerAct::Merge(act::Merge {
        into: stage.facts().case_id,
        why: why.clone(),
    });
    assert_eq!(stage.desk(Role::Dispatcher, own).unwrap().code, "same_case");
    let merge = ServerAct::Merge(act::Merge {
        into,
        why: why.clone(),
    });
    assert_eq!(stage.desk(Role::Dispatcher, merge), None);
    assert!(
        stage.settled.effects.is_empty(),
        "its source is told under the other case"
    );
    assert!(matches!(
        stage.facts().stage,
        At::Closed {
            outcome: CloseKind::Merged,
            ..
        }
    ));
    assert_eq!(
        stage.desk(
            Role::Dispatcher,
            ServerAct::Unmerge(act::Unmerge {
                calls: Vec::new(),
                bars: hejie_case::facts::Bars::default(),
                held: Vec::new(),
                clocks: Vec::new(),
                why
            })
        ),
        None
    );
    assert_eq!(stage.facts().stage, before);
    assert_eq!(stage.facts().deadlines, clocks, "no clock was restarted");
    assert_eq!(
        stage.facts().lead().unwrap().user,
        author(1, Role::Mediator).user
    );
}

/// Shows E30.
#[test]
fn the_earliest_clock_of_two_merged_cases_stays() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let legal = |d: &&hejie_case::facts::Deadline| d.kind == DeadlineKind::Legal;
    let mut theirs = stage.facts().deadlines.iter().find(legal).unwrap().clone();
    let day = jiff::SignedDuration::from_hours(24);
    theirs.due_at = theirs.due_at.checked_sub(day).unwrap();
    let absorb = ServerAct::Absorb(act::Absorb {
        from: CaseId(uuid::Uuid::from_bytes([7; 16])),
        brings: Brings {
            deadlines: vec![theirs.clone()],
            ..Brings::default()
        },
        why: "同一起纠纷。".into(),
    });
    assert_eq!(stage.desk(Role::Dispatcher, absorb), None);
    let ours = stage.facts().deadlines.iter().find(legal).unwrap();
    assert_eq!(ours.due_at, theirs.due_at);
}

/// Shows M17, R016.
#[test]
fn a_file_that_never_arrived_blocks_the_closing_until_somebody_waives_it_by_name() {
    let mut stage = Stage::of("N03-02");
    let photo = stage.evidence_without_file(MEDIATOR);
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
    let close = || DeskAct::Close(act::Close { outcome });
    assert_eq!(
        stage.desk(Role::Supervisor, close()).unwrap().code,
        "files_missing"
    );
    let waive = DeskAct::WaiveFile(act::WaiveFile {
        evidence: photo,
        why: "手机已损坏，另有证人。".into(),
    });
    assert_eq!(stage.desk(Role::Supervisor, waive), None);
    assert_eq!(stage.desk(Role::Supervisor, close()), None);
}

/// Shows LW25.
#[test]
fn a_petition_has_its_own_clocks_and_whoever_it_is_referred_to_objects_in_time_or_signs() {
    use DeadlineKind::{Petition, PetitionObjection, PetitionReply};
    let mut stage = Stage::reported("N08-02", "petition");
    let running = |stage: &Stage, kind| {
        let mut clocks = stage.facts().deadlines.iter();
        clocks.any(|d| d.kind == kind && d.is_running())
    };
    for kind in [Petition, PetitionObjection, PetitionReply] {
        assert!(running(&stage, kind), "{kind:?}");
    }
    stage.phones = vec![stage.phone(1, Role::Mediator)];
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.sync(MEDIATOR);
    assert!(!running(&stage, PetitionObjection));
    assert!(running(&stage, Petition) && running(&stage, PetitionReply));
    let of_110 = Stage::opened("N08-02");
    assert!(!running(&of_110, PetitionObjection));
}

/// Shows E02, R116, R111.
#[test]
fn what_stands_on_the_police_list_waits_for_the_police_to_sign_for_it() {
    let mut stage = Stage::opened("P01-01");
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.any(|d| d.kind == DeadlineKind::PoliceAccept && d.is_running()));
    assert_eq!(stage.desk(Role::PoliceDesk, DeskAct::PoliceAccept), None);
    let twice = stage.desk(Role::PoliceDesk, DeskAct::PoliceAccept).unwrap();
    assert_eq!(twice.code, "police_not_asked");
}
