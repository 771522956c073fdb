//! What the police sign for, order by order, in whichever case it goes on (E02b, E30, R116); and
//! what else goes along with a case that is merged.

use crate::stage::{GRID, MEDIATOR, Stage};
use hejie_case::{
    act::{self, Act, Brings, ChannelAct, DeskAct, ServerAct},
    facts::{Deadline, DeadlineKind, Status},
    ids::CaseId,
    reason::Reason,
    record::*,
    role::Role,
};
use uuid::Uuid;

const THERE: CaseId = CaseId(Uuid::from_u128(7));

fn danger(stage: &mut Stage, what: &str) {
    let what = what.into();
    stage.ask(GRID, Ask::Danger(act::ReportDanger { what }));
    stage.sync(GRID);
}

/// The keys of the orders of a case, as the police got them.
fn orders(stage: &Stage) -> Vec<Uuid> {
    let facts = stage.facts();
    let orders = facts.orders();
    orders
        .map(|(o, earlier)| o.key(facts.case_id, earlier))
        .collect()
}

fn accepting(order: Uuid) -> ChannelAct {
    let order = Some(order);
    ChannelAct::PoliceAccept(act::AcceptOrder { order })
}

fn accept(stage: &mut Stage, order: Uuid) -> Option<Reason> {
    stage.act_as(
        crate::stage::user(70),
        Role::Exchange,
        Act::Channel(accepting(order)),
    )
}

fn clocks(stage: &Stage, kind: DeadlineKind) -> Vec<Deadline> {
    let clocks = stage.facts().deadlines.iter();
    clocks.filter(|d| d.kind == kind).cloned().collect()
}

fn runs(stage: &Stage, kind: DeadlineKind) -> usize {
    clocks(stage, kind)
        .iter()
        .filter(|d| d.is_running())
        .count()
}

fn why() -> String {
    "同一起纠纷。".into()
}

/// The source goes on under the target.
fn merge(source: &mut Stage, target: &mut Stage) {
    let merge = ServerAct::Merge(act::Merge {
        into: THERE,
        why: why(),
    });
    assert_eq!(source.desk(Role::Dispatcher, merge), None);
    let absorb = ServerAct::Absorb(act::Absorb {
        from: source.facts().case_id,
        brings: Brings::of(source.facts()),
        why: why(),
    });
    target.settled.facts.case_id = THERE;
    assert_eq!(target.desk(Role::Dispatcher, absorb), None);
}

/// The source goes its own way again.
fn part(source: &mut Stage, target: &mut Stage) {
    let from = source.facts().case_id;
    let brought = target.facts().deadlines.iter();
    let brought = brought.filter(|d| d.from == Some(from)).cloned();
    let unmerge = ServerAct::Unmerge(act::Unmerge {
        calls: Vec::new(),
        bars: hejie_case::facts::Bars::default(),
        held: target.facts().holds.clone(),
        clocks: brought.collect(),
        why: why(),
    });
    assert_eq!(source.desk(Role::Dispatcher, unmerge), None);
    let people = Vec::new();
    let part = ServerAct::Part(act::Part {
        from,
        people,
        why: why(),
    });
    assert_eq!(target.desk(Role::Dispatcher, part), None);
}

fn mediating(situation: &str) -> Stage {
    let mut stage = Stage::of(situation);
    stage.accept();
    stage.sync(MEDIATOR);
    stage
}

/// Shows E02b, R116.
#[test]
fn the_police_accept_the_order_that_they_name_and_no_danger_of_which_they_did_not_hear() {
    let mut stage = mediating("N03-02");
    danger(&mut stage, "一方持刀。");
    let first = orders(&stage)[0];
    assert_eq!(accept(&mut stage, first), None);
    danger(&mut stage, "另一方携带汽油。");
    let again = accept(&mut stage, first).unwrap();
    assert_eq!(again.code, "police_not_asked");
    assert!(
        accepting(first).stands(stage.facts()),
        "it is answered alike"
    );
    assert_eq!(runs(&stage, DeadlineKind::PoliceAccept), 1);
    let second = orders(&stage)[1];
    assert_eq!(accept(&mut stage, second), None);
    assert_eq!(runs(&stage, DeadlineKind::PoliceAccept), 0);
}

/// Shows E02b. A desk has seen them all.
#[test]
fn the_desk_of_the_police_accepts_whatever_waits_at_once() {
    let mut stage = mediating("N03-02");
    danger(&mut stage, "一方持刀。");
    danger(&mut stage, "另一方携带汽油。");
    assert_eq!(runs(&stage, DeadlineKind::PoliceAccept), 2);
    assert_eq!(stage.desk(Role::PoliceDesk, DeskAct::PoliceAccept), None);
    assert_eq!(runs(&stage, DeadlineKind::PoliceAccept), 0);
}

/// Shows E02b, E24, E29b.
#[test]
fn what_the_police_were_asked_waits_for_them_after_the_closing_and_in_the_next_round() {
    let mut stage = mediating("N06-01");
    danger(&mut stage, "一方持刀。");
    let order = orders(&stage)[0];
    let transfer = DeskAct::Transfer(act::Transfer {
        to: Receiver::Police,
        receiver: "新港派出所".into(),
        receipt: "收-8".into(),
        notice: Some(act::NoticeGiven::in_person(stage.now)),
    });
    assert_eq!(stage.desk(Role::Dispatcher, transfer), None);
    let reopen = DeskAct::Reopen(act::Reopen { why: why() });
    assert_eq!(stage.desk(Role::Supervisor, reopen), None);
    assert_eq!(accept(&mut stage, order), None);
}

