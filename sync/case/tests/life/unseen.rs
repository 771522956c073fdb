//! What whoever asked to close had not seen when asking: it disputes the closing, in whichever
//! order things arrive and however often they were written again (E28, M15).

use crate::stage::{GRID, MEDIATOR, Stage, author, user};
use hejie_case::{
    act::{self, Act, DeskAct, ServerAct},
    edit::{Edit, NewEntry, Withdrawable},
    facts::{DeadlineKind, Hold, Level, RepeatCall, Status, first_version},
    ids::{CaseId, EntryId},
    record::*,
    role::Role,
};
use std::collections::BTreeSet;

const OUTCOME: CloseKind = CloseKind::AgreementPerformed;

/// A case about whose promise nothing is owed any more, known to both phones.
fn performed() -> (Stage, Ask) {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    let feedback = "已履行。".into();
    let ask = Ask::AskClose(act::AskClose {
        outcome: OUTCOME,
        feedback,
    });
    (both_hold(stage), ask)
}

/// A mediation that comes to nothing.
fn failing() -> (Stage, Ask) {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    let (ground, routes_told) = (TerminationGround::NoAgreement, true);
    let ask = Ask::Terminate(act::Terminate {
        ground,
        routes_told,
    });
    (both_hold(stage), ask)
}

/// A simple case that can be settled where it happened; the rule closes it.
fn on_the_scene() -> (Stage, Ask) {
    let mut stage = Stage::of("N03-05");
    let assignment = stage.facts().offered().unwrap().version;
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment }));
    let (place, reason) = (None, None);
    stage.ask(MEDIATOR, Ask::Arrive(act::Arrive { place, reason }));
    let mut assents = Vec::new();
    for side in [Side::A, Side::B] {
        let party = stage.party(side, "王*");
        stage.consent(MEDIATOR, party, ConsentDecision::Agree, Vec::new());
        assents.push(party);
    }
    judge(&mut stage);
    let result = "双方当场和解。".into();
    (
        both_hold(stage),
        Ask::SettleOnScene(act::SettleOnScene { result, assents }),
    )
}

/// The mediator at the scene judges that it will not break out again.
fn judge(stage: &mut Stage) {
    let (level, why) = (Residual::Low, "双方已平静。".into());
    let judged = Ask::ResidualRisk(act::ResidualRisk { level, why });
    stage.ask(MEDIATOR, judged);
}

fn both_hold(mut stage: Stage) -> Stage {
    for phone in [MEDIATOR, GRID, MEDIATOR] {
        stage.sync(phone);
    }
    stage
}

fn is_disputed(stage: &Stage) -> bool {
    let mut clocks = stage.facts().deadlines.iter();
    let is_due = clocks.any(|d| d.kind == DeadlineKind::CloseRuling && d.is_running());
    assert_eq!(is_due, stage.status() == Status::CloseDisputed);
    is_due
}

fn call(stage: &Stage) -> ServerAct {
    ServerAct::Repeat(RepeatCall {
        channel: "110".into(),
        external_no: format!("JJD-{}", stage.now),
        received_at: stage.now,
        through: Vec::new(),
        situation: None,
    })
}

/// Shows E28, M15.
#[test]
fn evidence_that_no_closing_had_seen_disputes_it_whichever_arrives_first() {
    for set in [performed, failing, on_the_scene] {
        for order in [[MEDIATOR, GRID], [GRID, MEDIATOR]] {
            let (mut stage, ask) = set();
            let asked = stage.ask(MEDIATOR, ask.clone());
            let photo = stage.evidence(GRID);
            for phone in order {
                stage.later(1);
                stage.sync(phone);
            }
            assert_eq!(stage.refusal(asked), None, "{ask:?}");
            assert!(stage.view().unseen[&asked].contains(&photo));
            assert!(is_disputed(&stage), "{ask:?} {order:?}");
        }
    }
}

/// What a grid worker may find at the door while the lead asks to close.
fn found_at_the_door() -> [fn(&mut Stage) -> EntryId; 3] {
    [
        |stage| stage.evidence(GRID),
        |stage| stage.visit(GRID, None, VisitMethod::Door),
        |stage| {
            let party = *stage.view().parties.keys().next().unwrap();
            stage.consent(GRID, party, ConsentDecision::Refuse, Vec::new())
        },
    ]
}

/// Shows E28, M15.
#[test]
fn what_is_found_at_the_door_while_a_closing_is_asked_for_disputes_it_whichever_arrives_first() {
    for find in found_at_the_door() {
        for order in [[MEDIATOR, GRID], [GRID, MEDIATOR]] {
            let (mut stage, ask) = performed();
            let asked = stage.ask(MEDIATOR, ask);
            let found = find(&mut stage);
            for phone in order {
                stage.later(1);
                stage.sync(phone);
            }
            assert_eq!(stage.view().unseen[&asked], BTreeSet::from([found]));
            assert!(is_disputed(&stage), "{order:?}");
        }
    }
}

