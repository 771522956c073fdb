//! Acts that are refused at their edges: what they are about is not there, was done already, or is
//! of another day.

use crate::stage::{MEDIATOR, Stage, author, deeds::payment, user};
use hejie_case::{
    act::{self, DeskAct, claim},
    facts::{DeadlineKind, Duty, SeisedBody, Status},
    ids::EntryId,
    record::*,
    role::Role,
};
use jiff::{ToSpan, civil::date};
use std::collections::BTreeMap;

fn mediating() -> Stage {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    stage
}

fn told(stage: &mut Stage, role: Role, act: DeskAct) -> Option<String> {
    stage.desk(role, act).map(|reason| reason.code)
}

/// Shows E07, R012. Three hundred metres along the great circle, in either direction.
#[test]
fn three_hundred_metres_from_the_place_are_near_and_a_little_more_is_not() {
    let at = |lat: f64, lon: f64| {
        Some(Place {
            region: "990101001".parse().unwrap(),
            address: "新港街道某小区".into(),
            position: Some(Position {
                lat,
                lon,
                accuracy: 10.0,
            }),
        })
    };
    for (lat, lon, is_near) in [
        (29.902_6, 121.8, true),
        (29.902_8, 121.8, false),
        (29.9, 121.803_0, true),
        (29.9, 121.803_2, false),
        (29.898_2, 121.797_9, true),
        (29.898_0, 121.797_6, false),
    ] {
        let mut stage = Stage::of("N02-02");
        stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
        let field = IntakeField::Place(at(29.9, 121.8).unwrap());
        stage.edit(MEDIATOR, hejie_case::edit::Edit::Intake { field });
        let (place, reason) = (at(lat, lon), None);
        let arrived = stage.ask(MEDIATOR, Ask::Arrive(act::Arrive { place, reason }));
        stage.sync(MEDIATOR);
        let far = (!is_near).then_some("too_far");
        assert_eq!(stage.refusal(arrived), far, "{lat} {lon}");
    }
}

/// Shows E04.
#[test]
fn departments_mediators_and_officers_claim_cases_and_nobody_else() {
    for role in [Role::Department, Role::Mediator, Role::PoliceOfficer] {
        assert!(claim::may_claim(role), "{role:?}");
    }
    for role in [Role::GridWorker, Role::Dispatcher, Role::Supervisor] {
        assert!(!claim::may_claim(role), "{role:?}");
    }
}

/// Shows R019, R027.
#[test]
fn nobody_joins_twice_in_one_duty_or_is_made_a_lead_unasked() {
    let mut stage = mediating();
    let mut joins = |n, duty| {
        let target = author(n, Role::Mediator);
        let act = DeskAct::Assign(act::Assign { target, duty });
        told(&mut stage, Role::Dispatcher, act)
    };
    assert_eq!(joins(7, Duty::Co), None);
    assert_eq!(joins(7, Duty::Co).as_deref(), Some("already_assigned"));
    assert_eq!(joins(8, Duty::Co), None, "another does the same");
    assert_eq!(joins(7, Duty::Visit), None, "the same does another");
    for duty in [Duty::First, Duty::Lead] {
        let unasked = joins(9, duty);
        assert_eq!(unasked.as_deref(), Some("duty_is_signed_for"));
    }
}

/// Shows E22.
#[test]
fn whoever_sits_at_the_table_joins_the_case_once() {
    let mut stage = mediating();
    let on_the_case = |stage: &Stage, n| {
        let present = stage.facts().assignments.iter();
        let present = present.filter(|a| a.to.is_none() && a.user == user(n));
        present.count()
    };
    for _ in 0..2 {
        stage.take_up();
        assert_eq!([60, 61].map(|n| on_the_case(&stage, n)), [1, 1]);
    }
}

/// Shows E20, LW12.
#[test]
fn urging_before_the_agreement_or_in_the_future_is_no_urging() {
    let mut stage = Stage::of("N03-02");
    let obligation = stage.make_effective();
    stage.log(MEDIATOR, obligation, Performance::NotPerformed);
    stage.sync(MEDIATOR);
    stage.later(24 * 60);
    let (before, ahead) = (
        stage.facts().registered_at - 1.hour(),
        stage.now + 24.hours(),
    );
    for urged_at in [before, ahead] {
        let given = act::NoticeGiven {
            means: ContactMeans::InPerson,
            at: stage.now,
        };
        let breach = act::Breach {
            obligation,
            remedy: Remedy::Mediate,
            urged_at,
            notice: Some(given),
        };
        let asked = stage.ask(MEDIATOR, Ask::Breach(breach));
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(asked), Some("not_urged"), "{urged_at}");
    }
}

/// Shows E11b, E11c.
#[test]
fn what_one_body_has_is_not_what_another_has() {
    let mut stage = mediating();
    let at_court = |docket_no: &str| {
        DeskAct::NoteSeised(act::NoteSeised {
            body: SeisedBody::Court,
            body_name: "和安县人民法院".into(),
            docket_no: docket_no.into(),
            accepted_on: date(2026, 3, 1),
        })
    };
    let ended = |body_name: &str| {
        DeskAct::EndSeised(act::EndSeised {
            body_name: body_name.into(),
            docket_no: "18号".into(),
            ended_on: date(2026, 3, 2),
            why: "撤诉。".into(),
        })
    };
    for (act, code) in [
        (at_court("17号"), None),
        (at_court("18号"), None),
        (ended("和安县仲裁院"), Some("not_seised")),
        (ended("和安县人民法院"), None),
    ] {
        let refused = told(&mut stage, Role::Dispatcher, act);
        assert_eq!(refused.as_deref(), code);
    }
    let still = stage.facts().seised_elsewhere();
    let still: Vec<&str> = still.map(|matter| matter.docket_no.as_str()).collect();
    assert_eq!(still, ["17号"]);
}

