//! How cases go: a sample of the year, played.

use crate::COUNTY;
use hejie_case::{
    facts::{DeadlineKind, Decision, Duty, Facts, Level, Stage},
    reason::Reason,
    record::CloseKind,
};
use hejie_county::{calendar::DemoCall, play::Played};
use std::{collections::BTreeMap, sync::LazyLock};

/// Every hundred-and-fiftieth case of the year.
static SAMPLE: LazyLock<Vec<(&'static DemoCall, Played)>> = LazyLock::new(|| {
    let numbers = (0..COUNTY.calls.len()).step_by(150);
    let drawn = numbers.filter(|n| COUNTY.calls[*n].script.is_none());
    let play = |n: usize| {
        let played = COUNTY.play(n);
        (
            &COUNTY.calls[n],
            played.unwrap_or_else(|e| panic!("case {n}: {e:?}")),
        )
    };
    drawn.map(play).collect()
});

fn share(
    of: impl Fn(&(&DemoCall, Played)) -> bool,
    among: impl Fn(&(&DemoCall, Played)) -> bool,
) -> f64 {
    let all: Vec<_> = SAMPLE.iter().filter(|case| among(case)).collect();
    all.iter().filter(|case| of(case)).count() as f64 / all.len() as f64
}

fn between(what: &str, is: f64, least: f64, most: f64) {
    assert!((least..=most).contains(&is), "{what}: {is:.3}");
}

fn facts<'a>((_, played): &'a (&DemoCall, Played)) -> &'a Facts {
    &played.settled.facts
}

fn outcome(case: &(&DemoCall, Played)) -> Option<CloseKind> {
    match facts(case).stage {
        Stage::Closed { outcome, .. } | Stage::Archived { outcome, .. } => Some(outcome),
        _ => None,
    }
}

#[test]
fn three_quarters_of_what_110_reports_end_with_whoever_came_first() {
    let first_only = |case: &(&DemoCall, Played)| {
        let firsts = facts(case)
            .assignments
            .iter()
            .filter(|a| a.duty == Duty::First);
        firsts.count() == 1 && outcome(case).is_some()
    };
    let by_110 = share(first_only, |(call, _)| call.by_110());
    between("settled on the scene", by_110, 0.64, 0.87);
}

#[test]
fn nearly_all_cases_end_and_nearly_all_of_them_well_and_in_time() {
    let all = |_: &(&DemoCall, Played)| true;
    between("closed", share(|c| outcome(c).is_some(), all), 0.93, 1.0);
    let well = |case: &(&DemoCall, Played)| {
        use CloseKind::{AgreementPerformed, OnSceneSettled, OralAgreementPerformed, Reconciled};
        let good = [
            AgreementPerformed,
            OnSceneSettled,
            OralAgreementPerformed,
            Reconciled,
        ];
        outcome(case).is_some_and(|outcome| good.contains(&outcome))
    };
    between("success", share(well, |c| outcome(c).is_some()), 0.90, 1.0);
    let clock = |case: &(&DemoCall, Played)| {
        let mut clocks = facts(case).deadlines.iter();
        clocks
            .find(|d| d.kind == DeadlineKind::Feedback)
            .map(|d| (d.due_at, d.met_at))
    };
    let in_time = |case: &(&DemoCall, Played)| {
        clock(case).is_some_and(|(due, met)| met.is_some_and(|met| met <= due))
    };
    between(
        "in time",
        share(in_time, |c| clock(c).is_some_and(|(_, met)| met.is_some())),
        0.86,
        1.0,
    );
}

#[test]
fn few_cases_are_ever_yellow_and_very_few_red() {
    let ever = |level| share(move |(_, played)| played.hottest == level, |_| true);
    between("red", ever(Level::Red), 0.0, 0.05);
    between("yellow", ever(Level::Yellow), 0.04, 0.20);
}

#[test]
fn hardly_anything_is_refused_to_people_who_know_what_they_do() {
    let mut refused: BTreeMap<String, u32> = BTreeMap::new();
    let mut ruled = 0;
    for (call, played) in SAMPLE.iter() {
        for (entry, ruling) in &played.settled.facts.rulings {
            ruled += 1;
            if let Decision::Refused(Reason { code, .. }) = &ruling.decision {
                let asked = played.settled.view.requests.get(entry);
                let asked = asked.map(|request| request.value.ask.event());
                let what = format!("{asked:?} {code} {:?}", call.number);
                *refused.entry(what).or_default() += 1;
            }
        }
    }
    let count: u32 = refused.values().sum();
    assert!(f64::from(count) < 0.02 * f64::from(ruled), "{refused:#?}");
}

#[test]
fn the_same_seed_and_day_give_the_same_rows_and_another_seed_others() {
    let day = jiff::civil::date(2026, 1, 1);
    let again = hejie_county::County::draw(COUNTY.seed, COUNTY.scale, day);
    let other = hejie_county::County::draw(COUNTY.seed + 1, COUNTY.scale, day);
    for number in [11, 4_000, 9_000] {
        let rows = |county: &hejie_county::County| county.play(number).unwrap().settled.projection;
        assert_eq!(rows(&again), rows(&COUNTY));
        assert_ne!(rows(&other), rows(&COUNTY));
    }
}
