//! The stories of the fixtures: that they are complete, add up, and name nobody.

use crate::{assert_tidy, tree};
use hejie_case::{
    capital::capital,
    catalogue::Catalogue,
    ids::{RegionCode, SituationCode},
    record::Cents,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn findings(story: &Value) -> Vec<String> {
    let mut findings = unknown_places(&story["order"]);
    let parties: BTreeSet<&str> = list(story, "parties")
        .iter()
        .map(|party| text(party, "key"))
        .collect();
    let named = |part: &'static str, key: &'static str| {
        list(story, part).iter().map(move |entry| text(entry, key))
    };
    let signers = named("signatures", "signer").filter(|signer| *signer != "mediator");
    let attendees = list(story, "sessions")
        .iter()
        .flat_map(|session| list(session, "attendees"))
        .filter_map(Value::as_str);
    let everybody = named("consents", "party")
        .chain(named("statements", "party"))
        .chain(signers)
        .chain(attendees);
    findings.extend(
        everybody
            .filter(|name| !parties.contains(name))
            .map(|name| format!("nobody is called {name}")),
    );
    findings.extend(
        list(story, "parties")
            .iter()
            .filter(|party| !is_masked(party))
            .map(|party| format!("{} is not masked", text(party, "name_masked"))),
    );
    findings.extend(
        list(&story["draft"], "clauses")
            .iter()
            .filter(|clause| !clause["terms"].is_null())
            .flat_map(|clause| odd_terms(&clause["terms"])),
    );
    findings
}

fn unknown_places(order: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let situation: Option<SituationCode> = text(order, "situation").parse().ok();
    if situation.is_none_or(|situation| Catalogue::current().lookup(&situation).is_none()) {
        findings.push(format!(
            "{} is no situation of the catalogue",
            text(order, "situation")
        ));
    }
    if text(order, "region").parse::<RegionCode>().is_err()
        || !text(order, "region").starts_with("990101")
    {
        findings.push(format!(
            "{} does not lie in the invented county",
            text(order, "region")
        ));
    }
    findings
}

/// A masked person has a star; an organisation is a certain one, 某.
fn is_masked(party: &Value) -> bool {
    text(party, "name_masked").contains(if text(party, "kind") == "person" {
        '*'
    } else {
        '某'
    })
}

fn odd_terms(terms: &Value) -> Vec<String> {
    let mut findings = Vec::new();
    let amount = terms["amount_cents"].as_u64().unwrap_or_default();
    let parts: u64 = list(terms, "schedule")
        .iter()
        .filter_map(|part| part["amount_cents"].as_u64())
        .sum();
    if parts != amount {
        findings.push(format!(
            "the instalments add up to {}, not {}",
            Cents(parts),
            Cents(amount)
        ));
    }
    if text(terms, "amount_words") != capital(Cents(amount)) {
        findings.push(format!(
            "{} is written {}",
            Cents(amount),
            capital(Cents(amount))
        ));
    }
    findings
}

#[test]
fn stories_are_complete_add_up_and_name_nobody() {
    let stories = tree::with_extension(&["json"])
        .into_iter()
        .filter(|source| source.path.starts_with("tests/fixtures/stories/"));
    let mut told = 0;
    for source in stories {
        let story: Value = serde_json::from_str(&source.text).unwrap();
        assert_tidy(
            &findings(&story)
                .into_iter()
                .map(|finding| format!("{}: {finding}", source.path))
                .collect::<Vec<_>>(),
        );
        told += 1;
    }
    assert!(told >= 3, "the three stories of the first loop are gone");
}

#[test]
fn a_story_that_does_not_add_up_is_found() {
    let story = json!({
        "order": { "situation": "N99-99", "region": "330206001" },
        "parties": [{ "key": "a", "kind": "person", "name_masked": "某某" }],
        "consents": [{ "party": "b" }],
        "draft": { "clauses": [{ "terms": { "amount_cents": 100_000, "amount_words": "壹万元整", "schedule": [{ "amount_cents": 1 }] } }, { "terms": null }] }
    });
    assert_eq!(findings(&story).len(), 6);
}
