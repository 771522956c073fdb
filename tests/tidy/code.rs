//! What may be said where in code: SQL and Automerge at their one place, no leftovers, no sleeping
//! tests, no long files, no empty names.

use crate::{
    assert_tidy, file,
    tree::{self, Source, code_of},
};

const MAX_LINES: usize = 400;
const MANY_LINES: usize = 250;

fn rust() -> Vec<Source> {
    let mut sources = tree::with_extension(&["rs"]);
    sources.retain(|source| !source.path.starts_with("tests/tidy/"));
    sources
}

fn code() -> Vec<Source> {
    let mut sources = tree::with_extension(&[
        "rs", "ts", "tsx", "py", "kt", "swift", "mjs", "sh", "sql", "toml", "css",
    ]);
    sources.retain(|source| !source.path.starts_with("tests/tidy/"));
    sources
}

fn sql_outside_its_place(sources: &[Source]) -> Vec<String> {
    let starts = [
        "select ",
        "insert into ",
        "update ",
        "delete from ",
        "create table ",
        "with ",
        "truncate ",
        "lock table ",
        "sqlx::",
    ];
    let places = ["backend/registry/", "sync/device/", "tests/"];
    let elsewhere = sources
        .iter()
        .filter(|source| source.is("rs") && !source.is_under(&places));
    elsewhere.flat_map(|source| found(source, source.product_lines(), |line| {
        starts.iter().any(|start| {
            let quoted = [format!("\"{start}"), format!("\"{}", start.to_uppercase())];
            if start.ends_with("::") { outside_strings(line).contains(start) } else { line.contains(&quoted[1]) || (line.contains(&quoted[0]) && looks_like_sql(line)) }
        })
    }, "SQL text belongs in backend/registry (or sync/device for the phone); call a function of it")).collect()
}

fn outside_strings(line: &str) -> String {
    line.split('"').step_by(2).collect()
}

/// An English sentence may begin with "select" or "with"; a statement goes on with a clause.
fn looks_like_sql(line: &str) -> bool {
    [" from ", " values", " set ", " as (", " where "]
        .iter()
        .any(|clause| line.contains(clause))
}

fn automerge_outside_its_place(sources: &[Source]) -> Vec<String> {
    let places =
        ["document", "rights", "conflict", "schema"].map(|stem| format!("sync/case/src/{stem}"));
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let elsewhere = sources
        .iter()
        .filter(|source| source.is("rs") && !source.is_test() && !source.is_under(&places));
    let names = |line: &str| line.contains("automerge::") || line.contains("use automerge");
    elsewhere
        .flat_map(|source| {
            found(
                source,
                source.product_lines(),
                names,
                "only the document of hejie-case names Automerge; ask it for a typed value",
            )
        })
        .collect()
}

fn dynamic_sql(sources: &[Source]) -> Vec<String> {
    // Who may build SQL text at run time: tests, for names of databases and settings that cannot be
    // bound.
    let allowed: &[&str] = &["tests/"];
    let elsewhere = sources
        .iter()
        .filter(|source| source.is("rs") && !source.is_under(allowed));
    elsewhere
        .flat_map(|source| {
            found(
                source,
                source.numbered(),
                |line| line.contains("AssertSqlSafe"),
                "SQL is constant text with bound values; the allow-list is in tests/tidy/code.rs",
            )
        })
        .collect()
}

fn bad_names(paths: &[&str]) -> Vec<String> {
    let empty = [
        "common", "utils", "util", "shared", "types", "manager", "managers", "service", "services",
        "helpers", "helper", "misc",
    ];
    let mut findings = Vec::new();
    for path in paths {
        if path.ends_with("/mod.rs") {
            findings.push(format!(
                "{path}: name the file after its module, `foo.rs` beside `foo/`"
            ));
        }
        let stem = |part: &str| part.split('.').next().unwrap_or_default().to_lowercase();
        if path
            .split('/')
            .any(|part| empty.contains(&stem(part).as_str()))
        {
            findings.push(format!(
                "{path}: this name says nothing of what is inside; name the thing itself"
            ));
        }
    }
    findings
}

fn long_files(sources: &[Source], limit: usize) -> Vec<String> {
    let written = sources.iter().filter(|source| {
        ["rs", "ts", "tsx", "py", "kt"]
            .iter()
            .any(|extension| source.is(extension))
    });
    // What is made from something else is as long as that.
    let is_made = |path: &str| path.contains("/api/schema") || path.contains(".made.");
    let counted = written
        .filter(|source| !is_made(&source.path))
        .map(|source| (source, source.product_lines().count()));
    counted
        .filter(|(_, lines)| *lines > limit)
        .map(|(source, lines)| format!("{}: {lines} lines before its tests, more than {limit}; it is about more than one thing, split it", source.path))
        .collect()
}

fn leftovers(sources: &[Source]) -> Vec<String> {
    let words = [
        "TODO",
        "FIXME",
        "XXX:",
        "todo!(",
        "unimplemented!(",
        "dbg!(",
        "console.log(",
    ];
    let marks = |line: &str| words.iter().any(|word| line.contains(word));
    sources
        .iter()
        .filter(|source| !source.is("sh"))
        .flat_map(|source| {
            found_raw(
                source,
                source.numbered(),
                marks,
                "finish it, or write an issue; the tree holds no reminders",
            )
        })
        .collect()
}

