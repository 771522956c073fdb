//! What keeps somebody, or the committee, from a case stands wherever its dispute goes on (LW16,
//! LW22, LW37, R045).

use crate::{
    late::{hand_on, merge, merged, part},
    stage::{MEDIATOR, Stage, author, user},
};
use hejie_case::{
    act::{self, DeskAct},
    facts::{Duty, Facts, RecusalGround, SeisedBody, Status},
    ids::CaseId,
    reason::Reason,
    record::{Ask, Side},
    role::Role,
};
use jiff::civil::date;
use uuid::Uuid;

fn steps_back() -> Ask {
    Ask::Recuse(act::Recuse {
        ground: RecusalGround::Relative,
        party: None,
        why: "系甲方表弟。".into(),
    })
}

fn by_court(docket_no: &str) -> act::NoteSeised {
    act::NoteSeised {
        body: SeisedBody::Court,
        body_name: "和安县人民法院".into(),
        docket_no: docket_no.into(),
        accepted_on: date(2026, 3, 1),
    }
}

fn withdrawn(docket_no: &str) -> DeskAct {
    DeskAct::EndSeised(act::EndSeised {
        body_name: "和安县人民法院".into(),
        docket_no: docket_no.into(),
        ended_on: date(2026, 3, 2),
        why: "原告撤诉。".into(),
    })
}

/// Two cases of one dispute with the same mediator.
fn two() -> (Stage, Stage) {
    let (mut source, mut target) = (Stage::of("N03-02"), Stage::of("N03-02"));
    for stage in [&mut source, &mut target] {
        stage.accept();
        stage.sync(MEDIATOR);
    }
    target.settled.facts.case_id = CaseId(Uuid::from_u128(7));
    (source, target)
}

/// Why the mediator of both is not put on a case.
fn put_on(stage: &mut Stage) -> Option<Reason> {
    let (target, duty) = (author(1, Role::Mediator), Duty::Co);
    let joins = act::Assign { target, duty };
    stage.desk(Role::Dispatcher, DeskAct::Assign(joins))
}

fn handed_over(stage: &mut Stage) {
    let target = author(7, Role::Mediator);
    let over = DeskAct::Handover(act::Handover { target });
    assert_eq!(stage.desk(Role::Dispatcher, over), None);
    let assignment = stage.facts().offered().unwrap().version;
    stage.phones.push(stage.phone(7, Role::Mediator));
    let other = stage.phones.len() - 1;
    stage.ask(other, Ask::SignFor(act::SignFor { assignment }));
    stage.sync(other);
}

/// Shows E30b, E30e, E11d, LW22.
#[test]
fn whoever_stepped_back_from_a_merged_case_has_no_duty_in_the_one_that_goes_on() {
    let (mut source, mut target) = two();
    source.ask(MEDIATOR, steps_back());
    source.sync(MEDIATOR);
    let (from, brings) = {
        let bars = source.facts().bars();
        let facts: &Facts = source.facts();
        (
            facts.case_id,
            act::Brings {
                bars,
                ..Default::default()
            },
        )
    };
    let why = "同一起纠纷。".into();
    let absorb = act::ServerAct::Absorb(act::Absorb { from, brings, why });
    let refused = target.desk(Role::Dispatcher, absorb).unwrap();
    assert_eq!(refused.code, "lead_recused_there");

    handed_over(&mut target);
    merge(&mut source, &mut target);
    assert_eq!(put_on(&mut target).unwrap().code, "recused");
    assert_eq!(target.facts().lead().unwrap().user, user(7));
    part(&mut source, &mut target);
    assert_eq!(put_on(&mut target), None, "it left with its case");
    assert!(source.facts().is_recused(user(1)));
}

/// Shows E30b, E11d, LW22.
#[test]
fn a_co_handler_who_stepped_back_from_the_merged_case_leaves_the_one_that_goes_on() {
    let (mut source, mut target) = two();
    source.ask(MEDIATOR, steps_back());
    source.sync(MEDIATOR);
    handed_over(&mut target);
    assert_eq!(put_on(&mut target), None);
    merge(&mut source, &mut target);
    let mut working = target.facts().assignments.iter();
    assert!(!working.any(|a| a.user == user(1) && a.to.is_none()));
    assert_eq!(target.status(), Status::Mediating);
}

/// Shows E30f, E30g, E30c, E11d, LW22. Asked for by a phone that knew nothing of the merge.
#[test]
fn who_steps_back_from_a_case_that_was_merged_meanwhile_leaves_the_one_that_goes_on() {
    for handed_on in [true, false] {
        let (mut source, mut target) = merged();
        source.later(1);
        let asked = source.ask(MEDIATOR, steps_back());
        source.sync(MEDIATOR);
        assert_eq!(source.refusal(asked), None, "its author sees it");
        assert!(source.facts().is_to_hand_on());
        if handed_on {
            assert_eq!(hand_on(&mut source, &mut target), None);
            assert!(!source.facts().is_to_hand_on(), "once");
            assert_eq!(target.status(), Status::PendingDispatch);
            assert_eq!(target.facts().answering(), None);
            assert_eq!(put_on(&mut target).unwrap().code, "recused");
            let line = target.facts().trail.last().unwrap();
            assert!(line.words.as_deref().unwrap().contains("回避"), "{line:?}");
        }
        part(&mut source, &mut target);
        assert_eq!(source.status(), Status::PendingDispatch, "{handed_on}");
        assert_eq!(source.facts().answering(), None);
        assert_eq!(put_on(&mut source).unwrap().code, "recused");
        assert!(!target.facts().is_recused(user(1)), "{handed_on}");
    }
}

