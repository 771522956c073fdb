//! The rows of the domain, read where they are defined: in the tables of docs/domain.md's pages and
//! of the protocol's properties.

use crate::tree::Source;

/// The series, in the order of docs/coverage.md, and how many digits their numbers have.
pub const SERIES: [(&str, usize); 7] = [
    ("R", 3),
    ("E", 2),
    ("M", 2),
    ("LW", 2),
    ("P", 2),
    ("D", 2),
    ("PP", 2),
];

/// A row: a line of a table that begins with its number.
#[derive(Debug)]
pub struct Row {
    pub id: String,
    pub what: String,
    /// None for a row that only names a counterpart.
    pub scope: Option<Scope>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// At least one test shows it.
    Now,
    /// No test does.
    Later,
}

/// Every row that the pages define, series by series.
pub fn defined(sources: &[Source]) -> Vec<Row> {
    let pages = sources
        .iter()
        .filter(|source| source.is("md") && is_page(&source.path));
    let mut rows: Vec<Row> = pages
        .flat_map(|page| page.text.lines().filter_map(row))
        .collect();
    rows.sort_by_key(|row| (place(&row.id), row.id.clone()));
    rows
}

/// Whether a word has the form of a row's number, such as `R027`, `E23b` or `PP5`.
pub fn is_id(word: &str) -> bool {
    let number = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    word.len() <= number.len() + 1 && place(number).is_some()
}

fn is_page(path: &str) -> bool {
    path.starts_with("docs/domain/") || path == "docs/sync-protocol.md"
}

/// The place of the series to which a number belongs, and the number.
fn place(id: &str) -> Option<(usize, usize)> {
    let prefix = id.trim_end_matches(|c: char| !c.is_ascii_uppercase());
    let number = id[prefix.len()..].trim_end_matches(|c: char| c.is_ascii_lowercase());
    let at = SERIES
        .iter()
        .position(|(series, digits)| *series == prefix && number.len() <= *digits)?;
    Some((at, number.parse().ok()?))
}

fn row(line: &str) -> Option<Row> {
    let cells: Vec<&str> = line
        .strip_prefix('|')?
        .trim_end()
        .trim_end_matches('|')
        .split(" |")
        .map(str::trim)
        .collect();
    let (id, what) = (*cells.first()?, *cells.get(1)?);
    let scope = match *cells.last()? {
        "now" => Some(Scope::Now),
        "later" => Some(Scope::Later),
        _ => None,
    };
    is_id(id).then(|| Row {
        id: id.into(),
        what: what.into(),
        scope,
    })
}
