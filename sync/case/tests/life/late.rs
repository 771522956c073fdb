//! What was written into a case after it went on under another one: phones that were away know
//! nothing of the merge (E30f, E30g).

use crate::stage::{GRID, MEDIATOR, Stage, deeds::somebody};
use hejie_case::{
    act::{self, Brings, DeskAct, ServerAct},
    edit::{Edit, NewEntry},
    facts::{Bars, DeadlineKind, Facts, Hold},
    ids::CaseId,
    reason::Reason,
    record::*,
    role::Role,
};
use uuid::Uuid;

const THERE: CaseId = CaseId(Uuid::from_u128(7));
const FURTHER: CaseId = CaseId(Uuid::from_u128(6));

fn why() -> String {
    "同一起纠纷。".into()
}

/// Two cases of one dispute, the first of which goes on under the second.
pub fn merged() -> (Stage, Stage) {
    let (mut source, mut target) = (Stage::of("N03-02"), Stage::of("N03-02"));
    for stage in [&mut source, &mut target] {
        stage.accept();
        stage.sync(MEDIATOR);
    }
    target.settled.facts.case_id = THERE;
    merge(&mut source, &mut target);
    (source, target)
}

pub fn merge(source: &mut Stage, target: &mut Stage) {
    let (into, from) = (target.facts().case_id, source.facts().case_id);
    let merge = ServerAct::Merge(act::Merge { into, why: why() });
    assert_eq!(source.desk(Role::Dispatcher, merge), None);
    let absorb = ServerAct::Absorb(act::Absorb {
        from,
        brings: Brings::of(source.facts()),
        why: why(),
    });
    assert_eq!(target.desk(Role::Dispatcher, absorb), None);
}

pub fn part(source: &mut Stage, target: &mut Stage) {
    let from = source.facts().case_id;
    let brought = target.facts().deadlines.iter();
    let brought = brought.filter(|d| d.from == Some(from)).cloned();
    let Facts { case_id, stage, .. } = source.facts();
    let hejie_case::facts::Stage::Closed { at, .. } = stage else {
        panic!("it was merged")
    };
    let bars = Bars::learned(target.facts(), *case_id, *at);
    let unmerge = ServerAct::Unmerge(act::Unmerge {
        calls: Vec::new(),
        bars,
        held: target.facts().holds.clone(),
        clocks: brought.collect(),
        why: why(),
    });
    assert_eq!(source.desk(Role::Dispatcher, unmerge), None);
    let part = ServerAct::Part(act::Part {
        from,
        people: Vec::new(),
        why: why(),
    });
    assert_eq!(target.desk(Role::Dispatcher, part), None);
}

fn danger(stage: &mut Stage) {
    let what = "一方持刀。".into();
    stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
    stage.sync(GRID);
}

/// What the server does after each settling; why it did nothing.
pub fn hand_on(source: &mut Stage, target: &mut Stage) -> Option<Reason> {
    let (into, from) = (target.facts().case_id, source.facts().case_id);
    let brings = Brings::late(source.facts());
    let hand = ServerAct::HandOn(act::HandOn {
        into,
        brings: brings.clone(),
    });
    if let Some(reason) = source.by_rule(hand) {
        return Some(reason);
    }
    target.by_rule(ServerAct::TakeOn(act::TakeOn { from, brings }))
}

fn release(stage: &mut Stage) -> Option<Reason> {
    let release = DeskAct::Release(act::Release { why: why() });
    stage.desk(Role::PoliceDesk, release)
}

fn runs(stage: &Stage, kind: DeadlineKind) -> usize {
    let clocks = stage.facts().deadlines.iter();
    clocks.filter(|d| d.kind == kind && d.is_running()).count()
}

/// How many clocks of a danger run: until the police sign, and until somebody calls them.
fn waits(stage: &Stage) -> [usize; 2] {
    [DeadlineKind::PoliceAccept, DeadlineKind::DangerCall].map(|kind| runs(stage, kind))
}

