//! Every row of the domain that this version promises is shown by a test, and docs/coverage.md says
//! by which.
//!
//! A test says what it shows in its documentation: `/// Shows R027, E05, M02.` The rows and their
//! scope stand in docs/domain.md's pages: what is promised `now` has a test, what comes `later` has
//! none. A row counts as shown only where a test goes through the face of the person who does it;
//! rows that the rules alone show stand apart.

use crate::{
    assert_tidy, file, made,
    rows::{self, Row, Scope},
    tree::{self, Source},
};
use std::collections::{BTreeMap, BTreeSet};

const TABLE: &str = "docs/coverage.md";
const RENEW: &str = "UPDATE_COVERAGE=1 cargo test -p hejie-tests --test tidy coverage";

/// The tests that show a row, by its id.
type Shown = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_promised_row_of_the_domain_is_shown_by_a_test_and_no_other_is() {
    let sources = tree::all();
    let (rows, shown) = (rows::defined(&sources), shown(&sources));
    let table = table(&rows, &shown);
    let mut findings = findings(&rows, &shown);
    findings.extend(made::findings(TABLE, &table, RENEW));
    assert_tidy(&findings);
}

#[test]
fn an_unknown_row_a_row_without_a_test_and_a_later_one_with_a_test_are_found() {
    let page = file(
        "docs/domain/a.md",
        "| E01 | a | all | now |\n| E02 | b | all | now |\n| E02b | c |\n| E03 | d | all | later |\n",
    );
    // In two pieces, so that this very file shows nothing.
    let text = format!(
        "/// {} E01, E03, X99.\n#[test]\nfn a_scene() {{}}\n",
        "Shows"
    );
    let rows = rows::defined(&[page]);
    let shown = shown(&[file("tests/api/a.rs", &text)]);
    assert_eq!(
        shown["E01"],
        BTreeSet::from(["tests/api/a.rs: a_scene".into()])
    );
    let found = findings(&rows, &shown);
    let about: Vec<_> = ["X99", "E02", "E03"]
        .iter()
        .map(|id| found.iter().filter(|f| f.contains(id)).count())
        .collect();
    assert_eq!((about, found.len()), (vec![1, 1, 1], 3), "{found:?}");
}

fn shown(sources: &[Source]) -> Shown {
    let mut shown = Shown::new();
    for source in sources
        .iter()
        .filter(|s| s.is("rs") || s.is("py") || s.is("kt") || s.is("ts") || s.is("tsx"))
    {
        let lines: Vec<&str> = source.text.lines().collect();
        for (n, line) in source.test_lines() {
            let Some(first) = comment_of(line).and_then(|text| text.strip_prefix("Shows ")) else {
                continue;
            };
            let ids = std::iter::once(first).chain(lines[n..].iter().map_while(|l| comment_of(l)));
            let ids = ids.collect::<Vec<_>>().join(" ");
            let test = lines[n..].iter().find_map(|line| name_of(line));
            let test = format!("{}: {}", source.path, test.unwrap_or_default());
            for id in ids.split('.').next().unwrap_or_default().split(',') {
                shown
                    .entry(number(id).into())
                    .or_default()
                    .insert(test.clone());
            }
        }
    }
    shown
}

/// What a line says that is a comment alone.
fn comment_of(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let signs = ['/', '#', ' ', '"', '*'];
    line.starts_with(['/', '#', '"'])
        .then(|| line.trim_start_matches(signs))
}

/// The number of a row; a counterpart of an event has its number with a letter.
fn number(id: &str) -> &str {
    id.trim().trim_end_matches(|c: char| c.is_ascii_lowercase())
}

/// The name of the test that begins on a line: of a function, or the sentence of a browser test.
fn name_of(line: &str) -> Option<String> {
    let function = line
        .split_once("fn ")
        .or_else(|| line.split_once("def "))
        .or_else(|| line.split_once("fun "));
    if let Some((_, rest)) = function {
        return rest
            .split('(')
            .next()
            .map(|name| name.trim_matches('`').to_owned());
    }
    let (_, rest) = line
        .split_once("test(")
        .filter(|_| !line.trim_start().starts_with("#["))?;
    rest.split(['"', '\'']).nth(1).map(str::to_owned)
}

