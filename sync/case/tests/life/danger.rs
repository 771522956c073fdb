//! Danger, transfer, joint handling (E22–E24).

use crate::stage::{GRID, MEDIATOR, Stage, author};
use hejie_case::{
    act::{self, Act, Brings, DeskAct, ServerAct},
    edit::NewEntry,
    facts::{DeadlineKind, PoliceCause, RepeatCall, Stage as At, Status},
    ids::CaseId,
    reconcile::{Effect, effects_from_nothing},
    record::*,
    role::{Author, Role},
};
use jiff::SignedDuration;

fn danger() -> Ask {
    Ask::Danger(act::ReportDanger {
        what: "一方携带汽油到场，扬言点火。".into(),
    })
}

/// Shows E23, M16, LW06.
#[test]
fn danger_reported_from_a_second_phone_wins_over_a_closing_on_the_first() {
    for danger_first in [true, false] {
        let mut stage = Stage::of("N03-05");
        stage.sync(GRID);
        let clause = stage.make_effective();
        stage.log(MEDIATOR, clause, Performance::Performed);
        let (outcome, feedback) = (CloseKind::AgreementPerformed, "已履行。".into());
        stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
        stage.ask(GRID, danger());
        let order = if danger_first {
            [GRID, MEDIATOR]
        } else {
            [MEDIATOR, GRID]
        };
        let mut orders = 0;
        for phone in order {
            stage.sync(phone);
            let police = |e: &&Effect| matches!(e, Effect::PoliceOrder { .. });
            orders += stage.settled.effects.iter().filter(police).count();
        }
        assert_eq!(orders, 1, "the police are told once, at once");
        assert!(stage.status().is_open(), "{:?}", stage.status());
        let close = DeskAct::Close(act::Close { outcome });
        let refused = stage.desk(Role::Supervisor, close).unwrap();
        assert!(["held_for_danger", "wrong_stage"].contains(&refused.code.as_str()));
        let mut clocks = stage.facts().deadlines.iter();
        assert!(clocks.any(|d| d.kind == DeadlineKind::PoliceAccept && d.is_running()));
    }
}

/// Shows E23.
#[test]
fn a_hold_stops_progress_until_the_police_desk_or_the_supervisor_releases_it() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    stage.sync(MEDIATOR);
    stage.ask(GRID, danger());
    stage.sync(GRID);
    stage.freeze(parties, "捌仟陆佰元整");
    stage.sync(MEDIATOR);
    assert_eq!(
        stage.status(),
        Status::Mediating,
        "nothing is frozen meanwhile"
    );
    let release = |why: &str| DeskAct::Release(act::Release { why: why.into() });
    assert_eq!(
        stage
            .desk(Role::Dispatcher, release("没事了"))
            .unwrap()
            .code,
        "not_yours"
    );
    assert_eq!(
        stage.desk(Role::PoliceDesk, release("")).unwrap().code,
        "reason_missing"
    );
    assert_eq!(
        stage.desk(Role::PoliceDesk, release("民警已到场处置，收缴汽油。")),
        None
    );
    stage.freeze(parties, "捌仟陆佰元整");
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::AgreementPending);
}

fn orders(stage: &Stage) -> Vec<PoliceCause> {
    let orders = stage.facts().police_orders.iter();
    orders.map(|order| order.cause).collect()
}

/// Where a case may stand: in each status, and merged away.
fn standings(stage: &Stage) -> Vec<At> {
    let (since, back, feedback) = (stage.now, Status::FollowUp, String::from("已和解。"));
    let closed = |outcome| At::Closed {
        outcome,
        feedback: feedback.clone(),
        at: since,
    };
    let of = |status| match status {
        Status::Suspended => At::Suspended {
            ground: SuspensionGround::Appraisal,
            since,
        },
        Status::PendingClose => At::PendingClose {
            request: stage.fresh(),
            outcome: CloseKind::Reconciled,
            feedback: feedback.clone(),
            since,
            back,
        },
        Status::CloseDisputed => At::CloseDisputed {
            outcomes: std::collections::BTreeMap::new(),
            since,
            back,
        },
        Status::Closed => closed(CloseKind::Reconciled),
        Status::Archived => At::Archived {
            outcome: CloseKind::Reconciled,
            at: since,
        },
        plain => At::plain(plain).expect("it needs no data"),
    };
    let others = [CloseKind::Merged, CloseKind::TransferredPolice].map(closed);
    Status::ALL.map(of).into_iter().chain(others).collect()
}

