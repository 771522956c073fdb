//! What a case offers a desk: the acts that somebody in a role may do now, as a form would give
//! them.

use crate::stage::{GRID, MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, Act, DeskAct, ServerAct},
    facts::SeisedBody,
    ids::CaseId,
    policy::Policy,
    record::*,
    role::{Author, Role},
    rule::{Motion, RuleContext, is_available},
};
use std::collections::BTreeSet;

/// By their names, what somebody is offered.
fn offered(stage: &Stage, by: Author) -> BTreeSet<&'static str> {
    let context = RuleContext {
        view: stage.view(),
        devices: &stage.heard,
        departed: &stage.departed,
        unknown_orgs: &[],
        routes: &[],
        policy: &Policy::default(),
        now: stage.now,
    };
    let all = Act::candidates(stage.view(), stage.facts());
    let open = all.filter(|act| {
        let motion = Motion::online(act.clone(), by, stage.now);
        is_available(&context, stage.facts(), &motion)
    });
    let name = |act| match act {
        Act::Desk(act) => DeskAct::code(&act),
        Act::Server(act) => ServerAct::code(&act),
        other => panic!("no desk does this: {other:?}"),
    };
    open.map(name).collect()
}

/// What a desk is offered beside what every case in mediation offers it.
fn beside(stage: &Stage, role: Role) -> Vec<&'static str> {
    let desk = author(50, role);
    let always = offered(&mediating(), desk);
    offered(stage, desk).difference(&always).copied().collect()
}

fn mediating() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage
}

/// Agreed on, and performed.
fn performed() -> Stage {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    stage.sync(MEDIATOR);
    stage
}

fn prepared_for_the_court() -> Stage {
    let mut stage = performed();
    let (court, jointly) = ("和安县人民法院".into(), true);
    stage.ask(MEDIATOR, Ask::Confirm(act::Confirm { court, jointly }));
    stage.sync(MEDIATOR);
    stage
}

fn ask_close(stage: &mut Stage) {
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    stage.sync(MEDIATOR);
}

/// Closed while a file was waived and visits are due.
fn closed() -> Stage {
    let mut stage = performed();
    stage.evidence_without_file(GRID);
    stage.sync(GRID);
    ask_close(&mut stage);
    stage.sync(GRID);
    let photo = *stage.facts().missing_files.iter().next().unwrap();
    let why = "手机已损坏。".into();
    let evidence = photo;
    let waive = DeskAct::WaiveFile(act::WaiveFile { evidence, why });
    assert_eq!(stage.desk(Role::Supervisor, waive), None);
    let outcome = CloseKind::AgreementPerformed;
    let close = DeskAct::Close(act::Close { outcome });
    assert_eq!(stage.desk(Role::Supervisor, close), None);
    stage
}

/// Shows R151.
#[test]
fn a_case_in_mediation_offers_each_desk_what_is_its_to_do() {
    let stage = mediating();
    for (role, acts) in [
        (
            Role::Dispatcher,
            "ack_push assign danger engage handover invite merge note_seised override_colour reclassify \
             record_warning recuse_handler report_violence resend_push split transfer",
        ),
        (
            Role::Supervisor,
            "ack_push assign danger engage handover invite merge note_seised override_colour reclassify \
             record_warning recuse_handler report_violence resend_push split supervise transfer",
        ),
        (
            Role::JudicialOffice,
            "danger engage note_seised record_warning recuse_handler report_violence",
        ),
        (Role::PoliceDesk, "danger record_warning report_violence"),
        (Role::Leader, "ack_push danger report_violence supervise"),
        (Role::Court, "danger report_violence"),
    ] {
        let wanted: BTreeSet<&str> = acts.split_whitespace().collect();
        assert_eq!(offered(&stage, author(50, role)), wanted, "{role:?}");
    }
}

/// Shows E03, E06.
#[test]
fn whoever_has_an_offer_may_give_it_back_and_then_a_desk_offers_it_anew() {
    let mut stage = Stage::of("N03-02");
    let mediator = author(1, Role::Mediator);
    assert!(offered(&stage, mediator).contains("return"));
    assert!(!offered(&stage, author(3, Role::Mediator)).contains("return"));
    assert!(beside(&stage, Role::Dispatcher).is_empty());
    let reason = "不在本辖区。".into();
    let back = DeskAct::Return(act::Return { reason });
    assert_eq!(stage.act_as(mediator.user, mediator.role, back), None);
    assert_eq!(beside(&stage, Role::Dispatcher), ["dispatch"]);
    assert!(!offered(&stage, mediator).contains("return"));
}

