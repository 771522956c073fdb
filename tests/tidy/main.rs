//! Rules about the repository itself. Each is a pure function from files to findings, with a test
//! that holds it against the tree and a test that shows what it finds in a bad example. A finding
//! says where, what, and what to do instead.

mod citations;
mod code;
mod codes;
mod commits;
mod coverage;
mod crates;
mod documents;
mod kinds;
mod layers;
mod life;
mod made;
mod migrations;
mod modules;
mod names;
mod privacy;
mod reach;
mod refusals;
mod rights;
mod rows;
mod scripts;
mod stories;
mod tree;
mod width;

use tree::Source;

/// Fails with every finding, one a line.
#[track_caller]
fn assert_tidy(findings: &[String]) {
    assert!(findings.is_empty(), "\n  {}\n", findings.join("\n  "));
}

/// One made-up file, for the bad examples.
fn file(path: &str, text: &str) -> Source {
    Source {
        path: path.into(),
        text: text.into(),
    }
}