/// Shows E23.
#[test]
fn a_danger_is_told_to_the_police_wherever_its_case_stands() {
    for standing in standings(&Stage::of("N03-02")) {
        let mut stage = Stage::of("N03-02");
        let danger = stage.ask(GRID, danger());
        stage.settled.facts.stage = standing.clone();
        stage.sync(GRID);
        assert_eq!(stage.refusal(danger), None, "{standing:?}");
        let is_told = |effect: &Effect| matches!(effect, Effect::PoliceOrder { order, .. } if order.entry == Some(danger));
        assert!(stage.settled.effects.iter().any(is_told), "{standing:?}");
        assert!(stage.facts().is_held(), "{standing:?}");
    }
}

/// Shows E23.
#[test]
fn each_danger_is_told_though_the_case_is_held_and_one_release_ends_them_all() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.ask(GRID, danger());
    stage.ask(GRID, danger());
    stage.sync(GRID);
    let police = |e: &&Effect| matches!(e, Effect::PoliceOrder { .. });
    assert_eq!(stage.settled.effects.iter().filter(police).count(), 2);
    assert_eq!(stage.facts().holds.len(), 2);
    let why = "民警已到场处置。".into();
    assert_eq!(
        stage.desk(Role::PoliceDesk, DeskAct::Release(act::Release { why })),
        None
    );
    assert!(!stage.facts().is_held());
    stage.ask(GRID, danger());
    stage.sync(GRID);
    let keys: std::collections::BTreeSet<_> = effects_from_nothing(stage.facts())
        .iter()
        .filter(police)
        .map(|effect| effect.key(stage.facts().case_id))
        .collect();
    assert_eq!(keys.len(), 3);
}

/// Shows E02, R116, R128.
#[test]
fn a_situation_of_the_police_list_is_told_to_the_police_unless_an_order_of_theirs_reported_it() {
    for (channel, known_to) in [("110", Some("110")), ("12345", Some("12345"))] {
        let stage = Stage::reported("P01-01", channel);
        assert_eq!(orders(&stage), [PoliceCause::HandedOver]);
        let order = &stage.facts().police_orders[0];
        assert_eq!(order.known_to.as_deref(), known_to);
        assert!(order.text.contains("属公安事项清单"), "{}", order.text);
    }
}

/// Shows E29.
#[test]
fn a_further_call_about_a_police_matter_is_told_to_the_police_and_the_case_goes_on() {
    let mut stage = Stage::of("N03-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let call = RepeatCall {
        channel: "12345".into(),
        external_no: "B-1".into(),
        received_at: stage.now,
        through: Vec::new(),
        situation: Some("P01-01".parse().unwrap()),
    };
    assert_eq!(stage.by_rule(ServerAct::Repeat(call)), None);
    assert_eq!(orders(&stage), [PoliceCause::Call]);
    assert!(stage.status().is_open());
    let mut clocks = stage.facts().deadlines.iter();
    assert!(clocks.any(|d| d.kind == DeadlineKind::PoliceAccept && d.is_running()));
}

/// Shows E24, R128.
#[test]
fn a_case_that_a_desk_transfers_to_the_police_is_told_to_them() {
    let mut stage = Stage::of("N06-01");
    stage.accept();
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Police,
        receiver: "新港派出所".into(),
        receipt: "收-8".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    stage.sync(MEDIATOR);
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    assert_eq!(orders(&stage), [PoliceCause::HandedOver]);
}

/// Shows E23, E24, R116.
#[test]
fn a_case_handed_over_in_the_moment_in_which_the_police_signed_for_its_danger_waits_for_them_again()
{
    let mut stage = Stage::of("N06-01");
    stage.accept();
    stage.ask(
        MEDIATOR,
        Ask::Danger(act::ReportDanger {
            what: "持刀。".into(),
        }),
    );
    stage.sync(MEDIATOR);
    assert_eq!(stage.desk(Role::PoliceDesk, DeskAct::PoliceAccept), None);
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Police,
        receiver: "新港派出所".into(),
        receipt: "收-8".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    let clocks = stage.facts().deadlines.iter();
    let asked: Vec<_> = clocks
        .filter(|d| d.kind == DeadlineKind::PoliceAccept)
        .collect();
    assert_eq!(asked.len(), 2);
    assert!(asked[0].met_at.is_some() && asked[1].is_running());
    assert_ne!(asked[0].key(), asked[1].key());
}