/// Shows E30c, E11d, LW22. It was one dispute when he said so.
#[test]
fn who_stepped_back_from_the_case_that_goes_on_is_kept_from_the_one_that_is_parted_from_it() {
    let (mut source, mut target) = merged();
    target.later(1);
    let asked = target.ask(MEDIATOR, steps_back());
    target.sync(MEDIATOR);
    assert_eq!(target.refusal(asked), None);
    part(&mut source, &mut target);
    assert_eq!(source.status(), Status::PendingDispatch);
    assert_eq!(put_on(&mut source).unwrap().code, "recused");
    assert!(target.facts().is_recused(user(1)));
}

/// Shows E30b, E30e, E11, E11b, E11c, LW16, LW37.
#[test]
fn what_a_court_has_of_a_merged_case_is_not_accepted_in_the_one_that_goes_on() {
    let (mut source, mut target) = (Stage::of("N03-02"), Stage::of("N03-02"));
    target.settled.facts.case_id = CaseId(Uuid::from_u128(7));
    let noted = DeskAct::NoteSeised(by_court("（2026）民初17号"));
    assert_eq!(source.desk(Role::Dispatcher, noted), None);
    target.arrive();
    let parties = [target.party(Side::A, "张*明"), target.party(Side::B, "李*")];
    target.sync(MEDIATOR);
    merge(&mut source, &mut target);
    let accepted = target.accept_with(&parties);
    target.sync(MEDIATOR);
    assert_eq!(target.refusal(accepted), Some("seised_elsewhere"));
    let again = DeskAct::NoteSeised(by_court("(2026)民初 17号"));
    let known = target.desk(Role::Dispatcher, again).unwrap();
    assert_eq!(known.code, "seised_already", "the brackets do not matter");
    let ended = withdrawn("〔2026〕民初17号");
    assert_eq!(target.desk(Role::Dispatcher, ended), None);
    part(&mut source, &mut target);
    assert_eq!(target.facts().seised, []);
    let ended_on = source.facts().seised[0].ended_on;
    assert_eq!(ended_on, Some(date(2026, 3, 2)), "it ended for both");
}

/// Shows E30f, E30g, E11b, LW16.
#[test]
fn what_a_court_has_is_noted_late_in_a_merged_case_and_stands_in_the_one_that_goes_on() {
    let (mut source, mut target) = merged();
    let asked = source.ask(MEDIATOR, Ask::NoteSeised(by_court("（2026）民初17号")));
    source.sync(MEDIATOR);
    assert_eq!(source.refusal(asked), None);
    assert_eq!(hand_on(&mut source, &mut target), None);
    assert!(!source.facts().is_to_hand_on(), "once");
    assert_eq!(target.facts().seised_elsewhere().count(), 1);
    let line = target.facts().trail.last().unwrap();
    assert!(line.words.as_deref().unwrap().contains("人民法院"));
}

/// Shows E11b.
#[test]
fn a_case_holds_so_many_matters_of_other_bodies_and_no_more() {
    let mut stage = Stage::of("N03-02");
    let mut note = |n: usize| {
        let noted = by_court(&format!("（2026）民初{n}号"));
        stage.desk(Role::Dispatcher, DeskAct::NoteSeised(noted))
    };
    for n in 0..20 {
        assert_eq!(note(n), None);
    }
    assert_eq!(note(20).unwrap().code, "seised_full");
}

/// Names every field of the facts: whoever adds one does not compile before it stands here, and
/// the table of docs/domain/merges.md says whether it travels.
macro_rules! fields {
    ($($name:ident)*) => {
        fn every(facts: Facts) -> [&'static str; [$(stringify!($name)),*].len()] {
            let Facts { $($name: _),* } = facts;
            [$(stringify!($name)),*]
        }
    };
}

fields! {
    case_id version stage round case_no public_code source region region_assumed registered_at
    situation classified difficulty colour assignments deadlines rulings conflicts trail holds
    endangered police_orders criminal_cases violence adjusted colour_override seised recused
    waived_files supervision kin past spent orgs names repeat_calls missing_files identified
}

/// Shows E30, E30b, E30c, E30d.
#[test]
fn of_every_fact_it_is_written_down_whether_it_goes_along_with_a_merge_or_a_split() {
    let text = include_str!("../../../../docs/domain/merges.md");
    let (_, table) = text.split_once("## What goes along").expect("the table");
    let (table, _) = table.split_once("\n## ").expect("its end");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<(&str, &str)> = rows.filter_map(|row| row.split_once('`')).collect();
    let told: Vec<&str> = rows.iter().map(|(name, _)| *name).collect();
    assert_eq!(told, every(Stage::of("N03-02").facts().clone()));
    for (name, rest) in rows {
        let cells: Vec<&str> = rest.split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 6, "{name}: {rest}");
        let [.., merge, late, back, split, _] = cells[..] else {
            panic!("{rest}")
        };
        assert!(
            [merge, late, back, split]
                .iter()
                .all(|cell| !cell.is_empty()),
            "{name}"
        );
    }
}
