//! Every refusal of the rules is provoked by a test through the face of whoever meets it, or says
//! here why nobody can meet it.

use crate::{
    assert_tidy, coverage, file,
    tree::{self, Source},
};
use std::collections::{BTreeMap, BTreeSet};

/// Where the rules refuse.
const RULES: [&str; 5] = [
    "sync/case/src/act/",
    "sync/case/src/rule/",
    "sync/case/src/colour/",
    "sync/case/src/deadline/",
    "sync/case/src/difficulty/",
];

/// Refusals that tests of the rules alone provoke, and why.
const WITHIN: &[(&str, &str)] = &[
    (
        "call_known",
        "a channel that reports a number again gets the receipt of the first time, before any rule",
    ),
    (
        "criminal_no_known",
        "a number that stands in the case is as good as taken: the police get a receipt for it",
    ),
    (
        "not_absorbed",
        "a merge is undone in the case that names the other one, and both are written together",
    ),
    (
        "not_on_your_list",
        "a case that is not on somebody's list is not found, so that nobody learns of it",
    ),
    (
        "nothing_late",
        "the server hands on what came late into a merged case, and nothing where nothing came",
    ),
    (
        "target_cannot_handle",
        "at a desk whoever is named in a role that does not fit is an invalid field (422)",
    ),
];

#[test]
fn every_refusal_of_the_rules_is_met_through_a_face() {
    assert_tidy(&findings(&tree::all(), WITHIN));
}

#[test]
fn a_refusal_that_nobody_meets_and_an_excuse_without_need_are_found() {
    let rule = "need(held, \"not_held\", \"没有险情。\"),\nReason::new(\"too_far\", zh),\nlookup(\"too_far\", 3)";
    let sources = [
        file("sync/case/src/act/a.rs", rule),
        file("tests/sync/a.rs", "is_refused(ask, \"too_far\")"),
        file("sync/case/tests/a.rs", "\"not_held\""),
    ];
    let found = findings(&sources, &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("not_held"));
    let excused = [("not_held", "a reason"), ("too_far", "a reason")];
    let found = findings(&sources, &excused);
    assert!(
        found.len() == 1 && found[0].contains("too_far"),
        "{found:?}"
    );
}

fn findings(sources: &[Source], within: &[(&str, &str)]) -> Vec<String> {
    let given = given(sources);
    let faces: Vec<&Source> = sources
        .iter()
        .filter(|source| coverage::is_through_a_face(&source.path))
        .collect();
    let is_met = |code: &str| {
        let named = [format!("\"{code}\""), format!("'{code}'")];
        faces
            .iter()
            .any(|source| named.iter().any(|name| source.text.contains(name)))
    };
    let excused: BTreeSet<&str> = within.iter().map(|(code, _)| *code).collect();
    let unmet = given
        .iter()
        .filter(|(code, _)| !is_met(code) && !excused.contains(code.as_str()));
    let unmet = unmet.map(|(code, path)| {
        format!("{path}: \"{code}\": provoke it through a phone, an interface or a command")
    });
    let idle = excused
        .iter()
        .filter(|code| is_met(code) || !given.contains_key(**code));
    let idle = idle.map(|code| format!("\"{code}\" needs no excuse: it is met, or is not there"));
    unmet.chain(idle).collect()
}

/// The codes of refusals, each with a file that gives it: a word before a Chinese sentence.
fn given(sources: &[Source]) -> BTreeMap<String, String> {
    let rules = sources
        .iter()
        .filter(|source| source.is("rs") && source.is_under(&RULES));
    let mut given = BTreeMap::new();
    for source in rules {
        let lines: Vec<&str> = source
            .product_lines()
            .map(|(_, line)| tree::code_of(line))
            .collect();
        let text = lines.join("\n");
        let parts: Vec<&str> = text.split('"').collect();
        for part in parts.windows(3) {
            let (word, behind, next) = (part[0], part[1].trim(), part[2]);
            if is_code(word) && says_why(behind, next) {
                given.insert(word.to_owned(), source.path.clone());
            }
        }
    }
    given
}

fn is_code(word: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c == '_';
    word.contains('_') && word.chars().all(is_letter)
}

/// Whether a comma and then a Chinese sentence stand behind a word, or what makes one.
fn says_why(behind: &str, next: &str) -> bool {
    let made = |made: &str| made.starts_with("zh") || made.starts_with("format!");
    match behind.strip_prefix(',').map(str::trim_start) {
        Some("") => !next.is_ascii(),
        Some(other) => made(other),
        None => false,
    }
}