fn findings(rows: &[Row], shown: &Shown) -> Vec<String> {
    let known: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let unknown = shown.iter().filter(|(id, _)| !known.contains(id.as_str()));
    let unknown = unknown.map(|(id, tests)| format!("{id} is no row of the domain: {tests:?}"));
    let wrong = rows.iter().filter_map(|row| {
        let Row { id, what, scope } = row;
        match (scope, shown.contains_key(id)) {
            (Some(Scope::Now), false) => Some(format!(
                "no test shows {id} ({what}): write `/// Shows {id}.` over the one that does, or say that it comes later"
            )),
            (Some(Scope::Later), true) => Some(format!(
                "{id} ({what}) is said to come later, and is shown: make it `now`"
            )),
            _ => None,
        }
    });
    unknown.chain(wrong).collect()
}

fn table(rows: &[Row], shown: &Shown) -> String {
    let of = |scope| move |row: &&Row| row.scope == Some(scope);
    let shown_by = |row: &Row| shown.get(&row.id).cloned().unwrap_or_default();
    let promised = rows.iter().filter(of(Scope::Now));
    let (by_people, by_rules): (Vec<&Row>, Vec<&Row>) =
        promised.partition(|row| shown_by(row).iter().any(|test| is_through_a_face(test)));
    let mut text = format!(
        "# What is shown by which test\n\nMade from the tests by `{RENEW}`; do not edit.\nThe rows are those of [the domain](domain.md).\n"
    );
    text += &format!(
        "\n## Shown\n\nThese {} rows are shown through a phone, its bindings, the interface of desks and channels, the command line or the browser; beside such tests stand those of the rules.\n\n| row | what | through a face | by the rules |\n|---|---|---|---|\n",
        by_people.len()
    );
    for row in by_people {
        let (faces, rules): (Vec<String>, Vec<String>) = shown_by(row)
            .into_iter()
            .partition(|test| is_through_a_face(test));
        let (id, what) = (&row.id, unlinked(&row.what));
        text += &format!(
            "| {id} | {what} | {} | {} |\n",
            listed(&faces),
            listed(&rules)
        );
    }
    text += &format!(
        "\n## Rule only\n\nThese {} rows are shown by tests of the rules, and by none that goes through a face.\n\n| row | what | by the rules |\n|---|---|---|\n",
        by_rules.len()
    );
    for row in by_rules {
        let tests: Vec<String> = shown_by(row).into_iter().collect();
        text += &format!(
            "| {} | {} | {} |\n",
            row.id,
            unlinked(&row.what),
            listed(&tests)
        );
    }
    let later: Vec<&Row> = rows.iter().filter(of(Scope::Later)).collect();
    text += &format!(
        "\n## Not shown\n\nNo test shows these {} rows, because they are not built, or only in part:\n\n| row | what |\n|---|---|\n",
        later.len()
    );
    for row in later {
        text += &format!("| {} | {} |\n", row.id, unlinked(&row.what));
    }
    text
}

/// Whether a test goes through the face of a person or of a channel: a phone, its bindings, the
/// interfaces, the commands, the browser.
pub fn is_through_a_face(test: &str) -> bool {
    const FACES: [&str; 3] = ["tests/", "mobile-bindings/", "sync/device/tests/"];
    let is_of_the_tree = test.starts_with("tests/tidy/") || test.starts_with("tests/bench/");
    FACES.iter().any(|face| test.starts_with(face)) && !is_of_the_tree
}

fn listed(tests: &[String]) -> String {
    let tests: Vec<String> = tests.iter().map(|test| format!("`{test}`")).collect();
    tests.join("<br>")
}

/// The words without the targets of links, which lead from another folder.
fn unlinked(what: &str) -> String {
    let mut parts = what.split("](");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text.push(']');
        text += part.split_once(')').map_or("", |(_, rest)| rest);
    }
    text
}
