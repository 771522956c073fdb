//! A year of calls against docs/domain/figures.md#the-invented-county, with tolerances for chance.

use crate::COUNTY;
use hejie_case::{catalogue::Catalogue, deadline::SHANGHAI, facts::Difficulty};
use hejie_county::{calendar::DemoCall, params::Params, place::DemoOrgKind};
use std::collections::BTreeMap;

fn share(of: impl Fn(&DemoCall) -> bool) -> f64 {
    let calls = &COUNTY.calls;
    calls.iter().filter(|call| of(call)).count() as f64 / calls.len() as f64
}

fn near(what: &str, is: f64, should_be: f64, within: f64) {
    assert!(
        (is - should_be).abs() <= within,
        "{what}: {is:.4}, not {should_be} ± {within}"
    );
}

fn difficulty(call: &DemoCall) -> Option<Difficulty> {
    let situation = Catalogue::current().lookup(&call.situation)?;
    Some(situation.default_difficulty)
}

#[test]
fn a_year_has_about_9180_disputes_half_of_them_by_110() {
    let total = COUNTY.calls.len() as f64;
    near("total", total, 9_180.0, 0.04 * 9_180.0);
    near(
        "by 110 a day",
        share(DemoCall::by_110) * total / 365.0,
        12.3,
        0.8,
    );
    near(
        "walk-in a day",
        share(|c| c.source == "walk_in") * total / 365.0,
        4.6,
        0.5,
    );
    near(
        "by grid workers a day",
        share(|c| c.source == "grid") * total / 365.0,
        4.4,
        0.4,
    );
    near(
        "by 12345 a day",
        share(|c| c.source == "12345") * total / 365.0,
        1.56,
        0.25,
    );
}

#[test]
fn difficulties_are_mixed_as_the_catalogue_and_the_categories_say() {
    near(
        "simple",
        share(|c| difficulty(c) == Some(Difficulty::Simple)),
        0.326,
        0.02,
    );
    near(
        "ordinary",
        share(|c| difficulty(c) == Some(Difficulty::Ordinary)),
        0.452,
        0.02,
    );
    near(
        "complex",
        share(|c| difficulty(c) == Some(Difficulty::Complex)),
        0.223,
        0.02,
    );
}

#[test]
fn the_evening_is_the_busiest_time_and_the_night_is_quiet() {
    let hour = |call: &DemoCall| SHANGHAI.to_datetime(call.at).hour();
    near(
        "from 20 to 22",
        share(|c| matches!(hour(c), 20 | 21)),
        0.155,
        0.016,
    );
    assert!(share(|c| hour(c) == 4) < 0.01);
    let busiest =
        (0..24).max_by(|a, b| share(|c| hour(c) == *a).total_cmp(&share(|c| hour(c) == *b)));
    assert!(matches!(busiest, Some(19..=21)), "{busiest:?}");
}

#[test]
fn wages_are_quarrelled_about_before_the_festival_and_land_in_spring() {
    let of = |category: &str, months: &[i8]| {
        share(|c| {
            c.situation.as_str().starts_with(category)
                && months.contains(&SHANGHAI.to_datetime(c.at).month())
        }) / months.len() as f64
    };
    assert!(of("N06", &[1, 12]) > 1.5 * of("N06", &[3, 4, 5, 6]));
    assert!(of("N09", &[3, 4, 5]) > 1.4 * of("N09", &[11, 12, 1]));
    assert!(of("N12", &[7, 8, 9]) > 1.3 * of("N12", &[1, 11, 12]));
}

#[test]
fn nine_in_a_hundred_calls_are_by_a_pair_that_called_before_and_a_few_cannot_stop() {
    near("repeat", share(|c| c.earlier > 0), 0.09, 0.01);
    let mut calls_of: BTreeMap<u64, u32> = BTreeMap::new();
    for call in &COUNTY.calls {
        *calls_of.entry(call.pair).or_default() += 1;
    }
    let chronic = calls_of.values().filter(|n| **n >= 5).count();
    assert!((1..60).contains(&chronic), "{chronic} chronic pairs");
    assert!(calls_of.values().all(|n| *n <= 9 + 3));
}

#[test]
fn the_county_has_its_stations_villages_and_people() {
    let size = &Params::shipped().size;
    let map = &COUNTY.map;
    let orgs = |kind| map.orgs.iter().filter(|o| o.kind == kind).count();
    assert_eq!(map.townships.len(), size.townships as usize);
    assert_eq!(orgs(DemoOrgKind::Station), size.stations as usize);
    assert_eq!(orgs(DemoOrgKind::Grid), size.villages as usize);
    let villages: usize = map.townships.iter().map(|t| t.villages.len()).sum();
    assert_eq!(villages, size.villages as usize);
    let people = |role| map.people.iter().filter(|p| p.author.role == role).count() as f64;
    near(
        "mediators",
        people(hejie_case::role::Role::Mediator),
        900.0,
        90.0,
    );
    near(
        "grid workers",
        people(hejie_case::role::Role::GridWorker),
        940.0,
        150.0,
    );
    let busy = COUNTY
        .calls
        .iter()
        .filter(|c| c.by_110() && c.township == 0)
        .count() as f64;
    near("calls a day at the busy station", busy / 365.0, 5.0, 0.5);
}

#[test]
fn everybody_has_an_id_a_login_and_a_phone_of_their_own() {
    let people = &COUNTY.map.people;
    for unique in [
        people.iter().map(|p| p.login.clone()).collect::<Vec<_>>(),
        people.iter().map(|p| p.author.user.to_string()).collect(),
        people.iter().map(|p| p.actor.to_string()).collect(),
    ] {
        let set: std::collections::BTreeSet<_> = unique.iter().collect();
        assert_eq!(set.len(), people.len());
    }
}
