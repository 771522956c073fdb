//! What must never stand in a tracked file: somebody's number, somebody's machine.

use crate::{
    assert_tidy, file,
    tree::{self, Source},
};

fn texts() -> Vec<Source> {
    let mut sources = tree::all();
    sources.retain(|source| {
        !source.path.starts_with("tests/tidy/")
            && !source.path.ends_with(".lock")
            && !source.path.ends_with("package-lock.json")
    });
    sources
}

/// Mobile numbers: invented ones begin with 1390000.
fn telephone_numbers(source: &Source) -> Vec<String> {
    let lines = source.numbered().filter(|(_, line)| {
        digit_runs(line).any(|run| run.len() == 11 && is_mobile(run) && !run.starts_with("1390000"))
    });
    lines
        .map(|(number, _)| {
            format!(
                "{}:{number}: a telephone number; invented ones are 1390000xxxx",
                source.path
            )
        })
        .collect()
}

fn is_mobile(run: &str) -> bool {
    run.starts_with('1')
        && run
            .as_bytes()
            .get(1)
            .is_some_and(|digit| (b'3'..=b'9').contains(digit))
}

/// Citizen ID numbers: 18 characters with a sane date and a right check digit are real enough.
fn identity_numbers(source: &Source) -> Vec<String> {
    let lines = source
        .numbered()
        .filter(|(_, line)| words(line).any(is_identity_number));
    lines
        .map(|(number, _)| {
            format!(
                "{}:{number}: a valid ID number; tests use ones whose check digit is wrong",
                source.path
            )
        })
        .collect()
}

fn is_identity_number(word: &str) -> bool {
    let bytes = word.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: usize = bytes
        .iter()
        .zip(weights)
        .map(|(digit, weight)| usize::from(digit - b'0') * weight)
        .sum();
    let is_dated = (b"19".as_slice()..=b"20".as_slice()).contains(&&bytes[6..8])
        && (b"01".as_slice()..=b"12".as_slice()).contains(&&bytes[10..12]);
    is_dated && b"10X98765432"[sum % 11] == bytes[17].to_ascii_uppercase()
}

fn paths_of_machines(source: &Source) -> Vec<String> {
    let here = format!("{}/", tree::root().display());
    let folders = [here.as_str(), "/home/", "/root/", "/Users/"];
    let starts_a_path = |line: &str, folder: &str| {
        line.match_indices(folder).any(|(at, _)| {
            !line[..at]
                .ends_with(|before: char| before.is_alphanumeric() || "._-}*".contains(before))
        })
    };
    let lines = source
        .numbered()
        .filter(|(_, line)| folders.iter().any(|folder| starts_a_path(line, folder)));
    lines
        .map(|(number, line)| {
            format!(
                "{}:{number}: `{}`: a path of one machine; start from the root of the repository",
                source.path,
                line.trim()
            )
        })
        .collect()
}

fn registry_hosts(source: &Source) -> Vec<String> {
    let hosts = [
        "registry.npmjs.org",
        "registry.yarnpkg.com",
        "pypi.org",
        "pythonhosted.org",
        "index.crates.io",
        "static.crates.io",
        "deb.debian.org",
        "repo1.maven.org",
    ];
    let lines = source
        .numbered()
        .filter(|(_, line)| hosts.iter().any(|host| line.contains(host)));
    lines.map(|(number, _)| format!("{}:{number}: names a package registry; each machine has its own, the clients know it", source.path)).collect()
}

fn digit_runs(line: &str) -> impl Iterator<Item = &str> {
    words(line).filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
}

#[test]
fn nobody_can_be_called_or_identified_from_this_repository() {
    let sources = texts();
    assert_tidy(
        &sources
            .iter()
            .flat_map(telephone_numbers)
            .collect::<Vec<_>>(),
    );
    assert_tidy(
        &sources
            .iter()
            .flat_map(identity_numbers)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let mut sources = texts();
    assert_tidy(
        &sources
            .iter()
            .flat_map(paths_of_machines)
            .collect::<Vec<_>>(),
    );
    sources.extend(
        tree::all()
            .into_iter()
            .filter(|source| source.path.ends_with("package-lock.json")),
    );
    assert_tidy(&sources.iter().flat_map(registry_hosts).collect::<Vec<_>>());
}

#[test]
fn numbers_paths_and_hosts_are_found() {
    let bad = file(
        "a.md",
        "call 13812345678 or 13900001234\nsee /home/someone/x and ./target/work/y\nfrom https://pypi.org/simple\nid 11010519491231002X\n",
    );
    assert_eq!(telephone_numbers(&bad).len(), 1);
    assert_eq!(paths_of_machines(&bad).len(), 1);
    assert_eq!(registry_hosts(&bad).len(), 1);
    assert_eq!(identity_numbers(&bad).len(), 1);
    assert!(
        identity_numbers(&file(
            "b.md",
            "id 110105194912310021 and 123456789012345678"
        ))
        .is_empty()
    );
}