/// Shows E30, E23.
#[test]
fn a_danger_goes_with_a_merged_case_and_comes_back_with_it_if_nobody_released_it() {
    for released in [false, true] {
        let (mut source, mut target) = (Stage::of("N03-02"), Stage::of("N03-02"));
        for stage in [&mut source, &mut target] {
            stage.accept();
            stage.sync(MEDIATOR);
        }
        source.ask(GRID, danger());
        source.sync(GRID);
        let (from, into) = (
            CaseId(uuid::Uuid::from_u128(8)),
            CaseId(uuid::Uuid::from_u128(7)),
        );
        let why = || String::from("同一起纠纷。");
        let merge = ServerAct::Merge(act::Merge { into, why: why() });
        assert_eq!(source.desk(Role::Dispatcher, merge), None);
        assert!(!source.facts().is_held(), "it goes on elsewhere");
        let brings = Brings::of(source.facts());
        let absorb = ServerAct::Absorb(act::Absorb {
            from,
            brings,
            why: why(),
        });
        assert_eq!(target.desk(Role::Dispatcher, absorb), None);
        assert!(target.facts().is_held());
        assert_eq!(orders(&target), [], "the police have its order already");
        if released {
            let release = DeskAct::Release(act::Release { why: why() });
            assert_eq!(target.desk(Role::PoliceDesk, release), None);
        }
        let held = target.facts().holds.clone();
        let unmerge = ServerAct::Unmerge(act::Unmerge {
            calls: Vec::new(),
            bars: hejie_case::facts::Bars::default(),
            held,
            clocks: Vec::new(),
            why: why(),
        });
        assert_eq!(source.desk(Role::Dispatcher, unmerge), None);
        assert_eq!(source.facts().is_held(), !released);
        let part = ServerAct::Part(act::Part {
            from,
            people: Vec::new(),
            why: why(),
        });
        assert_eq!(target.desk(Role::Dispatcher, part), None);
        assert!(!target.facts().is_held());
    }
}

/// Shows E24, R027, R114, LW03.
#[test]
fn a_case_goes_to_another_body_only_when_that_body_has_signed_for_it() {
    let mut stage = Stage::of("N06-01");
    stage.accept();
    let (to, why) = (Receiver::Department, "须由劳动仲裁处理。".into());
    let asked = stage.ask(MEDIATOR, Ask::TransferOut(act::TransferOut { to, why }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), Some("referred"));
    let grant = Act::Decide(act::Decide {
        request: asked,
        grant: true,
        why: String::new(),
        seal_no: None,
        effective_on: None,
    });
    assert_eq!(
        stage.desk(Role::Dispatcher, grant).unwrap().code,
        "receipt_missing"
    );
    let told = Some(act::NoticeGiven::in_person(stage.now));
    let transfer = |receipt: &str, notice| {
        DeskAct::Transfer(act::Transfer {
            to,
            receiver: "和安县劳动人事争议仲裁院".into(),
            receipt: receipt.into(),
            notice,
        })
    };
    let refused = stage.desk(Role::Dispatcher, transfer("", told)).unwrap();
    assert_eq!(refused.code, "receipt_missing");
    let by_telephone = act::NoticeGiven {
        means: ContactMeans::Telephone,
        at: stage.now,
    };
    let tomorrow = stage.now + SignedDuration::from_hours(24);
    let before = stage.facts().registered_at - SignedDuration::from_secs(1);
    for notice in [
        None,
        Some(by_telephone),
        Some(act::NoticeGiven::in_person(tomorrow)),
        Some(act::NoticeGiven::in_person(before)),
    ] {
        let refused = stage.desk(Role::Dispatcher, transfer("收-7", notice));
        assert_eq!(refused.unwrap().code, "notice_missing", "{notice:?}");
    }
    assert_eq!(stage.desk(Role::Dispatcher, transfer("收-7", told)), None);
    let record = stage.facts().round.transferred.as_ref().unwrap();
    assert_eq!(record.receiver, "和安县劳动人事争议仲裁院");
    let said = [
        "移交告知书",
        "和安县劳动人事争议仲裁院办理",
        "签收编号：收-7",
    ];
    assert!(
        said.iter().all(|words| record.text.contains(words)),
        "{}",
        record.text
    );
    let outcome = CloseKind::TransferredDept;
    assert!(matches!(stage.facts().stage, At::Closed { outcome: o, .. } if o == outcome));
}

