//! What a case keeps and what it loses when it turns out to be about something else (E02c, R111).

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    facts::{DeadlineKind, Difficulty, Status},
    ids::EntryId,
    record::*,
    role::Role,
};

fn as_now(code: &str) -> act::Reclassify {
    let (situation, why) = (code.parse().unwrap(), "现场核实情形不同。".into());
    act::Reclassify { situation, why }
}

fn by_desk(stage: &mut Stage, code: &str) {
    let act = DeskAct::Reclassify(as_now(code));
    assert_eq!(stage.desk(Role::Dispatcher, act), None);
}

fn by_handler(stage: &mut Stage, code: &str) -> EntryId {
    let asked = stage.ask(MEDIATOR, Ask::Reclassify(as_now(code)));
    stage.sync(MEDIATOR);
    asked
}

/// Shows E11, E02c, R111.
#[test]
fn what_turned_out_to_be_for_the_police_is_accepted_by_nobody() {
    let mut stage = Stage::of("N02-02");
    stage.arrive();
    stage.sync(MEDIATOR);
    by_desk(&mut stage, "P01-01");
    let parties = [stage.party(Side::A, "张*明"), stage.party(Side::B, "李*")];
    let accepted = stage.accept_with(&parties);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(accepted), Some("not_mediable"));
}

/// Shows E02c, R116.
#[test]
fn whoever_has_signed_for_a_case_keeps_it_though_it_is_for_the_police() {
    let mut stage = Stage::of("N02-02");
    stage.ask(MEDIATOR, Ask::SignFor(act::SignFor { assignment: 1 }));
    stage.sync(MEDIATOR);
    assert_eq!(stage.status(), Status::SignedFor);
    by_desk(&mut stage, "P01-01");
    assert_eq!(stage.status(), Status::SignedFor);
    assert_eq!(stage.facts().police_orders.len(), 1);
}

/// Shows E02c, E14.
#[test]
fn what_was_accepted_as_complex_stays_so_until_somebody_lowers_it() {
    let mut stage = Stage::of("N05-01");
    stage.accept();
    stage.sync(MEDIATOR);
    assert_eq!(stage.facts().difficulty, Difficulty::Complex);
    by_desk(&mut stage, "N02-02");
    assert_eq!(stage.facts().difficulty, Difficulty::Complex);
}

/// Shows E02c, LW17.
#[test]
fn with_the_limit_of_labour_no_other_clock_ends() {
    let mut stage = Stage::of("N06-01");
    by_desk(&mut stage, "N03-02");
    let runs = |kind| {
        let mut clocks = stage.facts().deadlines.iter();
        clocks.any(|d| d.kind == kind && d.is_running())
    };
    assert!(runs(DeadlineKind::SignFor));
    assert!(!runs(DeadlineKind::Legal));
}

/// Shows E02c.
#[test]
fn a_handler_corrects_the_own_word_as_long_as_no_desk_has_spoken() {
    let mut stage = Stage::of("N02-02");
    stage.arrive();
    for code in ["N03-05", "N03-02"] {
        let asked = by_handler(&mut stage, code);
        assert_eq!(stage.refusal(asked), None, "{code}");
        assert_eq!(stage.facts().situation.as_str(), code);
    }
}

/// Shows E02c.
#[test]
fn the_trail_says_that_a_case_was_of_no_situation_before() {
    let mut stage = Stage::opened("N00-00");
    by_desk(&mut stage, "N03-02");
    let words = stage.facts().trail.last().unwrap().words.clone().unwrap();
    assert!(words.starts_with("未分类→N03-02"), "{words}");
}