/// Shows E28, M15.
#[test]
fn what_the_lead_had_seen_disputes_no_closing() {
    for set in [performed, failing, on_the_scene] {
        for find in found_at_the_door().into_iter().take(2) {
            let (mut stage, ask) = set();
            find(&mut stage);
            stage.sync(GRID);
            stage.sync(MEDIATOR);
            stage.later(1);
            let asked = stage.ask(MEDIATOR, ask);
            stage.sync(MEDIATOR);
            stage.later(1);
            stage.sync(GRID);
            assert_eq!(stage.refusal(asked), None);
            assert!(stage.view().unseen.is_empty());
            assert!(!is_disputed(&stage), "{:?}", stage.facts().stage);
        }
    }
}

/// Shows E23, E28, M15, M16.
#[test]
fn a_danger_that_was_released_meanwhile_disputes_the_closing_that_was_asked_for_without_it() {
    for order in [[MEDIATOR, GRID], [GRID, MEDIATOR]] {
        let (mut stage, ask) = performed();
        let asked = stage.ask(MEDIATOR, ask);
        let what = "一方携带汽油到场。".into();
        stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
        for phone in order {
            stage.later(1);
            stage.sync(phone);
            if stage.facts().is_held() {
                let why = "现场已排除。".into();
                let release = DeskAct::Release(act::Release { why });
                assert_eq!(stage.desk(Role::PoliceDesk, release), None);
            }
        }
        assert_eq!(stage.refusal(asked), None);
        assert!(is_disputed(&stage), "{order:?}");
    }
}

/// Shows E28, E30, M16.
#[test]
fn a_danger_that_came_with_another_case_disputes_the_closing_that_was_asked_for_without_it() {
    let (mut stage, ask) = performed();
    stage.ask(MEDIATOR, ask);
    let held = Hold {
        since: stage.now,
        by: author(3, Role::Mediator),
        what: "有人扬言报复。".into(),
        entry: None,
        from: None,
    };
    let brings = act::Brings {
        holds: vec![held],
        ..Default::default()
    };
    let from = CaseId(uuid::Uuid::from_u128(78));
    let why = "同一件事。".into();
    let absorb = ServerAct::Absorb(act::Absorb { from, brings, why });
    assert_eq!(stage.desk(Role::Dispatcher, absorb), None);
    let why = "现场已排除。".into();
    let release = DeskAct::Release(act::Release { why });
    assert_eq!(stage.desk(Role::PoliceDesk, release), None);
    stage.sync(MEDIATOR);
    assert!(is_disputed(&stage));
}

/// Shows E28, M15, M18.
#[test]
fn evidence_that_was_taken_back_before_the_closing_arrived_was_passed_over_all_the_same() {
    let (mut stage, ask) = performed();
    stage.ask(MEDIATOR, ask);
    let photo = stage.evidence(GRID);
    let (target, why) = (Withdrawable::Evidence(photo), "拍错了。".into());
    let at = stage.now;
    stage.edit(GRID, Edit::Withdraw { target, why, at });
    stage.sync(GRID);
    stage.sync(MEDIATOR);
    assert!(is_disputed(&stage));
}

fn both_come_back(stage: &mut Stage) {
    for phone in [MEDIATOR, GRID] {
        stage.sync(phone);
    }
}

/// Shows E28, M15.
#[test]
fn a_closing_that_is_written_again_had_seen_what_its_author_had_when_asking() {
    for had_seen in [false, true] {
        let (mut stage, ask) = performed();
        let take = |stage: &mut Stage| {
            stage.evidence(GRID);
            stage.sync(GRID);
            stage.sync(MEDIATOR);
        };
        if had_seen {
            take(&mut stage);
        }
        let request = Request {
            ask,
            base_version: stage.facts().version,
            at: stage.now,
            anchor: None,
        };
        let id = EntryId::new(stage.now, [55; 10]);
        let entry = NewEntry::Request(request);
        let edit = Edit::Add { id, entry };
        let basis = stage.phones[MEDIATOR].doc.basis(&edit, 0);
        if !had_seen {
            take(&mut stage);
        }
        // Something of the author's own that was taken in meanwhile, and builds on all of it.
        stage.note(MEDIATOR, "现场已恢复。");
        stage.write_again(MEDIATOR, &edit, &basis);
        stage.later(1);
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(id), None);
        assert_eq!(is_disputed(&stage), !had_seen);
    }
}