/// Shows E30f, E30g, E23.
#[test]
fn a_danger_that_came_after_the_merge_holds_the_case_that_goes_on_and_is_released_there() {
    let (mut source, mut target) = merged();
    danger(&mut source);
    assert!(source.facts().is_held() && !target.facts().is_held());
    assert_eq!(
        source.settled.next_moment,
        Some(jiff::Timestamp::UNIX_EPOCH),
        "it waits for nothing, whatever the clock is set to"
    );
    assert_eq!(hand_on(&mut source, &mut target), None);
    assert!(!source.facts().is_held());
    let holds: Vec<&str> = target.facts().holds.iter().map(|h| &*h.what).collect();
    assert_eq!(holds, ["一方持刀。"]);
    assert!(target.facts().endangered.is_some(), "no closing knew of it");
    assert_eq!((waits(&source), waits(&target)), ([0, 0], [1, 1]));
    assert_eq!(
        target.facts().police_orders,
        [],
        "the police have its order"
    );
    let line = target.facts().trail.last().unwrap();
    assert_eq!(
        (line.event.as_str(), line.words.as_deref()),
        ("E30g", Some("一方持刀。"))
    );

    let elsewhere = release(&mut source).unwrap();
    assert_eq!(elsewhere.code, "not_held");
    assert!(elsewhere.zh.contains("并入的案件"), "{}", elsewhere.zh);
    assert_eq!(release(&mut target), None);
    assert_eq!(waits(&target), [0, 0]);
    part(&mut source, &mut target);
    assert!(!source.facts().is_held() && !target.facts().is_held());
    assert_eq!((waits(&source), waits(&target)), ([0, 0], [0, 0]));
}

/// Shows E30f, E30g.
#[test]
fn what_was_handed_on_once_is_not_handed_on_again_and_holds_once() {
    let (mut source, mut target) = merged();
    danger(&mut source);
    let (from, brings) = (source.facts().case_id, Brings::late(source.facts()));
    assert_eq!(hand_on(&mut source, &mut target), None);
    let again = hand_on(&mut source, &mut target).unwrap();
    assert_eq!(again.code, "nothing_late");
    let held: Vec<Hold> = target.facts().holds.clone();
    let again = ServerAct::TakeOn(act::TakeOn { from, brings });
    assert_eq!(target.by_rule(again), None);
    assert_eq!(target.facts().holds, held);
    assert_eq!(waits(&target), [1, 1]);
    let elsewhere = ServerAct::HandOn(act::HandOn {
        into: FURTHER,
        brings: Brings::default(),
    });
    assert_eq!(source.by_rule(elsewhere).unwrap().code, "not_merged");
}

/// Shows E30c, E30f, E23.
#[test]
fn a_danger_that_came_after_the_merge_is_with_its_own_case_when_the_two_are_parted() {
    for handed_on in [true, false] {
        let (mut source, mut target) = merged();
        danger(&mut source);
        if handed_on {
            assert_eq!(hand_on(&mut source, &mut target), None);
        }
        part(&mut source, &mut target);
        assert_eq!(source.facts().holds.len(), 1, "{handed_on}");
        assert_eq!(waits(&source), [1, 1], "its clocks run: {handed_on}");
        assert!(!target.facts().is_held());
        assert_eq!(waits(&target), [0, 0]);
        assert_eq!(
            hand_on(&mut source, &mut target).unwrap().code,
            "not_merged"
        );
        assert_eq!(release(&mut source), None);
        assert_eq!(waits(&source), [0, 0]);
    }
}