fn members(roles: &[Role]) -> Vec<Author> {
    let target = |(n, role): (u8, &Role)| author(n, *role);
    (60..).zip(roles).map(target).collect()
}

/// Shows E22, R117, R119.
#[test]
fn three_parties_take_a_complex_case_up_and_leave_it_with_a_plan() {
    let mut stage = Stage::of("N06-02");
    let people = IntakeField::Persons(12);
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.edit(MEDIATOR, hejie_case::edit::Edit::Intake { field: people });
    stage.sync(MEDIATOR);
    let two = DeskAct::OpenJoint(act::OpenJoint {
        members: members(&[Role::PoliceDesk]),
    });
    assert_eq!(
        stage.desk(Role::Dispatcher, two).unwrap().code,
        "three_parties_missing"
    );
    let three = DeskAct::OpenJoint(act::OpenJoint {
        members: members(&[Role::PoliceDesk, Role::HotlineDesk]),
    });
    assert_eq!(stage.desk(Role::Dispatcher, three), None);
    assert_eq!(stage.status(), Status::JointHandling);
    let plan = |stage: &mut Stage| {
        let text = "一案一策：核对工资表，分批支付。".into();
        stage.add(MEDIATOR, NewEntry::Plan(text))
    };
    let (unowned, plan) = (plan(&mut stage), plan(&mut stage));
    stage.sync(MEDIATOR);
    let end = DeskAct::EndJoint(act::EndJoint { plan });
    assert_eq!(
        stage.desk(Role::Supervisor, end.clone()).unwrap().code,
        "plan_missing"
    );
    let owners = [(unowned, "\u{200b}"), (plan, "和安县人力资源和社会保障局")];
    for (plan, owner) in owners {
        let step = stage.fresh();
        let value = PlanStep {
            what: "核对工资表".into(),
            owner_org: owner.into(),
            due: "2026-03-05".parse().unwrap(),
        };
        stage.edit(
            MEDIATOR,
            hejie_case::edit::Edit::AddStep { plan, step, value },
        );
    }
    stage.sync(MEDIATOR);
    let nobodys = DeskAct::EndJoint(act::EndJoint { plan: unowned });
    assert_eq!(
        stage.desk(Role::Supervisor, nobodys).unwrap().code,
        "plan_missing"
    );
    assert_eq!(stage.desk(Role::Supervisor, end), None);
    assert_eq!(
        stage.status(),
        Status::SignedFor,
        "rights and rules are still to be told"
    );
}

/// Shows E22.
#[test]
fn a_simple_blue_case_is_not_taken_up_jointly() {
    let mut stage = Stage::of("N03-05");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.sync(MEDIATOR);
    let joint = DeskAct::OpenJoint(act::OpenJoint {
        members: members(&[Role::PoliceDesk, Role::HotlineDesk]),
    });
    assert_eq!(
        stage.desk(Role::Dispatcher, joint).unwrap().code,
        "joint_not_warranted"
    );
}

/// Shows E23. Whoever has no hand free to write reports it all the same.
#[test]
fn a_danger_without_words_is_told_and_holds_the_case() {
    for what in ["", " ", "\u{200b}"] {
        let mut stage = Stage::of("N03-05");
        let ask = Ask::Danger(act::ReportDanger { what: what.into() });
        let asked = stage.ask(GRID, ask);
        stage.sync(GRID);
        assert_eq!(stage.refusal(asked), None, "{what:?}");
        assert!(stage.facts().is_held());
        let effects = stage.settled.effects.iter();
        let orders = effects.filter(|e| matches!(e, Effect::PoliceOrder { .. }));
        let orders: Vec<String> = orders.map(|order| format!("{order:?}")).collect();
        assert_eq!(orders.len(), 1);
        assert!(orders[0].contains("未写明"), "{orders:?}");
    }
}
