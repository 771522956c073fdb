//! What came in between and what stays as it was beside it: calls, dangers, offers, parted cases.

use crate::stage::{GRID, MEDIATOR, Stage, author, user};
use hejie_case::{
    act::{self, Act, Brings, CallPolice, DeskAct, ServerAct},
    edit::NewEntry,
    facts::{DeadlineKind, Duty, Level, RecusalGround, RepeatCall, Status},
    ids::{CaseId, EntryId},
    record::*,
    role::Role,
};
use jiff::ToSpan;

fn told(stage: &mut Stage, role: Role, act: impl Into<Act>) -> Option<String> {
    stage.desk(role, act).map(|reason| reason.code)
}

fn mediating() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage
}

fn danger() -> act::ReportDanger {
    let what = "一方持刀。".into();
    act::ReportDanger { what }
}

/// Shows E08, E09, R033.
#[test]
fn nothing_is_settled_where_somebody_else_saw_that_it_may_break_out_again() {
    for (seen, code) in [
        (Residual::Low, None),
        (Residual::Mid, Some("residual_risk")),
        (Residual::High, Some("residual_risk")),
    ] {
        let mut stage = Stage::of("N02-02");
        stage.arrive();
        let mut assents = Vec::new();
        for side in [Side::A, Side::B] {
            let party = stage.party(side, "王*");
            stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
            assents.push(party);
        }
        let (factor, at, why) = (RiskFactor::Residual(seen), stage.now, String::new());
        let risk = RiskObservation { factor, at, why };
        stage.add(GRID, NewEntry::Risk(risk));
        stage.sync(GRID);
        let (level, why) = (Residual::Low, "双方已平静。".into());
        let judged = Ask::ResidualRisk(act::ResidualRisk { level, why });
        stage.ask(MEDIATOR, judged);
        let result = "当场和解。".into();
        let settle = act::SettleOnScene { result, assents };
        let settle = stage.ask(MEDIATOR, Ask::SettleOnScene(settle));
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(settle), code, "{seen:?}");
    }
}

/// Shows E23c. What a call must come after is the danger, whatever else began to run since.
#[test]
fn a_call_to_the_police_comes_after_the_danger_and_says_whom_and_when() {
    let mut stage = mediating();
    stage.ask(GRID, Ask::Danger(danger()));
    stage.sync(GRID);
    let received_at = stage.now;
    stage.later(5);
    let called_at = stage.now;
    stage.later(5);
    let (what, due_on) = ("请到场。".into(), None);
    let order = DeskAct::Supervise(act::Supervise { what, due_on });
    assert_eq!(told(&mut stage, Role::Supervisor, order), None);
    let call = |called: &str, called_at| {
        let called = called.into();
        CallPolice { called, called_at }
    };
    let whom = "110指挥中心值班员";
    for (call, code) in [
        (call(" ", called_at), Some("called_missing")),
        (
            call(whom, received_at - 1.minute()),
            Some("called_at_wrong"),
        ),
        (call(whom, stage.now + 1.minute()), Some("called_at_wrong")),
        (call(whom, called_at), None),
    ] {
        let stands = call.check(received_at, stage.now);
        assert_eq!(stands.err().map(|reason| reason.code).as_deref(), code);
        let refused = told(&mut stage, Role::Dispatcher, DeskAct::CallPolice(call));
        assert_eq!(refused.as_deref(), code);
    }
}

/// Shows E27, E21.
#[test]
fn who_made_it_up_is_looked_in_on_and_who_did_not_agree_is_not() {
    let visits = |ask: Ask, outcome| {
        let mut stage = Stage::of("N03-02");
        if matches!(ask, Ask::AskClose(_)) {
            stage.make_effective();
        } else {
            stage.accept();
        }
        stage.ask(MEDIATOR, ask);
        stage.sync(MEDIATOR);
        let close = DeskAct::Close(act::Close { outcome });
        assert_eq!(told(&mut stage, Role::Supervisor, close), None);
        let clocks = stage.facts().deadlines.iter();
        let due = clocks.filter(|d| d.kind == DeadlineKind::FollowUp && d.is_running());
        due.count()
    };
    let (outcome, feedback) = (CloseKind::Reconciled, "自行和解。".into());
    let made_up = Ask::AskClose(act::AskClose { outcome, feedback });
    assert_eq!(visits(made_up, CloseKind::Reconciled), 3);
    let (ground, routes_told) = (TerminationGround::NoAgreement, true);
    let failed = Ask::Terminate(act::Terminate {
        ground,
        routes_told,
    });
    assert_eq!(visits(failed, CloseKind::FailedTerminated), 0);
}

/// Shows E28, M15, M16.
#[test]
fn a_danger_that_a_desk_reported_disputes_a_closing_that_was_asked_for_without_it() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    stage.sync(MEDIATOR);
    let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    let reported = DeskAct::Danger(danger());
    assert_eq!(told(&mut stage, Role::Dispatcher, reported), None);
    let why = "现场已排除。".into();
    let release = DeskAct::Release(act::Release { why });
    assert_eq!(told(&mut stage, Role::PoliceDesk, release), None);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::CloseDisputed);
}

/// Shows E18, D05.
#[test]
fn what_the_office_seals_today_counts_from_that_moment() {
    let mut stage = Stage::of("N03-02");
    stage.seal_at_the_scene = false;
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        stage.sign(draft, &hash, signer);
    }
    let asked = stage.take_effect(draft);
    stage.sync(MEDIATOR);
    stage.later(4 * 24 * 60);
    let seal = (true, Some("章-2026-7"), None);
    assert_eq!(stage.decide_with(Role::JudicialOffice, asked, seal), None);
    let agreement = stage.facts().round.agreement.as_ref().unwrap();
    assert_eq!(agreement.effective_at, Some(stage.now));
}

