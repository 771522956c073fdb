//! From which moment an agreement counts, and what of a round rests when it ends (E18, E27, E29b,
//! E30c).

use crate::stage::{MEDIATOR, Stage};
use hejie_case::{
    act::{self, DeskAct},
    deadline::day_of,
    facts::DeadlineKind,
    record::*,
    role::Role,
};
use jiff::civil::date;

/// Shows LW11, E18, D12.
#[test]
fn nobody_signed_before_the_day_of_the_freeze_though_the_round_is_older() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    stage.sync(MEDIATOR);
    stage.later(3 * 24 * 60);
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    stage.sync(MEDIATOR);
    let right = stage.now;
    stage.later(-2 * 24 * 60);
    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        stage.sign(draft, &hash, signer);
    }
    let effect = |day| {
        Ask::Effect(act::TakeEffect {
            draft,
            seal_no: Some("章-2026-7".into()),
            effective_on: day,
        })
    };
    let before = stage.ask(MEDIATOR, effect(Some(date(2026, 3, 3))));
    let undated = stage.ask(MEDIATOR, effect(None));
    stage.now = right;
    stage.later(10);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(before), Some("effect_date_unfounded"));
    assert_eq!(stage.refusal(undated), None);
    let agreement = stage.facts().round.agreement.as_ref().unwrap();
    assert_eq!(
        agreement.effective_at.map(day_of),
        Some(date(2026, 3, 5)),
        "the day of the freeze"
    );
}

/// Shows LW11, E18.
#[test]
fn what_takes_effect_on_the_day_on_which_it_was_asked_for_does_so_in_that_moment() {
    let mut stage = Stage::of("N03-02");
    let parties = stage.accept();
    let (draft, _, hash) = stage.freeze(parties, "捌仟陆佰元整");
    let [a, b] = parties.map(Signer::Party);
    for signer in [a, b, Signer::Mediator] {
        stage.sign(draft, &hash, signer);
    }
    stage.later(60);
    let asked_at = stage.now;
    let effect = act::TakeEffect {
        draft,
        seal_no: Some("章-2026-7".into()),
        effective_on: Some(date(2026, 3, 2)),
    };
    let asked = stage.ask(MEDIATOR, Ask::Effect(effect));
    stage.later(2 * 24 * 60);
    stage.sync(MEDIATOR);
    assert_eq!(stage.refusal(asked), None);
    let agreement = stage.facts().round.agreement.as_ref().unwrap();
    assert_eq!(agreement.effective_at, Some(asked_at));
}

/// Shows E22, E28.
#[test]
fn nobody_has_to_rule_on_a_closing_that_a_table_took_up() {
    let mut stage = Stage::of("N03-02");
    let clause = stage.make_effective();
    stage.log(MEDIATOR, clause, Performance::Performed);
    for outcome in [CloseKind::AgreementPerformed, CloseKind::Reconciled] {
        let feedback = "已履行。".into();
        stage.ask(MEDIATOR, Ask::AskClose(act::AskClose { outcome, feedback }));
    }
    stage.sync(MEDIATOR);
    let waits = |stage: &Stage| {
        let mut clocks = stage.facts().deadlines.iter();
        clocks.any(|d| d.kind == DeadlineKind::CloseRuling && d.is_running())
    };
    assert!(waits(&stage));
    stage.take_up();
    assert!(!waits(&stage));
}

/// Shows R111, R116.
#[test]
fn the_police_are_told_of_what_became_theirs_by_name_and_of_nothing_else() {
    let mut stage = Stage::of("N02-02");
    stage.accept();
    stage.sync(MEDIATOR);
    let classify = |stage: &mut Stage, code: &str| {
        let (situation, why) = (code.parse().unwrap(), "核实后更正。".into());
        let act = DeskAct::Reclassify(act::Reclassify { situation, why });
        assert_eq!(stage.desk(Role::Dispatcher, act), None);
    };
    classify(&mut stage, "N03-02");
    assert_eq!(stage.facts().police_orders, []);
    classify(&mut stage, "P01-01");
    let text = stage.facts().police_orders[0].text.clone();
    let catalogue = hejie_case::catalogue::Catalogue::current();
    let named = catalogue.lookup(&"P01-01".parse().unwrap()).unwrap();
    assert!(text.starts_with(&*named.situation_zh), "{text}");
    stage.note(MEDIATOR, "已告知双方。");
    stage.sync(MEDIATOR);
    let waive = act::Supervise {
        what: "请到场。".into(),
        due_on: None,
    };
    assert_eq!(
        stage.desk(Role::Supervisor, DeskAct::Supervise(waive)),
        None
    );
    assert_eq!(stage.facts().police_orders.len(), 1, "they have it already");
}
