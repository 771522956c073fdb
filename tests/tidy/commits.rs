//! Who commits for a person: only `identity::commit_for` and what it is made of, which hold the
//! person's session and write the line of the audit log in the transaction that wrote. A handler
//! that commits by itself would keep what somebody wrote who was put out meanwhile.

use crate::{
    assert_tidy, file,
    tree::{self, Source, code_of},
};

/// Where requests are answered.
const PLACES: &[&str] = &["backend/server/src/api/", "backend/server/src/exchange/"];

/// What commits, and what writes a line.
const CALLS: &[&str] = &["pool::commit(", "audit::add("];

/// Who commits in another way, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "backend/server/src/api/identity/session.rs",
        "begins, renews and ends sessions",
    ),
    (
        "backend/server/src/api/identity/device.rs",
        "holds the session first: it may be one of those that end with the phone",
    ),
    (
        "backend/server/src/api/identity/role.rs",
        "holds the session first: it may be one of those that end with the role",
    ),
    (
        "backend/server/src/api/channel/",
        "a channel has no session",
    ),
    (
        "backend/server/src/exchange/deposit",
        "a phone out of service has none either",
    ),
    ("backend/server/src/exchange/answer.rs", "reads alone"),
];

fn commits(sources: &[Source]) -> Vec<String> {
    let excepted = |path: &str| EXCEPTIONS.iter().any(|(known, _)| path.starts_with(known));
    let handlers = sources
        .iter()
        .filter(|source| source.is("rs") && source.is_under(PLACES) && !excepted(&source.path));
    let own = |source: &Source| -> Vec<String> {
        let lines = source.product_lines();
        let hits = lines.filter(|(_, line)| CALLS.iter().any(|call| code_of(line).contains(call)));
        hits.map(|(number, line)| {
            let (path, line) = (&source.path, line.trim());
            format!("{path}:{number}: `{line}`: commit by identity::commit_for")
        })
        .collect()
    };
    handlers.flat_map(own).collect()
}

fn idle_exceptions(sources: &[Source]) -> Vec<String> {
    let commits = |source: &Source| CALLS.iter().any(|call| source.text.contains(call));
    let stands = |path: &str| {
        let mut at = sources.iter().filter(|one| one.path.starts_with(path));
        at.any(commits)
    };
    let idle = EXCEPTIONS.iter().filter(|(path, _)| !stands(path));
    idle.map(|(path, why)| format!("{path} ({why}) commits nothing: take it off the list"))
        .collect()
}

#[test]
fn whoever_commits_for_a_person_holds_the_session() {
    let sources = tree::with_extension(&["rs"]);
    assert_tidy(&commits(&sources));
    assert_tidy(&idle_exceptions(&sources));
}

#[test]
fn a_handler_that_commits_by_itself_is_found() {
    let text = "// pool::commit(tx) in prose\naudit::add(&mut tx, &line).await?;\npool::commit(tx).await?;\n";
    let bad = [
        file("backend/server/src/api/link.rs", text),
        file("backend/server/src/api/channel/act.rs", text),
        file("backend/server/src/reconcile/apply.rs", text),
    ];
    assert_eq!(commits(&bad).len(), 2);
}
