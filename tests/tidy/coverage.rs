//! Every row of the domain that this version promises is shown by a test, and docs/coverage.md says by which.
//!
//! A test says what it shows in its documentation: `/// Shows R027, E05, M02.` The rows stand in `rows.csv`; `here` are those that
//! this version promises, `later` those that belong to what is not built yet.

use crate::{
    assert_tidy, file,
    tree::{self, Source},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
};

const ROWS: &str = include_str!("rows.csv");
const TABLE: &str = "docs/coverage.md";
const RENEW: &str = "UPDATE_COVERAGE=1 cargo test -p hejie-tests --test tidy coverage";

/// A row of the domain.
#[derive(serde::Deserialize)]
struct Row {
    id: String,
    row: String,
    scope: Scope,
}

#[derive(Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Scope {
    Here,
    Later,
}

/// The tests that show a row, by its id.
type Shown = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_promised_row_of_the_domain_is_shown_by_a_test() {
    let (rows, shown) = (rows(), shown(&tree::all()));
    let table = table(&rows, &shown);
    let path = tree::root().join(TABLE);
    if env::var_os("UPDATE_COVERAGE").is_some() {
        fs::write(&path, &table).expect("the table can be written");
    }
    let mut findings = findings(&rows, &shown);
    if fs::read_to_string(&path).ok() != Some(table) {
        findings.push(format!("{TABLE} is out of date: {RENEW}"));
    }
    assert_tidy(&findings);
}

#[test]
fn an_unknown_row_and_a_row_without_a_test_are_found() {
    // In two pieces, so that this very file shows nothing.
    let text = format!("/// {} E01, X99.\n#[test]\nfn a_scene() {{}}\n", "Shows");
    let test = file("tests/api/a.rs", &text);
    let row = |id: &str| Row {
        id: id.into(),
        row: "…".into(),
        scope: Scope::Here,
    };
    let shown = shown(&[test]);
    assert_eq!(
        shown["E01"],
        BTreeSet::from(["tests/api/a.rs: a_scene".into()])
    );
    let found = findings(&[row("E01"), row("E02")], &shown);
    assert_eq!(found.len(), 2, "{found:?}");
}

fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(ROWS.as_bytes());
    let rows: Result<Vec<Row>, _> = reader.deserialize().collect();
    rows.expect("rows.csv can be read")
}

fn shown(sources: &[Source]) -> Shown {
    let mut shown = Shown::new();
    for source in sources
        .iter()
        .filter(|s| s.is("rs") || s.is("py") || s.is("kt") || s.is("ts") || s.is("tsx"))
    {
        let lines: Vec<&str> = source.text.lines().collect();
        for (n, line) in source.test_lines() {
            let text = line
                .trim_start()
                .trim_start_matches(['/', '#', ' ', '"', '*']);
            let is_comment = line.trim_start().starts_with(['/', '#', '"']);
            let Some(ids) = text.strip_prefix("Shows ").filter(|_| is_comment) else {
                continue;
            };
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
    let promised = rows.iter().filter(|row| row.scope == Scope::Here);
    let missing = promised.filter(|row| !shown.contains_key(&row.id));
    let missing = missing.map(|row| {
        let Row { id, row, .. } = row;
        format!("no test shows {id} ({row}): write `/// Shows {id}.` over the one that does")
    });
    unknown.chain(missing).collect()
}

fn table(rows: &[Row], shown: &Shown) -> String {
    let mut text = format!(
        "# What is shown by which test\n\nMade from the tests by `{RENEW}`; do not edit. Rows are those of the domain: R requirements, E events,\nM dangerous merges, LW law, P protection of personal data.\n\n| row | what | shown by |\n|---|---|---|\n"
    );
    let (mut here, mut later) = (0, 0);
    for row in rows {
        let tests = shown.get(&row.id);
        match (row.scope, tests) {
            (Scope::Later, None) => later += 1,
            (_, tests) => {
                here += 1;
                let tests: Vec<String> = tests
                    .into_iter()
                    .flatten()
                    .map(|t| format!("`{t}`"))
                    .collect();
                text += &format!(
                    "| {} | {} | {} |\n",
                    row.id,
                    row.row.replace('|', "/"),
                    tests.join("<br>")
                );
            }
        }
    }
    text += &format!("\n{here} rows are shown, {later} belong to what is not built yet:\n\n");
    let waiting = rows
        .iter()
        .filter(|row| row.scope == Scope::Later && !shown.contains_key(&row.id));
    let waiting: Vec<&str> = waiting.map(|row| row.id.as_str()).collect();
    for line in waiting.chunks(20) {
        text += &format!("{}\n", line.join(" "));
    }
    text
}
