//! Documents: links that lead somewhere, and a glossary that knows every word of the code.

use crate::{
    assert_tidy, file,
    tree::{self, Source},
};
use std::collections::BTreeSet;

fn broken_links(source: &Source, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let folder = source
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let targets = source
        .text
        .match_indices("](")
        .filter_map(|(at, _)| source.text[at + 2..].split([')', ' ']).next());
    targets
        .filter(|target| {
            !target.contains("://")
                && !target.starts_with(['#', '<'])
                && !target.starts_with("mailto:")
        })
        .map(|target| target.split('#').next().unwrap_or_default())
        .filter(|target| !exists(&resolve(folder, target)))
        .map(|target| format!("{}: the link to {target} leads nowhere", source.path))
        .collect()
}

/// The path that a target has when it is written in a document of a folder.
pub fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The variants of an enum as they are stored, in snake_case.
fn variants(text: &str, name: &str) -> BTreeSet<String> {
    declared(text, name).map(snake).collect()
}

/// The variants of an enum as they are declared; none where it is declared elsewhere.
pub fn declared<'a>(text: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let body = text.split_once(&format!("pub enum {name} {{"));
    let body = body.map_or("", |(_, body)| body);
    let body = body.split("\n}").next().unwrap_or_default();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter_map(|line| line.split([',', '(', ' ', '{']).next())
        .filter(|word| word.starts_with(char::is_uppercase))
}

fn snake(word: &str) -> String {
    let mut out = String::new();
    for (index, letter) in word.char_indices() {
        if letter.is_uppercase() && index > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// Codes of events such as `E05` that stand in quotes in the code.
fn event_codes(sources: &[Source]) -> BTreeSet<String> {
    let texts = sources
        .iter()
        .filter(|source| source.path.starts_with("sync/case/src/"));
    texts
        .flat_map(|source| source.text.split('"').skip(1).step_by(2))
        .filter(|quoted| matches!(quoted.as_bytes(), [b'E', a, b] if a.is_ascii_digit() && b.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

fn unknown_words(glossary: &str, words: &BTreeSet<String>) -> Vec<String> {
    let unknown = words
        .iter()
        .filter(|word| !glossary.contains(&format!("`{word}`")));
    unknown
        .map(|word| format!("docs/glossary.md: add `{word}` with its Chinese term and its meaning"))
        .collect()
}

#[test]
fn links_in_documents_lead_somewhere() {
    let documents = tree::with_extension(&["md"]);
    let exists = |path: &str| tree::root().join(path).exists();
    assert_tidy(
        &documents
            .iter()
            .flat_map(|source| broken_links(source, exists))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_glossary_knows_every_duty_request_and_event() {
    let read = |path: &str| std::fs::read_to_string(tree::root().join(path)).unwrap();
    let mut words = BTreeSet::new();
    let sources = tree::with_extension(&["rs"]);
    for name in ["Duty", "Difficulty", "Level", "Severity"] {
        let declared: BTreeSet<String> = sources
            .iter()
            .filter(|source| source.path.starts_with("sync/case/src/"))
            .flat_map(|source| variants(&source.text, name))
            .collect();
        assert!(
            !declared.is_empty(),
            "sync/case declares no enum {name} any more; correct this test"
        );
        words.extend(declared);
    }
    words.extend(acts(&read("sync/case/src/act.rs")));
    words.extend(event_codes(&sources));
    assert_tidy(&unknown_words(&read("docs/glossary.md"), &words));
}

/// What phones ask for, by the lines of its list: `Variant(Type) "code";`. A code is the name of
/// its variant.
fn acts(text: &str) -> BTreeSet<String> {
    let list = text.split_once("    Ask {\n").expect("the list of Ask").1;
    let lines = list.lines().take_while(|line| !line.starts_with("    }"));
    let act = |line: &str| {
        let (variant, code) = line.trim().split_once(" \"")?;
        let variant = variant.split('(').next()?;
        assert_eq!(code, format!("{}\";", snake(variant)), "{line}");
        Some(snake(variant))
    };
    lines
        .map(|line| act(line).expect("a line of the list"))
        .collect()
}

#[test]
fn generated_files_have_a_test_that_they_are_current() {
    let sources = tree::all();
    let has = |path: &str| sources.iter().any(|source| source.path == path);
    let tests = sources
        .iter()
        .filter(|source| source.is("rs") && !source.path.starts_with("tests/tidy/"));
    if has("backend/server/openapi.json") {
        assert!(
            tests.into_iter().any(|source| source
                .test_lines()
                .any(|(_, line)| line.contains("openapi.json"))),
            "no test compares backend/server/openapi.json with the code"
        );
    }
    if let Some(package) = sources
        .iter()
        .find(|source| source.path == "backend/console/package.json")
    {
        assert!(
            package.text.contains("\"api:check\""),
            "backend/console/package.json: keep the script `api:check`, which make test runs"
        );
    }
}

#[test]
fn a_dead_link_and_an_unknown_word_are_found() {
    let bad = file(
        "docs/a.md",
        "[a](b.md) [c](../README.md#x) [d](https://example.org) [e](#here) [f](gone.md)",
    );
    let exists = |path: &str| ["docs/b.md", "README.md"].contains(&path);
    assert_eq!(
        broken_links(&bad, exists),
        ["docs/a.md: the link to gone.md leads nowhere"]
    );
    let words = variants(
        "pub enum Role {\n    /// A.\n    GridWorker,\n    Other(u8),\n}\nconst GridLeader",
        "Role",
    );
    assert_eq!(
        words,
        BTreeSet::from(["grid_worker".into(), "other".into()])
    );
    assert_eq!(unknown_words("`other`", &words).len(), 1);
    assert_eq!(
        event_codes(&[file("sync/case/src/rule.rs", "a(\"E05\", \"E5\", \"EXX\")")]),
        BTreeSet::from(["E05".into()])
    );
}