/// Shows E26, E27, E27b, E29b, E31, E21b.
#[test]
fn what_is_to_be_closed_is_offered_for_that_and_what_is_closed_for_filing() {
    let mut stage = performed();
    assert_eq!(beside(&stage, Role::JudicialOffice), ["waive_visit"]);
    ask_close(&mut stage);
    assert_eq!(beside(&stage, Role::Dispatcher), ["close", "send_back"]);
    let stage = closed();
    let office = ["archive", "waive_visit"];
    assert_eq!(beside(&stage, Role::JudicialOffice), office);
    assert_eq!(beside(&stage, Role::Supervisor), ["reopen", "waive_visit"]);
    let mut again = stage;
    let why = "再次发生纠纷。".into();
    let reopen = DeskAct::Reopen(act::Reopen { why });
    assert_eq!(again.desk(Role::Supervisor, reopen), None);
    for role in [Role::Dispatcher, Role::PoliceDesk] {
        assert_eq!(beside(&again, role), ["triage"], "{role:?}");
    }
}

/// Shows E22b, E22c, E22d.
#[test]
fn at_the_table_plans_are_written_looked_at_and_ended() {
    let mut stage = mediating();
    stage.take_up();
    let acts = [
        "check_joint",
        "end_joint",
        "open_joint",
        "record_consultation",
        "write_plan",
    ];
    for role in [Role::Dispatcher, Role::Supervisor] {
        assert_eq!(beside(&stage, role), acts, "{role:?}");
    }
    assert!(beside(&stage, Role::JudicialOffice).is_empty());
}

/// Shows E23b, E23c, E02b.
#[test]
fn a_danger_is_signed_for_called_in_and_released_by_whose_that_is() {
    let mut stage = mediating();
    let what = "一方持刀。".into();
    stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
    stage.sync(GRID);
    let police = ["call_police", "police_accept", "release"];
    assert_eq!(beside(&stage, Role::PoliceDesk), police);
    let county = ["call_police", "release"];
    assert_eq!(beside(&stage, Role::Supervisor), county);
    for role in [Role::Dispatcher, Role::JudicialOffice] {
        assert_eq!(beside(&stage, role), ["call_police"], "{role:?}");
    }
}

/// Shows E30c.
#[test]
fn a_merged_case_offers_nothing_but_to_undo_that() {
    let mut stage = mediating();
    let into = CaseId(uuid::Uuid::from_bytes([8; 16]));
    let why = "同一起纠纷。".into();
    let merge = ServerAct::Merge(act::Merge { into, why });
    assert_eq!(stage.desk(Role::Dispatcher, merge), None);
    for role in [Role::Dispatcher, Role::Supervisor] {
        assert_eq!(beside(&stage, role), ["unmerge"], "{role:?}");
    }
    assert!(beside(&stage, Role::JudicialOffice).is_empty());
}

/// Shows E32b, E32c.
#[test]
fn an_application_is_sent_by_the_office_and_decided_by_the_court() {
    let mut stage = prepared_for_the_court();
    let send = "send_confirmation";
    assert!(beside(&stage, Role::JudicialOffice).contains(&send));
    assert!(beside(&stage, Role::Court).is_empty());
    let sent = stage.desk(Role::JudicialOffice, DeskAct::SendConfirmation);
    assert_eq!(sent, None);
    assert!(!beside(&stage, Role::JudicialOffice).contains(&send));
    assert_eq!(beside(&stage, Role::Court), ["decide_confirmation"]);
}

/// Shows M17, R151, R054, R091, E11c.
#[test]
fn what_waits_in_a_case_is_offered_to_whom_it_waits_for() {
    let mut missing = mediating();
    missing.evidence_without_file(MEDIATOR);
    missing.sync(MEDIATOR);
    for role in [Role::Supervisor, Role::JudicialOffice] {
        let acts = ["rule_conflict", "waive_file"];
        assert_eq!(beside(&missing, role), acts, "{role:?}");
    }
    let mut ordered = mediating();
    let (what, due_on) = ("请到场。".into(), None);
    let order = DeskAct::Supervise(act::Supervise { what, due_on });
    assert_eq!(ordered.desk(Role::Supervisor, order), None);
    assert_eq!(beside(&ordered, Role::Dispatcher), ["answer_item"]);
    let mut overdue = mediating();
    overdue.later(60 * 24 * 60);
    overdue.sync(GRID);
    assert_eq!(beside(&overdue, Role::Leader), ["decide_item"]);
    let mut seised = mediating();
    let by_court = DeskAct::NoteSeised(act::NoteSeised {
        body: SeisedBody::Court,
        body_name: "和安县人民法院".into(),
        docket_no: "17号".into(),
        accepted_on: jiff::civil::date(2026, 3, 1),
    });
    assert_eq!(seised.desk(Role::Dispatcher, by_court), None);
    assert_eq!(beside(&seised, Role::Dispatcher), ["end_seised"]);
}