/// Shows E05, E22b.
#[test]
fn an_offer_that_nobody_signed_while_the_table_sat_still_waits_when_it_rose() {
    let mut stage = Stage::of("N03-02");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.sync(MEDIATOR);
    let (by, reason) = (author(1, Role::Mediator), "不在本辖区。".into());
    let back = DeskAct::Return(act::Return { reason });
    assert_eq!(stage.act_as(by.user, by.role, back), None);
    let (target, expected) = (author(3, Role::Mediator), "到场化解。".into());
    let offer = DeskAct::Dispatch(act::Dispatch { target, expected });
    assert_eq!(told(&mut stage, Role::Dispatcher, offer), None);
    stage.take_up();
    stage.rise();
    assert_eq!(stage.status(), Status::Dispatched);
    assert_eq!(stage.facts().offered().unwrap().user, target.user);
}

/// Shows R042.
#[test]
fn a_word_that_holds_as_long_as_the_one_before_takes_nothing_back() {
    let mut stage = Stage::of("N03-02");
    let until = stage.now + 2.hours();
    let word = |level, until| {
        let why = "多次威胁。".into();
        DeskAct::OverrideColour(act::OverrideColour { level, why, until })
    };
    let red = || word(Level::Red, Some(until));
    assert_eq!(told(&mut stage, Role::Supervisor, red()), None);
    assert_eq!(told(&mut stage, Role::Dispatcher, red()), None);
    stage.now = until;
    let yellow = word(Level::Yellow, None);
    assert_eq!(
        told(&mut stage, Role::Dispatcher, yellow),
        None,
        "it is over"
    );
}

/// Shows E30, E30e.
#[test]
fn with_one_of_two_cases_go_those_who_came_with_it_and_nobody_else() {
    let mut stage = mediating();
    stage.join(7, Role::Mediator, Duty::Co);
    stage.join(8, Role::Mediator, Duty::Co);
    let [first, second] = [5, 6].map(|n| CaseId(uuid::Uuid::from_bytes([n; 16])));
    for from in [first, second] {
        let (brings, why) = (Brings::default(), "同一起纠纷。".into());
        let absorb = ServerAct::Absorb(act::Absorb { from, brings, why });
        assert_eq!(told(&mut stage, Role::Dispatcher, absorb), None);
    }
    let part = |from| {
        ServerAct::Part(act::Part {
            from,
            people: vec![user(7), user(2)],
            why: "并非同一起。".into(),
        })
    };
    assert_eq!(told(&mut stage, Role::Dispatcher, part(first)), None);
    assert_eq!(stage.facts().kin.absorbed, [second]);
    let present = |n| {
        let mut all = stage.facts().assignments.iter();
        all.any(|a| a.user == user(n) && a.to.is_none())
    };
    assert_eq!([1, 2, 7, 8].map(present), [true, true, false, true]);
    let twice = told(&mut stage, Role::Dispatcher, part(first));
    assert_eq!(twice.as_deref(), Some("not_absorbed"));
}

/// Shows E30d.
#[test]
fn a_part_becomes_one_case_of_its_own_and_not_this_one() {
    let mut stage = mediating();
    let own = stage.facts().case_id;
    let into = CaseId(uuid::Uuid::from_bytes([4; 16]));
    let split = |into| {
        let why = "另一户的纠纷。".into();
        ServerAct::Split(act::Split { into, why })
    };
    for (into, code) in [
        (own, Some("same_case")),
        (into, None),
        (into, Some("same_case")),
    ] {
        let refused = told(&mut stage, Role::Dispatcher, split(into));
        assert_eq!(refused.as_deref(), code);
    }
}

/// Shows E19.
#[test]
fn what_no_agreement_promises_is_kept_by_nobody() {
    let mut stage = Stage::of("N03-02");
    stage.make_effective();
    stage.sync(MEDIATOR);
    let unknown = EntryId(uuid::Uuid::from_u128(77));
    let kept = stage.log(MEDIATOR, unknown, Performance::Performed);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(kept), Some("unknown_obligation"));
}

/// Shows LW22, R027.
#[test]
fn an_offer_to_another_lead_stands_when_a_co_handler_steps_back() {
    let mut stage = mediating();
    stage.join(7, Role::Mediator, Duty::Co);
    let target = author(3, Role::Mediator);
    let handover = DeskAct::Handover(act::Handover { target });
    assert_eq!(told(&mut stage, Role::Dispatcher, handover), None);
    let recuse = DeskAct::RecuseHandler(act::RecuseHandler {
        handler: user(7),
        ground: RecusalGround::Interest,
        party: None,
        why: "持有乙方股份。".into(),
    });
    assert_eq!(told(&mut stage, Role::Supervisor, recuse), None);
    assert_eq!(stage.status(), Status::Mediating);
    assert_eq!(stage.facts().offered().unwrap().user, target.user);
}

/// Shows E29, R101.
#[test]
fn a_number_is_linked_once_for_each_channel_that_gave_it() {
    let mut stage = mediating();
    let mut linked = |channel: &str, external_no: &str| {
        let call = ServerAct::Repeat(RepeatCall {
            channel: channel.into(),
            external_no: external_no.into(),
            received_at: stage.now,
            through: Vec::new(),
            situation: None,
        });
        stage.by_rule(call).map(|reason| reason.code)
    };
    for (channel, number, code) in [
        ("110", "JJD-1", Some("call_known")),
        ("12345", "JJD-1", None),
        ("12345", "JJD-1", Some("call_known")),
        ("110", "JJD-2", None),
    ] {
        let refused = linked(channel, number);
        assert_eq!(refused.as_deref(), code, "{channel} {number}");
    }
}