/// Shows E02b, E30, R116.
#[test]
fn the_police_accept_an_order_in_the_case_under_which_its_own_goes_on_and_it_stays_accepted() {
    for accepted in [true, false] {
        let (mut source, mut target) = (mediating("N03-02"), mediating("N03-02"));
        danger(&mut source, "一方持刀。");
        let order = orders(&source)[0];
        merge(&mut source, &mut target);
        assert!(!accepting(order).waits(source.facts()));
        assert!(accepting(order).waits(target.facts()));
        if accepted {
            assert_eq!(accept(&mut target, order), None);
        }
        part(&mut source, &mut target);
        assert_eq!(runs(&target, DeadlineKind::PoliceAccept), 0);
        assert_eq!(accepting(order).stands(source.facts()), accepted);
        assert_eq!(accepting(order).waits(source.facts()), !accepted);
    }
}

/// Shows E30, R115, LW15.
#[test]
fn who_waits_for_a_result_waits_no_longer_because_the_case_goes_on_under_one_not_yet_accepted() {
    let (mut source, mut target) = (mediating("N03-02"), Stage::of("N03-02"));
    let before = clocks(&source, DeadlineKind::Feedback)[0].clone();
    merge(&mut source, &mut target);
    for kind in [DeadlineKind::Feedback, DeadlineKind::Legal] {
        assert!(
            clocks(&source, kind)[0].met_at.is_none(),
            "{kind:?}: nobody was told"
        );
        assert_eq!(runs(&target, kind), 1, "{kind:?}");
    }
    let brought = clocks(&target, DeadlineKind::Feedback)[0].clone();
    assert_eq!(brought.key(), before.key(), "no clock is restarted");
    target.later(60);
    target.accept();
    target.sync(MEDIATOR);
    assert_eq!(target.status(), Status::Mediating);
    assert_eq!(runs(&target, DeadlineKind::Feedback), 1);
    part(&mut source, &mut target);
    assert_eq!(clocks(&source, DeadlineKind::Feedback), [before]);
    let own = clocks(&target, DeadlineKind::Feedback);
    let own: Vec<_> = own.iter().filter(|d| d.is_running()).collect();
    assert_eq!(own.len(), 1, "its own runs from its acceptance");
    assert_eq!(Some(own[0].starts_at), target.facts().round.accepted_at);
}

/// Shows E30, LW25.
#[test]
fn the_limit_of_a_petition_is_met_by_no_merge() {
    use DeadlineKind::{Petition, PetitionReply};
    let (mut source, mut target) = (Stage::reported("N08-02", "petition"), mediating("N08-02"));
    merge(&mut source, &mut target);
    assert!(clocks(&source, Petition)[0].met_at.is_none());
    assert_eq!(runs(&source, Petition) + runs(&source, PetitionReply), 0);
    assert_eq!(runs(&target, Petition), 1);
    part(&mut source, &mut target);
    assert_eq!((runs(&source, Petition), runs(&target, Petition)), (1, 0));
}

/// Shows E30, E21, R042.
#[test]
fn a_visit_that_danger_made_due_is_due_in_the_case_that_goes_on() {
    let (mut source, mut target) = (mediating("N03-02"), mediating("N03-02"));
    let (level, until) = (hejie_case::facts::Level::Red, None);
    let red = DeskAct::OverrideColour(act::OverrideColour {
        level,
        why: why(),
        until,
    });
    assert_eq!(source.desk(Role::Supervisor, red), None);
    assert_eq!(runs(&target, DeadlineKind::RiskVisit), 0);
    merge(&mut source, &mut target);
    assert_eq!(runs(&target, DeadlineKind::RiskVisit), 1);
    target.visit(GRID, None, VisitMethod::Telephone);
    target.sync(GRID);
    assert_eq!(runs(&target, DeadlineKind::RiskVisit), 0);
    part(&mut source, &mut target);
    assert_eq!(runs(&source, DeadlineKind::RiskVisit), 0, "it was made");
}

fn crime(stage: &mut Stage, criminal_no: &str) -> Option<Reason> {
    let criminal_no = criminal_no.to_owned();
    let act = ChannelAct::ReportCrime(act::ReportCrime { criminal_no });
    stage.act_as(crate::stage::user(70), Role::Exchange, Act::Channel(act))
}

/// Shows E24b.
#[test]
fn the_number_of_a_criminal_case_stands_in_the_case_once_and_moves_nothing() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    let before = stage.status();
    assert_eq!(crime(&mut stage, " 刑字〔2026〕1号 "), None);
    assert_eq!(stage.status(), before);
    let again = crime(&mut stage, "刑字〔2026〕1号").unwrap();
    assert_eq!(again.code, "criminal_no_known");
    assert_eq!(crime(&mut stage, " ").unwrap().code, "criminal_no_missing");
    for n in 2..=20 {
        assert_eq!(crime(&mut stage, &format!("刑字〔2026〕{n}号")), None);
    }
    let full = crime(&mut stage, "刑字〔2026〕21号").unwrap();
    assert_eq!(full.code, "criminal_cases_full");
    assert_eq!(stage.facts().criminal_nos().count(), 20);
    let said = stage.facts().trail.iter().find(|line| line.event == "E24b");
    assert_eq!(said.unwrap().words.as_deref(), Some("刑字〔2026〕1号"));
}