fn idle_tests(sources: &[Source]) -> Vec<String> {
    let skips = [
        "#[ignore",
        ".skip(",
        "test.fixme(",
        "@unittest.skip",
        "it.only(",
        "test.only(",
    ];
    // A child process that a fault test starts is a role in a scene, not a test left out.
    let role = "#[ignore = \"played by ";
    let sleeps = [
        "thread::sleep(",
        "time::sleep(",
        "time.sleep(",
        "Thread.sleep(",
        "waitForTimeout(",
    ];
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| {
        ["rs", "ts", "tsx", "py", "kt"]
            .iter()
            .any(|extension| source.is(extension))
    }) {
        // Iterators skip too: only the languages whose runners use these words are asked for
        // `.skip(`.
        let skipped = |line: &str| {
            !line.contains(role)
                && skips
                    .iter()
                    .any(|skip| line.contains(skip) && (*skip != ".skip(" || !source.is("rs")))
        };
        findings.extend(found(
            source,
            source.test_lines(),
            skipped,
            "a test that does not run proves nothing; mend it or remove it",
        ));
        // The harness waits for a condition and with a limit; fault tests and measurements have to
        // do with real processes and real time.
        if !source.is_under(&[
            "tests/harness/",
            "tests/faults/",
            "tests/bench/",
            "tests/chaos/moment.rs",
        ]) {
            let sleeping = |line: &str| sleeps.iter().any(|sleep| line.contains(sleep));
            findings.extend(found(
                source,
                source.test_lines(),
                sleeping,
                "wait for a condition through the harness, never for a time",
            ));
        }
    }
    findings
}

/// Lines of code that match, comments left out.
fn found<'a>(
    source: &Source,
    lines: impl Iterator<Item = (usize, &'a str)>,
    matches: impl Fn(&str) -> bool,
    advice: &str,
) -> Vec<String> {
    found_raw(source, lines, |line| matches(code_of(line)), advice)
}

fn found_raw<'a>(
    source: &Source,
    lines: impl Iterator<Item = (usize, &'a str)>,
    matches: impl Fn(&str) -> bool,
    advice: &str,
) -> Vec<String> {
    let hits = lines.filter(|(_, line)| matches(line));
    hits.map(|(number, line)| format!("{}:{number}: `{}`: {advice}", source.path, line.trim()))
        .collect()
}

#[test]
fn sql_stands_only_in_the_registry_and_on_the_phone() {
    assert_tidy(&sql_outside_its_place(&rust()));
}

#[test]
fn automerge_is_named_only_by_the_document() {
    assert_tidy(&automerge_outside_its_place(&rust()));
}

#[test]
fn sql_is_never_built_at_run_time() {
    assert_tidy(&dynamic_sql(&rust()));
}

#[test]
fn files_and_folders_have_names_that_say_something() {
    let sources = tree::all();
    assert_tidy(&bad_names(
        &sources
            .iter()
            .map(|source| source.path.as_str())
            .collect::<Vec<_>>(),
    ));
}

#[test]
fn no_file_is_about_too_much() {
    let sources = code();
    for finding in long_files(&sources, MANY_LINES) {
        println!("worth a look: {finding}");
    }
    assert_tidy(&long_files(&sources, MAX_LINES));
}

#[test]
fn nothing_is_left_for_later_in_the_code() {
    assert_tidy(&leftovers(&code()));
}

#[test]
fn every_test_runs_and_none_sleeps() {
    assert_tidy(&idle_tests(&code()));
}

#[test]
fn sql_and_automerge_in_a_handler_are_found_and_prose_about_them_is_not() {
    let bad = [file(
        "backend/server/src/cases.rs",
        "// sqlx::query is named in prose\nlet a = \"SELECT 1\";\nlet b = \"select id from t\";\nlet c = sqlx::query(a);\nlet d = automerge::ROOT;\nlet e = \"select a case\";\nlet f = \"sqlx::postgres=warn\";\n",
    )];
    assert_eq!(sql_outside_its_place(&bad).len(), 3);
    assert_eq!(automerge_outside_its_place(&bad).len(), 1);
    assert_eq!(
        dynamic_sql(&[file(
            "backend/server/src/x.rs",
            "query(AssertSqlSafe(text))"
        )])
        .len(),
        1
    );
}

#[test]
fn empty_names_and_long_files_are_found() {
    assert_eq!(
        bad_names(&[
            "sync/case/src/record/mod.rs",
            "backend/server/src/utils.rs",
            "backend/services/a.rs",
            "sync/case/src/role.rs"
        ])
        .len(),
        3
    );
    let long = format!(
        "{}#[cfg(test)]\nmod tests {{\n{}}}\n",
        "line\n".repeat(401),
        "line\n".repeat(900)
    );
    assert_eq!(long_files(&[file("a.rs", &long)], MAX_LINES).len(), 1);
    assert_eq!(long_files(&[file("a.rs", &long)], 401).len(), 0);
}

#[test]
fn reminders_and_idle_tests_are_found() {
    assert_eq!(
        leftovers(&[file("a.rs", "fn a() { todo!() }\n// FIXME later\n")]).len(),
        2
    );
    let idle = file(
        "tests/api/a.rs",
        "#[ignore]\nfn a() { std::thread::sleep(d) }\n",
    );
    assert_eq!(idle_tests(&[idle]).len(), 2);
    let product = file(
        "sync/case/src/a.rs",
        "fn wait() { thread::sleep(d) }\n#[cfg(test)]\nmod tests {\nfn a() { thread::sleep(d); clock.sleep(d) }\n}\n",
    );
    assert_eq!(idle_tests(&[product]).len(), 1);
}
