//! Another body has the matter: what a court, an authority or the law keeps from mediation is not
//! accepted, and what was accepted ends (LW16, LW37).

use crate::{
    stage::{MEDIATOR, Stage},
    standing::refusal,
};
use hejie_case::{
    act::{self, DeskAct},
    facts::{SeisedBody, Status},
    ids::EntryId,
    record::*,
    role::Role,
};
use jiff::civil::date;

fn by_court() -> act::NoteSeised {
    act::NoteSeised {
        body: SeisedBody::Court,
        body_name: "和安县人民法院".into(),
        docket_no: "（2026）民初17号".into(),
        accepted_on: date(2026, 3, 1),
    }
}

fn ended(why: &str) -> act::EndSeised {
    act::EndSeised {
        body_name: " 和安县人民法院".into(),
        docket_no: "（2026）民初17号".into(),
        ended_on: date(2026, 3, 2),
        why: why.into(),
    }
}

/// Two willing parties on the scene, and what the phone asks then.
fn accept_after(stage: &mut Stage, seised: act::NoteSeised) -> EntryId {
    stage.arrive();
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let noted = stage.ask(MEDIATOR, Ask::NoteSeised(seised));
    let accepted = stage.accept_with(&parties);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(noted), None);
    accepted
}

/// Shows LW16, E11, E11b, E11c.
#[test]
fn what_a_court_has_accepted_is_not_accepted_until_it_has_it_no_more() {
    let mut stage = Stage::of("N06-02");
    let accepted = accept_after(&mut stage, by_court());
    assert_eq!(stage.refusal(accepted), Some("seised_elsewhere"));
    let reason = &stage.facts().rulings[&accepted].decision;
    let said = format!("{reason:?}");
    assert!(
        said.contains("和安县人民法院") && said.contains("民初17号"),
        "{said}"
    );
    let end = DeskAct::EndSeised(ended("原告撤诉。"));
    assert_eq!(stage.desk(Role::Dispatcher, end), None);
    let again = stage.ask(MEDIATOR, Ask::Accept);
    assert_eq!(refusal(&mut stage, again), None);
    assert_eq!(stage.facts().seised[0].ended_on, Some(date(2026, 3, 2)));
}

/// Shows LW37, E11, E11b.
#[test]
fn what_the_law_leaves_to_a_special_body_is_not_accepted_and_needs_no_number() {
    let mut stage = Stage::of("N03-02");
    let reserved = act::NoteSeised {
        body: SeisedBody::Reserved,
        body_name: "和安县自然资源局".into(),
        docket_no: String::new(),
        ..by_court()
    };
    let accepted = accept_after(&mut stage, reserved);
    assert_eq!(stage.refusal(accepted), Some("reserved_by_law"));
}

/// Shows LW16, E11b, E25.
#[test]
fn a_mediation_ends_when_the_health_authority_has_accepted_the_matter() {
    let mut stage = Stage::of("N05-01");
    stage.accept();
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::Mediating);
    let by_authority = act::NoteSeised {
        body: SeisedBody::Health,
        body_name: "和安县卫生健康局".into(),
        ..by_court()
    };
    let noted = DeskAct::NoteSeised(by_authority);
    assert_eq!(stage.desk(Role::JudicialOffice, noted), None);
    let (ground, routes_told) = (TerminationGround::SeisedElsewhere, true);
    let end = act::Terminate {
        ground,
        routes_told,
    };
    let ended = stage.ask(MEDIATOR, Ask::Terminate(end));
    assert_eq!(refusal(&mut stage, ended), None);
}

/// Shows E11b, E11c.
#[test]
fn what_another_body_has_is_noted_once_with_name_number_and_a_day_that_was() {
    let mut stage = Stage::of("N03-02");
    let mut noted = |act: DeskAct| stage.desk(Role::Dispatcher, act).map(|why| why.code);
    let nameless = act::NoteSeised {
        body_name: " ".into(),
        ..by_court()
    };
    let numberless = act::NoteSeised {
        docket_no: String::new(),
        ..by_court()
    };
    let tomorrow = act::NoteSeised {
        accepted_on: date(2026, 3, 3),
        ..by_court()
    };
    for (act, code) in [
        (DeskAct::NoteSeised(nameless), Some("seised_incomplete")),
        (DeskAct::NoteSeised(numberless), Some("seised_incomplete")),
        (DeskAct::NoteSeised(tomorrow), Some("seised_in_future")),
        (DeskAct::EndSeised(ended("撤诉。")), Some("not_seised")),
        (DeskAct::NoteSeised(by_court()), None),
        (DeskAct::NoteSeised(by_court()), Some("seised_already")),
        (DeskAct::EndSeised(ended(" ")), Some("reason_missing")),
    ] {
        assert_eq!(noted(act).as_deref(), code);
    }
    for ended_on in [date(2026, 2, 28), date(2026, 3, 3)] {
        let unfounded = act::EndSeised {
            ended_on,
            ..ended("撤诉。")
        };
        let why = noted(DeskAct::EndSeised(unfounded));
        assert_eq!(why.as_deref(), Some("seised_end_unfounded"));
    }
    assert_eq!(noted(DeskAct::EndSeised(ended("撤诉。"))), None);
    assert_eq!(
        noted(DeskAct::NoteSeised(by_court())),
        None,
        "it may come back"
    );
}
