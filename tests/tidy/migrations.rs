//! Migrations: numbered without gaps, up only, every table and column explained.

use crate::{
    assert_tidy, file,
    tree::{self, Source},
};

fn migrations() -> Vec<Source> {
    let mut sources = tree::with_extension(&["sql"]);
    sources.retain(|source| source.path.starts_with("migrations/"));
    sources
}

fn bad_numbers(folder: &str, paths: &[&str]) -> Vec<String> {
    let mut names: Vec<&str> = paths
        .iter()
        .filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/'))
        .collect();
    names.sort_unstable();
    let mut findings = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let rest = name
            .strip_prefix(&format!("{:04}_", index + 1))
            .and_then(|rest| rest.strip_suffix(".sql"));
        let is_snake = |rest: &str| {
            !rest.is_empty()
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        if !rest.is_some_and(is_snake) {
            findings.push(format!(
                "{folder}/{name}: expected {:04}_some_name.sql, up only, without gaps",
                index + 1
            ));
        }
    }
    findings
}

fn unexplained_columns(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    let lower = source.text.to_lowercase();
    let mut table: Option<String> = None;
    for (number, line) in source.numbered() {
        let text = line.trim().to_lowercase();
        if let Some(rest) = text.strip_prefix("create table ") {
            let rest = rest.trim_start_matches("if not exists ");
            table = rest.split(['(', ' ']).next().map(str::to_owned);
            continue;
        }
        if text.starts_with(')') {
            table = None;
        }
        let (Some(table), Some(column)) = (&table, column_of(line)) else {
            continue;
        };
        let on_the_line = text
            .split_once("--")
            .is_some_and(|(_, comment)| !comment.trim().is_empty());
        if !on_the_line && !lower.contains(&format!("comment on column {table}.{column} is")) {
            findings.push(format!(
                "{}:{number}: {table}.{column} has no comment; say what it means and in which unit",
                source.path
            ));
        }
    }
    findings
}

/// The name of the column that a line of a table declares, if it declares one: columns stand four
/// spaces in.
fn column_of(line: &str) -> Option<String> {
    let declared = line.strip_prefix("    ")?;
    let word = declared.split([' ', '(']).next()?.to_lowercase();
    let is_name = word.bytes().next()?.is_ascii_lowercase();
    let is_clause = [
        "primary",
        "unique",
        "check",
        "constraint",
        "foreign",
        "exclude",
    ]
    .contains(&word.as_str());
    (is_name && !is_clause).then_some(word)
}

fn downward_steps(source: &Source) -> Vec<String> {
    let lines = source
        .numbered()
        .filter(|(_, line)| line.trim_start().to_lowercase().starts_with("drop table"));
    lines.map(|(number, _)| format!("{}:{number}: expand first, contract a release later; never drop a table that is in use", source.path)).collect()
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let sources = migrations();
    let paths: Vec<&str> = sources.iter().map(|source| source.path.as_str()).collect();
    for folder in ["migrations/registry", "migrations/device"] {
        assert_tidy(&bad_numbers(folder, &paths));
    }
}

#[test]
fn every_column_is_explained() {
    assert_tidy(
        &migrations()
            .iter()
            .flat_map(unexplained_columns)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn migrations_only_go_up() {
    assert_tidy(
        &migrations()
            .iter()
            .flat_map(downward_steps)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn a_gap_an_odd_name_and_an_unexplained_column_are_found() {
    assert_eq!(
        bad_numbers(
            "m",
            &["m/0001_first.sql", "m/0002-Second.sql", "m/0004_fourth.sql"]
        )
        .len(),
        2
    );
    let bad = file(
        "m/0001_a.sql",
        "create table a (\n    id uuid,\n    n int, -- how many\n    primary key (id)\n);\ncreate table b (\n    id uuid\n);\ncomment on column b.id is 'x';\nDROP TABLE c;\n",
    );
    assert_eq!(
        unexplained_columns(&bad),
        ["m/0001_a.sql:2: a.id has no comment; say what it means and in which unit"]
    );
    assert_eq!(downward_steps(&bad).len(), 1);
}
