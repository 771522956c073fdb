//! What code, tests and documents cite is there: rows of the domain, files, their sections,
//! decisions. How to cite stands in docs/domain.md.

use crate::{
    assert_tidy,
    documents::resolve,
    file, rows,
    tree::{self, Source},
};
use std::collections::{BTreeMap, BTreeSet};

/// Endings of files that prose may cite.
const ENDINGS: [&str; 10] = [
    "md", "rs", "sql", "cddl", "csv", "toml", "ts", "tsx", "py", "sh",
];
/// What a command of the project writes when somebody calls it.
const WRITTEN: [&str; 1] = ["docs/soak.md"];

/// What may be cited.
struct Known {
    rows: BTreeSet<String>,
    /// Files, and of documents their sections.
    files: BTreeMap<String, BTreeSet<String>>,
}

impl Known {
    fn of(sources: &[Source], paths: impl IntoIterator<Item = String>) -> Self {
        let rows = rows::defined(sources).into_iter().map(|row| row.id);
        let mut files: BTreeMap<_, _> = paths.into_iter().map(|p| (p, BTreeSet::new())).collect();
        files.extend(sources.iter().map(|s| (s.path.clone(), sections(s))));
        Self {
            rows: rows.collect(),
            files,
        }
    }

    /// What is wrong with a citation of a file, written in a file of that folder. Documents are
    /// named from the root, or from the folder of the document that names them; code by as much of
    /// its path as makes clear what is meant.
    fn wrong(&self, cited: &str, folder: &str, is_document: bool) -> Option<String> {
        let (path, section) = cited.split_once('#').unwrap_or((cited, ""));
        let near = resolve(folder, path);
        let is_meant = |known: &String| match path.ends_with(".md") {
            true => known == path || (is_document && *known == near),
            false => known.ends_with(&format!("/{path}")) || known == path || *known == near,
        };
        let found = self.files.iter().find(|(known, _)| is_meant(known));
        match found {
            None if WRITTEN.contains(&path) => None,
            None => Some(format!("no file of the project is {path}")),
            Some((at, sections)) if !section.is_empty() && !sections.contains(section) => {
                Some(format!("{at} has no section #{section}"))
            }
            Some(_) => None,
        }
    }

    fn dangling(&self, source: &Source) -> Vec<String> {
        let folder = source.path.rsplit_once('/').map_or("", |(f, _)| f);
        let (own, mut findings) = (sections(source), Vec::new());
        for (n, line) in source.numbered() {
            let words = cited_rows(line).filter(|id| !self.rows.contains(*id));
            let unknown = words.map(|id| format!("no row of docs/domain.md is {id}"));
            let prose = prose_of(source, line);
            let files = cited_files(prose).filter_map(|f| self.wrong(f, folder, source.is("md")));
            let decisions = prose.match_indices("ADR ").filter_map(|(at, _)| {
                let number = prose.get(at + 4..at + 8)?;
                let begins = format!("docs/adr/{number}-");
                let is_there = self.files.keys().any(|path| path.starts_with(&begins));
                (number.parse::<u16>().is_ok() && !is_there).then(|| format!("no ADR is {number}"))
            });
            let own = prose.match_indices("](#").filter_map(|(at, _)| {
                let section = prose[at + 3..].split(')').next()?;
                (!own.contains(section)).then(|| format!("no section here is #{section}"))
            });
            let all = unknown.chain(files).chain(decisions).chain(own);
            findings.extend(all.map(|what| format!("{}:{n}: {what}", source.path)));
        }
        findings
    }
}

/// The anchors of the headings of a document, as they are made of their words.
fn sections(source: &Source) -> BTreeSet<String> {
    let headings = source.text.lines().filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| -> String {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

/// Words that have the form of a row's number. `N03-05` and the like are situations, `%E5` is a
/// letter in an address.
fn cited_rows(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| !c.is_alphanumeric() && !"_-%".contains(c));
    words.filter_map(|word| {
        let (head, tail) = word.split_once('-').unwrap_or((word, ""));
        (rows::is_id(head) && !tail.starts_with(|c: char| c.is_ascii_digit())).then_some(head)
    })
}

/// The part of a line that is prose: the comment of code, or all of a document.
fn prose_of<'a>(source: &Source, line: &'a str) -> &'a str {
    if source.is("md") || source.is("sql") {
        return line;
    }
    let mark = if ["py", "sh", "toml"].iter().any(|end| source.is(end)) {
        "#"
    } else {
        "//"
    };
    let is_address = |at: usize| line[..at].ends_with(':');
    let mut marks = line.match_indices(mark).filter(|(at, _)| !is_address(*at));
    marks.next().map_or("", |(at, _)| &line[at..])
}

fn cited_files(prose: &str) -> impl Iterator<Item = &str> {
    let words = prose.split(|c: char| !c.is_alphanumeric() && !"_./#-*".contains(c));
    let words = words.map(|word| word.trim_end_matches('.'));
    words.filter(|word| {
        let path = word.split('#').next().unwrap_or_default();
        let Some((stem, ending)) = path.rsplit_once('.') else {
            return false;
        };
        let is_pattern = word.contains('*') || word.contains("NNNN") || word.starts_with("//");
        ENDINGS.contains(&ending) && !stem.is_empty() && !is_pattern
    })
}

#[test]
fn whatever_is_cited_is_there() {
    let sources = tree::all();
    let known = Known::of(&sources, tree::paths());
    // The catalogue has codes of its own, coverage is made from the rows, and these rules show bad
    // examples.
    let others = ["sync/case/data/", "docs/coverage.md", "tests/tidy/"];
    let citing = sources
        .iter()
        .filter(|s| !s.is_under(&others) && ENDINGS.iter().any(|end| s.is(end)));
    assert_tidy(&citing.flat_map(|s| known.dangling(s)).collect::<Vec<_>>());
}

#[test]
fn no_number_is_given_to_two_rows() {
    let rows = rows::defined(&tree::all());
    let twice = rows.windows(2).filter(|pair| pair[0].id == pair[1].id);
    assert_tidy(
        &twice
            .map(|pair| format!("{} is defined twice", pair[0].id))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn a_citation_that_leads_nowhere_is_found() {
    let page = file(
        "docs/domain/a.md",
        "# The Clocks 时限\n\n| M17 | a file is missing | all | now |\n",
    );
    let known = Known::of(
        &[page],
        [
            "docs/adr/0001-a.md".into(),
            "sync/case/src/rule/table.rs".into(),
        ],
    );
    let good = "/// M17, N03-05 (docs/domain/a.md#the-clocks-时限, ADR 0001, rule/table.rs). https://example.org/x.md\n";
    assert_eq!(known.dangling(&file("sync/a.rs", good)), [""; 0]);
    let bad = "/// M18, P4 (domain.md 3.2, docs/domain/a.md#gone, ADR 0002) [b](#b)\n/// able.rs\nlet event = \"E99b\";\n";
    let found = known.dangling(&file("sync/a.rs", bad));
    let about = [
        "M18",
        "P4",
        "is domain.md",
        "#gone",
        "0002",
        "#b",
        "a.rs:2",
        "E99b",
    ];
    let missed: Vec<_> = about
        .iter()
        .filter(|what| !found.iter().any(|f| f.contains(*what)))
        .collect();
    assert!(
        missed.is_empty() && found.len() == about.len(),
        "{missed:?} {found:?}"
    );
}