/// Shows R054.
#[test]
fn an_order_that_was_answered_makes_room_for_another() {
    let mut stage = mediating();
    let order = || {
        let what = "请到场。".into();
        DeskAct::Supervise(act::Supervise { what, due_on: None })
    };
    for _ in 0..5 {
        assert_eq!(told(&mut stage, Role::Leader, order()), None);
    }
    let full = told(&mut stage, Role::Leader, order());
    assert_eq!(full.as_deref(), Some("too_many_orders"));
    let no = stage.facts().supervision[2].no;
    let answer = "已到场。".into();
    let answered = stage.ask(MEDIATOR, Ask::AnswerItem(act::AnswerItem { no, answer }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(answered), None);
    let met = stage.facts().deadlines.iter();
    let met = met.filter(|d| d.kind == DeadlineKind::OrderAnswer && d.met_at.is_some());
    assert_eq!(met.count(), 1, "the clocks of the others go on");
    assert_eq!(told(&mut stage, Role::Leader, order()), None);
}

/// Shows M17.
#[test]
fn a_file_is_waived_that_is_missing_and_once() {
    let mut stage = mediating();
    let photo = stage.evidence(MEDIATOR);
    let awaited = stage.evidence_without_file(MEDIATOR);
    stage.sync(MEDIATOR);
    let mut waived = |evidence| {
        let why = "手机已损坏。".into();
        let act = DeskAct::WaiveFile(act::WaiveFile { evidence, why });
        told(&mut stage, Role::Supervisor, act)
    };
    assert_eq!(waived(photo).as_deref(), Some("file_not_missing"));
    assert_eq!(waived(awaited), None);
    assert_eq!(waived(awaited).as_deref(), Some("file_not_missing"));
}

/// Shows E21b.
#[test]
fn only_a_visit_that_is_due_is_waived_and_the_others_stay_due() {
    let mut stage = Stage::of("N03-05");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::FollowUp);
    let mut waived = |n| {
        let why = "当事人已搬离本县。".into();
        let act = DeskAct::WaiveVisit(act::WaiveVisit { n, why });
        told(&mut stage, Role::Supervisor, act)
    };
    assert_eq!(waived(9).as_deref(), Some("visit_not_due"));
    assert_eq!(waived(1), None);
    assert_eq!(waived(1).as_deref(), Some("visit_not_due"));
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.any(|d| d.kind == DeadlineKind::FollowUp && d.is_running()));
}

/// Shows E22c, R023.
#[test]
fn a_plan_says_what_it_is_for_and_whose_each_of_at_most_twenty_steps_is() {
    let mut stage = mediating();
    stage.take_up();
    let plan = stage.fresh();
    let step = |what: &str, owner_org: &str| PlanStep {
        what: what.into(),
        owner_org: owner_org.into(),
        due: date(2026, 6, 1),
    };
    let owned = || step("逐户核对。", "新港司法所");
    let mut written = |text: &str, steps: Vec<PlanStep>| {
        let numbered = steps.into_iter().zip(0_u8..);
        let by_id = numbered.map(|(step, n)| (EntryId::new(stage.now, [n; 10]), step));
        let act = DeskAct::WritePlan(act::WritePlan {
            plan,
            text: text.into(),
            steps: by_id.collect::<BTreeMap<_, _>>(),
        });
        told(&mut stage, Role::Dispatcher, act)
    };
    for (text, steps, code) in [
        (" ", vec![owned()], Some("plan_empty")),
        (
            "分步化解。",
            vec![step("核对。", " ")],
            Some("step_unowned"),
        ),
        (
            "分步化解。",
            vec![step(" ", "司法所")],
            Some("step_unowned"),
        ),
        ("分步化解。", vec![owned(); 21], Some("too_many_steps")),
        ("分步化解。", vec![owned(); 20], None),
    ] {
        assert_eq!(written(text, steps).as_deref(), code);
    }
}

/// Shows E12, E33, LW12, LW15.
#[test]
fn nobody_takes_back_what_is_in_force_and_only_an_accepted_open_case_gets_more_time() {
    let extend = || {
        let (clock, days, why) = (DeadlineKind::Feedback, 5, "鉴定未完成。".into());
        Ask::Extend(act::Extend { clock, days, why })
    };
    let mut stage = Stage::of("N03-02");
    stage.arrive();
    let early = stage.ask(MEDIATOR, extend());
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(early), Some("wrong_stage"));
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    stage.accept_with(&parties);
    stage.agree_as(parties, payment);
    stage.sync(MEDIATOR);
    let (party, routes_told) = (parties[0], true);
    stage.consent(MEDIATOR, party, ConsentDecision::Withdraw, Vec::new());
    let back = stage.ask(MEDIATOR, Ask::Refuse(act::Refuse { party, routes_told }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(back), Some("wrong_stage"));
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "县住建局".into(),
        receipt: "收-7".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(told(&mut stage, Role::Dispatcher, transfer), None);
    let late = hejie_case::act::Act::Ask(extend());
    let late = stage.desk(Role::Supervisor, late).unwrap();
    assert_eq!(late.code, "wrong_stage");
}