/// Shows E30f, E30g, E23.
#[test]
fn a_danger_reaches_the_case_that_goes_on_at_last_and_comes_back_step_by_step() {
    let (mut first, mut second) = merged();
    let mut third = Stage::of("N03-02");
    third.accept();
    third.sync(MEDIATOR);
    third.settled.facts.case_id = FURTHER;
    merge(&mut second, &mut third);
    danger(&mut first);
    assert_eq!(hand_on(&mut first, &mut second), None);
    assert!(second.facts().is_to_hand_on());
    assert_eq!(hand_on(&mut second, &mut third), None);
    let held = |stage: &Stage| stage.facts().is_held();
    assert_eq!(
        [held(&first), held(&second), held(&third)],
        [false, false, true]
    );
    assert_eq!(waits(&third), [1, 1]);
    part(&mut second, &mut third);
    assert_eq!((held(&second), held(&third)), (true, false));
    part(&mut first, &mut second);
    assert_eq!((held(&first), held(&second)), (true, false));
    assert_eq!(waits(&first), [1, 1]);
}

/// Shows E30f, E30g, LW20, E23d.
#[test]
fn violence_that_was_found_after_the_merge_must_be_reported_in_the_case_that_goes_on() {
    const OWED: DeadlineKind = DeadlineKind::ViolenceReport;
    let (mut source, mut target) = merged();
    source.person(Party {
        is_minor: true,
        ..somebody(Side::B)
    });
    let screen = DvScreen {
        asked: true,
        violence: true,
    };
    let field = IntakeField::DvScreen(screen);
    source.edit(MEDIATOR, Edit::Intake { field });
    source.sync(MEDIATOR);
    assert_eq!(hand_on(&mut source, &mut target), None);
    assert_eq!((runs(&source, OWED), runs(&target, OWED)), (0, 1));
    assert!(
        target.facts().violence.found,
        "who tells of it stays unknown"
    );
    source.pass();
    assert!(!source.facts().is_to_hand_on(), "it is asked for once");

    let what = "孩子手臂有新伤。".into();
    source.ask(GRID, Ask::ReportViolence(act::ReportViolence { what }));
    source.sync(GRID);
    assert_eq!(hand_on(&mut source, &mut target), None);
    assert_eq!(runs(&target, OWED), 0, "it was reported");
    assert_eq!(runs(&target, DeadlineKind::PoliceAccept), 1);
}

/// Shows E30g, E23, E31.
#[test]
fn a_closed_case_is_held_by_what_came_late_like_by_a_danger_of_its_own() {
    let (mut source, mut target) = merged();
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Department,
        receiver: "仲裁院".into(),
        receipt: "收-1".into(),
        notice: Some(act::NoticeGiven::in_person(target.now)),
    });
    assert_eq!(target.desk(Role::Dispatcher, transfer), None);
    danger(&mut source);
    assert_eq!(hand_on(&mut source, &mut target), None);
    assert!(target.facts().is_held());
    assert_eq!(waits(&target), [1, 1]);
    assert_eq!(release(&mut target), None);
}

/// Shows E30f, E30g, R042.
#[test]
fn a_threat_that_was_seen_after_the_merge_makes_a_visit_due_in_the_case_that_goes_on() {
    use DeadlineKind::{RiskVisit, SameDay};
    let (mut source, mut target) = merged();
    let (factor, at) = (RiskFactor::Threat, source.now);
    let why = "扬言放火。".into();
    source.add(GRID, NewEntry::Risk(RiskObservation { factor, at, why }));
    source.sync(GRID);
    assert_eq!(hand_on(&mut source, &mut target), None);
    assert_eq!((runs(&source, RiskVisit), runs(&target, RiskVisit)), (0, 1));
    assert_eq!(runs(&source, SameDay), 0, "nobody hands it out");
    source.pass();
    assert!(!source.facts().is_to_hand_on(), "once");
    target.visit(GRID, None, VisitMethod::Telephone);
    target.sync(GRID);
    assert_eq!(runs(&target, RiskVisit), 0);
    part(&mut source, &mut target);
    assert_eq!(runs(&source, RiskVisit), 0, "it was made");
    assert_eq!(
        runs(&source, SameDay),
        1,
        "its own way is that of a red case"
    );
}