/// Shows E27, E28, M15.
#[test]
fn a_desk_that_closes_while_unseen_evidence_arrives_is_told_and_the_supervisor_rules() {
    let (mut stage, ask) = performed();
    stage.ask(MEDIATOR, ask);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::PendingClose);
    stage.evidence(GRID);
    let outcome = OUTCOME;
    let refused = stage.desk_while_syncing(
        GRID,
        Role::Supervisor,
        DeskAct::Close(act::Close { outcome }),
    );
    assert_eq!(refused.unwrap().code, "closing_overtaken");
    assert!(is_disputed(&stage));
    stage.later(1);
    both_come_back(&mut stage);
    let closed = stage.desk(Role::Supervisor, DeskAct::Close(act::Close { outcome }));
    assert_eq!((closed, stage.status()), (None, Status::Closed));
}

/// Shows E28, E29, M15.
#[test]
fn a_call_that_came_before_a_closing_asked_without_it_disputes_the_closing() {
    for set in [performed, failing, on_the_scene] {
        let (mut stage, ask) = set();
        stage.ask(MEDIATOR, ask.clone());
        assert_eq!(stage.by_rule(call(&stage)), None);
        stage.sync(MEDIATOR);
        assert!(is_disputed(&stage), "{ask:?}");

        let (mut stage, ask) = set();
        assert_eq!(stage.by_rule(call(&stage)), None);
        both_come_back(&mut stage);
        stage.later(1);
        if stage.status() == Status::OnScene {
            judge(&mut stage);
        }
        let asked = stage.ask(MEDIATOR, ask.clone());
        stage.sync(MEDIATOR);
        assert_eq!(stage.refusal(asked), None);
        assert!(!is_disputed(&stage), "{ask:?}: the lead knew of the call");
    }
}

/// Shows E28, M15.
#[test]
fn a_version_of_the_facts_that_the_server_never_gave_says_that_nothing_was_seen() {
    let (mut stage, ask) = performed();
    assert_eq!(stage.by_rule(call(&stage)), None);
    both_come_back(&mut stage);
    let request = Request {
        ask,
        base_version: stage.facts().version + 40,
        at: stage.now,
        anchor: None,
    };
    stage.add(MEDIATOR, NewEntry::Request(request));
    stage.sync(MEDIATOR);
    assert!(is_disputed(&stage));
}

/// Shows E28, M15.
#[test]
fn a_closing_asked_on_a_version_that_a_restore_took_passes_over_no_call_that_came_since() {
    let (mut stage, ask) = performed();
    let last_seen = stage.facts().version + 2;
    let request = Request {
        ask,
        base_version: last_seen,
        at: stage.now,
        anchor: None,
    };
    stage.first_version = first_version(2);
    assert_eq!(stage.by_rule(call(&stage)), None);
    for level in [Level::Red, Level::Blue, Level::Red] {
        stage.later(1);
        let (why, until) = ("现场所见。".into(), None);
        let ruling = DeskAct::OverrideColour(act::OverrideColour { level, why, until });
        assert_eq!(stage.desk(Role::Supervisor, ruling), None);
    }
    assert!(stage.facts().version > last_seen);
    stage.add(MEDIATOR, NewEntry::Request(request));
    stage.sync(MEDIATOR);
    assert!(is_disputed(&stage));
}

/// Shows E28, E29, M15.
#[test]
fn a_closing_of_the_round_before_does_not_close_the_next_one() {
    let (mut stage, _) = on_the_scene();
    let (outcome, feedback) = (CloseKind::Reconciled, "双方和解。".into());
    stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "住建局".into(),
        receipt: "收-7".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    let why = "部门退回，仍需调解。".into();
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    assert_eq!(
        stage.desk(Role::Supervisor, DeskAct::Reopen(act::Reopen { why })),
        None
    );
    assert_eq!(stage.by_rule(ServerAct::TriageByCatalogue), None);
    let (target, expected) = (author(1, Role::Mediator), "再次到场。".into());
    let offer = DeskAct::Dispatch(act::Dispatch { target, expected });
    assert_eq!(stage.desk(Role::Dispatcher, offer), None);
    let assignment = stage.facts().offered().unwrap().version;
    let (place, reason) = (None, None);
    // On another phone of the same person.
    for ask in [
        Ask::SignFor(act::SignFor { assignment }),
        Ask::Arrive(act::Arrive { place, reason }),
    ] {
        assert_eq!(stage.act_as(user(1), Role::Mediator, Act::Ask(ask)), None);
    }
    stage.sync(MEDIATOR);
    assert_eq!(stage.facts().round_no(), 2);
    assert!(is_disputed(&stage), "{:?}", stage.facts().stage);
}

/// Shows E19, M23.
#[test]
fn performance_is_what_was_logged_last_by_what_was_seen_and_not_by_the_clock() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.sync(MEDIATOR);
    stage.sync(GRID);
    let now = stage.now;
    stage.later(24 * 60);
    stage.log(GRID, clause, Performance::Partly);
    stage.now = now;
    stage.sync(GRID);
    assert_eq!(stage.status(), Status::Performing);
    stage.sync(MEDIATOR);
    stage.log(MEDIATOR, clause, Performance::Performed);
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::FollowUp);
}
